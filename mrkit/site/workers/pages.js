// The pages offline after the first visit: this worker serves nobody before all of them are kept, and from then on all
// comes from there. The next build's worker waits until no other page is open, so nobody sees a mix of two builds.
/* global HERE, KEPT, fileOf, keepAll -- kept.js stands before */

const ONCE_MORE = '<link rel="icon" href="data:,">'; // an empty page, which asks for nothing

async function answer(request, file) {
  const { waiting } = self.registration;
  if (waiting && request.mode === "navigate" && (await self.clients.matchAll()).length < 2) {
    waiting.postMessage("your turn");
    return new Response(ONCE_MORE, { headers: { "Content-Type": "text/html", Refresh: "0" } });
  }
  const cache = await caches.open(KEPT);
  return (await cache.match(HERE + file)) ?? fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(keepAll()));
self.addEventListener("message", () => self.skipWaiting());
self.addEventListener("fetch", (event) => {
  const file = fileOf(event.request);
  if (file !== undefined) event.respondWith(answer(event.request, file));
});
