// The whole journey under harder conditions than usual: a translated page, text of up to 200%, a window of 320 px, an
// open keyboard, and a right-to-left page. A teacher makes, edits and prints a lesson; a student joins and answers
// each kind of task.
import { type Browser, type BrowserContext, type Page, chromium } from "@playwright/test";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ask } from "./class";
import { create, tasksOf, whole } from "./lesson";
import { expect, fits, test } from "./server";

interface Mode {
  name: string;
  teacher: { width: number; height: number };
  student: { width: number; height: number };
  /** The browser's default font size, in px. */
  font?: number;
  prepare?: (context: BrowserContext) => Promise<unknown>;
  check?: (page: Page) => Promise<void>;
}

/** What Chrome's translation does to a page: wraps each text node in two elements, again whenever it changes. */
const translate = (): void => {
  const wrap = (node: Text): void => {
    const parent = node.parentElement;
    if (!node.data.trim() || !parent || parent.closest("[translate=no], script, style, font")) return;
    const [outer, inner] = [document.createElement("font"), document.createElement("font")];
    inner.textContent = `«${node.data}»`;
    outer.append(inner);
    node.replaceWith(outer);
  };
  const all = (root: Node): void => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const nodes: Text[] = [];
    while (walker.nextNode()) nodes.push(walker.currentNode as Text);
    for (const node of nodes) wrap(node);
  };
  new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) {
      if (target instanceof Text) wrap(target);
      for (const node of addedNodes) all(node);
    }
  }).observe(document, { subtree: true, childList: true, characterData: true });
};

const mirror = (): void => {
  const set = (): void => document.documentElement?.setAttribute("dir", "rtl");
  new MutationObserver(set).observe(document, { childList: true });
  set();
};

const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 360, height: 640 };

const MODES: Mode[] = [
  {
    name: "translated",
    teacher: WIDE,
    student: PHONE,
    prepare: (context) => context.addInitScript(translate),
    check: async (page) => expect(await page.locator("font").count(), "something was left to the translation").toBe(0),
  },
  { name: "text of 150%", teacher: WIDE, student: PHONE, font: 24 },
  { name: "text of 200%", teacher: WIDE, student: PHONE, font: 32 },
  { name: "320 px", teacher: { width: 320, height: 640 }, student: { width: 320, height: 640 } },
  { name: "keyboard open", teacher: WIDE, student: { width: 360, height: 400 } },
  {
    name: "from right to left",
    teacher: WIDE,
    student: PHONE,
    prepare: (context) => context.addInitScript(mirror),
    check: async (page) => expect(await page.evaluate(() => getComputedStyle(document.body).direction)).toBe("rtl"),
  },
];

