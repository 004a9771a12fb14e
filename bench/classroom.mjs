// Live classes: the latency of an answer, the CPU time of a message to everybody, the memory of a student, and what a
// stalled reader costs its neighbours. See README.md.
import { randomUUID } from "node:crypto";
import { cookie, cpu, freePort, memory, percentile, report, sleep, start, stop } from "./common.mjs";
import { Socket } from "./socket.mjs";

const ROOMS = 20;
const STUDENTS = 30;
const SECONDS = 10;
/** Milliseconds after which a message counts as lost. */
const PATIENCE = 5_000;
const BEAT = 5_000;

/** Calls `act(n)` for n under `count`, evenly spaced; calls that are late are made together. */
function pace(count, perSecond, act) {
  return new Promise((resolve) => {
    const began = performance.now();
    let n = 0;
    (function turn() {
      const due = Math.min(count, Math.floor(((performance.now() - began) * perSecond) / 1000) + 1);
      while (n < due) act(n++);
      if (n < count) setTimeout(turn, 1);
      else resolve();
    })();
  });
}

async function until(done) {
  for (const end = performance.now() + PATIENCE; !done() && performance.now() < end; ) await sleep(5);
}

/** When each event was sent and received. */
class Tally {
  constructor(capacity) {
    this.sent = new Map();
    this.keys = new Float64Array(capacity);
    this.times = new Float64Array(capacity);
    this.clear();
  }

  clear() {
    this.sent.clear();
    this.came = 0;
    this.frames = 0;
  }

  static key = (room, seq) => room * 1e9 + seq;

  /** Records the events of a frame. */
  note(room, text) {
    const now = performance.now();
    const before = this.came;
    for (let at = text.indexOf('"seq":'); at >= 0; at = text.indexOf('"seq":', at + 6)) {
      this.keys[this.came] = Tally.key(room, Number.parseInt(text.slice(at + 6, at + 18), 10));
      this.times[this.came++] = now;
    }
    // The answer to a heartbeat has no event.
    if (this.came > before) this.frames++;
    if (this.came === before + 1) this.size = text.length;
  }

  /** Milliseconds from sending to receiving. Events that were not sent in this window are left out. */
  delays() {
    const list = [];
    for (let n = 0; n < this.came; n++) {
      const sent = this.sent.get(this.keys[n]);
      if (sent !== undefined) list.push(this.times[n] - sent);
    }
    return list;
  }
}

/** First letter of a message's `type`. */
const kind = (bytes, start) => String.fromCharCode(bytes[start + 9]);

class Room {
  constructor(bench, number) {
    Object.assign(this, { bench, number, waiting: new Map(), acks: [], refused: 0, sockets: [] });
  }

  async make(teacher) {
    const { program } = this.bench;
    this.teacher = teacher;
    const post = async (path, body) => (await program.ask("POST", path, { ...teacher, body })).json;
    const lesson = await post("/api/v1/lessons", { title: "A lesson", level: "B1", target_language: "en", students_language: "ru" });
    const gaps = { kind: "gap_fill", content: { parts: [{ text: "I " }, { gap: { id: "i1", key: "go" } }, { text: " there." }] } };
    const task = () => post(`/api/v1/lessons/${lesson.id}/tasks`, { section_id: lesson.sections[0].id, title: "Gaps", body: gaps });
    this.tasks = [(await task()).id, (await task()).id];
    const made = await post("/api/v1/classes", { id: randomUUID(), lesson_id: lesson.id });
    this.run = made.open_run;
    this.students = [];
    for (let n = 0; n < STUDENTS; n++) {
      const address = `10.${1 + this.number}.${n}.1`;
      const answer = await program.ask("POST", `/api/v1/invitations/${made.invitation.code}/members`, { address, body: { name: `S ${n}` } });
      this.students.push({ address, token: cookie(answer) });
    }
  }

  /** Opens a socket and waits for the room's welcome. */
  async enter(who, listens) {
    const { port } = this.bench.program;
    let welcome;
    const came = new Promise((resolve) => (welcome = resolve));
    const headers = { Cookie: `lg_session=${who.token}`, Origin: `http://127.0.0.1:${port}` };
    const socket = await Socket.open(port, `/api/v1/runs/${this.run}/socket`, headers, (bytes, from, to) => {
      const type = kind(bytes, from);
      if (type === "e" && listens) this.bench.tally.note(this.number, bytes.latin1Slice(from, to));
      else if (type === "a") this.#acked(bytes.latin1Slice(from, to));
      else if (type === "w") welcome();
      else if (type === "r") this.refused++;
    });
    socket.say('{"type":"hello","protocol":1}');
    await came;
    this.sockets.push(socket);
    return socket;
  }

  async enterStudents(listens) {
    this.seats = [];
    for (const student of this.students) this.seats.push(await this.enter(student, listens));
  }

  async enterTeacher(screens) {
    this.screens = [];
    for (let n = 0; n < screens; n++) this.screens.push(await this.enter(this.teacher, true));
  }

