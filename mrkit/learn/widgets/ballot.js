// The teacher's panel: two rows of boxes for counts, or a pasted chat. What comes back is a table with bars.

import { part } from "../../views/widgets/dom.js";
import { living } from "../../views/widgets/living.js";
import { give, heed, keepKeys, setHtml } from "./question.js";

const VOTES = { before: "first", after: "second" }; // and the names of their words

function render({ model, el }) {
  const state = model.get("state");
  el.classList.add("mrkit-question", "mrkit-ballot");
  setHtml(part(el, "p", "mrkit-large"), state.question);
  for (const when of Object.keys(VOTES)) addBoxes(el, model, when);
  addChat(part(el, "details"), model);
  const bars = part(el, "div", "", "", { "aria-live": "polite" });
  return heed(model, ({ html }) => setHtml(bars, html || state.html));
}

// A box for each choice, and a button.
function addBoxes(el, model, when) {
  const { choices, counts, words } = model.get("state");
  const vote = words[VOTES[when]];
  const form = part(el, "form");
  const group = part(form, "fieldset");
  part(group, "legend", "", vote);
  const row = part(group, "div", "mrkit-boxes");
  const boxes = choices.map(([letter], i) => {
    const label = part(row, "label");
    part(label, "b", "", letter);
    const name = words.votes_for.replace("{vote}", vote).replace("{letter}", letter);
    const box = keepKeys(part(label, "input", "", "", { type: "number", min: 0, "aria-label": name }));
    box.value = counts[when][i];
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault(); // JupyterLab would take it before the form does
      form.requestSubmit();
    });
    return box;
  });
  keepKeys(part(row, "button", "", words.count));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    give(model, { when, counts: boxes.map((box) => box.value) });
  });
}

function addChat(fold, model) {
  const { words } = model.get("state");
  keepKeys(part(fold, "summary", "", words.paste));
  const text = keepKeys(part(fold, "textarea", "", "", { rows: 4, "aria-label": words.chat }));
  const buttons = part(fold, "div", "mrkit-buttons");
  for (const [when, name] of Object.entries(VOTES)) {
    const button = keepKeys(part(buttons, "button", "", words[`count_${name}`], { type: "button" }));
    button.addEventListener("click", () => give(model, { when, chat: text.value }));
  }
}

export default living(render);
