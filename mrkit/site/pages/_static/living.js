// A page without a kernel: what can move by itself does. The players of an executed notebook come to life from the
// state that Sphinx put into the page; mrkit's widgets follow the theme's light and dark; each cell shows its address;
// a phone gets what fits it; and all pages are kept for a time without a network.

const STATE = 'script[type="application/vnd.jupyter.widget-state+json"]';
const ALONE = /\.Player$/; // the widgets that need no Python

function revive(state) {
  const model = {
    get: (name) => state[name],
    set: (name, value) => (state[name] = value),
    save_changes() {},
    on() {},
    off() {},
  };
  document.head.append(Object.assign(document.createElement("style"), { textContent: state._css }));
  const address = URL.createObjectURL(new Blob([state._esm], { type: "text/javascript" }));
  import(address).then((module) => module.default.initialize({ model }));
}

for (const script of document.querySelectorAll(STATE)) {
  for (const { state } of Object.values(JSON.parse(script.textContent).state)) {
    if (ALONE.test(state._anywidget_id ?? "")) revive(state);
  }
}

function followTheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = document.body.dataset.theme;
  document.body.dataset.jpThemeLight = String(chosen === "light" || (chosen !== "dark" && !dark.matches));
}
followTheme();
new MutationObserver(followTheme).observe(document.body, { attributeFilter: ["data-theme"] });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", followTheme);

for (const cell of document.querySelectorAll(".cell[id^=cell-]")) {
  const link = document.createElement("a");
  link.href = `#${cell.id}`;
  link.textContent = "#";
  link.className = "mrkit-address";
  link.setAttribute("aria-label", "Link to this cell");
  cell.prepend(link);
}

// What Sphinx leaves out: whoever has only keys scrolls wide code too, and a heading has a level.
for (const code of document.querySelectorAll("pre")) code.tabIndex = 0;
for (const caption of document.querySelectorAll("p.caption[role=heading]")) caption.ariaLevel = 2;

// A phone has no room for all of JupyterLab: there a lesson, or their list, opens alone.
if (matchMedia("(max-width: 48rem)").matches) {
  for (const link of document.querySelectorAll('a[href*="lite/lab/"]')) {
    link.href = link.href.replace("lite/lab/", link.search ? "lite/notebooks/" : "lite/tree/");
  }
}

// The lessons' own worker comes first, under the address that JupyterLite gives it, or that of the pages would stand in
// its place. It keeps nothing before a lesson is opened.
async function workOffline() {
  const site = new URL(document.documentElement.dataset.content_root, location.href);
  for (const worker of ["lite/service-worker.js?enableCache=false", "service-worker.js"]) {
    await navigator.serviceWorker.register(new URL(worker, site));
  }
}
if (navigator.serviceWorker) {
  addEventListener("load", () => workOffline().catch(() => {})); // a browser may forbid it
}
