// A browser that translates a page replaces its text nodes, and our program would go on updating the ones removed. We
// translate our own texts, and tasks are what is being learned, so the page opts out of translation; the translator
// here imitates Chrome's and respects that.
import type { Page } from "@playwright/test";
import { Classroom, check, everyKind, gap, test, BANK, TYPED } from "./class";
import { expect } from "./server";

let room: Classroom;

test.beforeAll(async ({ browser, server }) => {
  room = await Classroom.open(browser, server.base, everyKind);
});

test.afterAll(async () => {
  await room.windows.closeAll();
  expect(room.windows.problems).toEqual([]);
});

/** Wraps every text that may be translated in two `font` elements, now and whenever one appears. */
const translate = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    const may = (node: Node): boolean => {
      const element = node.parentElement;
      return element !== null && (node.textContent ?? "").trim() !== "" && element.closest("font, script, style, [translate=no]") === null;
    };
    const wrap = (node: Node): void => {
      if (node.nodeType === Node.TEXT_NODE && may(node)) {
        const [outer, inner] = [document.createElement("font"), document.createElement("font")];
        outer.dataset.translated = "";
        inner.textContent = `‹${node.textContent ?? ""}›`;
        outer.append(inner);
        node.parentNode?.replaceChild(outer, node);
      }
      for (const child of Array.from(node.childNodes)) wrap(child);
    };
    const begin = (): void => {
      wrap(document.documentElement);
      new MutationObserver((changes) => {
        for (const { addedNodes, target, type } of changes) {
          if (type === "characterData") wrap(target);
          for (const node of addedNodes) wrap(node);
        }
      }).observe(document.documentElement, { childList: true, characterData: true, subtree: true });
    };
    addEventListener("DOMContentLoaded", begin);
  });

test("a translated page counts, goes on and shows who is there", async () => {
  const { teacher } = room;
  await translate(teacher);
  await teacher.reload();
  await room.goTo(TYPED);
  const page = await room.windows.phone();
  await translate(page);
  await page.goto(room.path);
  await page.getByRole("textbox", { name: "Your name" }).fill("Tara");
  await page.getByRole("button", { name: "Join the class" }).click();
  await expect(page.locator(".student-task")).toBeVisible();
  await expect(room.row("Tara").locator(".presence")).toHaveAttribute("data-on", "on");
  await expect(room.row("Tara")).toContainText("In class");

  const foot = page.locator(".student-foot");
  await expect(foot).toContainText("0 of 3 done");
  await gap(page, 1).fill("went");
  await gap(page, 2).fill("gate");
  await expect(foot).toContainText("2 of 3 done");
  await gap(page, 3).fill("waited");
  await check(page).click();
  await expect(foot).toContainText("3 of 3");
  await expect(room.row("Tara")).toContainText("3/3");

  await room.goTo(BANK);
  await expect(page.getByRole("heading", { name: BANK })).toBeVisible();
  await expect(page.getByRole("heading", { name: TYPED })).toHaveCount(0);
  await expect(page.locator(".student-task .gap")).toHaveCount(6);
  await expect(foot).toContainText("0 of 6 done");
  for (const window of [page, teacher]) {
    await expect(window.locator("html")).toHaveAttribute("translate", "no");
    await expect(window.locator(".task-body").first()).toHaveAttribute("translate", "no");
    await expect(window.locator("font")).toHaveCount(0);
  }
  await room.windows.close(page);
});
