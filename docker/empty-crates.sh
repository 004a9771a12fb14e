#!/bin/sh
# Gives each crate of the workspace empty sources, so that the dependencies can be built before ours are there.
set -eu
for manifest in crates/*/Cargo.toml frontend/Cargo.toml; do
    mkdir -p "$(dirname "$manifest")/src"
    : > "$(dirname "$manifest")/src/lib.rs"
done
mkdir -p frontend/src/bin
for program in crates/api/src/main.rs frontend/src/bin/school.rs; do
    echo 'fn main() {}' > "$program"
done
