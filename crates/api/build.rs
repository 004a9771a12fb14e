//! The client's files are embedded, so a new client build must trigger a rebuild.

fn main() {
    println!("cargo:rerun-if-changed=../../frontend/dist");
    println!("cargo:rerun-if-changed=../../migrations");
}
