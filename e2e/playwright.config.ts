import { defineConfig } from "@playwright/test";

// These tests open their own windows, wide and narrow.
const OWN_WINDOWS = /(class[\w-]*|join|modes|pages|room)\.spec\.ts$/;
const WALKER = /walker\.spec\.ts$/;

// One worker: the machine has two cores, one for the browser and one for the server. Two workers took as long.
export default defineConfig({
  testDir: "tests",
  timeout: 60_000,
  expect: { timeout: 10_000 },
  workers: 1,
  retries: 0,
  forbidOnly: true,
  reporter: [["list"]],
  outputDir: "test-results",
  use: {
    actionTimeout: 10_000,
    // Drawing animations costs more than everything else; the phone project keeps them.
    contextOptions: { reducedMotion: "reduce" },
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  projects: [
    // First, because its walks are the longest.
    { name: "walk", testMatch: WALKER, fullyParallel: true },
    { name: "wide", testIgnore: WALKER, use: { viewport: { width: 1280, height: 860 } } },
    {
      name: "phone",
      testIgnore: [OWN_WINDOWS, WALKER],
      use: { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2, contextOptions: {} },
    },
  ],
});
