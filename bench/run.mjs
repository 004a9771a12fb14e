// Speed and size of the real program, one JSON object a line: {"name", "value", "unit", "baseline"?, "ratio"?}.
// Baselines are our budgets (bench/README.md); a ratio under 1 is within budget. Bounded in requests and time; loopback only.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { MEASURES, classroom } from "./classroom.mjs";
import { Program, freePort, memory, registerTeachers, report } from "./common.mjs";
import { prepare } from "./prepare.mjs";

const binary = process.env.LINGUAGLOW_BIN;
if (!binary) throw new Error("LINGUAGLOW_BIN names the program: run ./dev bench");
const PARTS = { prepare, classroom, size };
// Parts, and measures of the classroom: `classroom fanout` is the fan-out alone.
const wanted = process.argv.slice(2);
const measures = wanted.filter((name) => MEASURES.includes(name));
if (measures.length) wanted.push("classroom");
const unknown = wanted.filter((name) => !(name in PARTS) && !MEASURES.includes(name));
if (unknown.length) throw new Error(`no such part: ${unknown}; there are ${[...Object.keys(PARTS), ...MEASURES]}`);

const program = new Program(binary, await freePort());
report("start_first", await program.start(), "ms");
await program.stop();
report("start_to_ready", await program.start(), "ms", 2000);
report("memory_idle", memory(program.pid), "MB", 80);
const teachers = await registerTeachers(program, 64);
for (const [name, part] of Object.entries(PARTS)) if (!wanted.length || wanted.includes(name)) await part(program, teachers, measures);
await program.remove();

function size() {
  const dist = new URL("../frontend/dist/", import.meta.url).pathname;
  for (const name of readdirSync(dist)) {
    const size = statSync(join(dist, name)).size / 1024;
    if (name.endsWith(".wasm")) report("wasm_raw", size, "KB");
    if (name.endsWith(".wasm.br")) report("wasm_brotli", size, "KB", 450);
  }
}