  leave() {
    this.sockets.forEach((socket) => socket.end());
    this.sockets = [];
  }

  #acked(text) {
    const id = text.slice(text.indexOf('"id":"') + 6).slice(0, 36);
    const sent = this.waiting.get(id);
    this.waiting.delete(id);
    this.acks.push(performance.now() - sent);
    this.bench.tally.sent.set(Tally.key(this.number, Number.parseInt(text.slice(text.indexOf('"seq":') + 6), 10)), sent);
  }

  propose(socket, what) {
    const id = randomUUID();
    this.waiting.set(id, performance.now());
    socket.say(`{"type":"propose","id":"${id}","what":${what}}`);
  }

  answer(n, text) {
    const at = new Date().toISOString();
    const answers = `[{"item":"i1","response":{"text":"${text}"}}]`;
    this.propose(this.seats[n % STUDENTS], `{"type":"check","task":"${this.tasks[0]}","answers":${answers},"at":"${at}"}`);
  }

  /** An event for everybody: the class moves back and forth between two tasks. */
  publish(n) {
    this.propose(this.screens[n % this.screens.length], `{"type":"focus","task":"${this.tasks[n % 2]}"}`);
  }

  /** Answers for a while. Returns latencies of acks and of events at the teacher, and how many answers were lost. */
  async answerFor(rate, seconds, text) {
    this.acks = [];
    this.bench.tally.clear();
    const count = rate * seconds;
    await pace(count, rate, (n) => this.answer(n, text(n)));
    await until(() => this.waiting.size === 0 && this.bench.tally.came >= count);
    if (this.refused) throw new Error("an answer was refused");
    const lost = count - this.acks.length;
    this.waiting.clear();
    return { acks: this.acks, lost, seen: this.bench.tally.delays() };
  }

  /** Number of checked answers in the database. */
  async stored() {
    const { json } = await this.bench.program.ask("GET", `/api/v1/runs/${this.run}/report`, this.teacher);
    return json.students.flatMap((student) => student.cells).reduce((sum, cell) => sum + cell.tries, 0);
  }
}

/** Sends heartbeats on every socket, as browsers do. */
function beating(sockets) {
  const began = performance.now();
  let n = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - began) / BEAT) * sockets.length;
    while (n < due) sockets[n++ % sockets.length].say('{"type":"beat","hidden":false}');
  }, 50);
  return () => clearInterval(timer);
}

async function answers(bench) {
  for (const [number, rate] of [30, 100, 300].entries()) {
    const room = bench.rooms[number];
    await room.enterStudents(false);
    await room.enterTeacher(1);
    const quiet = beating(room.sockets);
    await room.answerFor(rate, 1, (n) => `w${n}`);
    const { acks, lost, seen } = await room.answerFor(rate, SECONDS, (n) => `${n}`);
    report(`answer_ack_${rate}_p50`, percentile(acks, 0.5), "ms");
    report(`answer_ack_${rate}_p99`, percentile(acks, 0.99), "ms", rate === 300 ? 25 : undefined);
    report(`answer_seen_${rate}_p99`, percentile(seen, 0.99), "ms");
    report(`answer_ack_${rate}_lost`, lost + Math.max(0, rate * (SECONDS + 1) - (await room.stored())), "answers");
    quiet();
    room.leave();
  }
}

/** Alternately without and with a teacher's socket that reads nothing; long answers fill it up. */
async function stalled(bench) {
  const room = bench.rooms[3];
  await room.enterStudents(false);
  await room.enterTeacher(1);
  const quiet = beating(room.sockets.slice());
  const text = (n) => `${n} ${"\\u8a9e".repeat(1900)}`;
  await room.answerFor(300, 3, text);
  const took = [[], []];
  let before = 0;
  let most = 0;
  let lost = 0;
  const still = [];
  for (let turn = 0; turn < 6; turn++) {
    const on = turn % 2;
    if (on) {
      still.push(await room.enter(room.teacher, false));
      still.at(-1).stall();
    }
    const watch = setInterval(() => (most = Math.max(most, memory(bench.program.pid))), 100);
    const { acks, lost: more } = await room.answerFor(300, 6, text);
    clearInterval(watch);
    if (turn === 0) before = most;
    took[on].push(...acks);
    lost += more;
  }
  // The server closes a stalled socket after ten seconds: the last one, too, must have had them.
  await sleep(12_000);
  for (const socket of still) socket.resume();
  await until(() => still.every((socket) => socket.closed));
  report("stalled_others_p99", percentile(took[1], 0.99), "ms", percentile(took[0], 0.99));
  report("stalled_lost", lost, "answers");
  report("stalled_memory", most - before, "MB", 4);
  report("stalled_sent_away", still.filter((socket) => socket.closed).length, `of ${still.length}`);
  quiet();
  room.leave();
}

