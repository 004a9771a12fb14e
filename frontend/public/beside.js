// Beside a page that the server has written: the theme before the first paint, the program of the next page while this
// one is filled in, and what a guest of this device has not sent yet. The page works without all of it.
(() => {
  const root = document.documentElement;
  try {
    const theme = localStorage.getItem("lg.theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch {
    // A browser that keeps nothing shows the system's theme.
  }
  const files = (document.currentScript.dataset.program ?? "").split(" ").filter(Boolean);
  addEventListener("load", () => {
    for (const file of files) fetch(file, { priority: "low" }).catch(() => undefined);
  });

  // The journal of the class (realtime/database.rs), only where there is one.
  const journal = (mode) =>
    new Promise((resolve, reject) => {
      const request = indexedDB.open("linguaglow-class", 1);
      request.onupgradeneeded = () => request.transaction.abort();
      request.onerror = () => reject(request.error);
      request.onsuccess = () => resolve(request.result.transaction("proposals", mode).objectStore("proposals"));
    });
  const answer = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const of = (person) => IDBKeyRange.bound(`${person}/`, `${person}/\uffff`);
  addEventListener("DOMContentLoaded", async () => {
    const warning = document.querySelector("[data-unsent]");
    if (!warning) return;
    // Somebody else takes the device: nothing of the one before stays on it.
    warning.closest("form").addEventListener("submit", () => {
      try {
        localStorage.removeItem("lg.run");
      } catch {
        // Nothing was kept.
      }
      journal("readwrite").then((store) => store.delete(of(warning.dataset.unsent))).catch(() => undefined);
    });
    const unsent = await journal("readonly").then((store) => answer(store.count(of(warning.dataset.unsent)))).catch(() => 0);
    warning.hidden = unsent === 0;
  });
})();
