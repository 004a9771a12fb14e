//! Migrations are embedded at compile time, so a new one must trigger a rebuild.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
