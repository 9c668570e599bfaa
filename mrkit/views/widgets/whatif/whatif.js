// The controls of a virtual cluster (whatif.py) and its two pictures. Python reckons and draws; this file sends how the
// controls stand, at most one question at a time, and shows the answer.

const REST = 180; // milliseconds without a movement until all seeds are reckoned

function piece(parent, tag, className, text = "") {
  const el = document.createElement(tag);
  if (className) el.className = className;
  el.textContent = text;
  parent.append(el);
  return el;
}

function makeControl(parent, control, changed) {
  const label = piece(parent, "label", "whatif-control");
  piece(label, "span", "whatif-question", control.question);
  const row = piece(label, "span", "whatif-row");
  const input = piece(row, "input", "whatif-input");
  const isSwitch = !control.step;
  input.type = isSwitch ? "checkbox" : "range";
  const value = piece(row, "output", "whatif-value");
  if (!isSwitch) Object.assign(input, { min: control.least, max: control.most, step: control.step });
  const words = (now) => (isSwitch ? (now ? "yes" : "no") : `${now.toLocaleString("en")} ${control.unit}`.trim());
  const read = () => (isSwitch ? input.checked : Number(input.value));
  function set(now) {
    if (isSwitch) input.checked = now;
    else input.value = now;
    value.textContent = words(read());
    if (!isSwitch) input.setAttribute("aria-valuetext", words(read()));
  }
  set(control.value);
  input.addEventListener("input", () => {
    set(read());
    changed();
  });
  return { name: control.name, read, set };
}

// Sends the latest question when the last one has been answered; a resting one last.
function makeAsker(model) {
  let number = model.get("shown").number;
  let waiting = null;
  let open = false;
  let timer = 0;
  function send(question) {
    number += 1;
    open = true;
    model.set("asked", { ...question, number });
    model.save_changes();
  }
  function ask(question) {
    if (open) waiting = question;
    else send(question);
  }
  function answered() {
    if (model.get("shown").number < number) return;
    open = false;
    const next = waiting;
    waiting = null;
    if (next) send(next);
  }
  function moved(values) {
    ask({ values, resting: false });
    clearTimeout(timer);
    timer = setTimeout(() => ask({ values, resting: true }), REST);
  }
  return { moved, answered, keep: () => ask({ keep: true }), stop: () => clearTimeout(timer) };
}

function pick(said, event) {
  const bar = event.target.closest?.(".whatif-slow");
  if (!bar || (event.type === "keydown" && event.key !== "Enter" && event.key !== " ")) return;
  event.preventDefault();
  for (const other of bar.ownerSVGElement.querySelectorAll(".whatif-slow")) other.classList.remove("whatif-picked");
  bar.classList.add("whatif-picked");
  said.textContent = bar.dataset.said;
}

function render({ model, el }) {
  el.classList.add("mrkit");
  const root = piece(el, "section", "whatif");
  root.setAttribute("aria-label", "A virtual cluster: what if");
  const side = piece(root, "div", "whatif-controls");
  const asker = makeAsker(model);
  const values = () => Object.fromEntries(controls.map(({ name, read }) => [name, read()]));
  const controls = model.get("controls").map((control) => makeControl(side, control, () => asker.moved(values())));
  const keep = piece(side, "button", "mrkit-button whatif-keep", "Keep this run for comparison");
  keep.addEventListener("click", asker.keep);
  const main = piece(root, "div", "whatif-main");
  const said = piece(main, "p", "whatif-said");
  said.setAttribute("role", "status");
  const pictures = piece(main, "div", "whatif-pictures");
  const kept = piece(pictures, "div", "whatif-picture");
  const now = piece(pictures, "div", "whatif-picture");
  const picked = piece(main, "p", "whatif-pick");
  picked.setAttribute("role", "status");
  for (const type of ["click", "keydown"]) pictures.addEventListener(type, (event) => pick(picked, event));

  function show() {
    const shown = model.get("shown");
    now.innerHTML = shown.now;
    if (kept.dataset.svg !== shown.kept) kept.innerHTML = kept.dataset.svg = shown.kept;
    said.textContent = shown.said;
    picked.textContent = "";
    asker.answered();
  }
  model.on("change:shown", show);
  show();
  return () => {
    asker.stop();
    model.off("change:shown", show);
  };
}
