#!/usr/bin/env bash
# Builds the client into frontend/dist, each of its programs (types::clients).
#   build.sh               what is shipped: small, split into parts, compressed; with Trunk
#   build.sh development   quick to build: neither optimised nor split nor compressed; without Trunk
#   build.sh dependencies  compiles only, for a layer of the image
# Needs `wasm-bindgen` on PATH, for what is shipped `trunk`, `wasm-split-cli` and `wasm-opt` too, and in the environment
# what cargo needs for wasm32.
set -euo pipefail
cd "$(dirname "$0")"
kind=${1:-shipped}

# The only place for the client's flags. Erased components: Leptos erases the types of views, which makes the client a
# seventh smaller. Remapped prefixes keep this machine's paths out of what is shipped.
flags=(--cfg erase_components "--remap-path-prefix=$(dirname "$PWD")=linguaglow")
if [ "$kind" = development ]; then
  profile=client-development
else
  profile=wasm
  # Relocations are needed to split off what is loaded later (split/wasm-bindgen).
  flags+=(-Clink-arg=--emit-relocs)
fi
for sources in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/; do
  flags+=("--remap-path-prefix=$sources=")
done
CARGO_ENCODED_RUSTFLAGS=$(printf '%s\x1f' "${flags[@]}")
export CARGO_ENCODED_RUSTFLAGS="${CARGO_ENCODED_RUSTFLAGS%$'\x1f'}"

rm -rf generated/dist generated/whole
mkdir -p generated/whole
# All programs at once, because linking each uses one thread. Trunk then finds them built.
(cd .. && cargo build --quiet --offline --target wasm32-unknown-unknown --manifest-path frontend/Cargo.toml --profile "$profile" --bins)
[ "$kind" != dependencies ] || exit 0

# Links the programs that differ from the last time, side by side, and puts the pages together.
assemble_development() {
  local program wasm name linking=()
  sh assets.sh
  mkdir -p generated/linked
  for program in school lesson class; do
    wasm=$CARGO_TARGET_DIR/wasm32-unknown-unknown/$profile/$program.wasm
    name=$program-$(sha256sum "$wasm" | cut -c1-16)
    [ ! -e "generated/linked/${name}_bg.wasm" ] || continue
    rm -f "generated/linked/$program-"*
    wasm-bindgen --target web --no-typescript --out-dir generated/linked --out-name "$name" "$wasm" &
    linking+=($!)
  done
  for program in "${linking[@]}"; do wait "$program"; done
  node development.mjs generated/linked generated/whole
}

assemble_shipped() {
  local program page part link main
  rm -rf generated/split
  mkdir -p generated/split
  SPLIT_OUT=$PWD/generated/split
  WASM_BINDGEN=$(command -v wasm-bindgen)
  export SPLIT_OUT WASM_BINDGEN
  for program in school lesson class; do
    page=$program.html
    [ "$program" = school ] && page=index.html
    # Only one page is written by hand; the others differ from it in the program that they start.
    [ "$page" = index.html ] || sed "s/data-bin=\"school\"/data-bin=\"$program\"/" index.html >"$page"
    # Trunk reads NO_COLOR as one of its own flags.
    (cd .. && env -u NO_COLOR PATH="$PWD/frontend/split:$PATH" trunk build --release --offline --dist frontend/generated/dist --html-output "$page" "frontend/$page")
    cp -r generated/dist/. generated/whole/
    [ "$page" = index.html ] || rm "$page"
  done
  rm -rf generated/dist
  # The parts that are loaded later: optimised like the programs, and linked to the file names that Trunk gave those.
  read -ra optimise <<<"$(sed -n 's/.*data-wasm-opt-params="\(.*\)".*/\1/p' index.html)"
  for part in generated/split/*.wasm; do
    wasm-opt -Os "${optimise[@]}" "$part" -o "generated/whole/$(basename "$part")"
  done
  for link in generated/split/*.js; do
    program=$(basename "${link%%-split-*}")
    main=$(basename generated/whole/"$program"-*_bg.wasm _bg.wasm)
    sed "s#\./$program\.js#./$main.js#" "$link" >"generated/whole/$(basename "$link")"
  done
}

"assemble_$kind"
# The texts, which the build has written (.cargo/config.toml), and their name in the pages, which load them in
# parallel with the program.
cp -r generated/words generated/whole/
words=$(basename generated/whole/words/en-*.json .json)
sed -i "s/data-words=\"\"/data-words=\"${words#en-}\"/" generated/whole/*.html
[ "$kind" = development ] || node compress.mjs generated/whole
# Replaced last and as a whole, so that a running server never reads a mix of the old client and the new.
rm -rf dist
mv generated/whole dist
