// Before the first paint: the theme and the language that this browser chose last. A file of its own, since the
// page's policy allows no inline script. The client itself takes over from here (state/theme.rs, state/locale.rs).
(() => {
  const root = document.documentElement;
  try {
    const theme = localStorage.getItem("lg.theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    const locale = localStorage.getItem("lg.locale") ?? navigator.language.slice(0, 2);
    if (locale === "ru") root.lang = "ru";
  } catch {
    // A browser that keeps nothing shows the system's theme.
  }
  // The words, while the program loads; it asks for the same file.
  if (root.dataset.words) {
    const words = document.createElement("link");
    Object.assign(words, { rel: "preload", as: "fetch", crossOrigin: "anonymous", href: `/words/${root.lang}-${root.dataset.words}.json` });
    document.head.append(words);
  }
  // The icons, once, into the page itself: a `<use>` of another file asks the server again for each icon that appears,
  // and shows none without a network.
  const icons = () =>
    fetch("/icons.svg")
      .then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)))
      .then((text) => {
        const holder = document.createElement("div");
        holder.hidden = true;
        holder.innerHTML = text;
        document.body.append(holder);
      })
      .catch(() => setTimeout(icons, 5_000));
  addEventListener("DOMContentLoaded", icons);
  // Once it runs, page and program are kept for a reload without network (sw.js). Browsers allow that on secure pages.
  const keep = async () => {
    await navigator.serviceWorker.register("/sw.js");
    const { active } = await navigator.serviceWorker.ready;
    const urls = performance.getEntriesByType("resource").map((entry) => new URL(entry.name));
    const ours = urls.filter((url) => url.origin === location.origin && !url.pathname.startsWith("/api/"));
    active.postMessage({ page: location.pathname, files: [...new Set(ours.map((url) => url.pathname))] });
  };
  if ("serviceWorker" in navigator) {
    const running = new MutationObserver(() => {
      if (!("ready" in root.dataset)) return;
      running.disconnect();
      // Where it is refused (private windows, full disks) the page works as before, with a network.
      keep().catch(() => undefined);
    });
    running.observe(root, { attributeFilter: ["data-ready"] });
  }
  // A client that can't start must not leave an endless skeleton behind.
  const failed = () => {
    if (!("ready" in root.dataset)) root.dataset.failed = "";
  };
  addEventListener("error", (event) => event.target !== window && failed(), true);
  addEventListener("unhandledrejection", failed);
  addEventListener("load", () => setTimeout(failed, 60_000));
  addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-reload]")) {
      button.addEventListener("click", () => location.reload());
    }
  });
})();
