// Makes public/icons.svg from the icons listed in icons.txt (Phosphor, MIT). Run it after changing the list:
//   node frontend/icons.mjs
// With --check it writes nothing and fails if the sprite doesn't match the list.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const assets = join(here, "node_modules/@phosphor-icons/core/assets");
const names = readFileSync(join(here, "icons.txt"), "utf8")
  .split("\n")
  .map((line) => line.replace(/#.*/, "").trim())
  .filter(Boolean)
  .sort();

const symbols = names.map((name) => {
  const weight = name.endsWith("-fill") ? "fill" : "regular";
  const svg = readFileSync(join(assets, weight, `${name}.svg`), "utf8");
  const inside = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
  return `<symbol id="i-${name}" viewBox="0 0 256 256">${inside}</symbol>`;
});
const sprite = `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`;

const target = join(here, "public/icons.svg");
if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== sprite) {
    console.error("public/icons.svg is not what icons.txt says: run node frontend/icons.mjs");
    process.exit(1);
  }
} else {
  writeFileSync(target, sprite);
  console.log(`${names.length} icons`);
}
