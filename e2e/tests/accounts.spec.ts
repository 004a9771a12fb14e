import { expect, fits, register, test } from "./server";

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
  await page.getByRole("link", { name: "Forgot the password?" }).click();
  await page.getByLabel("E-mail").fill(email);
  await page.getByRole("button", { name: "Send the letter" }).click();
  await expect(page.getByText(/A letter is on its way/)).toBeVisible();
  await page.goto(await server.link(email, "reset-password"));
  await page.getByLabel("New password").fill("another horse");
  await page.getByRole("button", { name: "Save the new password" }).click();
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

test("the interface speaks Russian when asked to", async ({ page }) => {
  await register(page);
  await page.goto("/settings");
  await page.getByLabel("Language of the interface").selectOption("ru");
  await expect(page.locator("html")).toHaveAttribute("lang", "ru");
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/[А-Яа-я]/);
  await fits(page);
});
