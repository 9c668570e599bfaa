// The card of a passed check, and under it a button that plays the learner's own functions (result.py).

import { part } from "../../views/widgets/dom.js";
import { living } from "../../views/widgets/living.js";
import { give, heed, keepKeys, setHtml } from "./question.js";

function render({ model, el }) {
  el.classList.add("mrkit");
  const { card, label } = model.get("state");
  const head = part(el, "div", "mrkit-question"); // not around the player, which has a look of its own
  setHtml(part(head, "div"), card);
  const button = keepKeys(part(head, "button", "", label, { type: "button" }));
  const screen = part(el, "div", "mrkit-screen", "", { "aria-live": "polite" });
  button.addEventListener("click", () => {
    button.disabled = true;
    give(model, null);
  });
  return heed(model, ({ html }) => {
    if (!html) return;
    button.hidden = true;
    setHtml(screen, html);
  });
}

export default living(render, false); // the player in it can
