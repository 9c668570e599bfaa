// A question with radio buttons. Native controls: the arrow keys choose, Enter presses the first button.

import { part, tag } from "../../views/widgets/dom.js";
import { living } from "../../views/widgets/living.js";
import { give, heed, keepKeys, setHtml, showVerdict } from "./question.js";

function render({ model, el }) {
  const state = model.get("state");
  const name = `quiz-${Math.random().toString(36).slice(2)}`;
  el.classList.add("mrkit-question");

  const form = part(el, "form");
  const group = part(form, "fieldset");
  setHtml(part(group, "legend"), state.question);
  for (const [letter, html] of state.choices) group.append(choice(name, letter, html));
  const buttons = part(group, "div", "mrkit-buttons");
  for (const [by, words, title] of state.buttons) part(buttons, "button", "", words, { value: by, title });
  for (const control of form.elements) keepKeys(control);
  const verdict = part(group, "div", "", "", { "aria-live": "polite" });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const by = (event.submitter || form.querySelector("button")).value;
    give(model, { choice: new FormData(form).get(name), by });
  });
  return heed(model, ({ html }) => showVerdict(verdict, html));
}

function choice(name, letter, html) {
  const label = tag("label");
  part(label, "input", "", "", { type: "radio", name, value: letter, required: "" });
  part(label, "b", "", letter);
  setHtml(part(label, "span"), html);
  return label;
}

export default living(render);
