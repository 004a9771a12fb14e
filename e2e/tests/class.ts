// A class in real browsers: its teacher, phones that join, and a network that fails. Playwright's own offline mode
// does not close open sockets, so the network here is a proxy.
import type { Browser, BrowserContext, Locator, Page } from "@playwright/test";
import { randomUUID } from "node:crypto";
import { type AddressInfo, type Server as TcpServer, type Socket, connect, createServer } from "node:net";
import { expect, test as base } from "./server";

/** A network that can swallow traffic and cut connections. */
export class Network {
  private held = false;
  private down = false;
  private readonly pairs = new Set<Socket>();
  private server: TcpServer | undefined;
  base = "";

  async before(server: string): Promise<void> {
    const port = Number(new URL(server).port);
    this.server = createServer((client) => {
      if (this.down) {
        client.resetAndDestroy();
        return;
      }
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

  /** Accepts everything and delivers nothing, as for a phone in a lift. */
  hold(): void {
    this.held = true;
  }

  /** Delivers again. What was swallowed is lost, so open connections are reset. */
  release(): void {
    this.held = false;
    this.reset();
  }

  /** Nothing gets through, and both ends notice at once. */
  cut(): void {
    this.down = true;
    this.reset();
  }

  mend(): void {
    this.down = false;
  }

  reset(): void {
    for (const socket of this.pairs) socket.resetAndDestroy();
  }

  close(): void {
    this.reset();
    this.server?.close();
  }
}

interface Window {
  locale?: string;
  /** The server's address for this window, if not the real one. */
  base?: string;
}

/** The windows of a test, each with its own cookies. */
export class Windows {
  private readonly contexts = new Set<BrowserContext>();
  /** Errors that their pages threw. */
  readonly problems: string[] = [];

  constructor(private readonly browser: Browser, private readonly base: string) {}

  private async open(options: Parameters<Browser["newContext"]>[0]): Promise<Page> {
    const context = await this.browser.newContext({ baseURL: this.base, ...options });
    this.contexts.add(context);
    context.on("page", (page) => page.on("pageerror", (error) => this.problems.push(String(error))));
    return context.newPage();
  }

  desk({ locale = "en-GB" }: Window = {}): Promise<Page> {
    return this.open({ locale, viewport: { width: 1280, height: 860 } });
  }

  phone({ locale = "en-GB", base = this.base }: Window = {}): Promise<Page> {
    const viewport = { width: 360, height: 740 };
    return this.open({ baseURL: base, locale, viewport, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });
  }

  async close(page: Page): Promise<void> {
    this.contexts.delete(page.context());
    await page.context().close();
  }

  async closeAll(): Promise<void> {
    for (const context of this.contexts) await context.close();
    this.contexts.clear();
  }
}

// Both are torn down whether the test passed or not.
export const test = base.extend<{ windows: Windows; network: Network }>({
  windows: async ({ browser, server }, use) => {
    const windows = new Windows(browser, server.base);
    await use(windows);
    await windows.closeAll();
    expect(windows.problems).toEqual([]);
  },
  network: async ({ server }, use) => {
    const network = new Network();
    await network.before(server.base);
    await use(network);
    network.close();
  },
});

type Method = "get" | "post" | "patch";

/** Calls the API as the page's user. */
export async function ask<T>(page: Page, method: Method, base: string, path: string, data?: unknown): Promise<T> {
  const response = await page.request[method](`${base}/api/v1${path}`, { data, headers: { origin: base } });
  expect(response.ok(), `${path}: ${await response.text()}`).toBe(true);
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

interface Named {
  id: string;
}

/** Two tasks: typed gaps (“went”, “gate”), and true or false. */
export async function lesson(page: Page, base: string): Promise<string> {
  const post = <T>(path: string, data: unknown): Promise<T> => ask(page, "post", base, path, data);
  const { id } = await post<Named>("/lessons", {
    title: "At the airport",
    level: "A2",
    target_language: "en",
    students_language: "ru",
  });
  const section = await post<Named>(`/lessons/${id}/sections`, { title: "Practice" });
  const gap = (n: number, key: string): unknown => ({ gap: { id: `g${n}`, key } });
  await post(`/lessons/${id}/tasks`, {
    section_id: section.id,
    title: "A delayed flight",
    instructions: "Fill in.",
    body: { kind: "gap_fill", content: { parts: [{ text: "We " }, gap(1, "went"), { text: " to the " }, gap(2, "gate"), { text: "." }] } },
  });
  await post(`/lessons/${id}/tasks`, {
    section_id: section.id,
    title: "True or false",
    body: {
      kind: "true_false",
      content: { statements: [{ id: "s1", text: "Planes fly.", truth: "true" }, { id: "s2", text: "Fish walk.", truth: "false" }] },
    },
  });
  return id;
}

/** A lesson with a task for each way of answering, with the titles below. */
export async function everyKind(page: Page, base: string): Promise<string> {
  const post = <T>(path: string, data: unknown): Promise<T> => ask(page, "post", base, path, data);
  const { id } = await post<Named>("/lessons", { title: "At the airport", level: "A2", target_language: "en", students_language: "ru" });
  const section = await post<Named>(`/lessons/${id}/sections`, { title: "Practice" });
  const gap = (n: number, key: string): unknown => ({ gap: { id: `g${n}`, key } });
  const words = ["delayed", "checked", "luggage", "gate", "connecting", "voucher"];
  const text = words.flatMap((word, n) => [{ text: n === 0 ? "Our flight was " : " for three long hours because of the thick fog, and then " }, gap(n + 1, word)]);
  const pairs = [
    ["gate", "the door through which people go to their plane"],
    ["aisle", "the narrow way between the rows of seats in a plane"],
    ["luggage", "all the bags that you take with you when you travel"],
    ["boarding pass", "the paper that you must show before you get on a plane"],
    ["departure", "the time at which a plane leaves the airport"],
    ["customs", "the place where officers may look into your bags"],
    ["delay", "the time that you have to wait longer than was planned"],
  ].map(([left, right], n) => ({ id: `p${n}`, left: { text: left }, right: { text: right } }));
  const bodies: Record<string, unknown> = {
    [BANK]: { kind: "word_bank", content: { parts: [...text, { text: "." }], distractors: ["aisle", "cancelled"] } },
    [TYPED]: { kind: "gap_fill", content: { parts: [{ text: "We " }, gap(1, "went"), { text: " to the " }, gap(2, "gate"), { text: " and " }, gap(3, "waited"), { text: "." }] } },
    [PAIRS]: { kind: "matching", content: { pairs, extra: [] } },
    [ORDER]: { kind: "sentence_builder", content: { sentences: [{ id: "o1", orders: [["We", "had", "to", "wait", "for", "hours"]], ending: "." }] } },
    [CHOICE]: {
      kind: "single_choice",
      content: { questions: [1, 2, 3].map((n) => ({ id: `q${n}`, stem: `Where do people wait, ${n}?`, right: "at the gate", distractors: ["in the wing", "on the roof"] })) },
    },
  };
  for (const [title, body] of Object.entries(bodies)) {
    await post(`/lessons/${id}/tasks`, { section_id: section.id, title, instructions: "Do it.", body });
  }
  return id;
}
export const [BANK, TYPED, PAIRS, ORDER, CHOICE] = ["Words in the box", "Typed gaps", "Words and meanings", "In order", "One of three"];

/** Joins by the link, as a guest. */
export async function join(page: Page, path: string, name: string): Promise<void> {
  await page.goto(path);
  await page.getByRole("textbox").fill(name);
  await page.locator("form button[type=submit]").click();
  await page.waitForURL(/\/classes\//);
  await expect(page.locator(".follow")).toBeVisible();
}

/** The field of a gap, by 1-based number; there is none while its answer is marked. */
export const gap = (page: Page, n: number): Locator =>
  page.locator(".student-task").getByRole("textbox", { name: new RegExp(`^(Gap|Пропуск) ${n}\\b`) });
/** A text visible in the room, as opposed to what the live region says to screen readers. */
export const shown = (page: Page, text: string): Locator => page.locator(".room, .student-room").getByText(text);
/** The last message of the page's permanent live region. */
export const said = (page: Page): Locator => page.locator("[data-said]").first();
export const check = (page: Page): Locator => page.locator(".student-foot button", { hasText: /^(Check|Проверить|Will be|Проверится)/ });
export const row = (page: Page, name: string): Locator =>
  page.locator(".live tbody tr", { has: page.getByText(name, { exact: true }) });
/** What the page's sockets opened from now on send. */
export const frames = (page: Page): string[] => {
  const sent: string[] = [];
  page.on("websocket", (socket) => socket.on("framesent", ({ payload }) => sent.push(payload.toString())));
  return sent;
};
export const messages = (page: Page): Locator => page.getByRole("region", { name: /^(Messages|Сообщения)$/ });

interface ReportCell {
  task: string;
  item: string;
  tries: number;
  last: { verdict: string } | null;
}

interface Report {
  tasks: { id: string; title: string; items: string[] }[];
  students: { name: string; twin: number; removed: boolean; cells: ReportCell[] }[];
}

const colour = (cell: ReportCell | undefined): string => {
  if (!cell?.last) return "none";
  if (cell.last.verdict === "right") return cell.tries === 1 ? "first" : "later";
  return cell.last.verdict;
};

/** A class in progress, made through the API: its teacher has the room open on a wide screen. */
export class Classroom {
  private constructor(
    readonly windows: Windows,
    private readonly base: string,
    readonly teacher: Page,
    readonly id: string,
    readonly run: string,
    /** Path of the invitation's link. */
    public path: string,
  ) {}

  /** `make` returns the id of the lesson to teach. */
  static async open(browser: Browser, base: string, make = lesson): Promise<Classroom> {
    const windows = new Windows(browser, base);
    const teacher = await windows.desk();
    await ask(teacher, "post", base, "/auth/register", {
      name: "Anna Sergeeva",
      email: `anna-${randomUUID()}@school.example`,
      password: "correct horse",
      locale: "en",
    });
    const made = await ask<{ id: string; open_run: string; invitation: { url: string } }>(teacher, "post", base, "/classes", {
      id: randomUUID(),
      lesson_id: await make(teacher, base),
    });
    await teacher.goto(`/classes/${made.id}`);
    await expect(teacher.locator(".sync.ok")).toBeVisible();
    return new Classroom(windows, base, teacher, made.id, made.open_run, new URL(made.invitation.url).pathname);
  }

  /** A guest in the room, on a phone. */
  async student(name: string, window: Window = {}): Promise<Page> {
    const page = await this.windows.phone(window);
    const code = this.path.split("/").pop() ?? "";
    await ask(page, "post", window.base ?? this.base, `/invitations/${code}/members`, { name });
    await page.goto(`/classes/${this.id}`);
    await expect(page.locator(".sync.ok")).toBeVisible();
    await expect(page.locator(".student-task")).toBeVisible();
    return page;
  }

  row(name: string): Locator {
    return row(this.teacher, name);
  }

  /** Moves the teacher and the class to this task. */
  async goTo(task: string): Promise<void> {
    const button = this.teacher.getByRole("navigation", { name: "Tasks" }).getByRole("button", { name: task });
    await button.click();
    await expect(button).toContainText("The class is here");
  }

  async confirm(verb: string): Promise<void> {
    await this.teacher.getByRole("dialog").getByRole("button", { name: verb, exact: true }).click();
    await expect(this.teacher.getByRole("dialog")).toHaveCount(0);
  }

  report(): Promise<Report> {
    return ask(this.teacher, "get", this.base, `/runs/${this.run}/report`);
  }

  /** Expects the teacher's grid for the task on the screen to match the database, without unchecked drafts. */
  async gridIsTheReport(title: string): Promise<void> {
    const { tasks, students } = await this.report();
    const task = tasks.find((one) => one.title === title);
    if (!task) throw new Error(`no task ${title}`);
    const present = students.filter((student) => !student.removed);
    await expect(this.teacher.locator(".live tbody tr")).toHaveCount(present.length);
    for (const { name, twin, cells } of present) {
      const line = this.row(twin > 1 ? `${name} (${twin})` : name);
      const own = task.items.map((item) => cells.find((cell) => cell.task === task.id && cell.item === item));
      for (const [n, cell] of own.entries()) {
        await expect(line.locator("td .c").nth(n), `${name}, item ${n + 1}`).toHaveClass(`c ${colour(cell)}`);
      }
      await expect(line.locator("td.sum")).toHaveText(`${own.filter((cell) => cell?.last?.verdict === "right").length}/${own.length}`);
    }
  }
}
