// Assembles the client while it is developed: does with index.html what Trunk does for what is shipped, without Trunk,
// which takes longer to build than the client (docs/adr/0007).
//   node development.mjs LINKED OUT
// LINKED has what wasm-bindgen made, `<program>-<hash>.js` and `<program>-<hash>_bg.wasm`.
import { createHash } from "node:crypto";
import { cpSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

const [linked, out] = process.argv.slice(2);
const html = readFileSync("index.html", "utf8");

const attribute = (tag, name) => new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? "";

/** What stands in a page in place of one of its links for Trunk. */
function inPlaceOf(tag, program) {
  const [rel, href] = [attribute(tag, "rel"), attribute(tag, "href")];
  switch (rel) {
    case "css": {
      const hash = createHash("sha256").update(readFileSync(href)).digest("hex").slice(0, 16);
      const name = `${basename(href, ".css")}-${hash}.css`;
      cpSync(href, join(out, name));
      return `<link rel="stylesheet" href="/${name}" />`;
    }
    case "copy-file":
    case "copy-dir":
      cpSync(href, join(out, basename(href)), { recursive: true });
      return "";
    case "rust":
      // The server replaces the placeholder by the nonce of each response (Trunk.toml names it).
      return `<script type="module" nonce="{{__TRUNK NONCE__}}">
import init from "/${program}.js";
await init({ module_or_path: "/${program}_bg.wasm" });
</script>`;
    default:
      throw new Error(`index.html: nothing is known of ${tag}`);
  }
}

cpSync(linked, out, { recursive: true });
for (const file of readdirSync(linked).filter((name) => name.endsWith(".js"))) {
  const name = basename(file, ".js");
  const program = name.slice(0, name.lastIndexOf("-"));
  const page = program === "school" ? "index.html" : `${program}.html`;
  writeFileSync(join(out, page), html.replaceAll(/<link\s+data-trunk\b[^>]*>/g, (tag) => inPlaceOf(tag, name)));
}
