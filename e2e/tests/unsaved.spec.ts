// Actions on a lesson wait until pending edits are saved; what can't be saved is named and kept.
import type { Locator, Page } from "@playwright/test";
import { randomUUID } from "node:crypto";
import { ask } from "./class";
import { build, read, tasksOf } from "./lesson";
import { expect, register, test } from "./server";

const card = (page: Page, title: string): Locator => page.locator("main article", { has: page.getByRole("heading", { name: title, exact: true }) }).first();

async function edit(page: Page, title: string): Promise<void> {
  const found = card(page, title);
  await found.getByRole("heading", { name: title, exact: true }).click();
  await found.getByRole("button", { name: /^Edit/ }).first().click();
  await expect(page.getByLabel("Title", { exact: true })).toBeVisible();
}

/** Makes a lesson of two tasks and opens the second, which can't be saved: a statement has lost its text. */
async function unfinished(page: Page): Promise<string> {
  const lesson = await build(page, "Seasons", ["Winter", "Spring"]);
  await page.goto(`/lessons/${lesson}`);
  await edit(page, "Spring");
  await page.getByLabel("Title", { exact: true }).fill("In spring");
  await page.locator(".erow :is(textarea, input[type=text])").first().fill("");
  return lesson;
}

const asked = (page: Page): Locator => page.getByRole("dialog", { name: "Not everything is saved" });

const headers = (page: Page): { origin: string } => ({ origin: new URL(page.url()).origin });

test("a class, a paper and a copy name what can't be saved, and lead there or take what is saved", async ({ page }) => {
  await register(page);
  await unfinished(page);
  await page.getByRole("button", { name: "Start class" }).click();
  await expect(asked(page)).toContainText("Task 2 isn’t finished.");
  await page.keyboard.press("Escape");
  await expect(asked(page)).toHaveCount(0);

  await page.getByRole("button", { name: "PDF", exact: true }).click();
  await page.getByRole("menuitem", { name: "Worksheet", exact: true }).click();
  await expect(asked(page)).toContainText("Task 2 isn’t finished.");
  await asked(page).getByRole("button", { name: "Open task 2" }).click();
  await expect(page.getByLabel("Title", { exact: true })).toHaveValue("In spring");

  await page.getByRole("button", { name: "Done" }).click();
  await card(page, "In spring").getByRole("button", { name: /^Duplicate/ }).click();
  await asked(page).getByRole("button", { name: "Use the saved version" }).click();
  // The server's version is copied; the draft stays where it was.
  await expect(async () => expect(tasksOf(await read(page)).map((task) => task.title)).toEqual(["Winter", "Spring", "Spring"])).toPass({ intervals: [50] });
  await expect(page.locator("main article h3")).toHaveText(["Winter", "In spring", "Spring"]);
});

test("a class begins with what was typed a moment ago", async ({ page }) => {
  await register(page);
  const lesson = await build(page, "Seasons", ["Winter"]);
  await page.goto(`/lessons/${lesson}`);
  await edit(page, "Winter");
  let letOn = (): void => {};
  const held = new Promise<void>((resolve) => (letOn = resolve));
  await page.route("**/api/v1/tasks/*", async (route) => {
    if (route.request().method() === "PUT") await held;
    await route.continue();
  });
  const begun: string[] = [];
  page.on("request", (request) => request.method() === "POST" && request.url().endsWith("/classes") && begun.push(request.url()));
  await page.getByLabel("Title", { exact: true }).fill("In winter");
  const sent = page.waitForRequest((request) => request.method() === "PUT");
  await page.getByRole("button", { name: "Start class" }).click();
  await sent;
  expect(begun).toEqual([]);
  letOn();
  await page.waitForURL(/\/classes\/[0-9a-f-]{36}$/);
  await expect(page.locator(".room-main").getByRole("heading", { name: "In winter" })).toBeVisible();
});

test("what was written in a task that was deleted elsewhere is there after a reload, and is put back", async ({ page, problems }) => {
  await register(page);
  const lesson = await build(page, "Seasons", ["Winter", "Spring"]);
  await page.goto(`/lessons/${lesson}`);
  const [winter] = tasksOf(await read(page));
  await edit(page, "Winter");
  await page.request.delete(`/api/v1/tasks/${winter.id}`, { headers: headers(page) });
  await page.getByLabel("Title", { exact: true }).fill("In winter");
  const gone = page.getByText("This task was deleted in another tab or on another device. Your changes are kept in this browser.");
  await expect(gone).toBeVisible();
  page.on("dialog", (dialog) => void dialog.accept());
  await page.reload();
  await expect(page.locator("main article h3")).toHaveText(["Spring", "In winter"]);
  await expect(gone).toBeVisible();
  await page.getByRole("button", { name: "Put it back" }).click();
  await expect(async () => expect(tasksOf(await read(page)).map((task) => task.title)).toEqual(["In winter", "Spring"])).toPass({ intervals: [50] });
  await page.locator("body").press("Control+z");
  await expect(async () => expect(tasksOf(await read(page)).map((task) => task.title)).toEqual(["Winter", "Spring"])).toPass({ intervals: [50] });
  // Saving met a task that no longer existed.
  problems.splice(0, problems.length, ...problems.filter((problem) => !/status of 404/.test(problem)));
});

