// Offline after the first visit: all FILES of this folder are kept, one after the other, and answered from there. What
// stands before this text names them and their version. The rest (the kernel's files, say) is JupyterLite's business.
/* global FILES, THEIRS, VERSION, importScripts */

const HERE = new URL("./", self.location).href;
const OURS = `mrkit ${HERE} `; // one host may have two sites
const KEPT = OURS + VERSION;
const KNOWN = new Set(FILES);
const QUIET = 3000; // milliseconds without a request, after which nobody waits any more
let asked = 0; // when the last request came
let keeping = null;

async function keepAll() {
  while (Date.now() - asked < QUIET) await new Promise((done) => setTimeout(done, QUIET));
  const cache = await caches.open(KEPT);
  const there = new Set((await cache.keys()).map((request) => request.url));
  for (const file of FILES) {
    const address = new URL(file, HERE).href;
    if (!there.has(address)) await cache.add(address);
  }
}

async function answer(file, event) {
  const cache = await caches.open(KEPT);
  const kept = await cache.match(HERE + file);
  if (kept) return kept;
  const fresh = await fetch(HERE + file);
  if (fresh.ok) event.waitUntil(cache.put(HERE + file, fresh.clone()));
  return fresh;
}

async function forgetOlder() {
  const names = await caches.keys();
  const older = names.filter((name) => name.startsWith(OURS) && name !== KEPT);
  await Promise.all(older.map((name) => caches.delete(name)));
}

self.addEventListener("activate", (event) => event.waitUntil(forgetOlder()));
self.addEventListener("fetch", (event) => {
  const address = event.request.url.replace(/[?#].*/, "");
  if (event.request.method !== "GET" || !address.startsWith(HERE)) return;
  const file = decodeURI(address.slice(HERE.length)).replace(/(^|\/)$/, "$1index.html");
  if (!KNOWN.has(file)) return;
  event.stopImmediatePropagation();
  asked = Date.now();
  event.respondWith(answer(file, event));
  keeping ??= keepAll().catch(() => (keeping = null)); // without a network: at the next request
  event.waitUntil(keeping);
});
importScripts(THEIRS);