/** Fills every room. */
async function idle(bench, reports) {
  const before = memory(bench.program.pid);
  for (const room of bench.rooms) await room.enterStudents(true);
  await sleep(2000);
  if (reports) report("memory_per_student", ((memory(bench.program.pid) - before) * 1024) / (ROOMS * STUDENTS), "KB");
}

/** Rooms of the reference server: the same sockets, and messages of the same size. */
class Publisher {
  constructor(bench, port) {
    Object.assign(this, { bench, port, seqs: new Array(ROOMS).fill(0), sockets: [] });
  }

  async enter(screens) {
    for (let room = 0; room < ROOMS; room++) {
      this.sockets[room] ??= [];
      while (this.sockets[room].length < STUDENTS + screens) {
        this.sockets[room].push(
          await Socket.open(this.port, `/${room}`, {}, (bytes, from, to) => {
            if (kind(bytes, from) === "e") this.bench.tally.note(room, bytes.latin1Slice(from, to));
          }),
        );
      }
    }
    this.screens = screens;
  }

  publish(room, n, size) {
    const seq = ++this.seqs[room];
    this.bench.tally.sent.set(Tally.key(room, seq), performance.now());
    const text = `{"type":"events","seq":${seq},"pad":"`;
    this.sockets[room][STUDENTS + (n % this.screens)].say(`${text}${"x".repeat(size - text.length - 2)}"}`);
  }
}

/** Measures one window: every room gets `rate` events a second. */
async function window(bench, pid, rate, receivers, publish) {
  const load = (seconds) => pace(rate * ROOMS * seconds, rate * ROOMS, (n) => publish(n % ROOMS, Math.floor(n / ROOMS)));
  await load(1);
  await sleep(500);
  bench.tally.clear();
  const before = cpu(pid);
  const own = process.cpuUsage();
  const began = performance.now();
  await load(SECONDS);
  const expected = rate * ROOMS * SECONDS * receivers;
  await until(() => bench.tally.came >= expected);
  const { user, system } = process.cpuUsage(own);
  const generator = (user + system) / 1000 / (performance.now() - began);
  const used = cpu(pid) - before;
  const delays = bench.tally.delays();
  const frames = bench.tally.frames;
  return { cpu: used / delays.length, p50: percentile(delays, 0.5), p99: percentile(delays, 0.99), lost: expected - delays.length, together: bench.tally.came / frames, generator };
}

async function fanOut(bench) {
  const port = await freePort();
  const bun = start(new URL("node_modules/bun/bin/bun.exe", import.meta.url).pathname, [new URL("publish.mjs", import.meta.url).pathname], { PORT: `${port}` });
  for (let tries = 0; tries < 500; tries++) {
    if (await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined)) break;
    await sleep(10);
  }
  const publisher = new Publisher(bench, port);
  // A socket may send 40 frames a second: for 100 the teacher uses three screens, which receive as well.
  for (const [rate, screens] of [[10, 1], [100, 3]]) {
    for (const room of bench.rooms) {
      room.screens?.forEach((socket) => socket.end());
      room.sockets = room.seats.slice();
      await room.enterTeacher(screens);
    }
    await publisher.enter(screens);
    const quiet = beating([...bench.rooms.flatMap((room) => room.sockets), ...publisher.sockets.flat()]);
    await sleep(500);
    const ours = await window(bench, bench.program.pid, rate, STUDENTS + screens, (room, n) => bench.rooms[room].publish(n));
    const { size } = bench.tally;
    const theirs = await window(bench, bun.pid, rate, STUDENTS + screens, (room, n) => publisher.publish(room, n, size));
    quiet();
    report(`fanout_${rate}_cpu`, ours.cpu, "us/message", theirs.cpu);
    report(`fanout_${rate}_p50`, ours.p50, "ms", theirs.p50);
    report(`fanout_${rate}_p99`, ours.p99, "ms", theirs.p99);
    report(`fanout_${rate}_lost`, ours.lost, "messages", theirs.lost);
    report(`fanout_${rate}_together`, ours.together, "messages/frame", theirs.together);
    report(`fanout_${rate}_generator`, ours.generator, "cores", theirs.generator);
  }
  await stop(bun);
}

/** Without a name, all of them. */
export const MEASURES = ["answers", "stalled", "memory", "fanout"];

export async function classroom(program, teachers, measures) {
  const wanted = (name) => !measures.length || measures.includes(name);
  const bench = { program, tally: new Tally(900_000), rooms: [] };
  for (let n = 0; n < ROOMS; n++) {
    const room = new Room(bench, n);
    await room.make(teachers[n]);
    bench.rooms.push(room);
  }
  if (wanted("answers")) await answers(bench);
  if (wanted("stalled")) await stalled(bench);
  if (wanted("memory") || wanted("fanout")) {
    // Restarted, since memory freed earlier would be reused and not show up.
    await program.stop();
    await program.start();
    await idle(bench, wanted("memory"));
    if (wanted("fanout")) await fanOut(bench);
    for (const room of bench.rooms) room.leave();
  }
}
