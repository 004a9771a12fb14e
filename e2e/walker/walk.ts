// Walks through the product as a person would: from each page, by pressing what is there.
import type { Page } from "@playwright/test";
import { type Pressable, Traffic, faults, isCovered, label, narrowFaults, overlaps, press, pressables, settled, shape } from "./look";
import { BUTTON_LEADS, LEADS, LEADS_TO_LEAVING, LEAVES, isDestructive, isSkipped } from "./reviewed";

/** How many presses deep: a button, an item of its menu, a button of the dialog that it opens. */
const DEPTH = 3;
/** The narrowest window that no page may scroll sideways in, in CSS pixels. */
const NARROW = 320;

interface Visit {
  address: string;
  /** What was pressed on the way, for reporting a fault. */
  from: string;
}

/** Counts of a page's elements. */
interface Count {
  pressed: number;
  /** Left out because of the reviewed lists. */
  skipped: number;
  /** Like another element, which was pressed instead. */
  alike: number;
  /** Not found again when the page was reopened. */
  gone: number;
}

export interface Result {
  faults: string[];
  counts: Map<string, Count>;
}

/** Equal for elements that are alike (rows of a list, chips of a bank): one is pressed, the rest run the same code. */
const kind = (one: Pressable): string => `${one.role}|${one.name.replaceAll(/\d+|“[^”]*”/g, "#")}|${one.href ? shape(one.href) : ""}`;

export class Walker {
  private readonly queue: Visit[] = [];
  private readonly seen = new Set<string>();
  private readonly names = new Map<string, string>();
  private problems: string[] = [];
  /** The page is as it was opened: the last press opened nothing and led nowhere. */
  private isFresh = false;
  private readonly traffic: Traffic;
  /** Everything else has been pressed; now the walker logs out. */
  private isLeaving = false;
  readonly result: Result = { faults: [], counts: new Map() };

  /** `destructive`: presses only what takes something away, in a school made for that. */
  constructor(
    private readonly page: Page,
    private readonly role: string,
    private readonly destructive = false,
  ) {
    this.traffic = new Traffic(page);
    page.on("pageerror", (error) => this.problems.push(`error: ${error.message}`));
    page.on("console", (message) => {
      // The browser logs every response over 399 by itself; those are checked below.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) this.problems.push(`console: ${message.text()}`);
    });
    page.on("response", (response) => {
      if (response.status() > 399) void this.refused(response.status(), `${response.request().method()} ${new URL(response.url()).pathname}`);
    });
    page.on("dialog", (dialog) => void dialog.accept());
    page.on("popup", (popup) => void popup.close());
  }

  /** A response over 399 is a fault unless the page shows an error. */
  private async refused(status: number, what: string): Promise<void> {
    // Pages request `/me` to find out whether somebody is logged in.
    if (status === 401 && what.endsWith("/me")) return;
    const told = await this.page
      .locator("[role=alert], .toast, .error, [aria-invalid=true], .empty")
      .first()
      .waitFor({ state: "visible", timeout: 5_000 })
      .then(() => true, () => false);
    if (!told) this.problems.push(`${status} for ${what}, and the page doesn't tell`);
  }

  private fault(where: string, what: string): void {
    const text = `${this.role}: ${where}: ${what}`;
    if (!this.result.faults.includes(text)) this.result.faults.push(text);
  }

  private take(where: string): void {
    for (const problem of this.problems.splice(0)) this.fault(where, problem);
  }

  /** Visits everything that can be reached from these addresses. */
  async walk(...addresses: string[]): Promise<Result> {
    for (const address of addresses) this.add(address, "the beginning");
    for (let visit = this.queue.shift(); visit; visit = this.queue.shift()) await this.visit(visit);
    if (this.destructive) {
      this.isLeaving = true;
      await this.visit({ address: new URL("/", addresses[0]).href, from: "the end" });
    }
    return this.result;
  }

  /** Visits these addresses only, not what they lead to. */
  async look(...addresses: string[]): Promise<Result> {
    for (const address of addresses) await this.visit({ address, from: "the beginning" });
    return this.result;
  }

  private add(address: string, from: string): void {
    const url = new URL(address, this.page.url() === "about:blank" ? undefined : this.page.url());
    if (url.pathname.startsWith("/api/")) return;
    const key = shape(url.href);
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.queue.push({ address: url.href, from });
  }

  private async open(address: string): Promise<void> {
    await this.page.goto(address);
    await settled(this.page, this.traffic);
    this.isFresh = true;
  }

  private async visit({ address, from }: Visit): Promise<void> {
    await this.open(address);
    // Users who have to log in first, or have no business here, are redirected.
    const where = shape(this.page.url());
    if (where !== shape(address)) {
      if (this.seen.has(where)) return;
      this.seen.add(where);
    }
    this.take(`${where} (from ${from})`);
    for (const fault of [...(await faults(this.page)), ...(await overlaps(this.page))]) this.fault(where, fault);
    for (const fault of await narrowFaults(this.page, NARROW)) this.fault(where, fault);
    const title = await this.page.title();
    const other = this.names.get(title);
    if (other && other !== where) this.fault(where, `has the title of ${other}: “${title}”`);
    this.names.set(title, where);
    const count = this.result.counts.get(where) ?? { pressed: 0, skipped: 0, alike: 0, gone: 0 };
    this.result.counts.set(where, count);
    await this.pressAll(this.page.url(), [], count, new Set());
  }

