#!/bin/sh
# Assembles what Trunk copies: the fonts from npm, and one stylesheet from styles/ in the order of the layers. Trunk
# runs it before each build; it is safe to repeat.
set -eu
cd "$(dirname "$0")"

if [ ! -d node_modules/@fontsource-variable/inter ]; then
    npm ci --no-fund --no-audit
fi

mkdir -p generated/fonts
fonts=node_modules/@fontsource-variable/inter/files
# With the optical size axis for scripts used in headings; with the weight axis alone where only a few letters are
# used.
cp "$fonts/inter-latin-opsz-normal.woff2" generated/fonts/inter-latin.woff2
cp "$fonts/inter-cyrillic-opsz-normal.woff2" generated/fonts/inter-cyrillic.woff2
cp "$fonts/inter-latin-ext-wght-normal.woff2" generated/fonts/inter-latin-ext.woff2
cp "$fonts/inter-cyrillic-ext-wght-normal.woff2" generated/fonts/inter-cyrillic-ext.woff2

# Written only when it changes, so that `trunk watch` doesn't rebuild for ever.
: > generated/app.css.new
for name in tokens fonts base components task-pieces layouts shell pages builder tasks room; do
    cat "styles/$name.css" >> generated/app.css.new
done
if cmp -s generated/app.css.new generated/app.css; then
    rm generated/app.css.new
else
    mv generated/app.css.new generated/app.css
fi
