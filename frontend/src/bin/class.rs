//! Starts the program for one class.

fn main() {
    linguaglow_frontend::start_class();
}
