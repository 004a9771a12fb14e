// Every page of a class and around it: accessible in light and dark, and no wider than a narrow phone in either
// language.
import type { Page } from "@playwright/test";
import { Classroom, ask, check, gap, test } from "./class";
import { create, whole } from "./lesson";
import { readable } from "./readable";
import { expect, fits } from "./server";

interface Body {
  kind: string;
  content: { parts?: { gap?: { key: string }; text?: string }[] };
}

const NAMES = ["Dasha", "Ilya Konstantinopolsky", "Maria"];
const PHONE = { width: 360, height: 740 };
const WIDE = { width: 1280, height: 860 };

let room: Classroom;
let lesson: string;
let student: Page;
let stranger: Page;
let recovery: string;

interface Shown {
  name: string;
  address: () => string;
  who: () => Page;
  /** Selector of an element that is there once the page is. */
  sign: string;
}

const teachers = (name: string, address: () => string, sign: string): Shown => ({ name, address, who: () => room.teacher, sign });

const PAGES: Shown[] = [
  teachers("home", () => "/", ".livecard"),
  teachers("the lessons", () => "/lessons", "li.card.lesson"),
  teachers("the builder", () => `/lessons/${lesson}`, ".builder article"),
  teachers("the teacher’s class", () => `/classes/${room.id}`, ".live .mark"),
  teachers("the report", () => `/classes/${room.id}/runs/${room.run}`, ".report .live .mark"),
  {
    name: "the student’s class",
    address: () => `/classes/${room.id}`,
    who: () => student,
    sign: ".student-task .mark",
  },
  { name: "joining", address: () => room.path, who: () => stranger, sign: "form button[type=submit]" },
  { name: "going on elsewhere", address: () => recovery, who: () => stranger, sign: "form button[type=submit]" },
];

test.beforeAll(async ({ browser, server }) => {
  test.setTimeout(120_000);
  // A generated lesson: long words, pictures, every kind of task.
  room = await Classroom.open(browser, server.base, async (page, base) => {
    await create(page, "Travel", "A2");
    await whole(page);
    lesson = new URL(page.url()).pathname.split("/")[2];
    await page.goto(base);
    return lesson;
  });
  const { sections } = await ask<{ sections: { tasks: { title: string; body: Body }[] }[] }>(room.teacher, "get", server.base, `/lessons/${lesson}`);
  const task = sections.flatMap((section) => section.tasks).find((one) => one.body.kind === "gap_fill");
  const parts = task?.body.content.parts ?? [];
  // A gap is followed by the verb to be put into another form.
  const gaps = parts.flatMap(({ gap }, n) => (gap ? [{ right: gap.key, wrong: /(\w+)\)/.exec(parts[n + 1]?.text ?? "")?.[1] ?? "go" }] : []));
  if (!task || gaps.length < 3) throw new Error("no gaps");
  await room.goTo(task.title);
  for (const [n, name] of NAMES.entries()) {
    const page = await room.student(name);
    const isDone = n < 2;
    const written = isDone ? gaps : gaps.slice(0, gaps.length / 2);
    for (const [at, { right, wrong }] of written.entries()) {
      await gap(page, at + 1).fill((at + n) % 3 === 2 ? wrong : right);
    }
    if (isDone) {
      await check(page).click();
      await expect(page.locator(".student-task .mark")).toHaveCount(gaps.length);
    }
    await expect(room.row(name).locator(isDone ? ".mark" : ".c.draft")).toHaveCount(written.length);
    student ??= page;
  }
  stranger = await room.windows.phone();
  recovery = (await ask<{ url: string }>(student, "post", server.base, "/me/recovery-link")).url;
});

test.afterAll(async () => {
  await room.windows.closeAll();
  expect(room.windows.problems).toEqual([]);
});

async function open(shown: Shown): Promise<Page> {
  const page = shown.who();
  await page.goto(shown.address());
  await expect(page.locator(shown.sign).first()).toBeVisible();
  return page;
}

/** Sets the interface's language: the account's, or the browser's if there is no account. */
async function speak(page: Page, base: string, locale: string): Promise<void> {
  if (page === stranger) {
    await page.goto("/login");
    await page.getByRole("combobox").selectOption(locale);
    await expect(page.locator("html")).toHaveAttribute("lang", locale);
  } else {
    await ask(page, "patch", base, "/me", { locale });
  }
}

for (const shown of PAGES) {
  test(`${shown.name}: readable in light and dark, wide and narrow`, async () => {
    const page = await open(shown);
    for (const size of [WIDE, PHONE]) {
      await page.setViewportSize(size);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await readable(page);
      }
    }
    await page.emulateMedia({ colorScheme: "light" });
  });

  for (const locale of ["en", "ru"]) {
    test(`${shown.name}: fits a narrow phone in ${locale}`, async ({ server }) => {
      await speak(shown.who(), server.base, locale);
      await shown.who().setViewportSize(PHONE);
      const page = await open(shown);
      await expect(page.locator("html")).toHaveAttribute("lang", locale);
      await fits(page);
      await speak(page, server.base, "en");
    });
  }
}

// Copied to docs/images with fewer colours:
// convert shots/home-wide.png +dither -colors 256 PNG8:../docs/images/home-wide.png
test("pictures for the README", async () => {
  for (const page of [room.teacher, student]) await page.emulateMedia({ colorScheme: "light" });
  await room.teacher.setViewportSize(WIDE);
  for (const [name, file] of [["home", "home-wide"], ["the teacher’s class", "class-wide"]]) {
    const shown = PAGES.find((one) => one.name === name);
    if (!shown) throw new Error(name);
    await (await open(shown)).screenshot({ path: `shots/${file}.png` });
  }
  await student.setViewportSize(PHONE);
  await student.goto(`/classes/${room.id}`);
  await expect(student.locator(".student-task .mark").first()).toBeVisible();
  await student.screenshot({ path: "shots/student-phone.png", scale: "css" });
});
