// Reads off a page what can be pressed, and what is wrong with its structure and layout.
import type { Page, Request } from "@playwright/test";

/** An element that can be pressed, identified so that it is found again after a reload. */
export interface Pressable {
  /** `link`, `button`, `tab`, … */
  role: string;
  name: string;
  /** A link's address, else empty. */
  href: string;
  /** Index among elements of the same role, name and address, from 0. */
  nth: number;
}

export const label = ({ role, name, href }: Pressable): string => `${role} “${name}”${href ? ` → ${href}` : ""}`;

/** The path of an address, with placeholders for ids and codes. */
export const shape = (address: string): string => {
  const { pathname } = new URL(address, "http://x");
  return pathname
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ":id")
    .replace(/\/join\/[^/]+/, "/join/:code");
};

const PRESSABLE = "a[href], button, [role=button], [role=tab], [role=switch], [role=menuitem], summary";

/** The top layer that takes presses: an open dialog or menu, else the page. */
const SCOPE = "dialog[open], [popover]:popover-open";

/** Everything that can be pressed now, in page order. Marks each element, so that `press` finds it. */
export async function pressables(page: Page): Promise<Pressable[]> {
  return page.evaluate(
    ([selector, scopeSelector]) => {
      const scopes = [...document.querySelectorAll(scopeSelector)];
      const scope: ParentNode = scopes.at(-1) ?? document;
      const counts = new Map<string, number>();
      const found = [];
      for (const old of document.querySelectorAll("[data-walk]")) old.removeAttribute("data-walk");
      for (const element of scope.querySelectorAll<HTMLElement>(selector)) {
        const box = element.getBoundingClientRect();
        const style = getComputedStyle(element);
        const hidden = box.width < 1 || box.height < 1 || style.visibility === "hidden" || element.closest("[inert], [hidden]");
        if (hidden || element.matches(":disabled, [aria-disabled=true]")) continue;
        const labelled = (element.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent ?? "");
        const text = element.getAttribute("aria-label") || labelled.join(" ").trim() || element.innerText || element.title;
        const name = text.replaceAll(/\s+/g, " ").trim();
        const role = element.getAttribute("role") ?? (element.tagName === "A" ? "link" : element.tagName === "SUMMARY" ? "summary" : "button");
        const href = element.getAttribute("href") ?? "";
        const key = `${role}|${name}|${href}`;
        const nth = counts.get(key) ?? 0;
        counts.set(key, nth + 1);
        element.dataset.walk = `${key}|${nth}`;
        found.push({ role, name, href, nth });
      }
      return found;
    },
    [PRESSABLE, SCOPE],
  );
}

/** Presses what `pressables` found; `false` if it is no longer there. */
export async function press(page: Page, { role, name, href, nth }: Pressable): Promise<boolean> {
  await pressables(page);
  const key = `${role}|${name}|${href}|${nth}`;
  const target = page.locator(`[data-walk=${JSON.stringify(key)}]`);
  if ((await target.count()) === 0) return false;
  // A skip link appears when it gets the focus.
  if (name.startsWith("Skip to")) {
    await target.focus();
    await page.keyboard.press("Enter");
  } else {
    await target.click({ timeout: 5_000 });
  }
  return true;
}

/** Quiet time that covers requests made after drawing. Playwright's `networkidle` waits 500 ms, thousands of times. */
const QUIET_MS = 100;

/** A page's requests in flight. */
export class Traffic {
  private readonly open = new Set<Request>();
  private changed = 0;

  constructor(page: Page) {
    page.on("request", (request) => {
      this.open.add(request);
      this.changed = Date.now();
    });
    const ended = (request: Request): void => {
      this.open.delete(request);
      this.changed = Date.now();
    };
    page.on("requestfinished", ended);
    page.on("requestfailed", ended);
  }

