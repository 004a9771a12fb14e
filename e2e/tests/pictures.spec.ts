// Pictures in tasks: from the teacher's device to a student's phone and to paper.
import type { Locator, Page } from "@playwright/test";
import { execFileSync } from "node:child_process";
import { ask, join, test } from "./class";
import { build, read, tasksOf } from "./lesson";
import { readable } from "./readable";
import { expect, fits, register } from "./server";

/** A photo as from a camera: a large JPEG with a camera's file name. */
async function photo(page: Page, colour: string): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  const data = await page.evaluate((colour) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 1600, height: 1200 });
    const draw = canvas.getContext("2d");
    if (!draw) throw new Error("no canvas");
    draw.fillStyle = "#fdf3e0";
    draw.fillRect(0, 0, 1600, 1200);
    draw.fillStyle = colour;
    draw.beginPath();
    draw.arc(800, 600, 420, 0, 7);
    draw.fill();
    return canvas.toDataURL("image/jpeg").split(",")[1];
  }, colour);
  return { name: "IMG_0042.jpg", mimeType: "image/jpeg", buffer: Buffer.from(data, "base64") };
}

/** Expects the browser to have loaded the picture. */
const drawn = (picture: Locator) => expect(picture).toHaveJSProperty("naturalWidth", 1280);

/** An animated GIF: two frames of one pixel. */
const MOVING = Buffer.from("47494638396101000100800000ffffff00000021ff0b4e45545343415045322e30030100000021f904000a0000002c000000000100010000020244010021f904000a0000002c00000000010001000002024c01003b", "hex");
/** A black square on a transparent background. */
const SQUARE = (page: Page) =>
  page.evaluate(() => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 64 });
    canvas.getContext("2d")?.fillRect(16, 16, 32, 32);
    return canvas.toDataURL("image/png").split(",")[1];
  });

