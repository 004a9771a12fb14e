// The student's page on a phone: upright, with the keyboard open, on its side, and with text twice as large. Whatever
// is needed must be in view or reachable by scrolling, and covered by nothing; this is measured by its boxes.
import type { Locator, Page } from "@playwright/test";
import { BANK, CHOICE, Classroom, ORDER, PAIRS, TYPED, check, everyKind, gap, test } from "./class";
import { expect, fits } from "./server";

let room: Classroom;

test.beforeAll(async ({ browser, server }) => {
  room = await Classroom.open(browser, server.base, everyKind);
});

test.afterAll(async () => {
  await room.windows.closeAll();
  expect(room.windows.problems).toEqual([]);
});

/** Scrolls an element into view and expects its centre to be visible and not covered. */
async function inReach(page: Page, what: Locator): Promise<void> {
  await what.evaluate((element) => element.scrollIntoView({ block: "center" }));
  await expect(async () => {
    const found = await what.evaluate((element) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      const [x, y] = [left + width / 2, top + height / 2];
      const at = document.elementFromPoint(x, y);
      return { inside: y > 0 && y < innerHeight && x > 0 && x < innerWidth, hit: at !== null && (element.contains(at) || at.contains(element)) };
    });
    expect(found).toEqual({ inside: true, hit: true });
  }).toPass({ timeout: 5_000, intervals: [50] });
}

/** Height of the window that is left for the task between the bars fixed at its edges, in px. */
const left = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const box = (selector: string): DOMRect | undefined => document.querySelector(selector)?.getBoundingClientRect();
    const within = (edge: number): number => Math.min(Math.max(edge, 0), innerHeight);
    const [top, foot, bank] = [box(".student-top"), box(".student-foot"), box(".student-task .bank:not(.is-done)")];
    return Math.min(...[foot, bank].map((bar) => (bar?.height ? within(bar.top) : innerHeight))) - (top?.height ? within(top.bottom) : 0);
  });

const larger = (page: Page): Promise<void> => page.evaluate(() => void (document.documentElement.style.fontSize = "200%"));

const WINDOWS = [
  { name: "upright", width: 360, height: 740, large: false, least: 300 },
  { name: "with the keyboard", width: 360, height: 400, large: false, least: 200 },
  { name: "on its side", width: 640, height: 360, large: false, least: 180 },
  { name: "with large letters", width: 360, height: 740, large: true, least: 300 },
  { name: "with large letters and the keyboard", width: 360, height: 400, large: true, least: 150 },
];

test("the line at the top is one line, and goes while something is typed", async () => {
  await room.goTo(TYPED);
  const page = await room.student("Tim");
  const top = page.locator(".student-top");
  await expect(gap(page, 1)).toBeVisible();
  expect((await top.boundingBox())?.height).toBeLessThanOrEqual(45);
  await page.getByRole("button", { name: "Look around on my own" }).click();
  await expect(page.getByRole("button", { name: "Back to the class" })).toBeVisible();
  expect((await top.boundingBox())?.height).toBeLessThanOrEqual(45);
  await page.getByRole("button", { name: "Back to the class" }).click();
  await gap(page, 2).focus();
  await expect(top).toBeHidden();
  await page.getByRole("heading", { name: TYPED }).click();
  await expect(top).toBeVisible();
  await room.windows.close(page);
});

for (const { name, width, height, large, least } of WINDOWS) {
  test(`all of a task is in reach ${name}`, async () => {
    await room.goTo(BANK);
    const page = await room.student(`Of ${name}`);
    await page.setViewportSize({ width, height });
    if (large) await larger(page);
    await fits(page);
    const chip = page.locator(".student-task .tiles .tile-w:enabled");
    await inReach(page, page.locator(".student-task .gap").last());
    await inReach(page, chip.first());
    await inReach(page, chip.last());
    await chip.first().click();
    const first = page.locator(".student-task .gap").first();
    await inReach(page, first);
    expect(await left(page)).toBeGreaterThanOrEqual(Math.min(least, height / 3));
    await first.click();
    await expect(page.locator(".student-task .gap.filled")).toHaveCount(1);
    await inReach(page, check(page));

    for (const task of [TYPED, PAIRS, ORDER, CHOICE]) {
      await room.goTo(task);
      await expect(page.getByRole("heading", { name: task })).toBeVisible();
      await fits(page);
      const fields = page.locator(".task-body :is(input[type=text], .l, .tile-w, .opt)");
      await inReach(page, fields.first());
      await inReach(page, fields.last());
      if (task === TYPED) {
        await gap(page, 2).fill("gate");
        expect(await left(page)).toBeGreaterThanOrEqual(Math.min(least, height / 3));
      }
      await inReach(page, check(page));
    }
    await room.windows.close(page);
  });
}

test("the teacher has the task and the answers in view together, and on a phone the answers at once", async () => {
  const { teacher } = room;
  const pages: Page[] = [];
  const long = "Bartholomew Featherstonehaugh-Cholmondeley of the Evening Group";
  for (const name of [long, "Ada"]) pages.push(await room.student(name));
  await teacher.setViewportSize({ width: 1280, height: 800 });
  for (const task of [CHOICE, ORDER, PAIRS, BANK, TYPED]) {
    await room.goTo(task);
    const boxes = async (): Promise<(number | undefined)[]> => {
      const head = await teacher.locator(".room-main .task h3").boundingBox();
      const grid = await room.row("Ada").boundingBox();
      return [head?.y, grid ? grid.y + grid.height : undefined];
    };
    await expect(async () => {
      const [head, grid] = await boxes();
      expect(head).toBeGreaterThan(0);
      expect(grid).toBeLessThan(800);
    }).toPass({ timeout: 5_000, intervals: [50] });
  }
  // Columns have one width and the left word as their heading; a long name is clipped and shown in full on focus.
  await room.goTo(PAIRS);
  await expect(teacher.locator(".live thead small")).toHaveText(["gate", "aisle", "luggage", "boarding pass", "departure", "customs", "delay"]);
  const name = room.row(long).locator("th");
  expect((await name.boundingBox())?.width).toBeLessThanOrEqual(200);
  const who = name.locator(".who");
  const clipped = (await who.locator(".clip").boundingBox())?.height ?? 0;
  await who.focus();
  await teacher.keyboard.press("Shift+Tab");
  await teacher.keyboard.press("Tab");
  await expect(who).toBeFocused();
  expect((await who.locator(".clip").boundingBox())?.height).toBeGreaterThan(clipped * 1.5);
  expect((await teacher.getByRole("region", { name: "Answers of the whole class" }).evaluate((grid) => grid.clientWidth / (grid.querySelector("thead th:nth-child(2)")?.clientWidth ?? 1)))).toBeGreaterThan(6);

  await teacher.setViewportSize({ width: 360, height: 740 });
  await teacher.reload();
  await expect(async () => {
    const grid = await room.row("Ada").boundingBox();
    expect(grid && grid.y + grid.height).toBeLessThan(740);
  }).toPass({ timeout: 10_000, intervals: [50] });
  await fits(teacher);
  await teacher.setViewportSize({ width: 1280, height: 860 });
  await teacher.reload();
  for (const page of pages) await room.windows.close(page);
});
