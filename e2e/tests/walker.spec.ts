// Every page of the demo school, in each role, by pressing what is there. See walker/walk.ts for what counts as a
// fault.
import type { Browser, Locator, Page } from "@playwright/test";
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { type Result, Walker } from "../walker/walk";
import { ask } from "./class";
import { Server, expect, test } from "./server";

const LOOK = { width: 1280, height: 800 };

/** A demo school with a class that is over and one in progress. */
class School {
  server = new Server();
  private passwords = new Map<string, string>();
  room = "";
  join = "";
  /** The class that is over, its invitation, its report, and the lesson that was taught. */
  over = "";
  overJoin = "";
  ended = "";
  lesson = "";

  static async open(browser: Browser): Promise<School> {
    const school = new School();
    await school.server.start();
    const text = execFileSync(process.env.LINGUAGLOW_BIN ?? "", ["demo"], { env: school.server.environment(), encoding: "utf8" });
    for (const [, email, password] of text.matchAll(/(\S+@\S+)\s+(\S+)/g)) school.passwords.set(email, password);
    const teacher = await school.as(browser, "anna@demo.example");
    const { base } = school.server;
    const { items } = await ask<{ items: { id: string }[] }>(teacher, "get", base, "/lessons");
    const begin = (lesson: string): Promise<Class> => ask(teacher, "post", base, "/classes", { id: randomUUID(), lesson_id: lesson });
    const over = await begin(items[0].id);
    await school.answer(browser, over);
    await ask(teacher, "post", base, `/runs/${over.open_run}/end`);
    school.over = `/classes/${over.id}`;
    school.overJoin = new URL(over.invitation.url).pathname;
    school.lesson = `/lessons/${items[0].id}`;
    school.ended = `/classes/${over.id}/runs/${over.open_run}`;
    const on = await begin(items[1].id);
    await school.answer(browser, on);
    school.room = `/classes/${on.id}`;
    school.join = new URL(on.invitation.url).pathname;
    await teacher.context().close();
    return school;
  }

  /** A window of a member of the school, or of a stranger without `email`. */
  async as(browser: Browser, email?: string): Promise<Page> {
    const context = await browser.newContext({ baseURL: this.server.base, locale: "en-GB", viewport: LOOK });
    const page = await context.newPage();
    if (email) await ask(page, "post", this.server.base, "/auth/login", { email, password: this.passwords.get(email) });
    return page;
  }

  /** Creates the administrator by the link that the first start printed. */
  async admin(browser: Browser): Promise<Page> {
    const page = await this.as(browser);
    const token = /first-admin\?token=([\w-]+)/.exec(this.server.log)?.[1];
    const admin = { token, name: "Olga Adminova", email: "olga@demo.example", password: "correct horse", locale: "en" };
    await ask(page, "post", this.server.base, "/auth/first-admin", admin);
    return page;
  }

  async guest(browser: Browser, path: string, name: string): Promise<Page> {
    const page = await this.as(browser);
    await ask(page, "post", this.server.base, `/invitations/${path.split("/").pop()}/members`, { name });
    return page;
  }

  private async answer(browser: Browser, of: Class): Promise<void> {
    const page = await this.guest(browser, new URL(of.invitation.url).pathname, "Lena");
    await page.goto(`/classes/${of.id}`);
    await expect(page.locator(".student-task")).toBeVisible();
    await page.context().close();
  }
}

interface Class {
  id: string;
  open_run: string;
  invitation: { url: string };
}

/** Prints the counts and expects no faults. All of `pages` must have been reached by pressing. */
function report(role: string, { faults, counts }: Result, pages: string[] = []): void {
  for (const [page, { pressed, skipped, alike, gone }] of counts) {
    console.log(`  ${role}: ${page}: ${pressed} pressed, ${skipped} left out by the list, ${alike} alike, ${gone} not there again`);
  }
  expect(faults, faults.join("\n")).toEqual([]);
  expect([...counts.keys()]).toEqual(expect.arrayContaining(pages));
}

