// What the site's two service workers share, that of the lessons and that of the pages. Before this text stand FILES,
// the files of this folder with what each must be, so that all that is kept is of one build, and VERSION.
/* exported fileOf, keepAll */

const HERE = new URL("./", self.location).href;
const OURS = `mrkit ${HERE} `; // one host may have two sites
const KEPT = OURS + VERSION;

async function keepAll() {
  if (navigator.connection?.saveData) throw new Error("This connection saves data.");
  const cache = await caches.open(KEPT);
  const there = new Set((await cache.keys()).map((request) => request.url));
  for (const [file, integrity] of Object.entries(FILES)) {
    const address = new URL(file, HERE).href;
    if (there.has(address)) continue;
    const fresh = await fetch(address, { integrity, cache: "no-cache", priority: "low" });
    if (!fresh.ok) throw new Error(`${address}: ${fresh.status}`);
    // A new response, or a page would not take what was redirected.
    await cache.put(address, new Response(fresh.body, fresh));
  }
}

function fileOf({ method, url }) {
  const address = url.replace(/[?#].*/, "");
  if (method !== "GET" || !address.startsWith(HERE)) return undefined;
  const file = decodeURI(address.slice(HERE.length)).replace(/(^|\/)$/, "$1index.html");
  return Object.hasOwn(FILES, file) ? file : undefined;
}

async function forgetOlder() {
  const names = await caches.keys();
  const older = names.filter((name) => name.startsWith(OURS) && name !== KEPT);
  await Promise.all(older.map((name) => caches.delete(name)));
}

self.addEventListener("activate", (event) => event.waitUntil(forgetOlder()));
