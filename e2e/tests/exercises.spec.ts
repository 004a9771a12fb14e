// The tasks themselves: what an author writes is kept, and what students get fits their screens and fingers.
import type { Locator, Page } from "@playwright/test";
import { type Made, make, tasksOf } from "./lesson";
import { expect, fits, register, test, Server } from "./server";

const content = async (page: Page, task: string) => (await (await page.request.get(`/api/v1/tasks/${task}`)).json()).body.content;

function card(page: Page, task: string): Locator {
  return page.locator(`#task-${task}`);
}

/** Opens a task's editor and returns its card. */
async function edit(page: Page, lesson: Made, n = 0): Promise<Locator> {
  await page.goto(`/lessons/${lesson.id}`);
  const found = card(page, lesson.tasks[n]);
  await found.getByRole("heading", { level: 3 }).click();
  await found.getByRole("button", { name: /^Edit/ }).first().click();
  await expect(found.locator(".editor")).toBeVisible();
  return found;
}

const typed = {
  title: "Past",
  kind: "gap_fill",
  content: {
    parts: [
      { text: "We " },
      { gap: { id: "i1", key: "went", variants: ["walked"], hint: "go" } },
      { text: " home.\nShe " },
      { gap: { id: "i2", key: "ate", variants: ["had"], hint: "eat" } },
      { text: " soup." },
    ],
  },
};

test("what hangs on a gap outlives the retyping of its bracket and the moving of its sentence", async ({ page }) => {
  await register(page);
  const lesson = await make(page, [typed]);
  const editor = await edit(page, lesson);
  const text = editor.getByLabel("Text with gaps");
  const gaps = async () => (await content(page, lesson.tasks[0])).parts.filter((part: { gap?: unknown }) => part.gap).map((part: { gap: { key: string; variants: string[]; hint: string } }) => [part.gap.key, part.gap.variants.join(), part.gap.hint]);
  const saved = async (expected: string[][]) => expect(async () => expect(await gaps()).toEqual(expected)).toPass({ intervals: [50] });

  await text.fill("She [ate] soup.");
  await expect(editor.getByLabel("Also right")).toHaveCount(1);
  await text.fill("She [ate] soup.\nWe [went] home.");
  await expect(editor.getByLabel("Also right").nth(1)).toHaveValue("walked");
  await saved([["ate", "had", "eat"], ["went", "walked", "go"]]);

  // Letter by letter, by way of an empty bracket, and back in one edit.
  await text.press("Control+End");
  for (let n = 0; n < " home.".length + 1; n++) await text.press("ArrowLeft");
  for (let n = 0; n < 4; n++) await text.press("Backspace");
  await expect(editor.getByText(/these brackets are empty/)).toBeVisible();
  await text.pressSequentially("drove");
  await saved([["ate", "had", "eat"], ["drove", "walked", "go"]]);
  await text.fill("She [ate] soup.\nWe [went] home.");
  await saved([["ate", "had", "eat"], ["went", "walked", "go"]]);
});

test("a stray bracket is told with its place, and a mark can be written as a letter", async ({ page }) => {
  await register(page);
  const lesson = await make(page, [typed]);
  const editor = await edit(page, lesson);
  const text = editor.getByLabel("Text with gaps");
  await text.fill("One [a] two.\nWe [[went]] home.");
  await expect(editor.getByText(/Line 2: “\[\[went\]\] home\.”: this bracket isn’t closed/)).toBeVisible();
  await text.fill("C:\\new \\[x\\] [went].");
  await expect(editor.locator(".fault")).toHaveCount(0);
  await editor.getByLabel("Also right").fill("at 5\\; at five; went\u000bhome; Went; went");
  await expect(async () => {
    const { parts } = await content(page, lesson.tasks[0]);
    expect(parts[0].text).toBe("C:\\new [x] ");
    expect(parts[1].gap.variants).toEqual(["at 5; at five", "went home"]);
  }).toPass({ intervals: [50] });
  await text.fill("No gap at all.");
  await text.blur();
  await expect(editor.getByText("At least 1 gap")).toBeVisible();
});

