// What can happen in a class, one scenario after another in the same room; each brings its own students.
import type { Page } from "@playwright/test";
import { Classroom, check, frames, gap, join, messages, shown, test } from "./class";
import { expect } from "./server";

const FLIGHT = "A delayed flight";
const TRUE_FALSE = "True or false";

let room: Classroom;
let teacher: Page;

// A failed scenario is followed by a new worker, which opens a new room.
test.beforeAll(async ({ browser, server }) => {
  room = await Classroom.open(browser, server.base);
  teacher = room.teacher;
});

test.afterAll(async () => {
  await room.windows.closeAll();
  expect(room.windows.problems).toEqual([]);
});

test("a locked task takes no answers and says so, also to who was away", async ({ network }) => {
  await room.goTo(FLIGHT);
  const dasha = await room.student("Dasha");
  const ilya = await room.student("Ilya", { base: network.base });
  await gap(dasha, 1).fill("went");
  await expect(room.row("Dasha").locator(".c.draft")).toContainText("went");
  network.hold();
  await gap(ilya, 1).fill("goed");
  await expect(ilya.locator(".banner.warn")).toContainText("1 answer", { timeout: 30_000 });
  await gap(ilya, 2).fill("gate");
  await check(ilya).click();

  await teacher.getByRole("button", { name: "Lock", exact: true }).click();
  await expect(shown(dasha, "The teacher has locked this task. Your answers are kept.")).toBeVisible();
  await expect(gap(dasha, 1)).toBeDisabled();
  await expect(gap(dasha, 1)).toHaveValue("went");
  await expect(check(dasha)).toBeDisabled();
  await expect(teacher.getByRole("button", { name: FLIGHT })).toContainText("Locked");

  const sent = frames(ilya);
  network.release();
  await expect(messages(ilya)).toContainText("The teacher has locked this task: your answer was not saved", { timeout: 30_000 });
  await expect(ilya.locator(".sync.ok")).toBeVisible();
  // Not checked, but not lost: the answer is on his screen and on the teacher's.
  await expect(gap(ilya, 1)).toHaveValue("goed");
  await expect(room.row("Ilya").locator(".c.draft")).toContainText(["goed", "gate"]);
  // He pressed no key since, and the teacher is told of none.
  expect(sent.filter((frame) => frame.includes('"typing"'))).toEqual([]);

  await teacher.getByRole("button", { name: "Unlock", exact: true }).click();
  await expect(check(dasha)).toBeEnabled();
  await check(dasha).click();
  await expect(room.row("Dasha").locator(".c.first")).toHaveCount(1);
  await expect(gap(ilya, 1)).toHaveValue("goed");
  await check(ilya).click();
  await expect(room.row("Ilya").locator(".c.wrong")).toHaveCount(1);
  await expect(room.row("Ilya").locator(".c.first")).toHaveCount(1);
  await room.windows.close(dasha);
  await room.windows.close(ilya);
});

test("a reload without network shows the page, and it goes on by itself", async ({ network }) => {
  await room.goTo(FLIGHT);
  const zoya = await room.student("Zoya", { base: network.base });
  await gap(zoya, 1).fill("went");
  await expect(room.row("Zoya").locator(".c.draft")).toContainText("went");
  // Once the service worker runs, the page and its program are cached.
  await zoya.waitForFunction(async () => (await caches.match("/kept/class/files")) !== undefined);
  network.cut();
  await gap(zoya, 2).fill("gate");
  await expect(zoya.locator(".banner.warn")).toContainText("1 answer");
  await zoya.reload();
  await expect(zoya.getByRole("alert")).toBeVisible();
  network.mend();
  await expect(gap(zoya, 1)).toHaveValue("went");
  await expect(gap(zoya, 2)).toHaveValue("gate");
  await check(zoya).click();
  await expect(room.row("Zoya").locator(".c.first")).toHaveCount(2);
  await room.windows.close(zoya);
});

