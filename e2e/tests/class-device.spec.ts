// A tablet that a class shares: it forgets a student who leaves, and asks the next one whether they are the same
// person.
import { Classroom, check, gap, test } from "./class";
import { expect, fits } from "./server";

const FLIGHT = "A delayed flight";
let room: Classroom;

test.beforeAll(async ({ browser, server }) => {
  room = await Classroom.open(browser, server.base);
  await room.goTo(FLIGHT);
});

test.afterAll(async () => {
  await room.windows.closeAll();
  expect(room.windows.problems).toEqual([]);
});

test("a guest who leaves is forgotten on the device, after everything is sent", async ({ network }) => {
  const page = await room.student("Anna", { base: network.base });
  await gap(page, 1).fill("went");
  await expect(room.row("Anna").locator(".c.draft")).toHaveCount(1);
  network.hold();
  await gap(page, 2).fill("gate");
  await expect(page.locator(".banner.warn")).toContainText("1 answer", { timeout: 30_000 });

  // The top bar hides while a field has the focus.
  await page.locator(".task-head").click();
  await page.getByRole("button", { name: "You are Anna" }).click();
  await page.getByRole("menuitem", { name: "Leave" }).click();
  const dialog = page.getByRole("dialog", { name: "Leave and free this device?" });
  await expect(dialog).toContainText("You are Anna here.");
  await fits(page);
  await dialog.getByRole("button", { name: "Leave" }).click();
  await expect(dialog.getByRole("status")).toContainText(/1 answer is (still )?on this device/);
  // The room closes the guest's socket before the logout request is answered.
  let roomClosed: Promise<unknown> = Promise.resolve();
  page.on("websocket", (socket) => (roomClosed = new Promise((closed) => socket.on("close", closed))));
  await page.route("**/api/v1/auth/logout", async (route) => {
    const response = await route.fetch();
    await roomClosed;
    await route.fulfill({ response });
  });
  network.release();
  await expect(page.getByRole("heading", { name: "You have left the class" })).toBeVisible({ timeout: 30_000 });
  await expect(room.row("Anna").locator(".c.draft")).toHaveCount(2);
  expect((await page.request.get(`${network.base}/api/v1/me`)).status()).toBe(401);

  // The next student at the same tablet.
  await page.goto(room.path);
  await expect(page.getByText("Are you Anna?")).toHaveCount(0);
  await page.getByRole("textbox", { name: "Your name" }).fill("Boris");
  await page.getByRole("button", { name: "Join the class" }).click();
  await expect(page.getByRole("button", { name: "You are Boris" })).toBeVisible();
  await expect(gap(page, 1)).toHaveValue("");
  await expect(room.row("Anna")).toHaveClass(/away/);
  await room.windows.close(page);
});

test("the link asks a guest whether it is the same person", async () => {
  const page = await room.student("Vera");
  await gap(page, 1).fill("went");
  await check(page).click();
  await expect(room.row("Vera").locator(".c.first")).toHaveCount(1);
  await page.goto(room.path);
  await expect(page.getByRole("heading", { name: "Are you Vera?" })).toBeVisible();
  await fits(page);
  await page.getByRole("link", { name: "Yes, continue as Vera" }).click();
  await expect(page.locator(".mark.first")).toHaveCount(1);

  await page.goto(room.path);
  await page.getByText("No, I’m somebody else").click();
  await page.getByRole("textbox", { name: "Your name" }).fill("Gleb");
  await page.getByRole("button", { name: "Join as somebody else" }).click();
  await expect(page.getByRole("button", { name: "You are Gleb" })).toBeVisible();
  await expect(gap(page, 1)).toHaveValue("");
  // Vera is still a member of the class, but no longer on this device.
  await expect(room.row("Vera").locator(".c.first")).toHaveCount(1);
  await page.goto(room.path);
  await expect(page.getByRole("heading", { name: "Are you Gleb?" })).toBeVisible();
  await room.windows.close(page);
});

test("who takes the device is told of what the one before has not sent", async ({ network }) => {
  const page = await room.student("Ira", { base: network.base });
  network.cut();
  await gap(page, 1).fill("went");
  await expect(page.locator(".banner.warn")).toContainText("1 answer", { timeout: 30_000 });
  await page.goto("about:blank");
  network.mend();
  await page.goto(room.path);
  await page.getByText("No, I’m somebody else").click();
  await expect(page.getByText("Some of Ira’s answers are still on this device")).toBeVisible();
  await page.getByRole("link", { name: "Yes, continue as Ira" }).click();
  await expect(room.row("Ira").locator(".c.draft")).toHaveCount(1, { timeout: 30_000 });
  await page.goto(room.path);
  await page.getByText("No, I’m somebody else").click();
  await expect(page.getByText("Some of Ira’s answers")).toBeHidden();
  await room.windows.close(page);
});
