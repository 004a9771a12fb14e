// A third party's program. All it knows is openapi.yaml: its types are generated from it, and its paths checked by
// them.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import createClient, { type FetchResponse } from "openapi-fetch";
import type { components, paths } from "./generated/api.ts";

type Answer = components["schemas"]["AnswerInput"];

const { API_BASE: baseUrl = "", API_TOKEN: token = "" } = process.env;
const api = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } });

/** The response of an operation that must succeed. */
async function ok<T extends Record<string | number, unknown>, O, M extends `${string}/${string}`>(
  response: Promise<FetchResponse<T, O, M>>,
) {
  const { data, error, response: raw } = await response;
  assert.ok(raw.ok, `${raw.url}: ${raw.status} ${JSON.stringify(error)}`);
  return data!;
}

const course = await ok(
  api.POST("/api/v1/courses", { body: { title: "Evenings", level: "A2", target_language: "en", students_language: "ru" } }),
);
const empty = await ok(
  api.POST("/api/v1/lessons", {
    body: { title: "By hand", level: "A2", target_language: "en", students_language: "ru", course_id: course.id },
  }),
);
assert.equal(empty.course_id, course.id);

// A generated lesson is requested, then waited for.
const options = await ok(api.GET("/api/v1/generation/options"));
const topic = options.topics.find(({ levels }) => levels.includes("A2"));
assert.ok(topic && options.languages.includes("en"));
const request = {
  request_id: randomUUID(),
  topic: topic.title,
  level: "A2",
  target_language: "en",
  students_language: "ru",
  course_id: course.id,
} as const;
const run = await ok(api.POST("/api/v1/generation/runs", { body: request }));
const again = await ok(api.POST("/api/v1/generation/runs", { body: request }));
assert.equal(again.id, run.id, "the same request starts one run");
const params = { path: { id: run.id } };
for (const end = Date.now() + 60_000; ; await pause(200)) {
  const { status, parts } = await ok(api.GET("/api/v1/generation/runs/{id}", { params }));
  if (status !== "running") {
    assert.ok(parts.every((part) => part.status === "ready"), JSON.stringify(parts));
    break;
  }
  assert.ok(Date.now() < end, "the lesson is not written after a minute");
}
const id = { params: { path: { id: run.lesson_id } } };
const lesson = await ok(api.GET("/api/v1/lessons/{id}", id));
const tasks = lesson.sections.flatMap((section) => section.tasks);
assert.equal(tasks.length, run.parts.length);

// A task is changed; a stale change is refused with the current task.
const gaps = tasks.find((task) => task.body.kind === "gap_fill");
assert.ok(gaps && gaps.body.kind === "gap_fill");
const ofTask = { params: { path: { id: gaps.id } } };
const change = { revision: gaps.revision, title: "Changed elsewhere", instructions: gaps.instructions, body: gaps.body };
const changed = await ok(api.PUT("/api/v1/tasks/{id}", { ...ofTask, body: change }));
assert.equal(changed.title, "Changed elsewhere");
const stale = await api.PUT("/api/v1/tasks/{id}", { ...ofTask, body: change });
assert.equal(stale.response.status, 409);
assert.equal(stale.error?.code, "stale");
assert.equal((stale.error?.current as { title?: string } | null)?.title, "Changed elsewhere");

// The student's view has no key; the right answers get all points.
const { view } = await ok(api.GET("/api/v1/tasks/{id}/student-view", ofTask));
assert.ok(view.kind === "gap_fill" && !JSON.stringify(view).includes('"key"'));
const answers: Answer[] = [];
for (const part of gaps.body.content.parts) {
  if ("gap" in part) answers.push({ item: part.gap.id, answer: { text: part.gap.key } });
}
const marks = await ok(api.POST("/api/v1/tasks/{id}/marks", { ...ofTask, body: { answers } }));
assert.deepEqual(marks.points, marks.max);
assert.ok(marks.marks.every(({ mark }) => mark.verdict === "right"));

const pdf = await api.GET("/api/v1/lessons/{id}/pdf", {
  params: { path: id.params.path, query: { paper: "worksheet" } },
  parseAs: "arrayBuffer",
});
assert.ok(pdf.data);
assert.equal(Buffer.from(pdf.data.slice(0, 4)).toString(), "%PDF");

const gif = Buffer.from("R0lGODlhAQABAIAAAP///wAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==", "base64");
const picture = await ok(
  api.POST("/api/v1/files", {
    body: gif as unknown as string,
    bodySerializer: (body) => body,
    headers: { "Content-Type": "image/gif" },
  }),
);
assert.deepEqual([picture.width, picture.height], [1, 1]);
const bytes = await api.GET("/api/v1/files/{id}", { params: { path: { id: picture.id } }, parseAs: "arrayBuffer" });
assert.ok(bytes.response.headers.get("content-type")?.startsWith("image/"));

// A class from its invitation to its report.
const taught = await ok(api.POST("/api/v1/classes", { body: { id: randomUUID(), lesson_id: lesson.id } }));
assert.ok(taught.invitation && taught.open_run);
const guest = createClient<paths>({ baseUrl });
const code = { params: { path: { code: taught.invitation.code } } };
assert.equal((await ok(guest.GET("/api/v1/invitations/{code}", code))).title, lesson.title);
await ok(guest.POST("/api/v1/invitations/{code}/members", { ...code, body: { name: "Anna" } }));
const ofRun = { params: { path: { id: taught.open_run } } };
await ok(api.POST("/api/v1/runs/{id}/end", ofRun));
const second = { id: randomUUID(), lesson_id: lesson.id };
const secondRun = await ok(api.POST("/api/v1/classes/{id}/runs", { params: { path: { id: taught.id } }, body: second }));
assert.equal(secondRun.open_run, second.id);
await ok(api.POST("/api/v1/runs/{id}/end", { params: { path: { id: second.id } } }));
const report = await ok(api.GET("/api/v1/runs/{id}/report", ofRun));
assert.deepEqual(report.students.map(({ name }) => name), ["Anna"]);
assert.equal((await ok(api.GET("/api/v1/runs", { params: { query: { lesson: lesson.id } } }))).total, 2);

// What a token may not do, and what doesn't exist.
const forbidden = await api.GET("/api/v1/me/tokens");
assert.deepEqual([forbidden.response.status, forbidden.error?.code], [403, "forbidden"]);

await ok(api.DELETE("/api/v1/tasks/{id}", ofTask));
await ok(api.DELETE("/api/v1/lessons/{id}", id));
await ok(api.DELETE("/api/v1/lessons/{id}", { params: { path: { id: empty.id } } }));
await ok(api.DELETE("/api/v1/courses/{id}", { params: { path: { id: course.id } } }));
const gone = await api.GET("/api/v1/lessons/{id}", id);
assert.deepEqual([gone.response.status, gone.error?.code], [404, "not_found"]);
