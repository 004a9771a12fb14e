// Every page of the demo school, for each role, by pressing what is there: see walker/walk.ts for what is a fault.
import type { Browser, Page } from "@playwright/test";
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { type Result, Walker } from "../walker/walk";
import { ask } from "./class";
import { Server, expect, test } from "./server";

const LOOK = { width: 1280, height: 800 };

/** A demo school with a class that is over and one that is on. */
class School {
  server = new Server();
  private passwords = new Map<string, string>();
  room = "";
  join = "";
  ended = "";

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
    school.ended = `/classes/${over.id}/runs/${over.open_run}`;
    const on = await begin(items[1].id);
    await school.answer(browser, on);
    school.room = `/classes/${on.id}`;
    school.join = new URL(on.invitation.url).pathname;
    await teacher.context().close();
    return school;
  }

  /** A window of somebody of the school. */
  async as(browser: Browser, email?: string): Promise<Page> {
    const context = await browser.newContext({ baseURL: this.server.base, locale: "en-GB", viewport: LOOK });
    const page = await context.newPage();
    if (email) await ask(page, "post", this.server.base, "/auth/login", { email, password: this.passwords.get(email) });
    return page;
  }

  /** The administrator is made by the link that the first start printed. */
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

function report(role: string, { faults, counts }: Result): void {
  for (const [page, { pressed, skipped }] of counts) console.log(`  ${role}: ${page}: ${pressed} pressed, ${skipped} left out`);
  expect(faults, faults.join("\n")).toEqual([]);
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
    report("stranger", await new Walker(page, "stranger").walk(`${school.server.base}/`, `${school.server.base}${school.join}`, `${school.server.base}/nowhere`));
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
    report("teacher", await new Walker(page, "teacher").walk(`${school.server.base}/`));
  });

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
    // The lesson first: from Home and the lists it is deleted.
    report("teacher", await new Walker(page, "teacher", true).walk(`${base}/lessons/${items[0].id}`, `${base}/`));
  } finally {
    await school.server.stop();
  }
});