test("a transparent picture is seen in the dark, and one that moves says that it stands still", async ({ page }) => {
  await register(page);
  const id = await build(page, "Shapes", []);
  await page.goto(`/lessons/${id}`);
  await page.getByRole("button", { name: /^Add (a )?task/ }).first().click();
  await page.getByRole("dialog").locator(".tpl", { hasText: "Word list" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Start blank" }).click();
  await page.getByLabel("Word", { exact: true }).fill("square");
  await page.getByLabel("Translation", { exact: true }).fill("квадрат");
  await page.locator("details.more summary").first().click();
  const picture = page.getByRole("group", { name: "Picture", exact: true });
  await picture.locator("input[type=file]").setInputFiles({ name: "a.gif", mimeType: "image/gif", buffer: MOVING });
  await expect(picture).toContainText("The picture is animated: only its first frame is kept.");
  await picture.locator("input[type=file]").setInputFiles({ name: "a.png", mimeType: "image/png", buffer: Buffer.from(await SQUARE(page), "base64") });
  await expect(picture).not.toContainText("The picture is animated");
  await page.getByRole("button", { name: "Done" }).click();
  await page.emulateMedia({ colorScheme: "dark" });
  const shown = page.locator("main article img.shot").first();
  await expect(shown).toBeVisible();
  expect(await shown.evaluate((image) => getComputedStyle(image).backgroundColor)).toBe("rgb(255, 255, 255)");
});

test("words and pairs with pictures, for the class and on paper", async ({ windows, server }, info) => {
  const teacher = await (info.project.name === "phone" ? windows.phone() : windows.desk());
  await register(teacher);
  const id = await build(teacher, "Fruit", []);
  await teacher.goto(`/lessons/${id}`);
  const add = async (kind: string): Promise<void> => {
    await teacher.getByRole("button", { name: /^Add (a )?task/ }).first().click();
    await teacher.getByRole("dialog").locator(".tpl", { hasText: kind }).click();
    await teacher.getByRole("dialog").getByRole("button", { name: "Start blank" }).click();
  };
  const field = (name: string, n = 0): Locator => teacher.getByRole("group", { name, exact: true }).nth(n);
  const saved = (expected: string[]) =>
    expect(async () => {
      const text = JSON.stringify(tasksOf(await read(teacher)));
      for (const part of expected) expect(text).toContain(part);
    }).toPass({ intervals: [50] });

  await add("Word list");
  await teacher.getByLabel("Word", { exact: true }).fill("orange");
  await teacher.getByLabel("Translation", { exact: true }).fill("апельсин");
  await teacher.locator("details.more summary").first().click();
  const word = field("Picture");
  await word.locator("input[type=file]").setInputFiles({ name: "notes.txt", mimeType: "image/png", buffer: Buffer.from("not a picture") });
  await expect(word.getByRole("alert")).toContainText("This is not a picture we can read");
  await word.locator("input[type=file]").setInputFiles(await photo(teacher, "#e8871e"));
  await drawn(word.locator("img"));
  await expect(word.getByRole("alert")).toHaveCount(0);
  await saved(['"word":"orange"', '"picture":']);
  await readable(teacher);
  await fits(teacher);
  await teacher.screenshot({ path: `shots/picture-editor-${info.project.name}.png` });
  await teacher.keyboard.press("Escape");

  await add("Matching");
  const sides = teacher.locator(".pair-side :is(input[type=text], textarea)");
  for (const [n, text] of ["a lemon", "лимон", "a cherry", "вишня", "a pear", "груша"].entries()) await sides.nth(n).fill(text);
  for (const [n, colour] of ["#f5d90a", "#b3122e"].entries()) {
    await field("Picture on the left", n).locator("input[type=file]").setInputFiles(await photo(teacher, colour));
    await drawn(field("Picture on the left", n).locator("img"));
  }
  await saved(["вишня"]);
  await teacher.reload();

  // The student's phone has them, and a screen reader says what they show.
  const lessons = tasksOf(await read(teacher));
  expect(lessons.length).toBe(2);
  await teacher.getByRole("button", { name: "Start class" }).click();
  await teacher.waitForURL(/\/classes\/[0-9a-f-]{36}$/);
  const classId = new URL(teacher.url()).pathname.split("/")[2];
  const made = await ask<{ invitation: { code: string } }>(teacher, "get", server.base, `/classes/${classId}`);
  const dasha = await windows.phone();
  await join(dasha, `/join/${made.invitation.code}`, "Dasha");
  await drawn(dasha.locator(".words .shot"));
  await readable(dasha);
  await dasha.screenshot({ path: `shots/picture-words-${info.project.name}.png` });
  if (info.project.name === "phone") await teacher.locator(".switcher").getByRole("button", { name: "Tasks" }).click();
  const tasks = info.project.name === "phone" ? teacher.getByRole("dialog", { name: "Tasks" }) : teacher.getByRole("navigation", { name: "Tasks" });
  await tasks.getByRole("button", { name: "Matching" }).click();
  const lemon = dasha.getByRole("button", { name: "a lemon" });
  await drawn(lemon.getByRole("img", { name: "a lemon" }));
  await lemon.click();
  await dasha.getByRole("button", { name: "лимон" }).click();
  await expect(lemon).toHaveClass(/joined/);
  await readable(dasha);
  await fits(dasha);
  await dasha.screenshot({ path: `shots/picture-match-${info.project.name}.png`, fullPage: true });

  const pdf = await teacher.request.get(`/api/v1/lessons/${id}/pdf?paper=worksheet`);
  const listed = execFileSync("pdfimages", ["-list", "-"], { input: await pdf.body() }).toString();
  expect(listed.trim().split("\n").length, listed).toBe(2 + 3);
  // A picture replaces its text; in a word list both are printed.
  const words = execFileSync("pdftotext", ["-layout", "-", "-"], { input: await pdf.body() }).toString();
  expect(words).toContain("orange");
  expect(words).toContain("a pear");
  expect(words).not.toContain("a lemon");
});
