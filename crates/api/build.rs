//! The client's files are embedded, so a new client build must trigger a rebuild.

fn main() {
    // A development build reads them from the folder.
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo:rerun-if-changed=../../frontend/dist");
    }
    println!("cargo:rerun-if-changed=../../migrations");
}
