// The live run with a button that kills a worker, and what became of it (chaos.py).

import { part, setText, tag } from "../dom.js";
import { living } from "../living.js";
import { showPanel } from "./panel.js";

function render({ model, el }) {
  const undo = showPanel({ model, el });
  const head = el.querySelector(".live-head");
  const kill = part(head, "button", "mrkit-button", "Kill a worker");
  const said = tag("div", "live-problem", "", { role: "status" });
  head.after(said);

  function draw() {
    kill.disabled = model.get("snapshot").status !== "running";
    setText(said, model.get("said"));
    said.hidden = !said.textContent;
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
