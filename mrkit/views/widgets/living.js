// Puts a living widget in the place of its still picture. Every widget's own file ends by giving this to Jupyter.
//
// The output of a cell holds only the picture (see living.py), so that a saved notebook shows it without a kernel.
// While the kernel lives, the widget's model finds the picture by `place`, hides it and draws the widget beside it.

import { addFullScreen } from "./fullscreen.js";
import { runOn } from "./run_on.js";

// `full`: whether it can fill the screen.
export function living(draw, full = true) {
  async function render({ el, ...rest }) {
    const undo = await draw({ el, ...rest });
    el.addEventListener("keydown", runOn, true);
    const forget = full ? addFullScreen(el) : null;
    return () => {
      forget?.();
      undo?.();
    };
  }
  const initialize = ({ model, ...rest }) =>
    watchPlaces(model.get("place"), (el) => render({ model, el, ...rest }));
  return { initialize, render };
}

// Draws a view in every element with this name that is on the page or comes to it; gives what undoes it all.
function watchPlaces(name, drawIn) {
  const views = new Map(); // place element -> what undoes its view
  let waiting = false;
  function look() {
    waiting = false;
    for (const place of document.querySelectorAll(`[data-mrkit-place="${name}"]`)) {
      if (!views.has(place)) fill(place, views, drawIn);
    }
  }
  const watch = new MutationObserver(() => {
    if (!waiting) setTimeout(look, 30);
    waiting = true;
  });
  watch.observe(document.body, { childList: true, subtree: true });
  look();

  return () => {
    watch.disconnect();
    const undo = [...views.values()];
    views.clear();
    for (const each of undo) each();
  };
}

async function fill(place, views, drawIn) {
  const el = document.createElement("div");
  views.set(place, () => el.remove());
  const undo = await drawIn(el);
  if (!views.has(place)) {
    undo?.();
    return;
  }
  views.set(place, () => {
    undo?.();
    el.remove();
    for (const child of place.children) child.hidden = false;
  });
  for (const child of place.children) child.hidden = true;
  place.append(el);
}