/** A window of this mode. The font size is a setting of the browser, so a mode that sets it gets a separate browser. */
async function open(browser: Browser, mode: Mode, viewport: { width: number; height: number }, base: string): Promise<{ page: Page; close: () => Promise<void> }> {
  if (mode.font === undefined) {
    const context = await browser.newContext({ baseURL: base, locale: "en-GB", viewport, acceptDownloads: true });
    await mode.prepare?.(context);
    return { page: await context.newPage(), close: () => context.close() };
  }
  const profile = mkdtempSync(join(tmpdir(), "linguaglow-profile-"));
  mkdirSync(join(profile, "Default"));
  const webprefs = { default_font_size: mode.font, default_fixed_font_size: mode.font };
  writeFileSync(join(profile, "Default", "Preferences"), JSON.stringify({ webkit: { webprefs } }));
  const { executablePath, args } = test.info().project.use.launchOptions ?? {};
  const context = await chromium.launchPersistentContext(profile, { executablePath, args, baseURL: base, locale: "en-GB", viewport, acceptDownloads: true });
  const page = context.pages()[0] ?? (await context.newPage());
  return {
    page,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** Answers something in the task on the screen, as a student would; `false` if there is nothing to answer. */
async function answer(page: Page): Promise<boolean> {
  const task = page.locator(".student-task");
  const [fields, radios] = [task.getByRole("textbox"), task.locator("label:has(input[type=radio])")];
  const [lefts, trays, gaps] = [task.locator(".match .l"), task.locator(".tray"), task.locator("button.gap")];
  if (await fields.count()) {
    for (let n = 0; n < (await fields.count()); n++) await fields.nth(n).fill("word");
  } else if (await radios.count()) {
    await radios.first().click();
  } else if (await lefts.count()) {
    await lefts.first().click();
    await task.locator(".match .r").first().click();
  } else if (await trays.count()) {
    const tiles = task.locator(".tiles").first().locator("button:not(:disabled)");
    while (await tiles.count()) await tiles.first().click();
  } else if (await gaps.count()) {
    await task.locator(".tiles button").first().click();
    await gaps.first().click();
  } else {
    return false;
  }
  return true;
}

/** Expects these elements to be at least 9 em wide: a column of single letters wouldn't scroll sideways either. */
async function isWide(page: Page, what: string): Promise<void> {
  const narrow = await page.locator(what).evaluateAll((all) =>
    all
      .filter((one) => one.checkVisibility())
      .map((one) => one.getBoundingClientRect().width / Number.parseFloat(getComputedStyle(one).fontSize))
      .filter((letters) => letters < 9),
  );
  expect(narrow, `${what}, in em`).toEqual([]);
}

for (const mode of MODES) {
  test(`the journey, ${mode.name}`, async ({ browser, server }) => {
    test.setTimeout(180_000);
    const teacher = await open(browser, mode, mode.teacher, server.base);
    const student = await open(browser, mode, mode.student, server.base);
    try {
      const { page } = teacher;
      const account = { name: "Anna Sergeeva", email: `anna-${randomUUID()}@school.example`, password: "correct horse", locale: "en" };
      await ask(page, "post", server.base, "/auth/register", account);
      await create(page, "Travel", "A2");
      const lesson = await whole(page);
      await fits(page);
      await mode.check?.(page);
      await isWide(page, ".pane-main, .task-body");

      // Edit: the title of a task, saved by the server.
      const first = tasksOf(lesson)[0];
      const card = page.locator("main article").first();
      await card.locator("h3").click();
      await card.getByRole("button", { name: /^Edit/ }).first().click();
      await card.getByLabel("Title", { exact: true }).fill("My own words");
      await card.getByRole("button", { name: "Done" }).click();
      await expect(card.locator("h3")).toHaveText("My own words");
      const id = new URL(page.url()).pathname.split("/")[2];
      await expect(async () => {
        const { title } = await ask<{ title: string }>(page, "get", server.base, `/tasks/${first.id}`);
        expect(title).toBe("My own words");
      }).toPass({ intervals: [100] });

      // Print.
      await page.getByRole("button", { name: "PDF", exact: true }).click();
      const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: "Worksheet", exact: true }).click()]);
      expect(download.suggestedFilename()).toMatch(/\.pdf$/);

      const run = { id: randomUUID(), lesson_id: id };
      const made = await ask<{ id: string; invitation: { url: string } }>(page, "post", server.base, "/classes", run);
      await page.goto(`/classes/${made.id}`);
      await expect(page.locator(".sync.ok")).toBeVisible();
      await fits(page);
      await mode.check?.(page);

      // Join.
      const phone = student.page;
      await phone.goto(new URL(made.invitation.url).pathname);
      await phone.getByRole("textbox").fill("Dasha");
      await phone.locator("form button[type=submit]").click();
      await phone.waitForURL(/\/classes\//);
      await expect(phone.locator(".student-task")).toBeVisible();

      // Every task, led by the teacher; each answer is checked.
      const next = page.locator(".room-main").getByRole("button", { name: "Next task" });
      const count = tasksOf(lesson).length;
      const checked: string[] = [];
      for (let n = 0; n < count; n++) {
        if (n > 0) await next.click();
        const title = n === 0 ? "My own words" : tasksOf(lesson)[n].title;
        await expect(phone.locator(".student-task h3").first()).toHaveText(title);
        await fits(phone);
        await isWide(phone, ".task-body");
        if (!(await answer(phone))) continue;
        await phone.locator(".student-foot [data-check]").click();
        await expect(phone.locator(".student-task .mark, .student-task [data-s=wrong], .student-task [data-s=right]").first()).toBeVisible();
        await expect(phone.locator("[data-result]")).toBeVisible();
        checked.push(tasksOf(lesson)[n].body.kind);
      }
      expect(new Set(checked).size, checked.join()).toBeGreaterThanOrEqual(6);
      await mode.check?.(phone);
      await mode.check?.(page);
    } finally {
      await teacher.close();
      await student.close();
    }
  });
}