test("answers are reset for one item, for one student, for all: a new round on both sides", async () => {
  await room.goTo(FLIGHT);
  const pages = [await room.student("Mila"), await room.student("Oleg")];
  const [mila, oleg] = pages;
  for (const page of pages) {
    await gap(page, 1).fill("went");
    await gap(page, 2).fill("door");
    await check(page).click();
    await expect(page.locator(".mark")).toHaveCount(2);
  }

  await teacher.getByRole("button", { name: "Item 2: gate" }).click();
  await teacher.getByRole("button", { name: "Reset item 2" }).click();
  await room.confirm("Reset");
  for (const page of pages) {
    await expect(page.locator(".mark")).toHaveCount(1);
    await expect(gap(page, 2)).toBeEnabled();
    await expect(gap(page, 2)).toHaveValue("");
    await gap(page, 2).fill("gate");
    await check(page).click();
    // In a new round this is the first try.
    await expect(page.locator(".mark.first")).toHaveCount(2);
  }
  await room.gridIsTheReport(FLIGHT);

  await room.row("Mila").locator(".who").click();
  await teacher.getByRole("button", { name: "Reset this student’s answers" }).click();
  await room.confirm("Reset");
  await expect(mila.locator(".mark")).toHaveCount(0);
  await expect(room.row("Mila").locator(".c.none")).toHaveCount(2);
  await expect(room.row("Oleg").locator(".c.first")).toHaveCount(2);
  await expect(oleg.locator(".mark")).toHaveCount(2);
  await gap(mila, 1).fill("went");
  await check(mila).click();
  await expect(room.row("Mila").locator(".c.first")).toHaveCount(1);

  await teacher.getByRole("button", { name: "Reset", exact: true }).click();
  await room.confirm("Reset");
  for (const page of pages) {
    await expect(page.locator(".mark")).toHaveCount(0);
    await expect(gap(page, 1)).toHaveValue("");
  }
  await room.gridIsTheReport(FLIGHT);
  for (const page of pages) await room.windows.close(page);
});

test("one answer is shown to everyone, and the other can still be given", async () => {
  await room.goTo(FLIGHT);
  const vera = await room.student("Vera");
  await gap(vera, 1).fill("goed");
  await teacher.getByRole("button", { name: "Item 1: went" }).click();
  await teacher.getByRole("button", { name: "Show item 1 to everyone" }).click();
  await expect(teacher.getByRole("button", { name: "Item 1 is shown" })).toBeDisabled();
  await expect(vera.locator(".task-note.shown")).toHaveText("The teacher has shown some of the answers.");
  await expect(vera.locator(".gap[data-s=shown]")).toHaveText("went");
  await expect(gap(vera, 1)).toHaveCount(0);
  await gap(vera, 2).fill("gate");
  await check(vera).click();
  await expect(room.row("Vera").locator(".c.first")).toHaveCount(1);

  await teacher.getByRole("button", { name: "Reveal answers" }).click();
  await expect(teacher.getByRole("button", { name: "Answers revealed" })).toBeDisabled();
  await expect(vera.locator(".task-note.shown")).toHaveText("The teacher has shown the answers.");
  // Her own right answer stays marked as right.
  await expect(vera.locator(".gap[data-s=right]")).toContainText("gate");
  await teacher.getByRole("button", { name: "Reset", exact: true }).click();
  await room.confirm("Reset");
  await expect(vera.locator(".task-note.shown")).toHaveCount(0);
  await expect(gap(vera, 1)).toBeEnabled();
  await room.windows.close(vera);
});

test("everyone is moved but who looks around, who comes back to where the class is", async () => {
  await room.goTo(FLIGHT);
  const [nina, pavel] = [await room.student("Nina"), await room.student("Pavel")];
  await nina.getByRole("button", { name: "Look around on my own" }).click();
  await nina.getByRole("button", { name: "Next task" }).click();
  await expect(nina.getByRole("heading", { name: TRUE_FALSE })).toBeVisible();
  const people = teacher.getByRole("complementary", { name: "People" });
  await expect(people.getByRole("listitem").filter({ hasText: "Nina" })).toContainText("on task 2, on their own");
  await nina.getByRole("button", { name: "Previous task" }).click();

  await room.goTo(TRUE_FALSE);
  await expect(pavel.getByRole("heading", { name: TRUE_FALSE })).toBeVisible();
  await expect(shown(nina, "The class is on task 2.")).toBeVisible();
  await expect(nina.getByRole("heading", { name: FLIGHT })).toBeVisible();
  // Looking around survives a reload.
  await nina.reload();
  await expect(shown(nina, "You’re looking around")).toBeVisible();
  // The page opens at the class's task, and the teacher sees her there.
  await expect(people.getByRole("listitem").filter({ hasText: "Nina" })).toContainText("on task 2, on their own");
  await nina.getByRole("button", { name: "Back to the class" }).click();
  await expect(nina.getByRole("heading", { name: TRUE_FALSE })).toBeVisible();
  await expect(people.getByRole("listitem").filter({ hasText: "Nina" })).toContainText("following");

  // A teacher who looks at another task alone leaves the class where it is.
  await teacher.getByRole("switch", { name: "Class follows me" }).uncheck();
  await teacher.getByRole("navigation", { name: "Tasks" }).getByRole("button", { name: FLIGHT }).click();
  await expect(teacher.getByRole("heading", { name: FLIGHT })).toBeVisible();
  await teacher.getByRole("switch", { name: "Class follows me" }).check();
  await expect(pavel.getByRole("heading", { name: FLIGHT })).toBeVisible();
  for (const page of [nina, pavel]) await room.windows.close(page);
});

