import type { Locator, Page } from "@playwright/test";
import { build, create, read, tasksOf, whole } from "./lesson";
import { Server, expect, fits, register, test } from "./server";

const titles = async (page: Page): Promise<string[]> => tasksOf(await read(page)).map((task) => task.title);

/** Waits until the lesson's tasks on the server have these titles, in this order. */
async function stands(page: Page, expected: string[]): Promise<void> {
  await expect(async () => expect(await titles(page)).toEqual(expected)).toPass({ intervals: [50] });
}

function card(page: Page, title: string): Locator {
  return page.locator("article", { has: page.getByRole("heading", { name: title, exact: true }) }).first();
}

/** Selects a task's card, so that its tools appear. */
async function select(page: Page, title: string): Promise<Locator> {
  const found = card(page, title);
  await found.getByRole("heading", { name: title, exact: true }).click();
  await expect(found.getByRole("toolbar")).toBeVisible();
  return found;
}

test("tasks are moved by buttons and by keys, copied, deleted and brought back", async ({ page, isMobile }) => {
  await register(page);
  await create(page, "Travel", "A2");
  const before = tasksOf(await whole(page)).map((task) => task.title);
  const [first, second, ...rest] = before;

  await (await select(page, first)).getByRole("button", { name: /^Move down/ }).click();
  await stands(page, [second, first, ...rest]);
  await page.keyboard.press("Escape");
  await card(page, first).focus();
  await page.keyboard.press("Alt+ArrowUp");
  await stands(page, before);

  await (await select(page, second)).getByRole("button", { name: /^Duplicate/ }).click();
  await stands(page, [first, second, second, ...rest]);
  await page.getByRole("button", { name: "Undo" }).first().click();
  await stands(page, before);

  await (await select(page, first)).getByRole("button", { name: /^Delete/ }).click();
  await stands(page, [second, ...rest]);
  // Not over the task: at the top on a phone, at the far side of a wide window.
  const toast = await page.getByRole("region", { name: "Messages" }).locator(".toast").first().boundingBox();
  const window = page.viewportSize();
  if (!toast || !window) throw new Error("no message");
  if (isMobile) expect(toast.y + toast.height).toBeLessThan(window.height / 3);
  else expect(toast.x).toBeGreaterThanOrEqual(window.width / 2);
  await page.getByRole("region", { name: "Messages" }).getByRole("button", { name: "Undo" }).click();
  await stands(page, before);
  await fits(page);
});

/** The outline: beside the page or, on a phone, over it. */
async function outline(page: Page, isMobile: boolean): Promise<Locator> {
  if (!isMobile) return page.locator(".pane-outline");
  await page.locator(".switcher").getByRole("button", { name: "Outline" }).click();
  return page.getByRole("dialog", { name: "Outline" });
}

type Point = { x: number; y: number };

/** Drags a task in the outline by its grip to just above or below another: by mouse, on a phone by touch. */
async function drag(page: Page, list: Locator, task: string, edge: "above" | "below", other: string, isMobile: boolean): Promise<void> {
  const entry = (title: string): Locator => list.locator("li[data-entry]", { hasText: title });
  const centre = ({ x, y, width, height }: Point & { width: number; height: number }): Point => ({ x: x + width / 2, y: y + height / 2 });
  const box = async (of: Locator) => (await of.boundingBox()) ?? Promise.reject(new Error("it is not shown"));
  const grip = entry(task).locator(".grip");
  // Hovering waits until the grip has stopped moving.
  await grip.hover({ force: isMobile });
  const from = centre(await box(grip));
  const target = await box(entry(other));
  const to = { x: from.x, y: edge === "above" ? target.y + 4 : target.y + target.height - 4 };
  if (!isMobile) {
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 3 });
    await expect(list.locator(".drop-line")).toHaveCount(1);
    await page.mouse.up();
    return;
  }
  const finger = await page.context().newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", touchPoints: Point[]) => finger.send("Input.dispatchTouchEvent", { type, touchPoints });
  await touch("touchStart", [from]);
  for (let n = 1; n <= 20; n++) await touch("touchMove", [{ x: from.x, y: from.y + ((to.y - from.y) * n) / 20 }]);
  await expect(list.locator(".drop-line")).toHaveCount(1);
  await touch("touchEnd", []);
  await finger.detach();
}

