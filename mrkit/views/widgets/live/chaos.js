// The live run (live.js) with a button that kills a worker, and what became of it.
function renderWithKill({ model, el }) {
  const undo = render({ model, el });
  const kill = part(el.querySelector(".live-head"), "button", "mrkit-button", "Kill a worker");
  const said = document.createElement("div");
  said.className = "live-problem";
  said.setAttribute("role", "status");
  el.querySelector(".live-head").after(said);

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
