// What a device expects of a page: an icon, a manifest, paper, and fields that it doesn't zoom into.
import type { Page } from "@playwright/test";
import { randomUUID } from "node:crypto";
import { ask } from "./class";
import { build } from "./lesson";
import { expect, register, test } from "./server";

test("a browser finds icons and a manifest, and prints the page without what surrounds it", async ({ page }) => {
  await register(page);
  await page.goto("/lessons");
  await expect(page.getByRole("navigation").first()).toBeVisible();
  const links = await page.locator('link[rel~="icon"], link[rel="apple-touch-icon"], link[rel="manifest"]').evaluateAll(
    (all) => all.map((link) => (link as HTMLLinkElement).href),
  );
  const manifest = links.find((link) => link.endsWith(".webmanifest"));
  expect(links.length).toBeGreaterThanOrEqual(3);
  const { name, icons } = await (await page.request.get(manifest ?? "")).json();
  expect(name).toBe("LinguaGlow");
  const images = [...links.filter((link) => link !== manifest), ...icons.map(({ src }: { src: string }) => src), "/favicon.ico"];
  for (const image of images) {
    const answer = await page.request.get(image);
    expect([image, answer.status()]).toEqual([image, 200]);
    expect(answer.headers()["content-type"], image).toContain("image/");
  }
  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("navigation").first()).toBeHidden();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
});

/** Fields whose text is smaller than 16 px: iOS zooms into those. */
const small = (page: Page): Promise<string[]> =>
  page.locator("input:not([type=checkbox], [type=radio], [type=file], [type=hidden]), textarea, select").evaluateAll((fields) =>
    fields
      .filter((field) => field.checkVisibility() && Number.parseFloat(getComputedStyle(field).fontSize) < 16)
      .map((field) => field.outerHTML.slice(0, 120)),
  );

test("a phone zooms into no field", async ({ page, server, isMobile }) => {
  test.skip(!isMobile, "a mouse zooms into nothing");
  for (const address of ["/login", "/register", "/forgot-password"]) {
    await page.goto(address);
    await expect(page.getByRole("textbox").first()).toBeVisible();
    expect(await small(page), address).toEqual([]);
  }
  await register(page);
  const lesson = await build(page, "Fields", ["One"]);
  for (const address of ["/", "/lessons", "/settings", `/lessons/${lesson}`]) {
    await page.goto(address);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    expect(await small(page), address).toEqual([]);
  }
  // Drawn smaller than a fingertip, but the area around it belongs to it.
  const high = await page.getByRole("button", { name: /^Level A2/ }).evaluate((level) => {
    const { x, y, width, height } = level.getBoundingClientRect();
    const reach = [-7, height + 7].every((by) => document.elementFromPoint(x + width / 2, y + by)?.closest("button") === level);
    return reach ? height + 14 : height;
  });
  expect(high, "the level, under a finger").toBeGreaterThanOrEqual(42);
  await page.getByRole("button", { name: /^Edit/ }).first().click();
  await expect(page.locator("main textarea, main input[type=text]").first()).toBeVisible();
  expect(await small(page), "the editor").toEqual([]);
  const made = await ask<{ invitation: { url: string } }>(page, "post", server.base, "/classes", { id: randomUUID(), lesson_id: lesson });
  await page.context().clearCookies();
  await page.goto(new URL(made.invitation.url).pathname);
  await expect(page.getByRole("textbox")).toBeVisible();
  expect(await small(page), "joining").toEqual([]);
});
