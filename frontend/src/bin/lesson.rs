//! Starts the program for one lesson.

fn main() {
    linguaglow_frontend::start_lesson();
}
