// A button or a slider, and under it what the function shows. Native controls: Space presses, the arrow keys slide.

import { part, tag } from "../../views/widgets/dom.js";
import { makeFrames } from "../../views/widgets/frames.js";
import { living } from "../../views/widgets/living.js";
import { makeScreen } from "../../views/widgets/moving.js";
import { flyCards } from "./cards.js";
import { filled, give, heed, keepKeys } from "./question.js";

function render({ model, el }) {
  el.classList.add("mrkit", "mrkit-question", "mrkit-control");
  return "min" in model.get("state") ? slider(el, model) : button(el, model);
}

function makeStage(el) {
  const stage = part(el, "div", "mrkit-screen", "", { "aria-live": "polite" });
  return { ...makeScreen(stage), busy: (is) => stage.setAttribute("aria-busy", is) };
}

function button(el, model) {
  const state = model.get("state");
  const control = keepKeys(part(el, "button", "", state.label));
  const stage = makeStage(el);
  let waiting = false; // for the kernel; what is asked meanwhile is asked once more, when it has answered
  let again = false;
  const ask = () => {
    again = waiting;
    if (waiting) return;
    waiting = true;
    stage.busy(true);
    give(model, null);
  };
  control.addEventListener("click", ask);
  return heed(model, ({ html }) => {
    waiting = false;
    stage.busy(false);
    flyCards(el, () => stage.show(html || state.html));
    if (again) ask();
  });
}

// The picture follows while the slider is dragged; where it rested before stays as a ghost.
function slider(el, model) {
  const state = model.get("state");
  const { control, say } = makeRange(el, state, model.get("given").at ?? state.start);
  const stage = makeStage(el);
  const value = () => Number(control.value);
  const frames = makeFrames({
    values: Array.from({ length: (state.max - state.min) / state.step + 1 }, (_, n) => state.min + n * state.step),
    start: value(),
    ask: (which) => give(model, which, { at: value() }),
    show(which, html) {
      stage.show(html);
      say(which === pale ? "" : filled(state.words.pale, { value: pale }));
    },
  });
  let rested = value(); // where the hand last let go
  let pale = rested; // what the ghost shows
  let moving = false;
  control.addEventListener("input", () => {
    if (!moving) stage.rest();
    if (!moving) pale = rested;
    moving = true;
    say();
    frames.want(value());
    stage.busy(frames.waiting());
  });
  control.addEventListener("change", () => {
    moving = false;
    rested = value();
  });
  for (const type of ["pointerenter", "focus"]) control.addEventListener(type, frames.come);
  for (const type of ["pointerleave", "blur"]) {
    control.addEventListener(type, () => document.activeElement !== control && frames.leave());
  }
  const stop = heed(model, ({ html }) => {
    if (html) frames.answered(html, /^<div data-mrkit-ran="(\d+)"/.exec(html)?.[1] ?? "");
    else stage.show(state.html);
    stage.busy(html !== undefined && frames.waiting());
  });
  return () => {
    frames.end();
    stop();
  };
}

function makeRange(el, { label, min, max, step }, value) {
  const row = part(el, "label");
  part(row, "span", "", label);
  const control = keepKeys(Object.assign(tag("input"), { type: "range", min, max, step }));
  control.value = value;
  row.append(control);
  const number = part(row, "output", "", control.value);
  const ghost = part(row, "span", "mrkit-ghost-words");
  const say = (pale) => {
    number.textContent = control.value;
    if (pale !== undefined) ghost.textContent = pale;
  };
  return { control, say };
}

export default living(render);
