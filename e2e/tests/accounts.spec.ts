import { Server, expect, fits, register, test } from "./server";

test("a teacher registers, confirms, logs out, forgets the password and comes back", async ({ page, server }) => {
  const email = await register(page);
  await fits(page);

  await page.goto(await server.link(email, "confirm-email"));
  await expect(page.getByText("Your e-mail address is confirmed.")).toBeVisible();

  await page.goto("/settings");
  await expect(page.getByText("Where you are logged in")).toBeVisible();
  await expect(page.getByText("This device")).toBeVisible();
  await fits(page);

  await page.context().clearCookies();
  await page.goto("/lessons");
  await expect(page).toHaveURL(/\/login\?next=/);
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await page.getByLabel("E-mail").fill(email);
  await page.getByRole("button", { name: "Send the link" }).click();
  await expect(page.getByText(/An e-mail is on its way/)).toBeVisible();
  const link = await server.link(email, "reset-password");
  await page.goto(link);
  await page.getByLabel("New password").fill("another horse");
  await page.getByRole("button", { name: "Save the new password" }).click();
  await expect(page).toHaveURL(/\/login$/);
  // The link is used up: the page says so before anything is filled in.
  await page.goto(link);
  await expect(page.getByRole("alert")).toContainText("This link has been used or has expired");
  await expect(page.getByRole("textbox")).toHaveCount(0);
  await page.getByRole("link", { name: "Get a new password" }).click();
  await expect(page).toHaveURL(/\/forgot-password$/);
  await page.goto("/login");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill("wrong horse");
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("alert").first()).toBeVisible();
  await expect(page.getByLabel("E-mail")).toHaveValue(email);
  await page.getByLabel("Password", { exact: true }).fill("another horse");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL((url) => url.pathname === "/");
});

test("the first administrator's link is used once, and says so before its form", async ({ browser }) => {
  const server = new Server();
  await server.start();
  try {
    const context = await browser.newContext({ baseURL: server.base, locale: "en-GB" });
    const page = await context.newPage();
    const link = /\/first-admin\?token=[\w-]+/.exec(server.log)?.[0] ?? "no link";
    await page.goto(link);
    await page.getByLabel("Name").fill("Olga");
    await page.getByLabel("E-mail").fill("olga@school.example");
    await page.getByLabel("Password", { exact: true }).fill("correct horse");
    await page.getByRole("button", { name: /create/i }).click();
    await page.waitForURL((url) => url.pathname === "/");
    await page.goto(link);
    await expect(page.getByRole("alert")).toContainText("This link has been used or has expired");
    await expect(page.getByRole("textbox")).toHaveCount(0);
    await context.close();
  } finally {
    await server.stop();
  }
});

test("the interface speaks Russian when asked to", async ({ page }) => {
  await register(page);
  await page.goto("/settings");
  await page.getByRole("radio", { name: "Русский" }).check();
  await expect(page.locator("html")).toHaveAttribute("lang", "ru");
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/[А-Яа-я]/);
  await fits(page);
});

test("a token opens the API to another program, until it is revoked", async ({ page, server, playwright }) => {
  await register(page);
  await page.goto("/settings");
  await page.getByRole("button", { name: "New token" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Timetable");
  await dialog.getByRole("button", { name: "Create token" }).click();
  const token = await page.getByLabel("The token").inputValue();
  await dialog.getByRole("button", { name: "Done" }).click();
  const program = await playwright.request.newContext({ baseURL: server.base, extraHTTPHeaders: { authorization: `Bearer ${token}` } });
  expect((await program.get("/api/v1/lessons")).status()).toBe(200);
  await page.reload();
  await expect(page.getByText("Timetable")).toBeVisible();
  await page.getByRole("button", { name: "Revoke Timetable" }).click();
  await expect(page.getByText("Timetable")).toBeHidden();
  expect((await program.get("/api/v1/lessons")).status()).toBe(401);
  await program.dispose();
});

test("a session on another device is seen and ended", async ({ page, browser, server }) => {
  const email = await register(page);
  const other = await browser.newContext({ baseURL: server.base });
  const there = await other.newPage();
  await there.goto("/login");
  await there.getByLabel("E-mail").fill(email);
  await there.getByLabel("Password", { exact: true }).fill("correct horse");
  await there.getByRole("button", { name: "Log in" }).click();
  await there.waitForURL((url) => url.pathname === "/");
  await page.goto("/settings");
  await page.getByRole("button", { name: "End", exact: true }).click();
  await expect(page.getByRole("button", { name: "End", exact: true })).toBeHidden();
  await there.goto("/lessons");
  await expect(there).toHaveURL(/\/login\?next=/);
  await other.close();
});