test("the door, a new link, and a student who is removed", async ({ windows }) => {
  const [boris, stranger] = [await room.student("Boris"), await windows.phone()];
  await teacher.locator(".topbar").getByRole("button", { name: "Invite" }).click();
  const invite = teacher.getByRole("dialog", { name: "Invite students" });
  await invite.getByText("The door is open").click();
  await expect(invite.getByText("nobody new can come in")).toBeVisible();
  await stranger.goto(room.path);
  await expect(stranger.getByRole("heading", { name: "The door is closed" })).toBeVisible();
  // Students who have joined can still come in, also by the link.
  await boris.goto(room.path);
  await boris.getByRole("link", { name: "Yes, continue as Boris" }).click();
  await expect(boris.locator(".student-task")).toBeVisible();

  await teacher.keyboard.press("Escape");
  const people = teacher.getByRole("complementary", { name: "People" });
  await people.getByRole("button", { name: "More actions: Boris" }).click();
  await teacher.getByRole("menuitem", { name: "Remove from class" }).click();
  await room.confirm("Remove from class");
  await expect(boris.getByRole("heading", { name: "You are no longer in this class" })).toBeVisible();
  await expect(room.row("Boris")).toHaveCount(0);
  await boris.goto(`/classes/${room.id}`);
  await expect(boris.getByRole("heading", { name: "This class is not open to you" })).toBeVisible();
  await boris.goto(room.path);
  await expect(boris.getByRole("heading", { name: "You are no longer in this class" })).toBeVisible();

  await teacher.locator(".topbar").getByRole("button", { name: "Invite" }).click();
  const link = invite.getByRole("textbox", { name: "Link" });
  const old = await link.inputValue();
  await invite.getByRole("button", { name: "Make a new link" }).click();
  await expect(link).not.toHaveValue(old);
  const fresh = await link.inputValue();
  await invite.getByText("The door is open").click();
  await expect(invite.getByText("Students open the link or scan the code.")).toBeVisible();
  await teacher.keyboard.press("Escape");
  await stranger.goto(room.path);
  await expect(stranger.getByRole("heading", { name: "This link no longer works" })).toBeVisible();
  room.path = new URL(fresh).pathname;
  await join(stranger, room.path, "Zoya");
  await expect(room.row("Zoya")).toBeVisible();

  await people.getByRole("button", { name: "Let Boris in again" }).click();
  await expect(people.getByRole("button", { name: "Let Boris in again" })).toHaveCount(0);
  await boris.goto(room.path);
  await boris.getByRole("link", { name: "Yes, continue as Boris" }).click();
  await expect(boris.locator(".student-task")).toBeVisible();
  await expect(room.row("Boris")).toBeVisible();
  await room.windows.close(boris);
});

test("two guests of one name are told apart on both sides", async () => {
  await room.goTo(FLIGHT);
  const pages = [await room.student("Kim"), await room.student("Kim")];
  await expect(pages[0].getByRole("button", { name: "You are Kim", exact: true })).toBeVisible();
  await expect(pages[1].getByRole("button", { name: "You are Kim (2)", exact: true })).toBeVisible();
  await gap(pages[1], 1).fill("went");
  await check(pages[1]).click();
  await expect(room.row("Kim (2)").locator(".c.first")).toHaveCount(1);
  await expect(room.row("Kim").locator(".c.none")).toHaveCount(2);
  await room.row("Kim (2)").locator(".who").click();
  await expect(teacher.getByRole("dialog", { name: "Kim (2)’s work" }).locator(".mark")).toHaveCount(1);
  await teacher.keyboard.press("Escape");
  for (const page of pages) await room.windows.close(page);
});

