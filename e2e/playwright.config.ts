import { defineConfig } from "@playwright/test";

// These tests open their own windows, wide and narrow.
const OWN_WINDOWS = /(class[\w-]*|join|modes|pages|room)\.spec\.ts$/;
const WALKER = /walker\.spec\.ts$/;

// Two workers on two cores: a browser mostly waits, for the server or for what the page does later. Measured over the
// same 14 tests: 105 s with one worker, traces and the whole Chromium; 73 s without the latter two; 53 s with two
// workers. A failed test is repeated with `./dev test-browser --trace on <its file>`.
export default defineConfig({
  testDir: "tests",
  timeout: 60_000,
  expect: { timeout: 10_000 },
  workers: 2,
  retries: 0,
  forbidOnly: true,
  reporter: [["list"]],
  outputDir: "test-results",
  use: {
    actionTimeout: 10_000,
    // Drawing animations costs more than everything else; the phone project keeps them.
    contextOptions: { reducedMotion: "reduce" },
    trace: "off",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium-headless-shell",
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
