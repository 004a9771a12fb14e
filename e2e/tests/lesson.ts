// Makes lessons through the page or the API, and reads them through the API.
import type { Page } from "@playwright/test";
import { expect } from "./server";

export interface Task {
  id: string;
  title: string;
  body: { kind: string };
}

export interface Lesson {
  title: string;
  sections: { id: string; title: string; tasks: Task[] }[];
}

export const tasksOf = (lesson: Lesson): Task[] => lesson.sections.flatMap((section) => section.tasks);

/** The lesson that the page shows, read through the API. */
export async function read(page: Page): Promise<Lesson> {
  const id = new URL(page.url()).pathname.split("/")[2];
  return (await page.request.get(`/api/v1/lessons/${id}`)).json();
}

/** Posts to the lessons' part of the API as the page would. */
async function post<T>(page: Page, path: string, data: unknown): Promise<T> {
  const answer = await page.request.post(`/api/v1/lessons${path}`, { data, headers: { origin: new URL(page.url()).origin } });
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as T;
}

const empty = (page: Page, title: string): Promise<Lesson & { id: string }> =>
  post(page, "", { title, level: "A2", target_language: "en", students_language: "ru" });

export interface Made {
  id: string;
  tasks: string[];
}

/** Makes a lesson of these tasks through the API. */
export async function make(page: Page, tasks: { title: string; kind: string; content: unknown }[]): Promise<Made> {
  const lesson = await empty(page, "Exercises");
  const made: Made = { id: lesson.id, tasks: [] };
  for (const { title, kind, content } of tasks) {
    const task: Task = await post(page, `/${lesson.id}/tasks`, { section_id: lesson.sections[0].id, title, body: { kind, content } });
    made.tasks.push(task.id);
  }
  return made;
}

/** Makes a lesson through the API: true-or-false tasks with these titles, a section for each list. */
export async function build(page: Page, title: string, ...sections: string[][]): Promise<string> {
  const made = await empty(page, title);
  for (const [n, tasks] of sections.entries()) {
    const section = made.sections[n] ?? (await post(page, `/${made.id}/sections`, { title: `Part ${n + 1}` }));
    for (const task of tasks) {
      const content = { statements: [{ id: "s1", text: "Planes fly.", truth: "true" }, { id: "s2", text: "Fish walk.", truth: "false" }] };
      await post(page, `/${made.id}/tasks`, { section_id: section.id, title: task, body: { kind: "true_false", content } });
    }
  }
  return made.id;
}

export async function create(page: Page, topic: string, level: string): Promise<void> {
  await page.goto("/");
  await page.getByLabel("Lesson topic").fill(topic);
  await page.locator(".seg label", { hasText: level }).click();
  await page.getByRole("button", { name: "Create lesson" }).click();
  await page.waitForURL(/\/lessons\/[0-9a-f-]{36}/);
}

/** Waits until every task of the plan is made and the builder shows it. Returns the lesson, read through the API. */
export async function whole(page: Page): Promise<Lesson> {
  const id = new URL(page.url()).pathname.split("/")[2];
  await expect(async () => {
    const runs = await (await page.request.get(`/api/v1/lessons/${id}/runs`)).json();
    expect(runs).toEqual([]);
  }).toPass({ timeout: 30_000, intervals: [100] });
  const lesson: Lesson = await (await page.request.get(`/api/v1/lessons/${id}`)).json();
  // Cards that still grow would move others away from under the pointer.
  await expect(page.locator("main article h3")).toHaveCount(tasksOf(lesson).length);
  await expect(page.locator("main article .sk")).toHaveCount(0);
  return lesson;
}