test("a guest goes on from another device, once", async () => {
  await room.goTo(FLIGHT);
  const lena = await room.student("Lena");
  await gap(lena, 1).fill("goed");
  await check(lena).click();
  await expect(lena.locator(".mark.wrong")).toHaveCount(1);
  await gap(lena, 2).fill("ga");
  await expect(room.row("Lena").locator(".c.draft")).toContainText("ga");
  // The top bar hides while a field has the focus.
  await lena.locator(".task-head").click();
  await lena.getByRole("button", { name: /^You are/ }).click();
  await lena.getByRole("menuitem", { name: "Continue on another device" }).click();
  const link = lena.getByRole("dialog").getByRole("textbox", { name: "Link" });
  await expect(link).toHaveValue(/recover\?token=/);
  const url = await link.inputValue();
  await lena.keyboard.press("Escape");

  const tablet = await room.windows.phone();
  await tablet.goto(url);
  await tablet.getByRole("button", { name: "Continue here" }).click();
  await tablet.waitForURL(new RegExp(`/classes/${room.id}$`));
  await expect(tablet.locator(".mark.wrong")).toHaveCount(1);
  await expect(gap(tablet, 2)).toHaveValue("ga");
  await gap(tablet, 2).fill("gate");
  await check(tablet).click();
  await expect(room.row("Lena").locator(".c.first")).toHaveCount(1);
  await expect(room.row("Lena").locator(".c.wrong")).toContainText("goed");

  const third = await room.windows.phone();
  await third.goto(url);
  await expect(third.getByRole("alert").first()).toContainText("This link has been used");
  await expect(third.getByRole("button", { name: "Continue here" })).toHaveCount(0);
  await expect(third).toHaveURL(/\/recover/);
  for (const page of [lena, tablet, third]) await room.windows.close(page);
});

test("two tabs of one student agree", async () => {
  await room.goTo(FLIGHT);
  const one = await room.student("Tanya");
  const two = await one.context().newPage();
  await two.goto(`/classes/${room.id}`);
  await expect(gap(two, 1)).toBeVisible();
  await gap(one, 1).fill("went");
  await expect(gap(two, 1)).toHaveValue("went");
  await gap(two, 2).fill("door");
  await expect(gap(one, 2)).toHaveValue("door");
  await check(one).click();
  for (const tab of [one, two]) {
    await expect(tab.locator(".mark.first")).toHaveCount(1);
    await expect(tab.locator(".mark.wrong")).toHaveCount(1);
  }
  await two.getByRole("button", { name: "Look around on my own" }).click();
  await expect(shown(one, "You’re looking around")).toBeVisible();
  await one.getByRole("button", { name: "Back to the class" }).click();
  await expect(two.getByText("You see the task the class is on.")).toBeVisible();
  await two.close();
  await expect(room.row("Tanya")).not.toHaveClass(/away/);
  await room.windows.close(one);
});

