#!/usr/bin/env bash
# Builds the client into frontend/dist: each of its programs (types::clients) with Trunk, then all compressed.
# `trunk`, `wasm-bindgen`, `wasm-split-cli` and `wasm-opt` are on PATH; what cargo needs for wasm32 comes in the environment.
set -euo pipefail
cd "$(dirname "$0")"

# The one place for the client's flags. Erased components: Leptos types are not spelt out for every view, which takes
# a seventh off the size. Paths of this machine stay out of what is shipped.
# Relocations: by them what is loaded later is taken out (split/wasm-bindgen).
flags=(--cfg erase_components -Clink-arg=--emit-relocs "--remap-path-prefix=$(dirname "$PWD")=linguaglow")
for sources in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/; do
  flags+=("--remap-path-prefix=$sources=")
done
CARGO_ENCODED_RUSTFLAGS=$(printf '%s\x1f' "${flags[@]}")
export CARGO_ENCODED_RUSTFLAGS="${CARGO_ENCODED_RUSTFLAGS%$'\x1f'}"

rm -rf generated/dist generated/whole generated/split
mkdir -p generated/whole generated/split
SPLIT_OUT=$PWD/generated/split
WASM_BINDGEN=$(command -v wasm-bindgen)
export SPLIT_OUT WASM_BINDGEN
PATH=$PWD/split:$PATH
# All programs at once: their last step, the link, has one thread each. Trunk finds them built.
(cd .. && cargo build --quiet --offline --target wasm32-unknown-unknown --manifest-path frontend/Cargo.toml --profile wasm --bins)
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
# The parts that are loaded later, optimised as the programs are, and linked to them by the names that Trunk gave.
read -ra optimise <<<"$(sed -n 's/.*data-wasm-opt-params="\(.*\)".*/\1/p' index.html)"
for part in generated/split/*.wasm; do
  wasm-opt -Os "${optimise[@]}" "$part" -o "generated/whole/$(basename "$part")"
done
for link in generated/split/*.js; do
  program=$(basename "${link%%-split-*}")
  main=$(basename generated/whole/"$program"-*_bg.wasm _bg.wasm)
  sed "s#\./$program\.js#./$main.js#" "$link" >"generated/whole/$(basename "$link")"
done
# The words, written by the build (.cargo/config.toml), and their name in the pages, which load them beside the program.
cp -r generated/words generated/whole/
words=$(basename generated/whole/words/en-*.json .json)
sed -i "s/data-words=\"\"/data-words=\"${words#en-}\"/" generated/whole/*.html
node compress.mjs generated/whole
# At once: a server that reads the folder while it is worked on has the old client or the new.
rm -rf dist
mv generated/whole dist
