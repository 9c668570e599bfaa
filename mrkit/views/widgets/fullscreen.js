// The button that gives a widget the whole screen. Serves all widgets: living.js adds it to each.

import { part, svg } from "./dom.js";

const GROW = "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5";
const SHRINK = "M9 4v5H4M20 9h-5V4M15 20v-5h5M4 15h5v5";

// Gives what undoes it. Where the page may not fill the screen (a frame on another page) there is no button.
export function addFullScreen(el) {
  if (!document.fullscreenEnabled) return () => {};
  el.classList.add("mrkit-full");
  const button = part(el, "button", "mrkit-full-button", "", { type: "button", "data-lm-suppress-shortcuts": "true" });
  const drawn = svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" });
  const path = svg("path", {});
  drawn.append(path);
  button.append(drawn);

  let was = false;
  function show() {
    const full = document.fullscreenElement === el;
    button.title = full ? "Leave full screen (Esc)" : "Full screen";
    button.setAttribute("aria-label", button.title);
    path.setAttribute("d", full ? SHRINK : GROW);
    if (was && !full) el.scrollIntoView({ block: "nearest" }); // the page may have moved beneath it
    was = full;
  }
  button.addEventListener("click", () => {
    if (document.fullscreenElement === el) document.exitFullscreen();
    else el.requestFullscreen();
  });
  document.addEventListener("fullscreenchange", show);
  show();
  return () => document.removeEventListener("fullscreenchange", show);
}