test("a student who was long away loses nothing while the class goes on", async ({ network }) => {
  await room.goTo(FLIGHT);
  const rita = await room.student("Rita", { base: network.base });
  const stas = await room.student("Stas");
  await gap(rita, 1).fill("went");
  await check(rita).click();
  await expect(room.row("Rita").locator(".c.first")).toHaveCount(1);
  network.hold();
  await gap(rita, 2).fill("door");
  await expect(rita.locator(".banner.warn")).toContainText("1 answer", { timeout: 30_000 });
  await check(rita).click();
  await expect(check(rita)).toContainText("Will be checked when online");

  await teacher.getByRole("button", { name: "Reset", exact: true }).click();
  await room.confirm("Reset");
  await expect(room.row("Rita").locator(".c.none")).toHaveCount(2);
  await room.goTo(TRUE_FALSE);
  await stas.locator(".student-task .seg label, .student-task .opt").first().click();
  await check(stas).click();
  await expect(room.row("Stas").locator(".c.first, .c.wrong")).toHaveCount(1);
  await expect(room.row("Rita")).toHaveClass(/away/, { timeout: 30_000 });
  // The page is closed before the network is back: what was written is stored on the phone.
  await rita.goto("about:blank");
  network.release();
  await rita.goto(`/classes/${room.id}`);
  await expect(rita.locator(".sync.ok")).toBeVisible({ timeout: 30_000 });
  await expect(rita.getByRole("heading", { name: TRUE_FALSE })).toBeVisible();

  await room.goTo(FLIGHT);
  await expect(room.row("Rita").locator(".c.wrong")).toContainText("door");
  await expect(room.row("Rita").locator(".c.none")).toHaveCount(1);
  await expect(rita.locator(".mark.wrong")).toHaveCount(1);
  await expect(gap(rita, 1)).toHaveValue("");
  await room.gridIsTheReport(FLIGHT);
  for (const page of [rita, stas]) await room.windows.close(page);
});

test("the teacher’s reload and second tab show the same room", async () => {
  await room.goTo(FLIGHT);
  const gleb = await room.student("Gleb");
  await gap(gleb, 1).fill("goed");
  await check(gleb).click();
  await expect(room.row("Gleb").locator(".c.wrong")).toContainText("goed");
  await teacher.reload();
  await expect(room.row("Gleb").locator(".c.wrong")).toContainText("goed");
  await room.gridIsTheReport(FLIGHT);

  const second = await teacher.context().newPage();
  await second.goto(`/classes/${room.id}`);
  await second.getByRole("button", { name: "Lock", exact: true }).click();
  await expect(teacher.getByRole("button", { name: "Unlock", exact: true })).toBeVisible();
  await expect(shown(gleb, "The teacher has locked this task")).toBeVisible();
  await teacher.getByRole("button", { name: "Unlock", exact: true }).click();
  await expect(second.getByRole("button", { name: "Lock", exact: true })).toBeVisible();
  await second.getByRole("navigation", { name: "Tasks" }).getByRole("button", { name: TRUE_FALSE }).click();
  await expect(gleb.getByRole("heading", { name: TRUE_FALSE })).toBeVisible();
  await second.close();
  await room.windows.close(gleb);
});

test("the end of the class is seen on all sides, and by who comes back to it", async ({ network }) => {
  await room.goTo(FLIGHT);
  const [yana, fyodor] = [await room.student("Yana"), await room.student("Fyodor", { base: network.base })];
  await gap(yana, 1).fill("went");
  await check(yana).click();
  await expect(room.row("Yana").locator(".c.first")).toHaveCount(1);
  network.hold();
  await gap(fyodor, 1).fill("went");
  await expect(fyodor.locator(".banner.warn")).toContainText("1 answer", { timeout: 30_000 });
  await check(fyodor).click();
  const second = await teacher.context().newPage();
  await second.goto(`/classes/${room.id}`);
  await expect(second.getByRole("region", { name: "Answers of the whole class" })).toBeVisible();

  await teacher.getByRole("button", { name: "End class" }).click();
  await teacher.getByRole("dialog").getByRole("button", { name: "End class" }).click();
  for (const page of [teacher, second]) {
    await page.waitForURL(/\/runs\//);
    await expect(page.getByRole("heading", { name: "Who was there" })).toBeVisible();
    await expect(page.getByRole("row", { name: /^Yana/ }).first()).toContainText("1 of 4");
  }
  await expect(yana.getByRole("heading", { name: "The class is over" })).toBeVisible();
  await expect(yana.locator(".own-marks .mark.first")).toHaveCount(1);
  network.release();
  await expect(fyodor.getByRole("heading", { name: "The class is over" })).toBeVisible({ timeout: 30_000 });
  await expect(messages(fyodor)).toContainText("The class is over: that was not saved");
  await yana.reload();
  // Students who took part still see their results.
  await expect(yana.getByRole("heading", { name: "The class is over" })).toBeVisible();
  await expect(yana.locator(".own-marks .mark.first")).toHaveCount(1);
  const { students } = await room.report();
  expect(students.find((student) => student.name === "Fyodor")?.cells.filter((cell) => cell.tries > 0) ?? []).toEqual([]);
});