test("one's own deleted task takes its unfinished text along, and Undo brings both back", async ({ page }) => {
  await register(page);
  await unfinished(page);
  await page.getByRole("button", { name: "Done" }).click();
  await card(page, "In spring").getByRole("button", { name: /^Delete/ }).click();
  await expect(page.locator("main article h3")).toHaveText(["Winter"]);
  await page.getByRole("region", { name: "Messages" }).getByRole("button", { name: "Undo" }).click();
  await expect(page.locator("main article h3")).toHaveText(["Winter", "In spring"]);
  await card(page, "In spring").getByRole("heading", { level: 3 }).click();
  await card(page, "In spring").getByRole("button", { name: /^Delete/ }).click();
  await expect(async () => expect(tasksOf(await read(page)).map((task) => task.title)).toEqual(["Winter"])).toPass({ intervals: [50] });
  await expect(page.getByText("Not finished yet")).toHaveCount(0);
  await page.reload();
  await expect(page.locator("main article h3")).toHaveText(["Winter"]);
});

test("a class does not wait for what was deleted or discarded", async ({ page, problems }) => {
  await register(page);
  const lesson = await build(page, "Seasons", ["Winter", "Spring", "Summer"]);
  await page.goto(`/lessons/${lesson}`);
  const [winter] = tasksOf(await read(page));
  await edit(page, "Winter");
  await page.request.delete(`/api/v1/tasks/${winter.id}`, { headers: headers(page) });
  await page.getByLabel("Title", { exact: true }).fill("In winter");
  await expect(page.getByText("This task was deleted in another tab or on another device.")).toBeVisible();
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("button", { name: "Discard the changes" }).click();
  await expect(page.locator("main article h3")).toHaveText(["Spring", "Summer"]);
  await edit(page, "Spring");
  await page.locator(".erow :is(textarea, input[type=text])").first().fill("");
  await page.getByRole("button", { name: "Done" }).click();
  await card(page, "Spring").getByRole("button", { name: /^Delete/ }).click();
  await expect(page.locator("main article h3")).toHaveText(["Summer"]);
  await page.getByRole("button", { name: "Start class" }).click();
  await page.waitForURL(/\/classes\/[0-9a-f-]{36}$/);
  problems.splice(0, problems.length, ...problems.filter((problem) => !/status of 404/.test(problem)));
});

test("a copy from the list asks where this browser has changes of the lesson that were never saved", async ({ page }) => {
  await register(page);
  await unfinished(page);
  page.on("dialog", (dialog) => void dialog.accept());
  await page.goto("/lessons");
  const list = page.locator("li.card.lesson");
  const copy = async (): Promise<void> => {
    await list.first().getByRole("button", { name: /^More/ }).click();
    await page.getByRole("menuitem", { name: "Duplicate" }).click();
  };
  await copy();
  await expect(asked(page)).toContainText("Some changes to this lesson are only in this browser");
  await page.keyboard.press("Escape");
  await expect(list).toHaveCount(1);
  await copy();
  await asked(page).getByRole("button", { name: "Open" }).click();
  await expect(page.locator("main article h3")).toHaveText(["Winter", "In spring"]);
  await page.goto("/lessons");
  await copy();
  await asked(page).getByRole("button", { name: "Use the saved version" }).click();
  await expect(list).toHaveCount(2);
});

test("another class with the lesson asks too", async ({ page, server }) => {
  await register(page);
  const lesson = await unfinished(page);
  page.on("dialog", (dialog) => void dialog.accept());
  const made = await ask<{ id: string; open_run: string }>(page, "post", server.base, "/classes", { id: randomUUID(), lesson_id: lesson });
  await ask(page, "post", server.base, `/runs/${made.open_run}/end`);
  await page.goto(`/classes/${made.id}/runs/${made.open_run}`);
  await page.getByRole("button", { name: "Teach again" }).click();
  await expect(asked(page)).toContainText("Some changes to this lesson are only in this browser");
  await asked(page).getByRole("button", { name: "Use the saved version" }).click();
  await page.waitForURL(/\/classes\/[0-9a-f-]{36}$/);
  await expect(page.locator(".room-main")).toBeVisible();
});
