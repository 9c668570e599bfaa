// Shows the explorer's ipywidgets (explorer.py) in the place of its still picture.

import { part } from "../dom.js";
import { living } from "../living.js";

async function render({ model, el }) {
  el.classList.add("mrkit");
  const controls = await model.widget_manager.get_model(model.get("controls"));
  const view = await model.widget_manager.create_view(controls);
  // Jupyter tells its widgets that they are on the page by a message of Lumino's; here nobody else sends it.
  const tell = (type) => view.luminoWidget.processMessage({ type, isConflatable: false, conflate: () => false });
  tell("before-attach");
  el.append(view.el);
  // The charts are in the controls now: not twice.
  part(el, "style", "", `[data-mrkit-kept="${model.get("place")}"] { display: none; }`);
  tell("after-attach");
  const name = () => nameControls(el);
  const watch = new MutationObserver(name);
  watch.observe(el, { childList: true, subtree: true });
  name();
  return () => {
    watch.disconnect();
    view.remove();
  };
}

// ipywidgets' sliders have no names; a screen reader shall say the question.
function nameControls(el) {
  for (const box of el.querySelectorAll(".explorer-control")) {
    const question = box.querySelector(".explorer-question")?.textContent.trim();
    if (!question) continue;
    for (const control of box.querySelectorAll("[role=slider], input")) {
      if (control.getAttribute("aria-label") !== question) control.setAttribute("aria-label", question);
    }
  }
}

export default living(render);