  /** Presses each element that is there after pressing `path`, each time on the reopened page. */
  private async pressAll(address: string, path: Pressable[], count: Count, done: Set<string>): Promise<void> {
    const where = shape(address);
    const all = await pressables(this.page);
    const news = all.filter((one) => {
      const key = kind(one);
      if (done.has(key)) {
        if (path.length === 0) count.alike += 1;
        return false;
      }
      done.add(key);
      return true;
    });
    for (const one of news) {
      const takesAway = isDestructive(where, one.name);
      // A destructive walk also presses what leads to destructive actions: menus and dialogs.
      let wanted = this.destructive ? !LEAVES.test(one.name) && (takesAway || path.length + 1 < DEPTH) : !takesAway;
      if (this.isLeaving) wanted = LEAVES.test(one.name) || LEADS_TO_LEAVING.test(one.name);
      if (!wanted || isSkipped(where, one.name)) {
        count.skipped += 1;
        continue;
      }
      if (await this.pressOne(address, path, one, count, done)) count.pressed += 1;
      else count.gone += 1;
    }
  }

  private async pressOne(
    address: string,
    path: Pressable[],
    one: Pressable,
    count: Count,
    done: Set<string>,
  ): Promise<boolean> {
    const { page } = this;
    const where = shape(address);
    const steps = [...path, one];
    const what = steps.map(label).join(", then ");
    if (!this.isFresh || path.length > 0) await this.open(address);
    this.isFresh = false;
    this.problems = [];
    for (const step of path) {
      if (!(await press(page, step))) return false;
      await this.traffic.quiet();
    }
    const loadedAt = await page.evaluate(() => performance.timeOrigin);
    const here = page.url();
    try {
      if (!(await press(page, one))) return false;
    } catch (error) {
      this.fault(where, `${what}: can't be pressed (${String(error).split("\n")[0]})`);
      return true;
    }
    if (one.role === "link") await this.followed(one, here);
    await this.traffic.quiet();
    await settled(page, this.traffic).catch(() => this.fault(where, `${what}: something is awaited for ever`));
    this.take(`${where}, ${what}`);
    const moved = shape(page.url()) !== shape(here);
    if (one.role === "link") await this.checkLink(where, what, one, here);
    else if (moved) this.checkButton(where, what, one.name, page.url());
    if (!moved && (await isCovered(page))) for (const fault of await overlaps(page)) this.fault(where, `${what}: ${fault}`);
    const loaded = (await page.evaluate(() => performance.timeOrigin)) !== loadedAt;
    if (!loaded) {
      const lost = await page.evaluate(() => document.activeElement === null || document.activeElement === document.body);
      if (lost) this.fault(where, `${what}: the focus ends on body`);
    }
    if (moved) {
      this.add(page.url(), `${where}, ${what}`);
      return true;
    }
    this.isFresh = path.length === 0 && !loaded && !(await isCovered(page)) && page.url() === here;
    if (steps.length < DEPTH && !loaded) await this.pressAll(address, steps, count, done);
    return true;
  }

  /** Waits until a link has led somewhere: a page may be drawn without any request. `checkLink` judges where. */
  private async followed(link: Pressable, before: string): Promise<void> {
    const target = new URL(link.href, before);
    const leads = target.origin === new URL(before).origin && !target.pathname.startsWith("/api/") && target.pathname !== new URL(before).pathname;
    if (leads) await this.page.waitForURL((url) => url.href !== before, { timeout: 5_000 }).catch(() => undefined);
  }

  /** A button that leads to another page must be on the reviewed list, with that page. */
  private checkButton(where: string, what: string, name: string, to: string): void {
    const rule = BUTTON_LEADS.find((one) => one.name.test(name));
    if (!rule?.to.test(shape(to))) this.fault(where, `${what}: leads to ${shape(to)}, which no reviewed rule says`);
  }

  /** A link must lead to its address, and its name must match the page there. */
  private async checkLink(where: string, what: string, link: Pressable, before: string): Promise<void> {
    const { page } = this;
    const target = new URL(link.href, before);
    if (link.href.startsWith("#")) {
      if ((await page.locator(`[id="${link.href.slice(1)}"]`).count()) === 0) this.fault(where, `${what}: names nothing on the page`);
      return;
    }
    if (target.origin !== new URL(before).origin || target.pathname.startsWith("/api/")) {
      const answer = await page.request.get(target.href).catch(() => undefined);
      if (target.pathname.startsWith("/api/") && !answer?.ok()) this.fault(where, `${what}: answers ${answer?.status()}`);
      return;
    }
    const now = new URL(page.url());
    const toLogin = now.pathname === "/login" && (target.pathname === "/" || now.searchParams.get("next")?.startsWith(target.pathname));
    if (now.pathname !== target.pathname && !toLogin) {
      this.fault(where, `${what}: leads to ${shape(now.href)}`);
      return;
    }
    const rule = LEADS.find(({ name }) => name.test(link.name));
    if (rule) {
      if (!rule.to.test(shape(now.href))) this.fault(where, `${what}: leads to ${shape(now.href)}`);
      return;
    }
    const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? [];
    const there = words(`${await page.title()} ${(await page.locator("h1").allTextContents()).join(" ")}`);
    if (words(link.name).length > 0 && !words(link.name).some((word) => there.includes(word))) {
      this.fault(where, `${what}: leads to “${await page.title()}”`);
    }
  }
}
