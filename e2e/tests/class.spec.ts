// A class in real browsers: a teacher on a wide screen, two students on phones, one of them behind a bad network, and a
// server that is killed. Playwright's own offline switch does not close an open socket: the network is a proxy here.
import AxeBuilder from "@axe-core/playwright";
import type { Browser, BrowserContext, Page } from "@playwright/test";
import { type AddressInfo, type Server as TcpServer, type Socket, connect, createServer } from "node:net";
import { Server, expect, fits, register, test } from "./server";

/** A network that can swallow and cut. */
class Network {
  private held = false;
  private readonly pairs = new Set<Socket>();
  private server: TcpServer | undefined;
  base = "";

  async before(port: number): Promise<void> {
    this.server = createServer((client) => {
      const onward = connect(port, "127.0.0.1");
      for (const [from, to] of [[client, onward], [onward, client]]) {
        this.pairs.add(from);
        from.on("data", (bytes: Buffer) => {
          if (!this.held) to.write(bytes);
        });
        from.on("error", () => to.destroy());
        from.on("close", () => {
          this.pairs.delete(from);
          to.destroy();
        });
      }
    });
    await new Promise<void>((resolve) => this.server?.listen(0, "127.0.0.1", resolve));
    this.base = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Takes everything and delivers nothing, as for a phone in a lift. */
  hold(): void {
    this.held = true;
  }

  /** Back again; what was swallowed is gone, so what was open is reset. */
  release(): void {
    this.held = false;
    this.reset();
  }

  reset(): void {
    for (const socket of this.pairs) socket.resetAndDestroy();
  }

  close(): void {
    this.reset();
    this.server?.close();
  }
}

async function post<T>(page: Page, path: string, data: unknown): Promise<T> {
  const response = await page.request.post(`/api/v1${path}`, { data, headers: { origin: new URL(page.url()).origin } });
  expect(response.ok(), `${path}: ${await response.text()}`).toBe(true);
  return (await response.json()) as T;
}

interface Named {
  id: string;
}

/** Two tasks: typed gaps, and true or false. */
async function lesson(page: Page): Promise<string> {
  const { id } = await post<Named>(page, "/lessons", { title: "At the airport", level: "A2", target_language: "en", students_language: "ru" });
  const section = await post<Named>(page, `/lessons/${id}/sections`, { title: "Practice" });
  const gap = (n: number, key: string): unknown => ({ gap: { id: `g${n}`, key } });
  await post(page, `/lessons/${id}/tasks`, {
    section_id: section.id,
    title: "A delayed flight",
    instructions: "Fill in.",
    body: { kind: "gap_fill", content: { parts: [{ text: "We " }, gap(1, "went"), { text: " to the " }, gap(2, "gate"), { text: "." }] } },
  });
  await post(page, `/lessons/${id}/tasks`, {
    section_id: section.id,
    title: "True or false",
    body: {
      kind: "true_false",
      content: { statements: [{ id: "s1", text: "Planes fly.", truth: "true" }, { id: "s2", text: "Fish walk.", truth: "false" }] },
    },
  });
  return id;
}

async function readable(page: Page): Promise<void> {
  await fits(page);
  const found = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa"]).analyze();
  expect(found.violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.html).slice(0, 3).join(" | ")}`)).toEqual([]);
}

async function phone(browser: Browser, base: string, locale: string): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({
    baseURL: base,
    locale,
    viewport: { width: 360, height: 740 },
    hasTouch: true,
    isMobile: true,
    deviceScaleFactor: 2,
  });
  return { context, page: await context.newPage() };
}

async function join(page: Page, path: string, name: string): Promise<void> {
  await page.goto(path);
  await page.getByRole("textbox").fill(name);
  await page.locator("form button[type=submit]").click();
  await page.waitForURL(/\/classes\//);
  await expect(page.locator(".follow")).toBeVisible();
}

const gap = (page: Page, n: number) => page.locator(".student-task input").nth(n);
const check = (page: Page) => page.locator(".student-foot button", { hasText: /^(Check|Проверить)/ });
const row = (page: Page, name: string) => page.locator(".live tbody tr", { has: page.getByText(name, { exact: true }) });

test("a class answers live and loses nothing", async ({ browser }, info) => {
  test.skip(info.project.name !== "wide", "it brings its own windows");
  test.setTimeout(240_000);
  const server = new Server();
  await server.start();
  const network = new Network();
  await network.before(Number(new URL(server.base).port));
  const desk = await browser.newContext({ baseURL: server.base, viewport: { width: 1280, height: 860 } });
  const teacher = await desk.newPage();

  // 1. From a lesson to a class; the link.
  await register(teacher);
  await teacher.goto(`/lessons/${await lesson(teacher)}`);
  await teacher.getByRole("button", { name: "Start class" }).click();
  await teacher.waitForURL(/\/classes\/[0-9a-f-]{36}$/);
  const classId = new URL(teacher.url()).pathname.split("/")[2];
  await expect(teacher.getByText("Nobody is here yet").first()).toBeVisible();
  await readable(teacher);
  await teacher.locator(".topbar").getByRole("button", { name: "Invite" }).click();
  const invite = teacher.getByRole("dialog", { name: "Invite students" });
  await expect(invite.locator(".qr svg")).toBeVisible();
  const path = new URL(await invite.getByRole("textbox", { name: "Link" }).inputValue()).pathname;
  await readable(teacher);
  await teacher.keyboard.press("Escape");

  const dasha = await phone(browser, server.base, "en-GB");
  const ilya = await phone(browser, network.base, "ru-RU");
  await dasha.page.goto(path);
  await readable(dasha.page);
  await join(dasha.page, path, "Dasha");
  await join(ilya.page, path, "Илья");
  await readable(dasha.page);
  await readable(ilya.page);
  await expect(row(teacher, "Dasha")).toBeVisible();
  await expect(row(teacher, "Илья")).toBeVisible();

  // Two of one name are told apart; one is removed.
  const other = await phone(browser, server.base, "en-GB");
  await join(other.page, path, "Dasha");
  await expect(row(teacher, "Dasha (2)")).toBeVisible();
  const people = teacher.getByRole("complementary", { name: "People" });
  await people.getByRole("button", { name: "More actions: Dasha (2)" }).click();
  await teacher.getByRole("menuitem", { name: "Remove from class" }).click();
  await teacher.getByRole("dialog").getByRole("button", { name: "Remove from class" }).click();
  await expect(row(teacher, "Dasha (2)")).toHaveCount(0);
  await expect(other.page.getByRole("heading", { name: "You are no longer in this class" })).toBeVisible();
  await readable(other.page);
  await other.context.close();

  // 2. and 3. What is typed is seen, what is checked is marked.
  await gap(dasha.page, 0).fill("went");
  await expect(row(teacher, "Dasha").locator("td").nth(0)).toContainText("went");
  await gap(dasha.page, 1).fill("door");
  await check(dasha.page).click();
  await expect(dasha.page.locator(".mark.first")).toHaveCount(1);
  await expect(dasha.page.locator(".mark.wrong")).toHaveCount(1);
  await expect(row(teacher, "Dasha").locator(".c.first")).toHaveCount(1);
  await expect(row(teacher, "Dasha").locator(".c.wrong")).toContainText("door");
  await expect(teacher.locator(".insight")).toContainText("Item 2 is the hardest: 1 student answered “door”.");
  await dasha.page.getByRole("button", { name: "Try again" }).click();
  await gap(dasha.page, 0).fill("gate");
  await check(dasha.page).click();
  await expect(row(teacher, "Dasha").locator(".c.later")).toHaveCount(1);
  await expect(row(teacher, "Dasha")).toContainText("2/2");
  await readable(teacher);
  await readable(dasha.page);

  await row(teacher, "Dasha").locator(".who").click();
  const work = teacher.getByRole("dialog", { name: "Dasha’s work" });
  await expect(work.locator(".mark")).toHaveCount(2);
  await readable(teacher);
  await teacher.keyboard.press("Escape");

  // On one's own, and back; the class moves.
  await dasha.page.getByRole("button", { name: "Look around on my own" }).click();
  await expect(dasha.page.getByText("You’re looking around")).toBeVisible();
  await expect(people.getByText(/on their own/)).toBeVisible();
  await teacher.getByRole("navigation", { name: "Tasks" }).getByRole("button", { name: "True or false" }).click();
  await expect(ilya.page.getByRole("heading", { name: "True or false" })).toBeVisible();
  await expect(dasha.page.getByRole("heading", { name: "A delayed flight" })).toBeVisible();
  await expect(dasha.page.getByText("The class is on task 2.")).toBeVisible();
  await dasha.page.getByRole("button", { name: "Back to the class" }).click();
  await expect(dasha.page.getByRole("heading", { name: "True or false" })).toBeVisible();

  // Locked and open again; shown; a new round.
  await teacher.getByRole("button", { name: "Lock", exact: true }).click();
  await expect(dasha.page.getByText("The teacher has locked this task")).toBeVisible();
  await teacher.getByRole("button", { name: "Unlock" }).click();
  await expect(dasha.page.getByText("The teacher has locked this task")).toHaveCount(0);
  await teacher.getByRole("button", { name: "Reveal answers" }).click();
  await expect(dasha.page.getByRole("heading", { name: "Answers" })).toBeVisible();
  await expect(dasha.page.locator(".student-task input").first()).toBeDisabled();
  await readable(dasha.page);
  await teacher.getByRole("button", { name: "Reset", exact: true }).click();
  await teacher.getByRole("dialog").getByRole("button", { name: "Reset" }).click();
  await expect(dasha.page.getByRole("heading", { name: "Answers" })).toHaveCount(0);
  await expect(dasha.page.locator(".student-task input").first()).toBeEnabled();

  // 4. A network that swallows: it is noticed, what is typed waits, and arrives.
  await teacher.keyboard.press("ArrowLeft");
  await expect(ilya.page.getByRole("heading", { name: "A delayed flight" })).toBeVisible();
  network.hold();
  await gap(ilya.page, 0).fill("gone");
  await expect(ilya.page.locator(".student-top .banner.warn")).toContainText("1 ответ", { timeout: 30_000 });
  await readable(ilya.page);
  await expect(row(teacher, "Илья")).toHaveClass(/away/, { timeout: 30_000 });
  await gap(ilya.page, 1).fill("gate");
  await check(ilya.page).click();
  await expect(ilya.page.locator(".student-foot")).toContainText("Проверится, когда будет связь");
  network.release();
  await expect(ilya.page.locator(".sync.ok")).toBeVisible({ timeout: 30_000 });
  await expect(row(teacher, "Илья").locator(".c.first")).toHaveCount(1);
  await expect(row(teacher, "Илья").locator(".c.wrong")).toContainText("gone");

  // A server killed while somebody writes; then a page that goes away before it answered.
  await ilya.page.getByRole("button", { name: "Попробовать ещё раз" }).click();
  await server.kill();
  await gap(ilya.page, 0).fill("went");
  await expect(ilya.page.locator(".sync.off")).toBeVisible();
  await expect(teacher.getByText("No connection.")).toBeVisible();
  await readable(teacher);
  await server.start();
  await expect(ilya.page.locator(".sync.ok")).toBeVisible({ timeout: 30_000 });
  await expect(row(teacher, "Илья").locator(".c.draft")).toContainText("went", { timeout: 30_000 });
  network.hold();
  await check(ilya.page).click();
  network.release();
  await ilya.page.reload();
  await expect(row(teacher, "Илья").locator(".c.later")).toHaveCount(1, { timeout: 30_000 });
  await expect(ilya.page.locator(".mark.later")).toHaveCount(1);

  // Another device, with the link that works once.
  await dasha.page.getByRole("button", { name: /^You are/ }).click();
  await dasha.page.getByRole("menuitem", { name: "Go on on another device" }).click();
  const link = dasha.page.getByRole("dialog").getByRole("textbox", { name: "Link" });
  await expect(link).toHaveValue(/recover\?token=/);
  await readable(dasha.page);
  const tablet = await phone(browser, server.base, "en-GB");
  await tablet.page.goto(await link.inputValue());
  await readable(tablet.page);
  await tablet.page.getByRole("button", { name: "Go on here" }).click();
  await tablet.page.waitForURL(/\/classes\//);
  await expect(tablet.page.locator(".mark.later")).toHaveCount(1);
  await dasha.page.keyboard.press("Escape");

  // The door, and a link that stops working.
  await teacher.locator(".topbar").getByRole("button", { name: "Invite" }).click();
  await invite.getByText("The door is open").click();
  await expect(invite.getByText("nobody new can come in")).toBeVisible();
  const stranger = await phone(browser, server.base, "en-GB");
  await stranger.page.goto(path);
  await expect(stranger.page.getByRole("heading", { name: "The door is closed" })).toBeVisible();
  await readable(stranger.page);
  await invite.getByRole("button", { name: "Make a new link" }).click();
  await expect(invite.getByRole("textbox", { name: "Link" })).not.toHaveValue(new RegExp(`${path}$`));
  await stranger.page.goto(path);
  await expect(stranger.page.getByRole("heading", { name: "This link no longer works" })).toBeVisible();
  await teacher.keyboard.press("Escape");

  // A running class stands above everything else.
  const second = await desk.newPage();
  await second.goto("/");
  await expect(second.locator(".livecard")).toContainText("At the airport");
  await readable(second);
  await second.close();

  // What the teacher sees is what the database has.
  const before = (await (await teacher.request.get(`/api/v1/classes/${classId}`)).json()) as { open_run: string };
  const report = (await (await teacher.request.get(`/api/v1/runs/${before.open_run}/report`)).json()) as {
    students: { name: string; removed: boolean; cells: { tries: number; last: { verdict: string } | null }[] }[];
  };
  for (const student of report.students.filter((it) => !it.removed)) {
    const right = student.cells.filter((cell) => cell.last?.verdict === "right").length;
    await expect(row(teacher, student.name)).toContainText(`${right}/2`);
  }

  // 5. The end, the report, and the same lesson again.
  await teacher.getByRole("button", { name: "End class" }).click();
  await teacher.getByRole("dialog").getByRole("button", { name: "End class" }).click();
  await teacher.waitForURL(/\/runs\//);
  await expect(teacher.getByRole("heading", { name: "Who was there" })).toBeVisible();
  await expect(teacher.getByRole("row", { name: /Dasha/ }).first()).toContainText("2 of 4");
  await readable(teacher);
  await expect(dasha.page.getByRole("heading", { name: "The class is over" })).toBeVisible();
  await expect(ilya.page.getByRole("heading", { name: "Занятие окончено" })).toBeVisible();
  await readable(ilya.page);
  await teacher.getByRole("button", { name: "Teach again" }).click();
  await teacher.waitForURL(new RegExp(`/classes/${classId}$`));
  await expect(row(teacher, "Dasha")).toContainText("0/2");
  await dasha.page.getByRole("button", { name: "Enter the class" }).click({ timeout: 15_000 });
  await expect(dasha.page.locator(".follow")).toBeVisible();

  for (const context of [desk, dasha.context, ilya.context, tablet.context, stranger.context]) await context.close();
  network.close();
  await server.stop();
});
