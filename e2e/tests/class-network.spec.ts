// Networks of schools and offices that let pages through but not WebSockets: these are refused, redirected or
// swallowed. And an invitation whose address works only on the teacher's own computer.
import type { Page } from "@playwright/test";
import { type IncomingMessage, type Server as HttpServer, createServer, request } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { Classroom, gap, said, test } from "./class";
import { expect, fits } from "./server";

const FLIGHT = "A delayed flight";
let room: Classroom;

/** A proxy that passes on everything, but can block upgrades. */
class Filter {
  mode: "open" | "refuse" | "redirect" | "swallow" | "buffer" = "open";
  private readonly sockets = new Set<Socket>();
  private constructor(private readonly server: HttpServer) {}

  static async before(base: string): Promise<Filter> {
    const port = Number(new URL(base).port);
    const onward = (from: IncomingMessage) => ({ port, host: "127.0.0.1", method: from.method, path: from.url, headers: from.headers });
    const server = createServer((from, to) => {
      const ahead = request(onward(from), (answer) => {
        to.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(to);
      });
      ahead.on("error", () => to.destroy());
      from.pipe(ahead);
    });
    const filter = new Filter(server);
    server.on("upgrade", (from, socket: Socket) => {
      filter.sockets.add(socket);
      socket.on("error", () => socket.destroy());
      if (filter.mode === "refuse") socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
      if (filter.mode === "redirect") socket.end("HTTP/1.1 302 Found\r\nlocation: http://portal.example/\r\ncontent-length: 0\r\n\r\n");
      if (filter.mode === "swallow") return;
      const ahead = request(onward(from));
      ahead.on("upgrade", (answer, other: Socket) => {
        const head = Object.entries(answer.headers).map(([name, value]) => `${name}: ${String(value)}\r\n`);
        socket.write(`HTTP/1.1 101 Switching Protocols\r\n${head.join("")}\r\n`);
        // A proxy that passes nothing on until its buffer is full, which never happens.
        if (filter.mode === "buffer") return;
        other.pipe(socket).pipe(other);
        other.on("error", () => socket.destroy());
      });
      ahead.on("error", () => socket.destroy());
      ahead.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return filter;
  }

  get base(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Sets the mode for new sockets and breaks the open ones. */
  set(mode: Filter["mode"]): void {
    this.mode = mode;
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
  }

  close(): void {
    this.set("refuse");
    this.server.closeAllConnections();
    this.server.close();
  }
}

let filter: Filter;

test.beforeAll(async ({ browser, server }) => {
  room = await Classroom.open(browser, server.base);
  filter = await Filter.before(server.base);
  await room.goTo(FLIGHT);
});

test.afterAll(async () => {
  await room.windows.closeAll();
  filter.close();
  expect(room.windows.problems).toEqual([]);
});

const blocked = (page: Page) => page.getByText("This network lets pages through, but not the live class.");

for (const mode of ["refuse", "redirect", "swallow", "buffer"] as const) {
  test(`a network that ${mode}s sockets is told from one that is not there`, async () => {
    test.setTimeout(120_000);
    filter.set("open");
    const page = await room.student(`By ${mode}`, { base: filter.base });
    filter.set(mode);
    await gap(page, 1).fill("went");
    await expect(page.locator(".student-task .banner.warn")).toContainText("1 answer is kept on this device. Use another network", { timeout: 60_000 });
    await expect(said(page)).toContainText("This network lets pages through");
    await fits(page);
    // A student who opens the class on such a network reads why it fails and what helps.
    await page.reload();
    await expect(page.getByRole("heading", { name: "This network blocks the live class" })).toBeVisible({ timeout: 60_000 });
    await expect(page.getByText("WebSocket connections to")).toBeVisible();
    await fits(page);
    filter.set("open");
    await expect(page.locator(".sync.ok")).toBeVisible({ timeout: 60_000 });
    await expect(blocked(page)).toHaveCount(0);
    await expect(room.row(`By ${mode}`).locator(".c.draft")).toContainText("went");
    await room.windows.close(page);
  });
}

test("the invitation by an address of this computer alone says so", async () => {
  const { teacher } = room;
  await teacher.locator(".topbar").getByRole("button", { name: "Invite" }).click();
  const invite = teacher.getByRole("dialog", { name: "Invite students" });
  await expect(invite.getByRole("note")).toContainText("Other devices can’t open this link: 127.0.0.1 means this computer only.");
  await expect(invite.getByRole("note")).toContainText("LINGUAGLOW_PUBLIC_URL");
  await fits(teacher);
});
