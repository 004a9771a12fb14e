// What a screen reader gets of the class: the accessibility tree in each state, the live region's messages, and the
// focus. Everything is done by keyboard.
import type { Page } from "@playwright/test";
import { BANK, Classroom, ORDER, PAIRS, TYPED, ask, check, everyKind, gap, said, test } from "./class";
import { expect } from "./server";

let room: Classroom;
let teacher: Page;

test.beforeAll(async ({ browser, server }) => {
  room = await Classroom.open(browser, server.base, everyKind);
  teacher = room.teacher;
});

test.afterAll(async () => {
  await room.windows.closeAll();
  expect(room.windows.problems).toEqual([]);
});

/** Tag name of the focused element; `BODY` if the focus was lost and a keyboard user has to start over. */
const focused = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.tagName ?? "BODY");

test("the key that ends a composition does nothing else", async () => {
  await room.goTo(TYPED);
  const page = await room.student("Dai");
  for (const n of [1, 2, 3]) await gap(page, n).fill("x");
  await gap(page, 3).focus();
  // Safari reports the composition as over already; only key code 229 tells that the key was the input method's.
  for (const init of [{ keyCode: 229 }, { isComposing: true }]) {
    await gap(page, 3).evaluate((field, init) => {
      field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", code: "Enter", bubbles: true, cancelable: true, ...init }));
      field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", code: "Enter", ctrlKey: true, bubbles: true, cancelable: true, ...init }));
    }, init);
  }
  await expect(gap(page, 3)).toBeFocused();
  await expect(page.locator(".mark")).toHaveCount(0);
  await page.keyboard.press("Control+Enter");
  await expect(page.locator(".mark")).toHaveCount(3);
  await room.windows.close(page);
});

test("a student hears each state and keeps the focus", async ({ network }) => {
  await room.goTo(TYPED);
  const page = await room.student("Ann", { base: network.base });
  await expect(page.locator(".student-room")).toMatchAriaSnapshot({ name: "student-new-task.yml" });

  // Enter moves from gap to gap and then to the button, without using up a try.
  await gap(page, 1).focus();
  await page.keyboard.type("went");
  await page.keyboard.press("Enter");
  await expect(gap(page, 2)).toBeFocused();
  await page.keyboard.type("door");
  await page.keyboard.press("Enter");
  await page.keyboard.type("waited");
  await expect(gap(page, 3)).toHaveAttribute("enterkeyhint", "done");
  await expect(gap(page, 1)).toHaveAttribute("enterkeyhint", "done");
  await page.keyboard.press("Enter");
  await expect(check(page)).toBeFocused();
  await expect(page.locator(".mark")).toHaveCount(0);
  await page.keyboard.press("Enter");
  await expect(said(page)).toContainText("2 of 3 right.");
  await expect(page.locator("[data-result]")).toBeFocused();
  await expect(page.locator(".student-room")).toMatchAriaSnapshot({ name: "student-checked.yml" });

  await teacher.getByRole("button", { name: "Lock", exact: true }).click();
  await expect(said(page)).toContainText("The teacher has locked this task. Your answers are kept.");
  await expect(page.locator(".student-room")).toMatchAriaSnapshot({ name: "student-locked.yml" });
  expect(await focused(page)).not.toBe("BODY");
  await teacher.getByRole("button", { name: "Unlock", exact: true }).click();
  await expect(said(page)).toContainText("The task is open again.");

  await teacher.getByRole("button", { name: "Reveal answers" }).click();
  await expect(said(page)).toContainText("The teacher has shown the answers.");
  // The answers appear in the gaps, and nothing is shown in red.
  await expect(page.locator(".task-body .gap[data-s=shown]")).toHaveText("gate");
  await expect(page.locator(".task-body .gap[data-s=right]")).toHaveCount(2);
  await expect(page.locator(".task-body [data-s=wrong]")).toHaveCount(0);
  await expect(page.locator(".student-room")).toMatchAriaSnapshot({ name: "student-revealed.yml" });
  expect(await focused(page)).not.toBe("BODY");

  await page.getByRole("button", { name: "Look around on my own" }).focus();
  await room.goTo(BANK);
  await expect(said(page)).toContainText(`Task 1: ${BANK}`);
  await expect(page.getByRole("heading", { name: BANK })).toBeFocused();

  network.cut();
  await expect(said(page)).toContainText("No connection. Keep going");
  await expect(page.locator(".student-room")).toMatchAriaSnapshot({ name: "student-offline.yml" });
  network.mend();
  await expect(said(page)).toContainText("The connection is back.", { timeout: 30_000 });
  expect(await focused(page)).not.toBe("BODY");
  await room.windows.close(page);
});