test("a pasted table fills the rows of pairs, and long meanings are seen whole", async ({ page, isMobile }) => {
  test.skip(isMobile, "pasting is the same");
  await register(page);
  const lesson = await make(page, [{ title: "Pairs", kind: "matching", content: { pairs: [{ id: "i1", left: { text: "customs" }, right: { text: "the place at an airport where officers check your bags" } }, { id: "i2", left: { text: "gate" }, right: { text: "ворота" } }] } }]);
  const editor = await edit(page, lesson);
  const right = editor.getByLabel("Right", { exact: true }).first();
  expect(await right.evaluate((field) => field.scrollWidth <= field.clientWidth + 1)).toBe(true);
  await editor.getByRole("button", { name: "Add a pair" }).click();
  await editor.getByLabel("Left", { exact: true }).last().evaluate((field) => {
    const data = new DataTransfer();
    data.setData("text/plain", "dog\tсобака\ncat\tкошка\n");
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await expect(async () => {
    const { pairs } = await content(page, lesson.tasks[0]);
    expect(pairs.map((pair: { left: { text: string } }) => pair.left.text)).toEqual(["customs", "gate", "dog", "cat"]);
  }).toPass({ intervals: [50] });
});

test("letters are typed, tapped, sent back and marked as a word", async ({ page, isMobile }) => {
  await register(page);
  const lesson = await make(page, [{ title: "Letters", kind: "unscramble", content: { words: [{ id: "i1", word: "gate", clue: "выход" }, { id: "i2", word: "boarding pass" }] } }]);
  await page.goto(`/lessons/${lesson.id}`);
  const found = card(page, lesson.tasks[0]);
  const word = found.locator(".sentence").first();
  const line = word.locator(".tray .tile-w");
  const left = word.locator(".tiles .tile-w");
  await expect(left).toHaveCount(4);
  await expect(found.getByText("8 + 4")).toBeVisible();
  if (isMobile) {
    for (const letter of "gaet") await left.filter({ hasText: letter }).first().tap();
  } else {
    await left.first().focus();
    for (const key of ["g", "t", "Backspace"]) await page.keyboard.press(key);
    await expect(line).toHaveText(["g"]);
    // A slip is no shortcut: D would copy the task.
    for (const letter of "daet") await page.keyboard.press(letter);
    await expect(page.locator("[data-card]")).toHaveCount(1);
  }
  await expect(line).toHaveText(["g", "a", "e", "t"]);
  await expect(left).toHaveCount(0);
  await line.nth(2).click();
  await expect(line).toHaveText(["g", "a", "t"]);
  await left.first().click();
  await found.getByRole("button", { name: "Check" }).click();
  await expect(word.locator(".mark.first")).toBeVisible();
});

const LONG = "Donaudampfschifffahrtsgesellschaftskapit";
const OTHER = "Достопримечательностедостопримечательност";

/** Every kind of task, with words of forty letters. */
const all = [
  { title: LONG, kind: "word_list", content: { words: [{ id: "i1", word: LONG, meaning: { translation: OTHER } }, { id: "i2", word: "cat", meaning: { translation: "кошка" } }] } },
  { title: "Pairs", kind: "matching", content: { pairs: [{ id: "i1", left: { text: LONG }, right: { text: OTHER } }, { id: "i2", left: { text: "cat" }, right: { text: "кошка" } }] } },
  { title: "Box", kind: "word_bank", content: { parts: [{ text: `The ${OTHER} ` }, { gap: { id: "i1", key: LONG } }, { text: "." }], distractors: [OTHER, "cat"] } },
  { title: "Typed", kind: "gap_fill", content: { parts: [{ text: `The ${OTHER} ` }, { gap: { id: "i1", key: LONG, hint: "D" } }, { text: `(${LONG}).` }] } },
  { title: "Choice", kind: "single_choice", content: { questions: [{ id: "i1", stem: `${LONG}?`, right: OTHER, distractors: ["a cat", LONG] }] } },
  { title: "Several", kind: "multiple_choice", content: { questions: [{ id: "i1", stem: `${LONG}?`, right: [OTHER, "a dog"], distractors: ["a cat", LONG] }] } },
  { title: "Inside", kind: "inline_choice", content: { parts: [{ text: `The ${OTHER} ` }, { gap: { id: "i1", key: LONG, distractors: ["cat", OTHER] } }, { text: "." }] } },
  { title: "Columns", kind: "sorting", content: { columns: [LONG, "Animals"], entries: [{ id: "i1", text: OTHER, columns: [0] }, { id: "i2", text: "cat", columns: [1] }] } },
  { title: "Lines", kind: "ordering", content: { passages: [{ id: "i1", lines: [{ speaker: LONG, text: OTHER }, { text: "Yes." }, { text: "No." }] }] } },
  { title: "Truth", kind: "true_false", content: { with_not_stated: true, statements: [{ id: "i1", text: `${LONG} is a word.`, truth: "true" }, { id: "i2", text: "Fish walk.", truth: "false" }] } },
  { title: "Order", kind: "sentence_builder", content: { sentences: [{ id: "i1", orders: [["the", LONG, "sleeps"]], ending: "." }] } },
  { title: "Letters", kind: "unscramble", content: { words: [{ id: "i1", word: LONG, clue: OTHER }, { id: "i2", word: "cat", clue: "кошка" }] } },
  { title: "Read", kind: "text", content: { markdown: `## ${LONG}\n\n${OTHER} **${LONG}**` } },
];

test("a word of forty letters never leaves a screen of 320 pixels", async ({ page }) => {
  await register(page);
  const lesson = await make(page, all);
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto(`/lessons/${lesson.id}`);
  await expect(page.locator("main article .task-try, main article .task-body")).not.toHaveCount(0);
  await expect(page.locator("main article .sk")).toHaveCount(0);
  await fits(page);
  const out = await page.evaluate(() =>
    [...document.querySelectorAll("main article *")]
      .filter((element) => !element.closest(".vh, .toolbar, svg") && element.getClientRects().length > 0)
      .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
      .map((element) => `${element.closest("article")?.querySelector("h3")?.textContent} ${element.className} ${element.textContent}`),
  );
  expect(out).toEqual([]);
});

test("everything that is touched in a task is 44 pixels high", async ({ page, isMobile }) => {
  test.skip(!isMobile, "fingers only");
  await register(page);
  const lesson = await make(page, all);
  await page.goto(`/lessons/${lesson.id}`);
  await expect(page.locator("main article .sk")).toHaveCount(0);
  const low = await page.evaluate(() => {
    const targets = document.querySelectorAll("main article .task-body :is(button, select, input:not([type=radio], [type=checkbox]), label:has(input:is([type=radio], [type=checkbox])))");
    return [...targets]
      .filter((target) => target.getClientRects().length > 0 && target.getBoundingClientRect().height < 43.5)
      .map((target) => `${target.closest("article")?.querySelector("h3")?.textContent}: ${target.tagName} ${target.className} ${target.getBoundingClientRect().height}`);
  });
  expect(low).toEqual([]);
});

test("a screen reader hears each statement once", async ({ page }) => {
  await register(page);
  const lesson = await make(page, all.filter((task) => task.kind === "true_false"));
  await page.goto(`/lessons/${lesson.id}`);
  const group = card(page, lesson.tasks[0]).getByRole("group", { name: "Fish walk." });
  await expect(group.getByRole("radio", { name: "False" })).toBeVisible();
  const text = await card(page, lesson.tasks[0]).locator(".task-body").evaluate((body) => body.textContent ?? "");
  expect(text.split("Fish walk.").length - 1).toBe(1);
});

test("an address names its task, and the keys that move and copy keep the focus on it", async ({ page, isMobile }) => {
  test.skip(isMobile, "keys");
  await register(page);
  const lesson = await make(page, all);
  await page.goto(`/lessons/${lesson.id}#task-${lesson.tasks[5]}`);
  await expect(card(page, lesson.tasks[5])).toHaveClass(/is-current/);
  await expect(card(page, lesson.tasks[5])).toBeFocused();
  await page.keyboard.press("Alt+ArrowUp");
  await expect(async () => {
    const lessonNow = await (await page.request.get(`/api/v1/lessons/${lesson.id}`)).json();
    expect(tasksOf(lessonNow)[4].id).toBe(lesson.tasks[5]);
  }).toPass({ intervals: [50] });
  await expect(card(page, lesson.tasks[5])).toBeFocused();
  await page.keyboard.press("d");
  await expect(page.locator("main article")).toHaveCount(all.length + 1);
  await expect(page.locator("main article").nth(5)).toBeFocused();
});
