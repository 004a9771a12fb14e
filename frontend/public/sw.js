// Caches the last page of each of the client's programs and the files that it loads, so that a reload without network
// shows the page again: answers given meanwhile wait in the browser (realtime/journal). Nothing of the API is cached.
const KEPT = "kept-1";
// A network that swallows everything must not hold up a page that is cached.
const PATIENCE_MS = 5_000;
const HASHED = /-[0-9a-f]{12,}(_bg)?\.\w+$/;

// Which program serves which address; the same rule as in crates/types/src/clients.rs.
const program = (path) => {
  const [first, second, third] = path.split("/").filter(Boolean);
  if (first === "lessons" && second) return "lesson";
  if (first === "classes" && second && !third) return "class";
  return "school";
};
const pageOf = (path) => `/kept/${program(path)}`;
const listOf = (path) => `/kept/${program(path)}/files`;

// Caches what a running page reports that it has loaded.
const keep = async ({ page, files }) => {
  const cache = await caches.open(KEPT);
  const add = async (file) => {
    if (HASHED.test(file) && (await cache.match(file))) return;
    const answer = await fetch(file);
    if (!answer.ok) throw new Error(file);
    await cache.put(file, answer);
  };
  const html = await fetch(page);
  if (!html.ok) return;
  await Promise.all(files.map(add));
  await cache.put(pageOf(page), html);
  await cache.put(listOf(page), Response.json(files));
  // Files that no cached page loads any more belong to an older version.
  const used = new Set();
  const paths = (await cache.keys()).map((request) => new URL(request.url).pathname);
  for (const list of paths.filter((path) => path.endsWith("/files"))) {
    for (const file of await (await cache.match(list)).json()) used.add(file);
  }
  const old = paths.filter((path) => !path.startsWith("/kept/") && !used.has(path));
  await Promise.all(old.map((path) => cache.delete(path)));
};

const patience = () => new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));

// The network's response; the cached one if the network fails or doesn't answer in time.
const newest = async (request, key) => {
  const network = fetch(request);
  const kept = await caches.match(key, { cacheName: KEPT });
  if (!kept) return network;
  return (await Promise.race([network.catch(() => undefined), patience()])) ?? kept;
};

const keptFirst = async (request, key) => (await caches.match(key, { cacheName: KEPT })) ?? fetch(request);

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("message", (event) => event.waitUntil(keep(event.data).catch(() => undefined)));
addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || url.pathname.startsWith("/api/")) return;
  // The server renders this page: joining needs a network, and no cached page may take its place.
  if (url.pathname.startsWith("/join/")) return;
  if (request.mode === "navigate") event.respondWith(newest(request, pageOf(url.pathname)));
  else if (HASHED.test(url.pathname)) event.respondWith(keptFirst(request, url.pathname));
  else event.respondWith(newest(request, url.pathname));
});
