//! Starts the program for accounts, home, lessons and settings.

fn main() {
    linguaglow_frontend::start_school();
}
