//! Starts the client in the page.

fn main() {
    linguaglow_frontend::start();
}
