// The controls of a virtual cluster (whatif.py) and its two pictures. Python reckons and draws; here the controls
// become questions (asker.js) and the answer is shown.

import { part } from "../dom.js";
import { living } from "../living.js";
import { makeAsker } from "./asker.js";
import { makeControl } from "./control.js";

function pick(said, event) {
  const bar = event.target.closest?.(".whatif-slow");
  if (!bar || (event.type === "keydown" && event.key !== "Enter" && event.key !== " ")) return;
  event.preventDefault();
  for (const other of bar.ownerSVGElement.querySelectorAll(".whatif-slow")) other.classList.remove("whatif-picked");
  bar.classList.add("whatif-picked");
  said.textContent = bar.dataset.said;
}

function makePictures(root) {
  const main = part(root, "div", "whatif-main");
  const said = part(main, "p", "whatif-said", "", { role: "status" });
  const pictures = part(main, "div", "whatif-pictures");
  const kept = part(pictures, "div", "whatif-picture");
  const now = part(pictures, "div", "whatif-picture");
  const picked = part(main, "p", "whatif-pick", "", { role: "status" });
  for (const type of ["click", "keydown"]) pictures.addEventListener(type, (event) => pick(picked, event));
  let before = "";
  return (shown) => {
    now.innerHTML = shown.now;
    if (before !== shown.kept) kept.innerHTML = before = shown.kept;
    kept.hidden = !shown.kept;
    said.textContent = shown.said;
    picked.textContent = "";
  };
}

function makeSide(root, model, asker) {
  const side = part(root, "div", "whatif-controls");
  const values = () => Object.fromEntries(controls.map(({ name, read }) => [name, read()]));
  const controls = model.get("controls").map((control) => makeControl(side, control, () => asker.moved(values())));
  part(side, "button", "mrkit-button", "Keep this run for comparison").addEventListener("click", asker.keep);
}

function render({ model, el }) {
  el.classList.add("mrkit");
  const root = part(el, "section", "whatif", "", { "aria-label": "A virtual cluster: what if" });
  const asker = makeAsker((question) => {
    model.set("asked", question);
    model.save_changes();
  }, model.get("shown").number);
  makeSide(root, model, asker);
  const draw = makePictures(root);
  function show() {
    draw(model.get("shown"));
    asker.answered(model.get("shown").number);
  }
  model.on("change:shown", show);
  show();
  return () => {
    asker.end();
    model.off("change:shown", show);
  };
}

export default living(render);