test("words that are picked up, put down and taken back are said", async () => {
  await room.goTo(BANK);
  const page = await room.student("Bo");
  const chip = page.locator(".tiles").getByRole("button", { name: "voucher", exact: true });
  await chip.focus();
  await page.keyboard.press("Enter");
  await expect(said(page)).toContainText("Picked: voucher. Choose where it goes");
  await expect(page.locator("button.gap.target").first()).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(said(page)).toContainText("“voucher” put in gap 1");
  await expect(page.locator(".student-room")).toMatchAriaSnapshot({ name: "student-put-down.yml" });
  await page.getByRole("button", { name: "Gap 1: voucher" }).focus();
  await page.keyboard.press("Escape");
  await expect(said(page)).toContainText("“voucher” taken out of gap 1");

  await room.goTo(ORDER);
  const word = page.locator(".tiles").getByRole("button", { name: "We", exact: true });
  await word.focus();
  await page.keyboard.press("Enter");
  await expect(said(page)).toContainText("Sentence 1: We");
  await page.locator(".tiles").getByRole("button", { name: "had", exact: true }).click();
  await expect(said(page)).toContainText("Sentence 1: We had");

  await room.goTo(PAIRS);
  await page.locator(".match .l", { hasText: "aisle" }).click();
  await page.locator(".match .r", { hasText: "narrow way" }).click();
  await expect(said(page)).toContainText("aisle joined with the narrow way");
  await room.windows.close(page);
});

test("a part of a point says what it is for", async ({ server }) => {
  await room.goTo(ORDER);
  const page = await room.student("Cy");
  for (const word of ["We", "had", "to", "wait", "hours", "for"]) {
    await page.locator(".tiles").getByRole("button", { name: word, exact: true }).click();
  }
  await check(page).click();
  await expect(page.locator(".tray.half")).toContainText("5 of 6 words in order");
  await expect(page.locator("[data-result]")).toBeVisible();
  await expect(page.locator(".student-foot .st-ok"), "a tick beside a part of a point").toHaveCount(0);
  await room.windows.close(page);

  const russian = await room.student("Ия");
  await ask(russian, "patch", server.base, "/me", { locale: "ru" });
  await russian.reload();
  for (const word of ["We", "had", "to", "wait", "hours", "for"]) {
    await russian.locator(".tiles").getByRole("button", { name: word, exact: true }).click();
  }
  await check(russian).click();
  await expect(russian.locator("[data-result] b")).toHaveText(/^0,\d+ из 1$/);
  await expect(russian.locator("[data-result]")).toContainText("с первого раза: 0");
  await room.windows.close(russian);
});

test("the teacher hears each state and keeps the focus", async ({ browser, server }) => {
  // A separate room, so that students of the other tests don't appear in it.
  const room = await Classroom.open(browser, server.base, everyKind);
  const { teacher } = room;
  await room.goTo(TYPED);
  const page = await room.student("Ed");
  await gap(page, 1).fill("goed");
  await expect(room.row("Ed").locator(".c.draft")).toHaveCount(1);
  await expect(teacher.locator(".room-main")).toMatchAriaSnapshot({ name: "teacher-answers.yml" });
  await check(page).click();
  await expect(room.row("Ed").locator(".c.wrong")).toHaveCount(1);
  await expect(teacher.locator(".room-main")).toMatchAriaSnapshot({ name: "teacher-checked.yml" });

  await teacher.getByRole("button", { name: "Lock", exact: true }).focus();
  await teacher.keyboard.press("Enter");
  await expect(said(teacher)).toContainText("The task is locked.");
  await expect(teacher.locator(".room-main")).toMatchAriaSnapshot({ name: "teacher-locked.yml" });
  await expect(teacher.getByRole("button", { name: "Unlock", exact: true })).toBeFocused();
  await teacher.keyboard.press("Enter");
  await expect(said(teacher)).toContainText("The task is open again.");

  // Moves the class on with the arrow button, which keeps the focus.
  await teacher.locator(".room-main").getByRole("button", { name: "Next task" }).focus();
  await teacher.keyboard.press("Enter");
  await expect(said(teacher)).toContainText(`Task 3: ${PAIRS}`);
  await expect(teacher.locator(".room-main").getByRole("button", { name: "Next task" })).toBeFocused();
  await teacher.locator(".room-main").getByRole("button", { name: "Reveal answers" }).click();
  await expect(said(teacher)).toContainText("The answers are shown to everybody.");
  await expect(teacher.locator(".room-main")).toMatchAriaSnapshot({ name: "teacher-revealed.yml" });
  await expect(teacher.locator(".topbar")).toMatchAriaSnapshot({ name: "teacher-top.yml" });
  await room.windows.closeAll();
});
