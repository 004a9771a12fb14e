#!/usr/bin/env bash
# Builds the client into frontend/dist: each of its programs (types::clients) with Trunk, then all compressed.
# `trunk`, `wasm-bindgen` and `wasm-opt` are on PATH; what cargo needs for wasm32 comes in the environment.
set -euo pipefail
cd "$(dirname "$0")"

# The one place for the client's flags. Erased components: Leptos types are not spelt out for every view, which takes
# a seventh off the size. Paths of this machine stay out of what is shipped.
flags=(--cfg erase_components "--remap-path-prefix=$(dirname "$PWD")=linguaglow")
for sources in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/; do
  flags+=("--remap-path-prefix=$sources=")
done
CARGO_ENCODED_RUSTFLAGS=$(printf '%s\x1f' "${flags[@]}")
export CARGO_ENCODED_RUSTFLAGS="${CARGO_ENCODED_RUSTFLAGS%$'\x1f'}"

rm -rf generated/dist generated/whole
mkdir -p generated/whole
for program in school lesson class; do
  page=$program.html
  [ "$program" = school ] && page=index.html
  # One page is written by hand; the others differ from it in the program that they start.
  [ "$page" = index.html ] || sed "s/data-bin=\"school\"/data-bin=\"$program\"/" index.html >"$page"
  # Trunk reads NO_COLOR as a flag of its own.
  (cd .. && env -u NO_COLOR trunk build --release --offline --dist frontend/generated/dist --html-output "$page" "frontend/$page")
  cp -r generated/dist/. generated/whole/
  [ "$page" = index.html ] || rm "$page"
done
rm -rf generated/dist
# The words, written by the build (.cargo/config.toml), and their name in the pages, which load them beside the program.
cp -r generated/words generated/whole/
words=$(basename generated/whole/words/en-*.json .json)
sed -i "s/data-words=\"\"/data-words=\"${words#en-}\"/" generated/whole/*.html
node compress.mjs generated/whole
# At once: a server that reads the folder while it is worked on has the old client or the new.
rm -rf dist
mv generated/whole dist
