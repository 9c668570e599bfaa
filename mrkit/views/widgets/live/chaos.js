// The live run in which a worker is killed, by a click on it or by a button, and what became of it (chaos.py).

import { part, setText, tag } from "../dom.js";
import { living } from "../living.js";
import { showPanel } from "./panel.js";

const HOW = "Click a worker to kill it.";

// A row may be another worker's than it was, or nobody's.
function nameTarget(label, alive) {
  const name = label.dataset.worker;
  if (!name) {
    for (const said of ["role", "tabindex", "aria-label", "aria-disabled"]) label.removeAttribute(said);
    return;
  }
  label.tabIndex = alive ? 0 : -1;
  label.dataset.lmSuppressShortcuts = "true";
  label.setAttribute("role", "button");
  label.setAttribute("aria-label", `Kill ${name}`);
  label.setAttribute("aria-disabled", String(!alive));
}

function render({ model, el }) {
  const undo = showPanel({ model, el });
  const head = el.querySelector(".live-head");
  const kill = part(head, "button", "mrkit-button", "Kill a worker");
  const said = tag("div", "live-problem live-told", "", { role: "status" });
  head.after(said);
  const body = el.querySelector(".live-body");
  const aim = (event) => {
    const worker = event.target.closest("[data-worker]")?.dataset.worker;
    if (!worker || kill.disabled || (event.type === "keydown" && event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    event.stopPropagation(); // Enter is JupyterLab's own, too
    model.send({ click: "kill", worker });
  };
  body.addEventListener("click", aim);
  body.addEventListener("keydown", aim);

  function draw() {
    kill.disabled = model.get("snapshot").status !== "running";
    setText(said, model.get("said") || (kill.disabled ? "" : HOW));
    said.classList.toggle("live-problem", said.textContent !== HOW);
    body.classList.toggle("live-aimed", !kill.disabled);
    for (const label of body.querySelectorAll(".live-label")) nameTarget(label, !kill.disabled);
  }
  kill.addEventListener("click", () => model.send({ click: "kill" }));
  model.on("change:snapshot change:said", draw);
  draw();
  return () => {
    model.off("change:snapshot change:said", draw);
    undo();
  };
}

export default living(render);
