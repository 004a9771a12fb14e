// What the benchmarks share: rows, percentiles, and the program being measured.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const round = (value) => Math.round(value * 100) / 100;

export function report(name, value, unit, baseline) {
  const row = { name, value: round(value), unit };
  if (baseline !== undefined) row.baseline = round(baseline);
  if (row.baseline) row.ratio = round(value / baseline);
  console.log(JSON.stringify(row));
}

export const percentile = (list, share) => list.sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))];

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

/** Resident memory of a process, in MB. */
export const memory = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;

/** CPU time of a process so far, in microseconds: utime and stime, which Linux counts in hundredths of a second. */
export function cpu(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

const children = new Set();
process.on("exit", () => children.forEach((child) => child.kill("SIGKILL")));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

/** A process that ends with this one. Its output goes to stderr, not among the rows. */
export function start(command, args, env) {
  const child = spawn(command, args, { env: { PATH: process.env.PATH, ...env }, stdio: ["ignore", 2, 2] });
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}

export const stop = (child) => new Promise((resolve) => (child.once("exit", resolve), child.kill("SIGINT")));

/** The program, with its own folder. */
export class Program {
  constructor(binary, port) {
    this.binary = binary;
    this.port = port;
    this.folder = mkdtempSync(join(tmpdir(), "linguaglow-bench-"));
    this.agent = new Agent({ keepAlive: true, maxSockets: 64 });
  }

  /** Starts it. Returns the milliseconds until it is ready. */
  async start() {
    const began = performance.now();
    this.child = start(this.binary, ["server"], {
      LINGUAGLOW_LISTEN: `127.0.0.1:${this.port}`,
      LINGUAGLOW_DATA_DIR: this.folder,
      LINGUAGLOW_TRUST_PROXY: "true",
      LINGUAGLOW_LOG: "error",
    });
    for (let tries = 0; tries < 3000; tries++) {
      const ready = await this.call("GET", "/readyz").catch(() => undefined);
      if (ready?.status === 200) return performance.now() - began;
      await sleep(10);
    }
    throw new Error("the server did not start");
  }

  stop() {
    return stop(this.child);
  }

  async remove() {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get pid() {
    return this.child.pid;
  }

  call(method, path, { token, address, body } = {}) {
    return new Promise((resolve, reject) => {
      const headers = { "x-forwarded-for": address ?? "127.0.0.1" };
      if (token) headers.cookie = `lg_session=${token}`;
      if (token) headers["sec-fetch-site"] = "same-origin";
      if (body) headers["content-type"] = "application/json";
      const sent = request({ agent: this.agent, host: "127.0.0.1", port: this.port, method, path, headers }, (answer) => {
        const chunks = [];
        answer.on("data", (chunk) => chunks.push(chunk));
        answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, bytes: Buffer.concat(chunks) }));
      });
      sent.on("error", reject);
      sent.end(body && JSON.stringify(body));
    });
  }

  /** Like `call`, but throws unless the response is a success. */
  async ask(method, path, options) {
    const answer = await this.call(method, path, options);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.bytes}`);
    return { ...answer, json: answer.bytes.length ? JSON.parse(answer.bytes) : undefined };
  }
}

export const cookie = (answer) => /lg_session=([^;]+)/.exec(answer.headers["set-cookie"][0])[1];

/** Registers many teachers: a single one would hit the limits that protect the server. */
export async function registerTeachers(program, count) {
  const teachers = [];
  for (let n = 0; n < count; n++) {
    const address = `10.0.${n}.1`;
    const body = { name: "Bench", email: `bench${n}@bench.example`, password: "correct horse", locale: "en" };
    const answer = await program.ask("POST", "/api/v1/auth/register", { address, body });
    teachers.push({ address, token: cookie(answer) });
  }
  return teachers;
}
