// What every page must be: no wider than its window, and accessible.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, fits } from "./server";

export async function readable(page: Page): Promise<void> {
  await fits(page);
  const found = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa"]).analyze();
  const faults = found.violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.html).slice(0, 3).join(" | ")}`);
  expect(faults).toEqual([]);
}
