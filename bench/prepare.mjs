// Preparing lessons: making, printing and reading them.
import { randomUUID } from "node:crypto";
import { memory, percentile, report, sleep } from "./common.mjs";

export async function prepare(program, teachers) {
  const options = JSON.parse((await program.call("GET", "/api/v1/generation/options", teachers[0])).bytes);
  const pairs = options.topics.flatMap((topic) => topic.levels.map((level) => ({ topic: topic.title, level })));
  const made = [];
  const lessons = [];
  for (const [n, { topic, level }] of pairs.entries()) {
    const who = teachers[n % teachers.length];
    const began = performance.now();
    const body = { request_id: randomUUID(), topic, level, target_language: "en", students_language: "ru" };
    const run = JSON.parse((await program.call("POST", "/api/v1/generation/runs", { ...who, body })).bytes);
    for (;;) {
      const now = JSON.parse((await program.call("GET", `/api/v1/generation/runs/${run.id}`, who)).bytes);
      if (now.status !== "running") break;
      await sleep(5);
    }
    made.push(performance.now() - began);
    lessons.push({ who, id: run.lesson_id });
  }
  report("lesson_built_in_p50", percentile(made, 0.5), "ms");
  report("lesson_built_in_p99", percentile(made, 0.99), "ms");

  // A lesson of 30 tasks for every reader, made by copying its own tasks.
  const readers = [];
  for (const { who, id } of lessons.slice(0, 32)) {
    const lesson = JSON.parse((await program.call("GET", `/api/v1/lessons/${id}`, who)).bytes);
    const tasks = lesson.sections.flatMap((section) => section.tasks);
    for (let n = tasks.length; n < 30; n++) await program.call("POST", `/api/v1/tasks/${tasks[n % tasks.length].id}/duplicate`, { ...who, body: null });
    readers.push({ who, id });
  }
  const pdf = [];
  for (const { who, id } of readers) {
    const began = performance.now();
    const answer = await program.call("GET", `/api/v1/lessons/${id}/pdf`, who);
    if (answer.status !== 200) throw new Error(`pdf: ${answer.status}`);
    pdf.push(performance.now() - began);
  }
  // The first one also loads the fonts: it is reported separately and left out of the percentiles.
  report("pdf_30_tasks_first", pdf[0], "ms");
  report("pdf_30_tasks_p50", percentile(pdf.slice(1), 0.5), "ms", 150);
  report("pdf_30_tasks_p99", percentile(pdf.slice(1), 0.99), "ms");

  // Reading: 1 at a time for the latency, 16 at a time for the rate.
  const one = [];
  for (let n = 0; n < 600; n++) {
    const { who, id } = readers[n % readers.length];
    const began = performance.now();
    await program.call("GET", `/api/v1/lessons/${id}`, who);
    one.push(performance.now() - began);
  }
  report("lesson_read_p50", percentile(one, 0.5), "ms", 2);
  report("lesson_read_p99", percentile(one, 0.99), "ms");
  let done = 0;
  let refused = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: 16 }, async (_, lane) => {
      for (let n = 0; n < 250; n++) {
        const { who, id } = readers[(lane * 2 + n) % readers.length];
        const answer = await program.call("GET", `/api/v1/lessons/${id}`, who);
        if (answer.status === 200) done++;
        else refused++;
      }
    }),
  );
  report("lesson_read_rate", done / ((performance.now() - began) / 1000), "requests/s");
  report("lesson_read_refused", refused, "requests");
  report("memory_loaded", memory(program.pid), "MB");
}
