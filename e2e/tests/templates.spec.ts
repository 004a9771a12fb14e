// Templates played to the end: by keyboard alone on a wide screen, by single taps on a phone.
import type { Locator, Page } from "@playwright/test";
import { make } from "./lesson";
import { readable } from "./readable";
import { expect, register, test } from "./server";

/** Makes a lesson of one task, opens it, and returns the task's card. */
async function open(page: Page, kind: string, content: unknown): Promise<Locator> {
  await register(page);
  const { id, tasks } = await make(page, [{ title: "Task", kind, content }]);
  await page.goto(`/lessons/${id}`);
  const card = page.locator(`#task-${tasks[0]}`);
  await expect(card.getByRole("heading", { level: 3 })).toBeVisible();
  return card;
}

const check = (card: Locator): Locator => card.getByRole("button", { name: "Check", exact: true });

/** Presses a button as this device does. */
async function press(target: Locator, isMobile: boolean): Promise<void> {
  if (isMobile) return target.tap();
  await target.focus();
  await target.press("Enter");
}

test("several options are ticked, and one that is missing costs the question", async ({ page, isMobile }) => {
  const questions = [{ id: "i1", stem: "Which can you drink?", right: ["tea", "juice"], distractors: ["bread", "cheese"] }];
  const card = await open(page, "multiple_choice", { questions });
  const option = (name: string): Locator => card.getByRole("checkbox", { name });
  const tick = (name: string): Promise<void> => (isMobile ? card.locator(".opt", { hasText: name }).tap() : option(name).press("Space"));
  await expect(check(card)).toBeDisabled();
  await tick("tea");
  await tick("bread");
  await tick("bread");
  await expect(option("bread")).not.toBeChecked();
  await press(check(card), isMobile);
  await expect(card.locator("legend .mark.wrong")).toBeVisible();
  await readable(page);
  await press(card.getByRole("button", { name: "Try the wrong ones" }), isMobile);
  await expect(option("tea")).toBeChecked();
  await tick("juice");
  await press(check(card), isMobile);
  await expect(card.locator("legend .mark.later")).toBeVisible();
});

test("words are chosen in the text", async ({ page, isMobile }) => {
  const parts = [{ text: "We waited " }, { gap: { id: "i1", key: "for", distractors: ["since", "from"] } }, { text: " two hours, " }, { gap: { id: "i2", key: "since", distractors: ["for"] } }, { text: " noon." }];
  const card = await open(page, "inline_choice", { parts });
  const gaps = card.getByRole("combobox");
  await expect(gaps).toHaveCount(2);
  if (isMobile) {
    await gaps.nth(0).selectOption("for");
    await gaps.nth(1).selectOption("for");
  } else {
    for (const n of [0, 1]) {
      await gaps.nth(n).focus();
      await page.keyboard.type("for");
    }
  }
  await expect(gaps.nth(1)).toHaveValue("for");
  await readable(page);
  await press(check(card), isMobile);
  await expect(card.locator(".picked")).toHaveText([/^for/, /^for/]);
  await expect(card.locator(".picked .mark.first")).toHaveCount(1);
  await expect(card.locator(".picked .mark.wrong")).toHaveCount(1);
  await readable(page);
});

test("words are put into columns, taken out and moved", async ({ page, isMobile }) => {
  const entries = [{ id: "i1", text: "bread", columns: [0] }, { id: "i2", text: "tea", columns: [1] }, { id: "i3", text: "soup", columns: [0, 1] }];
  const card = await open(page, "sorting", { columns: ["Food", "Drinks"], entries });
  const word = (text: string): Locator => card.locator(".tile-w", { hasText: text });
  const column = (n: number): Locator => card.locator(".cols > div").nth(n);
  const put = async (text: string, n: number): Promise<void> => {
    await press(word(text), isMobile);
    if (!isMobile) {
      // The focus has gone to the first column with the word; an arrow leads to the next.
      await expect(column(0).locator(".col-put")).toBeFocused();
      if (n > 0) await page.keyboard.press("ArrowRight");
      await page.keyboard.press("Enter");
    } else await column(n).tap();
    await expect(column(n).locator(".tile-w", { hasText: text })).toBeVisible();
  };
  await put("bread", 1);
  await put("tea", 1);
  if (!isMobile) {
    await word("bread").focus();
    await page.keyboard.press("Delete");
    await expect(card.locator(".bank .tile-w")).toHaveCount(2);
  }
  await put("bread", 0);
  await put("soup", 1);
  await readable(page);
  await press(check(card), isMobile);
  await expect(card.locator(".cols .mark.first")).toHaveCount(3);
  await readable(page);
});

test("lines are put in order by their buttons", async ({ page, isMobile }) => {
  const lines = [{ speaker: "Anna", text: "Shall we go?" }, { speaker: "Ben", text: "Wait a moment." }, { speaker: "Anna", text: "What is it?" }, { speaker: "Ben", text: "My keys." }];
  const right = lines.map((line) => `${line.speaker}: ${line.text}`);
  const card = await open(page, "ordering", { passages: [{ id: "i1", lines }] });
  const shown = card.locator(".lines li");
  await expect(shown).toHaveCount(4);
  // Nothing was moved, so there is nothing to check.
  await expect(check(card)).toBeDisabled();
  for (const [place, line] of right.entries()) {
    for (;;) {
      const texts = await shown.allInnerTexts();
      const at = texts.findIndex((text) => text.includes(line));
      if (at === place) break;
      const up = card.getByRole("button", { name: `Move up: ${line}` });
      await press(up, isMobile);
      await expect(shown.nth(at - 1)).toContainText(line);
      // The focus stays with the line.
      if (!isMobile) await expect(shown.nth(at - 1).locator("button:focus")).toHaveCount(1);
    }
  }
  await readable(page);
  await press(check(card), isMobile);
  await expect(card.locator(".mark.first")).toBeVisible();
  await readable(page);
});
