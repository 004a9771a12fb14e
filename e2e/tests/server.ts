// The real server, one per worker, each with its own private database in a temporary folder.
import { test as base, expect, type Page } from "@playwright/test";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}

export class Server {
  base = "";
  log = "";
  private child: ChildProcess | undefined;
  private port = 0;
  readonly folder = mkdtempSync(join(tmpdir(), "linguaglow-e2e-"));

  constructor(private settings: Record<string, string> = {}) {}

  /** The program's environment variables. */
  environment(): Record<string, string | undefined> {
    return {
      PATH: process.env.PATH,
      LINGUAGLOW_LISTEN: `127.0.0.1:${this.port}`,
      LINGUAGLOW_DATA_DIR: this.folder,
      ...(process.env.LINGUAGLOW_LEVELS_FILE ? { LINGUAGLOW_LEVELS_FILE: process.env.LINGUAGLOW_LEVELS_FILE } : {}),
      ...this.settings,
    };
  }

  async start(): Promise<void> {
    this.port ||= await freePort();
    this.base = `http://127.0.0.1:${this.port}`;
    const binary = process.env.LINGUAGLOW_BIN;
    if (!binary) throw new Error("LINGUAGLOW_BIN names the program: run ./dev test-browser");
    this.child = spawn(binary, ["server"], {
      env: this.environment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on("data", (chunk: Buffer) => (this.log += chunk.toString()));
    }
    await expect(async () => {
      if (this.child?.exitCode !== null) throw new Error(`the server ended:\n${this.log}`);
      expect((await fetch(`${this.base}/readyz`)).status).toBe(200);
    }).toPass({ timeout: 60_000, intervals: [50] });
  }

  private gone(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.child || this.child.exitCode !== null || this.child.signalCode !== null) resolve();
      else this.child.once("exit", () => resolve());
    });
  }

  async kill(): Promise<void> {
    this.child?.kill("SIGKILL");
    await this.gone();
  }

  async stop(): Promise<void> {
    this.child?.kill("SIGINT");
    await this.gone();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Path and query of the newest link to `page` in an e-mail to `address`. */
  async link(address: string, page: string): Promise<string> {
    let found = "";
    await expect(async () => {
      const outbox = join(this.folder, "outbox");
      const letters = readdirSync(outbox)
        .map((name) => readFileSync(join(outbox, name), "utf8"))
        .filter((letter) => letter.includes(address))
        .map(readable);
      for (const letter of letters) {
        const match = new RegExp(`/${page}\\?token=[\\w-]{20,}`).exec(letter);
        if (match) found = match[0];
      }
      expect(found).not.toBe("");
    }).toPass({ timeout: 15_000, intervals: [50] });
    return found;
  }
}

function readable(letter: string): string {
  const parts = letter.split("Content-Transfer-Encoding: base64").slice(1);
  const packed = parts.map((part) => Buffer.from(part.split("\r\n\r\n")[1].split("\r\n--")[0], "base64").toString());
  return letter.replaceAll("=\r\n", "").replaceAll("=3D", "=") + packed.join("\n");
}

export const test = base.extend<{ problems: string[] }, { server: Server }>({
  server: [
    async ({}, use) => {
      const server = new Server();
      try {
        await server.start();
        await use(server);
      } finally {
        await server.stop();
      }
    },
    { scope: "worker", timeout: 90_000 },
  ],
  baseURL: async ({ server }, use) => use(server.base),
  // A page that throws or logs an error, such as a violation of the content security policy, fails its test.
  problems: [
    async ({ page }, use) => {
      const problems: string[] = [];
      page.on("pageerror", (error) => problems.push(String(error)));
      page.on("console", (message) => {
        const text = message.text();
        if (message.type() === "error" && !/status of (401|409|410|422)/.test(text)) problems.push(text);
      });
      await use(problems);
      expect(problems).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

let count = 0;

/** Registers a new teacher through the page and ends on the home page. */
export async function register(page: Page): Promise<string> {
  const email = `teacher${Date.now()}-${count++}@school.example`;
  await page.goto("/register");
  await page.getByLabel("Name").fill("Anna Sergeeva");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill("correct horse");
  await page.getByRole("button", { name: /register|create|sign up/i }).click();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.waitForURL((url) => url.pathname === "/");
  return email;
}

/** No page may be wider than its window. */
export async function fits(page: Page): Promise<void> {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(over, "the page scrolls sideways").toBeLessThanOrEqual(0);
}
