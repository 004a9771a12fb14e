//! The client is embedded from its folder: a new build of it must be a new build of the program.

fn main() {
    println!("cargo:rerun-if-changed=../../frontend/dist");
    println!("cargo:rerun-if-changed=../../migrations");
}