test("tasks are dragged to other places and sections", async ({ page, isMobile }) => {
  await register(page);
  const id = await build(page, "Seasons", ["Winter", "Spring", "Summer"], ["Autumn"]);
  await page.goto(`/lessons/${id}`);
  const sections = async (): Promise<string[][]> => (await read(page)).sections.map((one) => one.tasks.map((task) => task.title));
  const stand = (expected: string[][]) => expect(async () => expect(await sections()).toEqual(expected)).toPass({ intervals: [50] });
  let list = await outline(page, isMobile);
  await drag(page, list, "Summer", "above", "Winter", isMobile);
  await stand([["Summer", "Winter", "Spring"], ["Autumn"]]);
  await drag(page, list, "Winter", "below", "Autumn", isMobile);
  await stand([["Summer", "Spring"], ["Autumn", "Winter"]]);
  await drag(page, list, "Spring", "above", "Autumn", isMobile);
  await stand([["Summer"], ["Spring", "Autumn", "Winter"]]);
  await page.reload();
  list = await outline(page, isMobile);
  await expect(list.locator("li[data-entry] .clip")).toHaveText(["Summer", "Spring", "Autumn", "Winter"]);
  if (isMobile) await page.keyboard.press("Escape");
  await expect(page.locator("main article h3")).toHaveText(["Summer", "Spring", "Autumn", "Winter"]);
});

test("a task is edited, saved as it is typed, and made again", async ({ page }) => {
  await register(page);
  await create(page, "Health", "A2");
  const lesson = await whole(page);
  const task = tasksOf(lesson).find((one) => one.body.kind === "true_false");
  if (!task) throw new Error("no true or false task");
  const found = await select(page, task.title);
  await found.getByRole("button", { name: /^Edit/ }).click();
  await page.getByLabel("Title", { exact: true }).fill("Is it so?");
  await page.locator(".erow textarea, .erow input[type=text]").first().fill("A doctor helps people who are ill.");
  await expect(async () => {
    const saved = tasksOf(await read(page)).find((one) => one.id === task.id);
    expect(saved?.title).toBe("Is it so?");
    expect(JSON.stringify(saved?.body)).toContain("A doctor helps people who are ill.");
  }).toPass({ intervals: [50] });
  await page.reload();
  await expect(page.getByText("A doctor helps people who are ill.").first()).toBeVisible();

  const choice = tasksOf(lesson).find((one) => one.body.kind === "single_choice");
  if (!choice) throw new Error("no choice");
  await (await select(page, choice.title)).getByRole("button", { name: /^Make a new version/ }).click();
  await expect(async () => {
    const again = tasksOf(await read(page)).find((one) => one.id === choice.id);
    expect(JSON.stringify(again?.body)).not.toBe(JSON.stringify(choice.body));
  }).toPass({ timeout: 20_000, intervals: [100] });
});

test("editors that could not be loaded are asked for again", async ({ browser, server, isMobile }) => {
  test.skip(process.env.LINGUAGLOW_CLIENT === "development", "a development build isn’t split");
  const context = await browser.newContext({ baseURL: server.base, locale: "en-GB", serviceWorkers: "block" });
  const page = await context.newPage();
  await register(page);
  const editors = /lesson-split_authoring-[0-9a-f]+\.wasm$/;
  await page.route(editors, (route) => route.abort());
  await create(page, "Health", "A2");
  const [task] = tasksOf(await whole(page));
  const found = await select(page, task.title);
  await found.getByRole("button", { name: /^Edit/ }).click();
  await expect(found.getByRole("alert")).toContainText("No connection to the server");
  await page.unroute(editors);
  await found.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByLabel("Title", { exact: true })).toBeVisible();
  // On a touch screen a focused field would bring up the keyboard.
  if (!isMobile) await expect(page.getByLabel("Title", { exact: true })).toBeFocused();
  await context.close();
});

