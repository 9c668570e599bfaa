// A button or a slider, and under it what the function shows. Native controls: Space presses, the arrow keys slide.

import { part, tag } from "../../views/widgets/dom.js";
import { living } from "../../views/widgets/living.js";
import { give, heed, keepKeys, setHtml } from "./question.js";

function render({ model, el }) {
  const state = model.get("state");
  el.classList.add("mrkit-question", "mrkit-control");
  const slides = "min" in state;
  const control = slides ? slider(el, state, model.get("given").answer) : part(el, "button", "", state.label);
  keepKeys(control);
  const screen = part(el, "div", "mrkit-screen", "", { "aria-live": "polite" });

  let waiting = false; // for the kernel; what is asked meanwhile is asked once more, when it has answered
  let again = false;
  const ask = () => {
    again = waiting;
    if (waiting) return;
    waiting = true;
    screen.setAttribute("aria-busy", "true");
    give(model, slides ? Number(control.value) : null);
  };
  control.addEventListener(slides ? "change" : "click", ask);
  return heed(model, ({ html }) => {
    waiting = false;
    screen.removeAttribute("aria-busy");
    setHtml(screen, html || state.html);
    if (again) ask();
  });
}

function slider(el, { label, min, max, step, start }, given) {
  const row = part(el, "label");
  part(row, "span", "", label);
  const control = Object.assign(tag("input"), { type: "range", min, max, step });
  control.value = given ?? start;
  row.append(control);
  const number = part(row, "output", "", control.value);
  control.addEventListener("input", () => (number.textContent = control.value));
  return control;
}

export default living(render);
