// Speed and size of the real program, one JSON object a line: {"name", "value", "unit", "baseline"?, "ratio"?}.
// Baselines are the budgets of the design; a ratio under 1 is within budget. Bounded in requests and time; loopback only.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { Agent, request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const binary = process.env.LINGUAGLOW_BIN;
if (!binary) throw new Error("LINGUAGLOW_BIN names the program: run ./dev bench");

function report(name, value, unit, baseline) {
  const rounded = Math.round(value * 100) / 100;
  const row = { name, value: rounded, unit };
  if (baseline !== undefined) Object.assign(row, { baseline, ratio: Math.round((rounded / baseline) * 100) / 100 });
  console.log(JSON.stringify(row));
}

const percentile = (list, share) => list.sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))];

const port = await new Promise((resolve) => {
  const probe = createServer().listen(0, "127.0.0.1", () => {
    const { port } = probe.address();
    probe.close(() => resolve(port));
  });
});
const folder = mkdtempSync(join(tmpdir(), "linguaglow-bench-"));
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

function call(method, path, { token, address, body } = {}) {
  return new Promise((resolve, reject) => {
    const headers = { "x-forwarded-for": address ?? "127.0.0.1" };
    if (token) headers.cookie = `lg_session=${token}`;
    if (token) headers["sec-fetch-site"] = "same-origin";
    if (body) headers["content-type"] = "application/json";
    const sent = request({ agent, host: "127.0.0.1", port, method, path, headers }, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, bytes: Buffer.concat(chunks) }));
    });
    sent.on("error", reject);
    sent.end(body && JSON.stringify(body));
  });
}

async function start() {
  const began = performance.now();
  const child = spawn(binary, ["server"], {
    env: { PATH: process.env.PATH, LINGUAGLOW_LISTEN: `127.0.0.1:${port}`, LINGUAGLOW_DATA_DIR: folder, LINGUAGLOW_TRUST_PROXY: "true", LINGUAGLOW_LOG: "error" },
    stdio: "inherit",
  });
  for (let tries = 0; tries < 3000; tries++) {
    const ready = await call("GET", "/readyz").catch(() => undefined);
    if (ready?.status === 200) return { child, ms: performance.now() - began };
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("the server did not start");
}

const stop = (child) => new Promise((resolve) => (child.once("exit", resolve), child.kill("SIGINT")));
const memory = (child) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))[1]) / 1024;

let server = await start();
report("start_first", server.ms, "ms");
await stop(server.child);
server = await start();
report("start_to_ready", server.ms, "ms", 2000);
report("memory_idle", memory(server.child), "MB", 80);

// Many teachers: one alone meets the limit that protects the server.
const teachers = [];
for (let n = 0; n < 64; n++) {
  const address = `10.0.${n}.1`;
  const body = { name: "Bench", email: `bench${n}@bench.example`, password: "correct horse", locale: "en" };
  const answer = await call("POST", "/api/v1/auth/register", { address, body });
  if (answer.status !== 201) throw new Error(`register: ${answer.status}`);
  teachers.push({ address, token: /lg_session=([^;]+)/.exec(answer.headers["set-cookie"][0])[1] });
}

const options = JSON.parse((await call("GET", "/api/v1/generation/options", teachers[0])).bytes);
const pairs = options.topics.flatMap((topic) => topic.levels.map((level) => ({ topic: topic.title, level })));
const made = [];
const lessons = [];
for (const [n, { topic, level }] of pairs.entries()) {
  const who = teachers[n % teachers.length];
  const began = performance.now();
  const body = { request_id: randomUUID(), topic, level, target_language: "en", students_language: "ru" };
  const run = JSON.parse((await call("POST", "/api/v1/generation/runs", { ...who, body })).bytes);
  for (;;) {
    const now = JSON.parse((await call("GET", `/api/v1/generation/runs/${run.id}`, who)).bytes);
    if (now.status !== "running") break;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  made.push(performance.now() - began);
  lessons.push({ who, id: run.lesson_id });
}
report("lesson_built_in_p50", percentile(made, 0.5), "ms");
report("lesson_built_in_p99", percentile(made, 0.99), "ms");

// A lesson of 30 tasks for every reader: its own tasks copied.
const readers = [];
for (const { who, id } of lessons.slice(0, 32)) {
  const lesson = JSON.parse((await call("GET", `/api/v1/lessons/${id}`, who)).bytes);
  const tasks = lesson.sections.flatMap((section) => section.tasks);
  for (let n = tasks.length; n < 30; n++) await call("POST", `/api/v1/tasks/${tasks[n % tasks.length].id}/duplicate`, { ...who, body: null });
  readers.push({ who, id });
}
const pdf = [];
for (const { who, id } of readers) {
  const began = performance.now();
  const answer = await call("GET", `/api/v1/lessons/${id}/pdf`, who);
  if (answer.status !== 200) throw new Error(`pdf: ${answer.status}`);
  pdf.push(performance.now() - began);
}
// The first one also reads the fonts: it is left out of the median's way, not of the list.
report("pdf_30_tasks_first", pdf[0], "ms");
report("pdf_30_tasks_p50", percentile(pdf.slice(1), 0.5), "ms", 150);
report("pdf_30_tasks_p99", percentile(pdf.slice(1), 0.99), "ms");

// Reading: 1 at a time for the time of one, 16 at a time for the rate.
const one = [];
for (let n = 0; n < 600; n++) {
  const { who, id } = readers[n % readers.length];
  const began = performance.now();
  await call("GET", `/api/v1/lessons/${id}`, who);
  one.push(performance.now() - began);
}
report("lesson_read_p50", percentile(one, 0.5), "ms", 2);
report("lesson_read_p99", percentile(one, 0.99), "ms");
let done = 0;
let refused = 0;
const began = performance.now();
await Promise.all(
  Array.from({ length: 16 }, async (_, lane) => {
    for (let n = 0; n < 250; n++) {
      const { who, id } = readers[(lane * 2 + n) % readers.length];
      const answer = await call("GET", `/api/v1/lessons/${id}`, who);
      if (answer.status === 200) done++;
      else refused++;
    }
  }),
);
report("lesson_read_rate", done / ((performance.now() - began) / 1000), "requests/s");
report("lesson_read_refused", refused, "requests");
report("memory_loaded", memory(server.child), "MB");
await stop(server.child);
rmSync(folder, { recursive: true, force: true });

const dist = new URL("../frontend/dist/", import.meta.url).pathname;
for (const name of readdirSync(dist)) {
  const size = statSync(join(dist, name)).size / 1024;
  if (name.endsWith(".wasm")) report("wasm_raw", size, "KB");
  if (name.endsWith(".wasm.br")) report("wasm_brotli", size, "KB", 450);
}
