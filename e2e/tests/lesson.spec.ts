import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, create, whole } from "./lesson";
import { readable } from "./readable";
import { Server, expect, fits, register, test } from "./server";

test("a typed topic becomes a lesson on screen and on paper", async ({ page }, info) => {
  await register(page);
  await page.goto("/");
  await expect(page.getByLabel("Lesson topic")).toBeFocused();
  await create(page, "Travel", "A2");
  const lesson = await whole(page);
  const kinds = lesson.sections.flatMap((section) => section.tasks.map((task) => task.body.kind));
  for (const kind of ["word_list", "matching", "word_bank", "single_choice", "true_false", "sentence_builder", "gap_fill"]) {
    expect(kinds).toContain(kind);
  }
  for (const section of lesson.sections) {
    for (const task of section.tasks) await expect(page.getByRole("heading", { name: task.title }).first()).toBeVisible();
  }
  await fits(page);
  await page.screenshot({ path: `shots/builder-${info.project.name}.png`, fullPage: false });

  const id = new URL(page.url()).pathname.split("/")[2];
  for (const paper of ["worksheet", "key", "both"]) {
    const pdf = await page.request.get(`/api/v1/lessons/${id}/pdf?paper=${paper}`);
    expect(pdf.headers()["content-type"]).toBe("application/pdf");
    const words = execFileSync("pdftotext", ["-layout", "-", "-"], { input: await pdf.body() }).toString();
    expect(words).toContain("Travel");
    expect(words.includes("Answer key")).toBe(paper !== "worksheet");
  }
});

test("a task is tried as a student sees it and marked by the server", async ({ page }) => {
  await register(page);
  await create(page, "Food", "A1");
  const lesson = await whole(page);
  const task = lesson.sections.flatMap((section) => section.tasks).find((one) => one.body.kind === "true_false");
  if (!task) throw new Error("no true or false task");
  const card = page.locator("article", { has: page.getByRole("heading", { name: task.title }) }).first();
  await card.scrollIntoViewIfNeeded();
  const marked = page.waitForResponse((response) => response.url().endsWith(`/tasks/${task.id}/marks`));
  await card.locator(".seg label, .opt").first().click();
  await card.getByRole("button", { name: "Check" }).click();
  expect((await marked).status()).toBe(200);
});

test("a topic outside the pack is said so, with other ways", async ({ page }) => {
  await register(page);
  await page.goto("/");
  await page.getByLabel("Lesson topic").fill("Quantum field theory");
  await page.getByRole("button", { name: "Create lesson" }).click();
  await expect(page.getByText("There is no ready-made “Quantum field theory” lesson")).toBeVisible();
  await expect(page.getByLabel("Lesson topic")).toHaveValue("Quantum field theory");
  await page.getByRole("button", { name: "Start from a word list" }).first().click();
  await page.getByLabel("Words").fill("quark — кварк\nfield — поле\ncharge — заряд\nspin — спин\nmass — масса\nwave — волна");
  await page.getByRole("dialog").getByRole("button", { name: "Create lesson" }).click();
  await page.waitForURL(/\/lessons\/[0-9a-f-]{36}/);
  const lesson = await whole(page);
  expect(lesson.sections.flatMap((section) => section.tasks).length).toBeGreaterThan(1);
});

test("something smaller than a topic is made from the nearest one by one press, under its name", async ({ page }) => {
  await register(page);
  await page.goto("/");
  await page.getByLabel("Lesson topic").fill("Lost luggage");
  await page.locator(".seg label", { hasText: "A2" }).click();
  await page.getByRole("button", { name: "Create lesson" }).click();
  await expect(page.getByText("There is no ready-made “Lost luggage” lesson")).toBeVisible();
  await page.getByRole("button", { name: /^Travel, A2.*luggage/ }).click();
  await page.waitForURL(/\/lessons\/[0-9a-f-]{36}/);
  // A lesson never has the name of a topic that it isn't about.
  expect((await whole(page)).title).toBe("Travel");
});

test("what no font has is told before it is printed", async ({ browser }) => {
  const server = new Server({ LINGUAGLOW_FONTS_DIR: mkdtempSync(join(tmpdir(), "linguaglow-no-fonts-")) });
  await server.start();
  try {
    const context = await browser.newContext({ baseURL: server.base, locale: "en-GB", viewport: { width: 1280, height: 860 } });
    const page = await context.newPage();
    await register(page);
    await page.goto(`/lessons/${await build(page, "Seasons", ["冬 winter"])}`);
    await page.getByRole("button", { name: "PDF", exact: true }).click();
    await expect(page.getByText(/^The server has no font for 冬: they would be left out/)).toBeVisible();
    await context.close();
  } finally {
    await server.stop();
  }
});

test("what is written is saved, and the other tab is not overwritten", async ({ page, context }) => {
  await register(page);
  await create(page, "Home", "A2");
  await whole(page);
  const title = page.getByLabel("Lesson title");
  await title.fill("My own title");
  await title.press("Enter");
  const id = new URL(page.url()).pathname.split("/")[2];
  await expect(async () => {
    expect((await (await page.request.get(`/api/v1/lessons/${id}`)).json()).title).toBe("My own title");
  }).toPass({ intervals: [100] });
  const other = await context.newPage();
  await other.goto(`/lessons/${id}`);
  await expect(other.getByLabel("Lesson title")).toHaveValue("My own title");
  await other.close();
});

test("pages are readable by everybody", async ({ page }) => {
  await page.goto("/login");
  await expect(page.getByRole("button", { name: "Log in" })).toBeVisible();
  await readable(page);
  await register(page);
  await readable(page);
  await page.goto("/settings");
  await expect(page.getByText("Where you are logged in")).toBeVisible();
  await readable(page);
});

test("killed in the middle of writing, the server goes on after its restart", async ({ page, server, problems }) => {
  await register(page);
  await page.goto("/");
  await page.getByLabel("Lesson topic").fill("Health");
  await page.getByRole("button", { name: "Create lesson" }).click();
  await page.waitForURL(/\/lessons\/[0-9a-f-]{36}/);
  await server.kill();
  await server.start();
  await page.reload();
  const lesson = await whole(page);
  const tasks = lesson.sections.flatMap((section) => section.tasks.map((task) => `${task.body.kind} ${task.title}`));
  expect(new Set(tasks).size).toBe(tasks.length);
  expect(tasks.length).toBeGreaterThanOrEqual(7);
  // While the server was down, the page could not reach it; nothing else went wrong.
  const others = problems.filter((problem) => !/net::ERR_|Network error/.test(problem));
  problems.splice(0, problems.length, ...others);
});
