// The lessons offline after the first visit: each file is kept when it comes, and the others, one after the other, once
// nobody waits. The rest (the kernel's files, say) is the business of JupyterLite's own worker, which follows here.
/* global HERE, KEPT, fileOf, keepAll -- kept.js stands before */

const QUIET = 10_000; // milliseconds without a request, after which nobody waits: a Python that starts makes none
let asked = 0; // when the last request came
let keeping = null;

async function keepTheOthers() {
  while (Date.now() - asked < QUIET) await new Promise((done) => setTimeout(done, QUIET));
  await keepAll();
}

async function answer(file, event) {
  const cache = await caches.open(KEPT);
  const kept = await cache.match(HERE + file);
  if (kept) return kept;
  const fresh = await fetch(HERE + file);
  if (fresh.ok) event.waitUntil(cache.put(HERE + file, fresh.clone()));
  return fresh;
}

self.addEventListener("fetch", (event) => {
  const file = fileOf(event.request);
  if (file === undefined) return;
  event.stopImmediatePropagation();
  asked = Date.now();
  event.respondWith(answer(file, event));
  keeping ??= keepTheOthers().catch(() => (keeping = null)); // without a network: at the next request
  event.waitUntil(keeping);
});
