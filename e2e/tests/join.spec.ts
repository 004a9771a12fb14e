// Joining: a page of plain HTML that works at once and without scripts, in the reader's language, with errors shown
// in the page; and links as they are copied from chats.
import type { BrowserContextOptions } from "@playwright/test";
import { Classroom, test } from "./class";
import { readable } from "./readable";
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

test("without any script a student joins by name and reads what is wrong", async ({ browser, server }) => {
  const options: BrowserContextOptions = { baseURL: server.base, javaScriptEnabled: false, locale: "ru-RU", viewport: { width: 360, height: 740 } };
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto(room.path);
  await expect(page.locator("html")).toHaveAttribute("lang", "ru");
  await expect(page.getByRole("heading", { name: "At the airport" })).toBeVisible();
  const name = page.getByRole("textbox", { name: "Ваше имя" });
  expect(await name.evaluate((field) => Number.parseFloat(getComputedStyle(field).fontSize))).toBeGreaterThanOrEqual(15);
  await name.fill("   ");
  await page.getByRole("button", { name: "Войти в класс" }).click();
  await expect(name).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByRole("alert")).toBeVisible();
  await page.getByRole("link", { name: "English" }).click();
  await page.getByRole("textbox", { name: "Your name" }).fill("Ольга");
  await page.getByRole("button", { name: "Join the class" }).click();
  await expect(page).toHaveURL(/\/classes\/[0-9a-f-]{36}$/);
  await expect(room.row("Ольга")).toBeVisible();
  await context.close();
});

test("the page is there before the program, which loads beside it", async () => {
  const page = await room.windows.phone();
  const wasm: string[] = [];
  page.on("request", (request) => request.url().endsWith(".wasm") && wasm.push(request.url()));
  // The program never loads: the form works all the same.
  await page.route("**/*.wasm", (route) => route.abort());
  await page.goto(room.path);
  await expect(page.getByRole("textbox", { name: "Your name" })).toBeFocused();
  await expect.poll(() => wasm.length).toBeGreaterThan(0);
  await readable(page);
  await fits(page);
  await page.unroute("**/*.wasm");
  await page.reload();
  await page.getByRole("textbox", { name: "Your name" }).fill("Petya");
  await page.keyboard.press("Enter");
  await expect(page.locator(".student-task")).toBeVisible();
  await expect(room.row("Petya")).toBeVisible();
  await room.windows.close(page);
});

test("what a chat puts behind a link is no part of it", async () => {
  const page = await room.windows.phone();
  for (const tail of [".", ",", ")", ").", "/"]) {
    await page.goto(`${room.path}${tail}`);
    await expect(page).toHaveURL(new RegExp(`${room.path}$`));
    await expect(page.getByRole("textbox", { name: "Your name" })).toBeVisible();
  }
  await page.goto("/join/nosuchcode.");
  await expect(page.getByRole("heading", { name: "This link no longer works" })).toBeVisible();
  await room.windows.close(page);
});

test("a form of another site joins nobody", async ({ server, playwright }) => {
  const stranger = await playwright.request.newContext({ baseURL: server.base });
  const answer = await stranger.post(room.path, { form: { name: "Eve" }, headers: { origin: "https://evil.example" }, maxRedirects: 0 });
  expect(answer.status()).toBe(403);
  expect(answer.headers()["set-cookie"]).toBeUndefined();
  await stranger.dispose();
});

test("the theme and the language that this browser chose are the page's", async () => {
  const page = await room.windows.phone();
  await page.goto("/login");
  await page.getByRole("combobox").selectOption("ru");
  await expect(page.locator("html")).toHaveAttribute("lang", "ru");
  await page.evaluate(() => localStorage.setItem("lg.theme", "dark"));
  await page.goto(room.path);
  await expect(page.locator("html")).toHaveAttribute("lang", "ru");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await readable(page);
  await room.windows.close(page);
});

test("a link that is opened after the end says that the class is over", async ({ server }) => {
  await room.teacher.request.post(`/api/v1/runs/${room.run}/end`, { headers: { origin: server.base } });
  const page = await room.windows.phone();
  await page.goto(room.path);
  await expect(page.getByText("The class is over.")).toBeVisible();
  await page.getByRole("textbox", { name: "Your name" }).fill("Late");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "The class is over" })).toBeVisible();
  await expect(page.getByText("hasn’t started yet")).toHaveCount(0);
  await room.windows.close(page);
});