test("the key that ends a composition leaves the title open, and without a model nothing is offered to improve", async ({ page }) => {
  await register(page);
  await page.goto(`/lessons/${await build(page, "Seasons", ["Winter"])}`);
  const title = page.getByLabel("Lesson title");
  await title.fill("ふゆ");
  for (const init of [{ keyCode: 229 }, { isComposing: true }]) {
    await title.evaluate((field, init) => {
      field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", code: "Enter", bubbles: true, cancelable: true, ...init }));
    }, init);
    await expect(title).toBeFocused();
  }
  await title.press("Enter");
  await expect(title).not.toBeFocused();
  const found = await select(page, "Winter");
  await expect(found.getByRole("button", { name: /^Edit/ })).toBeVisible();
  await expect(found.getByRole("button", { name: /^Improve/ })).toHaveCount(0);
  await found.focus();
  await page.keyboard.press("i");
  await expect(page.locator(".improve")).toHaveCount(0);
  await page.keyboard.press("e");
  await expect(page.getByLabel("Title", { exact: true })).toBeVisible();
});

test("what needs a model is offered where there is one", async ({ page: plain, browser }) => {
  const opened = async (page: Page): Promise<Locator> => {
    await register(page);
    await page.goto(`/lessons/${await build(page, "Seasons", ["Winter"])}`);
    await page.getByRole("button", { name: /^Add (a )?task/ }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.locator(".tpl", { hasText: "Choose in the text" }).click();
    return dialog;
  };
  const without = await opened(plain);
  await expect(without.getByText("Only a language model can generate this, and none is set up here.")).toBeVisible();
  await expect(without.getByRole("button", { name: "Start blank" })).toBeEnabled();
  await expect(without.getByRole("button", { name: "Generate" })).toHaveCount(0);
  await without.locator(".tpl", { hasText: "Matching" }).click();
  await expect(without.getByRole("button", { name: "Generate" })).toBeVisible();

  const server = new Server({ LINGUAGLOW_LLM_URL: "http://127.0.0.1:9/v1", LINGUAGLOW_LLM_MODEL: "any" });
  await server.start();
  try {
    const context = await browser.newContext({ baseURL: server.base, locale: "en-GB" });
    const page = await context.newPage();
    const withModel = await opened(page);
    await expect(withModel.getByRole("button", { name: "Generate" })).toBeVisible();
    await page.keyboard.press("Escape");
    await expect((await select(page, "Winter")).getByRole("button", { name: /^Improve/ })).toBeVisible();
    await context.close();
  } finally {
    await server.stop();
  }
});

test("a task is added by hand from the palette", async ({ page }) => {
  await register(page);
  await create(page, "Food", "A1");
  const before = tasksOf(await whole(page)).length;
  await page.getByRole("button", { name: /^Add (a )?task/ }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("searchbox").fill("match");
  await dialog.locator(".tpl", { hasText: "Matching" }).click();
  await dialog.getByRole("button", { name: "Start blank" }).click();
  const rows = page.locator(".erow input[type=text], .erow textarea");
  const words = ["cup", "чашка", "plate", "тарелка", "spoon", "ложка"];
  await expect(rows.first()).toBeVisible();
  for (let n = 0; (await rows.count()) < words.length && n < 3; n++) {
    await page.locator(".add-row").last().click();
  }
  for (const [n, word] of words.entries()) await rows.nth(n).fill(word);
  await expect(async () => {
    const all = tasksOf(await read(page));
    expect(all.length).toBe(before + 1);
    expect(JSON.stringify(all)).toContain("тарелка");
  }).toPass({ intervals: [50] });
});

test("what two tabs change at once is shown to both, and one is chosen", async ({ page, context }) => {
  await register(page);
  await create(page, "Home", "A2");
  const task = tasksOf(await whole(page)).find((one) => one.body.kind === "true_false");
  if (!task) throw new Error("no true or false task");
  await (await select(page, task.title)).getByRole("button", { name: /^Edit/ }).click();
  await expect(page.getByLabel("Title", { exact: true })).toBeVisible();
  // Another client of the same teacher, as in another tab, saves first.
  const current = await (await page.request.get(`/api/v1/tasks/${task.id}`)).json();
  const saved = await page.request.put(`/api/v1/tasks/${task.id}`, {
    headers: { origin: new URL(page.url()).origin },
    data: { revision: current.revision, title: "From the other tab", instructions: current.instructions, body: current.body },
  });
  expect(saved.status()).toBe(200);
  await page.getByLabel("Title", { exact: true }).fill("From this tab");
  await page.getByRole("button", { name: "Keep mine" }).click();
  await expect(async () => {
    expect(tasksOf(await read(page)).find((one) => one.id === task.id)?.title).toBe("From this tab");
  }).toPass({ intervals: [50] });
  await context.clearCookies();
});

test("lessons are searched, renamed, copied, deleted and brought back", async ({ page }) => {
  await register(page);
  await create(page, "Travel", "A1");
  await whole(page);
  await create(page, "Jobs", "A1");
  await whole(page);
  await page.goto("/lessons");
  const list = page.locator("li.card.lesson");
  await expect(list).toHaveCount(2);
  await page.getByPlaceholder("Search lessons").fill("trav");
  await expect(list).toHaveCount(1);
  const menu = async (item: string): Promise<void> => {
    await list.first().getByRole("button", { name: /^More/ }).click();
    await page.getByRole("menuitem", { name: item }).click();
  };
  await menu("Rename");
  await page.getByRole("dialog").getByLabel("Title").fill("Travel with friends");
  await page.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
  await expect(list.first()).toContainText("Travel with friends");
  await menu("Duplicate");
  await expect(list).toHaveCount(2);
  await menu("Delete");
  await expect(list).toHaveCount(1);
  await page.getByRole("region", { name: "Messages" }).getByRole("button", { name: "Undo" }).click();
  await expect(list).toHaveCount(2);
  await fits(page);
});

test("a course is made, filled, shown alone, renamed, deleted and brought back", async ({ page }) => {
  await register(page);
  await build(page, "Seasons", ["Winter"]);
  await build(page, "Trains", ["Tickets"]);
  await page.goto("/lessons");
  const list = page.locator("li.card.lesson");
  const courses = page.getByRole("group", { name: "Courses" });
  const dialog = page.getByRole("dialog");
  await expect(list).toHaveCount(2);
  await courses.getByRole("button", { name: "New course" }).click();
  await dialog.getByLabel("Name of the course").fill("Evening group");
  await dialog.getByRole("button", { name: "Create course" }).click();
  await expect(courses.getByRole("button", { name: "Evening group" })).toHaveAttribute("aria-pressed", "true");
  await expect(page.getByText("No lessons here yet")).toBeVisible();

  const move = async (lesson: string, course: string): Promise<void> => {
    await page.getByRole("button", { name: `More actions: ${lesson}` }).click();
    await page.getByRole("menuitem", { name: "Move to a course" }).click();
    await dialog.getByRole("radio", { name: course }).check();
    await dialog.getByRole("button", { name: "Move", exact: true }).click();
    await expect(dialog).toHaveCount(0);
  };
  await courses.getByRole("button", { name: "All lessons" }).click();
  await expect(list).toHaveCount(2);
  await move("Seasons", "Evening group");
  await courses.getByRole("button", { name: "Evening group" }).click();
  await expect(list).toHaveCount(1);
  await expect(list).toContainText("Seasons");
  await expect(page.locator(".course-head")).toContainText("1 lesson");
  await fits(page);
  // The filter is part of the address.
  await page.reload();
  await expect(list).toHaveText([/Seasons/]);

  const menu = async (course: string, item: string): Promise<void> => {
    await page.getByRole("button", { name: `More actions: ${course}` }).click();
    await page.getByRole("menuitem", { name: item }).click();
  };
  await menu("Evening group", "Change the course");
  await dialog.getByLabel("Name of the course").fill("Morning group");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { name: "Morning group" })).toBeVisible();
  await expect(courses.getByRole("button", { name: "Evening group" })).toHaveCount(0);
  await menu("Morning group", "Delete the course");
  await expect(courses.getByRole("button", { name: "Morning group" })).toHaveCount(0);
  // Its lessons remain.
  await expect(list).toHaveCount(2);
  await page.getByRole("region", { name: "Messages" }).getByRole("button", { name: "Undo" }).click();
  await courses.getByRole("button", { name: "Morning group" }).click();
  await expect(list).toHaveText([/Seasons/]);
});