test.describe("a walk through the school", () => {
  let school: School;

  test.beforeAll(async ({ browser }) => {
    test.setTimeout(120_000);
    school = await School.open(browser);
  });
  test.afterAll(() => school.server.stop());

  test("of a stranger", async ({ browser }) => {
    test.setTimeout(300_000);
    const page = await school.as(browser);
    const walked = await new Walker(page, "stranger").walk(`${school.server.base}/`, `${school.server.base}${school.join}`, `${school.server.base}/nowhere`);
    report("stranger", walked, ["/login", "/register", "/forgot-password"]);
    await page.goto(`${school.server.base}/login`);
    await expect(page.getByText("Prepare a language lesson in minutes and teach it live: your students join from their phones.")).toBeVisible();
  });

  test("of a guest", async ({ browser }) => {
    test.setTimeout(300_000);
    const page = await school.guest(browser, school.join, "Mila");
    report("guest", await new Walker(page, "guest").walk(`${school.server.base}/`, `${school.server.base}${school.room}`));
  });

  test("of a student", async ({ browser }) => {
    test.setTimeout(300_000);
    const page = await school.as(browser, "dasha@demo.example");
    await ask(page, "post", school.server.base, `/invitations/${school.join.split("/").pop()}/members`, {});
    report("student", await new Walker(page, "student").walk(`${school.server.base}/`));
  });

  test("of a teacher", async ({ browser }) => {
    test.setTimeout(900_000);
    const page = await school.as(browser, "anna@demo.example");
    const walked = await new Walker(page, "teacher").walk(`${school.server.base}/`);
    report("teacher", walked, ["/", "/lessons", "/lessons/:id", "/classes", "/classes/:id", "/classes/:id/runs/:id", "/settings"]);
  });

  test("of a class that is over, and of what is another's or nowhere", async ({ browser }) => {
    test.setTimeout(300_000);
    const { base } = school.server;
    const teacher = await school.as(browser, "anna@demo.example");
    // The rail stays on pages that don't exist.
    const nowhere = [`${base}/nowhere`, `${base}/classes/${randomUUID()}/runs/${randomUUID()}`];
    report("teacher", await new Walker(teacher, "teacher").look(`${base}${school.over}`));
    await teacher.goto(`${base}${school.over}`);
    await expect(teacher.getByText("No class is on.")).toBeVisible();
    for (const address of nowhere) {
      // They share a title, which one walker would report as a fault: each gets its own.
      report("teacher", await new Walker(teacher, "teacher").look(address));
      await teacher.goto(address);
      await expect(teacher.getByRole("navigation").getByRole("link", { name: "Lessons" })).toBeVisible();
    }
    const guest = await school.guest(browser, school.overJoin, "Nina");
    report("guest of what is over", await new Walker(guest, "guest").look(`${base}${school.over}`));
    await guest.goto(`${base}${school.over}`);
    await expect(guest.getByRole("heading", { level: 1, name: "The class is over" })).toBeVisible();
    const student = await school.as(browser, "dasha@demo.example");
    await ask(student, "post", base, `/invitations/${school.join.split("/").pop()}/members`, {});
    for (const address of [school.lesson, school.ended, "/lessons", "/classes"]) {
      const walked = await new Walker(student, "student").look(`${base}${address}`);
      report("student at a teacher’s page", walked);
      await student.goto(`${base}${address}`);
      await expect(student.getByRole("heading", { level: 1 })).toHaveText(/^(This page is for teachers|You join classes by link)$/);
    }
  });

  for (const by of ["Enter", "touch"] as const) {
    test(`from Home to what was taught and back, by ${by}`, async ({ browser }) => {
      const { base } = school.server;
      const known = await school.as(browser, "anna@demo.example");
      const cookies = await known.context().cookies();
      const context = await browser.newContext({ baseURL: base, locale: "en-GB", viewport: LOOK, hasTouch: true });
      await context.addCookies(cookies);
      const page = await context.newPage();
      const follow = async (link: Locator, to: RegExp): Promise<void> => {
        if (by === "touch") await link.tap();
        else await link.press("Enter");
        await expect(page).toHaveURL(to);
        await expect(page.getByRole("heading", { level: 1 })).toBeAttached();
      };
      const [REPORT, LESSON] = [/\/classes\/[0-9a-f-]{36}\/runs\/[0-9a-f-]{36}$/, /\/lessons\/[0-9a-f-]{36}$/];
      await page.goto("/");
      await follow(page.locator("section", { has: page.getByRole("heading", { name: "Last class" }) }).locator("li a").first(), REPORT);
      await follow(page.getByRole("link", { name: "Go to Home" }).first(), /\/$/);
      await follow(page.getByRole("navigation").getByRole("link", { name: "Classes" }), /\/classes$/);
      await follow(page.getByRole("link", { name: /^Lesson “/ }).first(), LESSON);
      const taught = page.locator("section", { has: page.getByRole("heading", { name: "Taught" }) });
      await expect(taught.getByRole("link").first()).toBeVisible();
      await follow(page.getByRole("link", { name: "Back to lessons" }), /\/lessons$/);
      await follow(page.locator("li.card.lesson h3 a").first(), LESSON);
      await context.close();
    });
  }

  test("of an administrator", async ({ browser }) => {
    test.setTimeout(300_000);
    const page = await school.admin(browser);
    report("administrator", await new Walker(page, "administrator").walk(`${school.server.base}/`));
  });
});

test("what takes something away, in a school of its own", async ({ browser }) => {
  test.setTimeout(900_000);
  const school = await School.open(browser);
  try {
    const page = await school.as(browser, "anna@demo.example");
    const { base } = school.server;
    const { items } = await ask<{ items: { id: string }[] }>(page, "get", base, "/lessons");
    // The lesson first: the walk from Home and the lists deletes it.
    report("teacher", await new Walker(page, "teacher", true).walk(`${base}/lessons/${items[0].id}`, `${base}/`));
  } finally {
    await school.server.stop();
  }
});
