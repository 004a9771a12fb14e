// A class from its lesson to its report, in real browsers: a teacher on a wide screen, two students on phones, one of
// them behind a bad network, and a server that is killed.
import { check, gap, join, lesson, row, shown, test } from "./class";
import { readable } from "./readable";
import { expect, register } from "./server";

test("a class answers live and loses nothing", async ({ windows, network, server }) => {
  test.setTimeout(240_000);
  const teacher = await windows.desk();

  // 1. From a lesson to a class; the link.
  await register(teacher);
  await teacher.goto(`/lessons/${await lesson(teacher, server.base)}`);
  await teacher.getByRole("button", { name: "Start class" }).click();
  await teacher.waitForURL(/\/classes\/[0-9a-f-]{36}$/);
  const classId = new URL(teacher.url()).pathname.split("/")[2];
  await expect(teacher.getByText("Nobody is here yet").first()).toBeVisible();
  await readable(teacher);
  await teacher.locator(".topbar").getByRole("button", { name: "Invite" }).click();
  const invite = teacher.getByRole("dialog", { name: "Invite students" });
  await expect(invite.locator(".qr svg")).toBeVisible();
  const path = new URL(await invite.getByRole("textbox", { name: "Link" }).inputValue()).pathname;
  await readable(teacher);
  await teacher.keyboard.press("Escape");

  const dasha = await windows.phone();
  const ilya = await windows.phone({ locale: "ru-RU", base: network.base });
  await dasha.goto(path);
  await readable(dasha);
  await join(dasha, path, "Dasha");
  await join(ilya, path, "Илья");
  await readable(dasha);
  await readable(ilya);
  await expect(row(teacher, "Dasha")).toBeVisible();
  await expect(row(teacher, "Илья")).toBeVisible();

  // Two students of the same name are distinguished; one is removed.
  const other = await windows.phone();
  await join(other, path, "Dasha");
  await expect(row(teacher, "Dasha (2)")).toBeVisible();
  const people = teacher.getByRole("complementary", { name: "People" });
  await people.getByRole("button", { name: "More actions: Dasha (2)" }).click();
  await teacher.getByRole("menuitem", { name: "Remove from class" }).click();
  await teacher.getByRole("dialog").getByRole("button", { name: "Remove from class" }).click();
  await expect(row(teacher, "Dasha (2)")).toHaveCount(0);
  await expect(other.getByRole("heading", { name: "You are no longer in this class" })).toBeVisible();
  await readable(other);
  await windows.close(other);

  // 2. and 3. The teacher sees what is typed; what is checked is marked.
  await gap(dasha, 1).fill("went");
  await expect(row(teacher, "Dasha").locator("td").nth(0)).toContainText("went");
  await gap(dasha, 2).fill("door");
  await check(dasha).click();
  await expect(dasha.locator(".mark.first")).toHaveCount(1);
  await expect(dasha.locator(".mark.wrong")).toHaveCount(1);
  await expect(row(teacher, "Dasha").locator(".c.first")).toHaveCount(1);
  await expect(row(teacher, "Dasha").locator(".c.wrong")).toContainText("door");
  await expect(teacher.locator(".insight")).toContainText("Item 2 is the hardest: 1 student answered “door”.");
  await dasha.getByRole("button", { name: "Try again" }).click();
  await gap(dasha, 2).fill("gate");
  await check(dasha).click();
  await expect(row(teacher, "Dasha").locator(".c.later")).toHaveCount(1);
  await expect(row(teacher, "Dasha")).toContainText("2/2");
  await readable(teacher);
  await readable(dasha);

  await row(teacher, "Dasha").locator(".who").click();
  const work = teacher.getByRole("dialog", { name: "Dasha’s work" });
  await expect(work.locator(".mark")).toHaveCount(2);
  await readable(teacher);
  await teacher.keyboard.press("Escape");

  // A student looks around alone while the class moves on, and comes back.
  await dasha.getByRole("button", { name: "Look around on my own" }).click();
  await expect(shown(dasha, "You’re looking around")).toBeVisible();
  await expect(people.getByText(/on their own/)).toBeVisible();
  await teacher.getByRole("navigation", { name: "Tasks" }).getByRole("button", { name: "True or false" }).click();
  await expect(ilya.getByRole("heading", { name: "True or false" })).toBeVisible();
  await expect(dasha.getByRole("heading", { name: "A delayed flight" })).toBeVisible();
  await expect(shown(dasha, "The class is on task 2.")).toBeVisible();
  await dasha.getByRole("button", { name: "Back to the class" }).click();
  await expect(dasha.getByRole("heading", { name: "True or false" })).toBeVisible();

  // The task is locked and unlocked, its answers are revealed, and a reset begins a new round.
  await teacher.getByRole("button", { name: "Lock", exact: true }).click();
  await expect(shown(dasha, "The teacher has locked this task")).toBeVisible();
  await teacher.getByRole("button", { name: "Unlock" }).click();
  await expect(shown(dasha, "The teacher has locked this task")).toHaveCount(0);
  await teacher.getByRole("button", { name: "Reveal answers" }).click();
  await expect(dasha.locator(".task-note.shown")).toHaveText("The teacher has shown the answers.");
  await expect(dasha.locator(".student-task input").first()).toBeDisabled();
  await readable(dasha);
  await teacher.getByRole("button", { name: "Reset", exact: true }).click();
  await teacher.getByRole("dialog").getByRole("button", { name: "Reset" }).click();
  await expect(dasha.locator(".task-note.shown")).toHaveCount(0);
  await expect(dasha.locator(".student-task input").first()).toBeEnabled();

  // 4. A network that swallows everything: the student is warned, and what is typed waits and then arrives.
  await teacher.keyboard.press("ArrowLeft");
  await expect(ilya.getByRole("heading", { name: "A delayed flight" })).toBeVisible();
  network.hold();
  await gap(ilya, 1).fill("gone");
  await expect(ilya.locator(".student-task .banner.warn")).toContainText("1 ответ", { timeout: 30_000 });
  await readable(ilya);
  await expect(row(teacher, "Илья")).toHaveClass(/away/, { timeout: 30_000 });
  await gap(ilya, 2).fill("gate");
  await check(ilya).click();
  await expect(ilya.locator(".student-foot")).toContainText("Проверится, когда будет связь");
  network.release();
  await expect(ilya.locator(".sync.ok")).toBeVisible({ timeout: 30_000 });
  await expect(row(teacher, "Илья").locator(".c.first")).toHaveCount(1);
  await expect(row(teacher, "Илья").locator(".c.wrong")).toContainText("gone");

  // A server killed while a student types; then a page reloaded before its check was acked.
  await ilya.getByRole("button", { name: "Попробовать ещё раз" }).click();
  await server.kill();
  await gap(ilya, 1).fill("went");
  await expect(ilya.locator(".sync.off")).toBeAttached();
  await expect(shown(teacher, "No connection.")).toBeVisible();
  await readable(teacher);
  await server.start();
  await expect(ilya.locator(".sync.ok")).toBeAttached({ timeout: 30_000 });
  await expect(row(teacher, "Илья").locator(".c.draft")).toContainText("went", { timeout: 30_000 });
  network.hold();
  await check(ilya).click();
  network.release();
  await ilya.reload();
  await expect(row(teacher, "Илья").locator(".c.later")).toHaveCount(1, { timeout: 30_000 });
  await expect(ilya.locator(".mark.later")).toHaveCount(1);

  // Another device, by a link that works once.
  await dasha.getByRole("button", { name: /^You are/ }).click();
  await dasha.getByRole("menuitem", { name: "Continue on another device" }).click();
  const link = dasha.getByRole("dialog").getByRole("textbox", { name: "Link" });
  await expect(link).toHaveValue(/recover\?token=/);
  await readable(dasha);
  const tablet = await windows.phone();
  await tablet.goto(await link.inputValue());
  await readable(tablet);
  await tablet.getByRole("button", { name: "Continue here" }).click();
  await tablet.waitForURL(/\/classes\//);
  await expect(tablet.locator(".mark.later")).toHaveCount(1);
  await dasha.keyboard.press("Escape");

  // The door, and a link that stops working.
  await teacher.locator(".topbar").getByRole("button", { name: "Invite" }).click();
  await invite.getByText("The door is open").click();
  await expect(invite.getByText("nobody new can come in")).toBeVisible();
  const stranger = await windows.phone();
  // Removing a student has changed the link.
  const now = await (await teacher.request.get(`/api/v1/classes/${classId}`)).json();
  await stranger.goto(new URL(now.invitation.url).pathname);
  await expect(stranger.getByRole("heading", { name: "The door is closed" })).toBeVisible();
  await readable(stranger);
  await invite.getByRole("button", { name: "Make a new link" }).click();
  await expect(invite.getByRole("textbox", { name: "Link" })).not.toHaveValue(new RegExp(`${path}$`));
  await stranger.goto(path);
  await expect(stranger.getByRole("heading", { name: "This link no longer works" })).toBeVisible();
  await teacher.keyboard.press("Escape");

  // Home shows a running class above everything else.
  const second = await teacher.context().newPage();
  await second.goto("/");
  await expect(second.locator(".livecard")).toContainText("At the airport");
  await readable(second);
  await second.close();

  // What the teacher sees matches the database.
  const before = (await (await teacher.request.get(`/api/v1/classes/${classId}`)).json()) as { open_run: string };
  const report = (await (await teacher.request.get(`/api/v1/runs/${before.open_run}/report`)).json()) as {
    students: { name: string; removed: boolean; cells: { tries: number; last: { verdict: string } | null }[] }[];
  };
  for (const student of report.students.filter((it) => !it.removed)) {
    const right = student.cells.filter((cell) => cell.last?.verdict === "right").length;
    await expect(row(teacher, student.name)).toContainText(`${right}/2`);
  }

  // 5. The end, the report, and the same lesson again.
  await teacher.getByRole("button", { name: "End class" }).click();
  await teacher.getByRole("dialog").getByRole("button", { name: "End class" }).click();
  await teacher.waitForURL(/\/runs\//);
  await expect(teacher.getByRole("heading", { name: "Who was there" })).toBeVisible();
  await expect(teacher.getByRole("row", { name: /Dasha/ }).first()).toContainText("2 of 4");
  await readable(teacher);
  await expect(dasha.getByRole("heading", { name: "The class is over" })).toBeVisible();
  await expect(ilya.getByRole("heading", { name: "Занятие окончено" })).toBeVisible();
  await readable(ilya);
  await teacher.getByRole("button", { name: "Teach again" }).click();
  await teacher.waitForURL(new RegExp(`/classes/${classId}$`));
  await expect(row(teacher, "Dasha")).toContainText("0/2");
  await dasha.getByRole("button", { name: "Enter the class" }).click({ timeout: 15_000 });
  await expect(dasha.locator(".follow")).toBeVisible();
});
