//! The migrations are embedded: a new one must be a new build.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
