// A button or a slider, and under it what the function shows. Native controls: Space presses, the arrow keys slide.

function render({ model, el }) {
  const state = model.get("state");
  el.classList.add("mrkit-question", "mrkit-control");
  const slides = "min" in state;
  const row = document.createElement("label");
  const control = document.createElement(slides ? "input" : "button");
  // JupyterLab takes keys before anyone else, unless the element that has the focus says that they are its own.
  control.dataset.lmSuppressShortcuts = "true";
  const number = document.createElement("output");
  if (slides) {
    Object.assign(control, { type: "range", min: state.min, max: state.max, step: state.step });
    control.value = model.get("given").answer ?? state.start;
    const name = document.createElement("span");
    name.textContent = state.label;
    row.append(name, control, number);
  } else {
    control.textContent = state.label;
  }
  const screen = document.createElement("div");
  screen.className = "mrkit-screen";
  screen.setAttribute("aria-live", "polite");
  el.append(slides ? row : control, screen);

  const count = () => {
    number.textContent = control.value;
  };
  let waiting = false; // for the kernel; what is asked meanwhile is asked once more, when it has answered
  let again = false;
  const ask = () => {
    again = waiting;
    if (waiting) return;
    waiting = true;
    screen.setAttribute("aria-busy", "true");
    const answer = slides ? Number(control.value) : null;
    model.set("given", { answer, number: (model.get("given").number || 0) + 1 });
    model.save_changes();
  };
  const show = () => {
    waiting = false;
    screen.removeAttribute("aria-busy");
    screen.innerHTML = model.get("verdict").html || state.html; // made by Python, which escapes it
    if (again) ask();
  };
  control.addEventListener("input", count);
  control.addEventListener(slides ? "change" : "click", ask);
  model.on("change:verdict", show);
  count();
  show();
  return () => model.off("change:verdict", show);
}
