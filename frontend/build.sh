#!/usr/bin/env bash
# Builds the client into frontend/dist: each of its programs (types::clients) with Trunk.
#   build.sh               what is shipped: small, split into parts, compressed
#   build.sh development   quick to build: neither optimised nor split nor compressed
#   build.sh sources       after `development`, when nothing but Rust was changed: replaces the programs that differ
#   build.sh dependencies  compiles only, for a layer of the image
# Needs `trunk` and `wasm-bindgen` on PATH, for what is shipped `wasm-split-cli` and `wasm-opt` too, and in the
# environment what cargo needs for wasm32.
set -euo pipefail
cd "$(dirname "$0")"
kind=${1:-shipped}

# The only place for the client's flags. Erased components: Leptos erases the types of views, which makes the client a
# seventh smaller. Remapped prefixes keep this machine's paths out of what is shipped.
flags=(--cfg erase_components "--remap-path-prefix=$(dirname "$PWD")=linguaglow")
if [ "$kind" = development ] || [ "$kind" = sources ]; then
  profile=client-development
  trunk=(trunk build)
else
  profile=wasm
  trunk=(trunk build --release)
  # Relocations are needed to split off what is loaded later (split/wasm-bindgen).
  flags+=(-Clink-arg=--emit-relocs)
fi
for sources in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/; do
  flags+=("--remap-path-prefix=$sources=")
done
CARGO_ENCODED_RUSTFLAGS=$(printf '%s\x1f' "${flags[@]}")
export CARGO_ENCODED_RUSTFLAGS="${CARGO_ENCODED_RUSTFLAGS%$'\x1f'}"

compile() {
  # All programs at once, because linking each uses one thread. Trunk then finds them built.
  (cd .. && cargo build --quiet --offline --target wasm32-unknown-unknown --manifest-path frontend/Cargo.toml --profile "$profile" --bins)
}

# Trunk would take three times as long for what is done here: one program after the other, each with all its files.
if [ "$kind" = sources ]; then
  compile
  rm -rf generated/sources
  mkdir -p generated/sources
  linked=()
  for program in school lesson class; do
    wasm="$CARGO_TARGET_DIR/wasm32-unknown-unknown/$profile/$program.wasm"
    hash=$(sha256sum "$wasm" | cut -c1-16)
    [ ! -e "dist/$program-${hash}_bg.wasm" ] || continue
    wasm-bindgen --target web --no-typescript --out-dir generated/sources --out-name "$program-$hash" "$wasm" &
    linked+=($!)
  done
  for one in "${linked[@]}"; do wait "$one"; done
  for script in generated/sources/*.js; do
    [ -e "$script" ] || continue
    name=$(basename "$script" .js)
    program=${name%-*}
    page=$program.html
    [ "$program" = school ] && page=index.html
    old=("dist/$program"-*)
    mv "generated/sources/$name.js" "generated/sources/${name}_bg.wasm" dist/
    sed -E "s/$program-[0-9a-f]+/$name/g; /$name/s/ integrity=\"[^\"]*\"//g" "dist/$page" >generated/sources/page.html
    mv generated/sources/page.html "dist/$page"
    rm -f "${old[@]}"
  done
  exit 0
fi

rm -rf generated/dist generated/whole generated/split
mkdir -p generated/whole generated/split
SPLIT_OUT=$PWD/generated/split
if [ "$kind" != development ]; then
  WASM_BINDGEN=$(command -v wasm-bindgen)
  export SPLIT_OUT WASM_BINDGEN
  PATH=$PWD/split:$PATH
fi
compile
[ "$kind" != dependencies ] || exit 0
for program in school lesson class; do
  page=$program.html
  [ "$program" = school ] && page=index.html
  # Only one page is written by hand; the others differ from it in the program that they start.
  [ "$page" = index.html ] || sed "s/data-bin=\"school\"/data-bin=\"$program\"/" index.html >"$page"
  # Trunk reads NO_COLOR as one of its own flags.
  (cd .. && env -u NO_COLOR "${trunk[@]}" --offline --dist frontend/generated/dist --html-output "$page" "frontend/$page")
  cp -r generated/dist/. generated/whole/
  [ "$page" = index.html ] || rm "$page"
done
rm -rf generated/dist
if [ "$kind" != development ]; then
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
fi
# The texts, which the build has written (.cargo/config.toml), and their name in the pages, which load them in
# parallel with the program.
cp -r generated/words generated/whole/
words=$(basename generated/whole/words/en-*.json .json)
sed -i "s/data-words=\"\"/data-words=\"${words#en-}\"/" generated/whole/*.html
[ "$kind" = development ] || node compress.mjs generated/whole
# Replaced last and as a whole, so that a running server never reads a mix of the old client and the new.
rm -rf dist
mv generated/whole dist