  async quiet(): Promise<void> {
    const begin = Date.now();
    while (this.open.size > 0 || Date.now() - Math.max(this.changed, begin) < QUIET_MS) {
      if (Date.now() - begin > 15_000) throw new Error(`still under way: ${[...this.open].map((request) => request.url()).join(", ")}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Waits until the client runs, no request is in flight and no placeholder is left. */
export async function settled(page: Page, traffic: Traffic): Promise<void> {
  await page.waitForLoadState("load");
  await page.waitForFunction(
    () => {
      // The server renders the page for joining a class: no client runs there.
      const runs = "ready" in document.documentElement.dataset || document.querySelector("script[src='/boot.js']") === null;
      return runs && document.querySelector(".sk, #boot, [aria-busy=true]") === null;
    },
    undefined,
    { timeout: 15_000 },
  );
  await traffic.quiet();
}

/** What is wrong with a page's headings and title. */
export async function faults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const h1 = [...document.querySelectorAll("h1")].filter((heading) => (heading.textContent ?? "").trim());
    if (h1.length !== 1) found.push(`${h1.length} headings of level 1`);
    if (!/.+ · LinguaGlow$/.test(document.title)) found.push(`the title is “${document.title}”`);
    let level = 1;
    for (const heading of document.querySelectorAll("main h1, main h2, main h3, main h4, main h5, main h6")) {
      if (heading.closest("dialog:not([open])")) continue;
      const own = Number(heading.tagName[1]);
      if (own > level + 1) found.push(`h${level} is followed by h${own} “${heading.textContent?.trim().slice(0, 40)}”`);
      level = own;
    }
    return found;
  });
}

/** Texts that overlap in the top layer that takes presses: an open dialog or menu, else the page. */
export async function overlaps(page: Page): Promise<string[]> {
  return page.evaluate((scopeSelector) => {
    const found: string[] = [];
    const scope = [...document.querySelectorAll(scopeSelector)].at(-1) ?? document.body;
    // Boxes of lines of text: two that share more than 4 px in both directions overlap.
    const boxes: { box: DOMRect; node: Text; text: string }[] = [];
    const walker = document.createTreeWalker(scope, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null) {
      const parent = node.parentElement;
      const text = node.data.trim();
      if (!text || !parent || parent.closest(".vh, script, style, noscript, [hidden], select, dialog:not([open]), .toasts")) continue;
      if (!parent.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      // Fixed texts are skipped: what scrolls under them is covered only for a while.
      let fixed = false;
      for (let up: Element | null = parent; up && up !== scope; up = up.parentElement) {
        if (["fixed", "sticky"].includes(getComputedStyle(up).position)) fixed = true;
      }
      if (fixed) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) {
        if (box.width > 1 && box.height > 1 && boxes.length < 2_000) boxes.push({ box, node, text: text.slice(0, 40) });
      }
    }
    const clipped = (node: Text, box: DOMRect): DOMRect => {
      let { left, right, top, bottom } = box;
      for (let up = node.parentElement; up; up = up.parentElement) {
        if (getComputedStyle(up).overflow === "visible") continue;
        const own = up.getBoundingClientRect();
        left = Math.max(left, own.left);
        right = Math.min(right, own.right);
        top = Math.max(top, own.top);
        bottom = Math.min(bottom, own.bottom);
      }
      return new DOMRect(left, top, Math.max(0, right - left), Math.max(0, bottom - top));
    };
    const shown = boxes.map((one) => ({ ...one, box: clipped(one.node, one.box) })).filter(({ box }) => box.width > 4 && box.height > 4);
    for (let a = 0; a < shown.length; a++) {
      for (let b = a + 1; b < shown.length; b++) {
        if (shown[a].node === shown[b].node || shown[a].node.parentElement === shown[b].node.parentElement) continue;
        const [one, two] = [shown[a].box, shown[b].box];
        const wide = Math.min(one.right, two.right) - Math.max(one.left, two.left);
        const high = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top);
        // Boxes of neighbouring lines touch, but the letters occupy only their middle.
        if (wide > 4 && high > 4 && high > Math.min(one.height, two.height) * 0.4) {
          found.push(`“${shown[a].text}” and “${shown[b].text}” overlap by ${Math.round(wide)} × ${Math.round(high)} px`);
          if (found.length > 8) return found;
        }
      }
    }
    return found;
  }, SCOPE);
}

/** Is a dialog or a menu open? */
export const isCovered = async (page: Page): Promise<boolean> => (await page.locator("dialog[open], [popover]:popover-open").count()) > 0;

/** What is wrong in a window of this width: it scrolls sideways, or texts overlap. */
export async function narrowFaults(page: Page, width: number): Promise<string[]> {
  const before = page.viewportSize();
  await page.setViewportSize({ width, height: 640 });
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  const found = (await overlaps(page)).map((fault) => `${fault} at ${width} px`);
  if (before) await page.setViewportSize(before);
  return over > 0 ? [`scrolls sideways at ${width} px`, ...found] : found;
}
