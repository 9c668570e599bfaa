// Lines to put in order. Every line is a button: Enter takes it into the program or selects it there;
// then the arrow keys move and indent it, and Delete puts it back. The same by mouse, with the small buttons.

function render({ model, el }) {
  const state = model.get("state");
  const text = Object.fromEntries(state.lines);
  const pool = state.lines.map(([letter]) => letter);
  const program = []; // [letter, depth]
  let chosen = null;

  el.classList.add("mrkit-question");
  const make = (tag, parent, content, attributes = {}) => {
    const node = document.createElement(tag);
    if (content) node.textContent = content;
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    // JupyterLab takes keys before anyone else, unless the element that has the focus says that they are its own.
    if (tag === "button") node.dataset.lmSuppressShortcuts = "true";
    parent.append(node);
    return node;
  };

  make("p", el).innerHTML = state.question; // made by Python, which escapes it
  make("p", el, "Enter takes a line. Arrow keys move and indent it; Delete puts it back.", { class: "mrkit-help" });
  const columns = make("div", el, "", { class: "mrkit-columns" });
  const left = make("section", columns, "", { "aria-label": "Lines" });
  const right = make("section", columns, "", { "aria-label": "Your program" });
  make("h4", left, "Lines");
  make("h4", right, "Your program");
  const poolList = make("ul", left);
  const programList = make("ol", right);
  const tools = make("div", right, "", { role: "toolbar", "aria-label": "Change the chosen line" });
  const news = make("div", el, "", { class: "mrkit-news", "aria-live": "polite" });
  const submit = make("button", el, "Check my program", { type: "button" });
  const verdict = make("div", el, "", { "aria-live": "polite" });

  const place = () => program.findIndex(([letter]) => letter === chosen);
  const changes = {
    ArrowUp: () => move(-1),
    ArrowDown: () => move(1),
    ArrowLeft: () => indent(-1),
    ArrowRight: () => indent(1),
    Delete: () => putBack(),
    Backspace: () => putBack(),
  };
  const labels = [
    ["ArrowUp", "▲", "Move up"],
    ["ArrowDown", "▼", "Move down"],
    ["ArrowLeft", "◀", "Indent less"],
    ["ArrowRight", "▶", "Indent more"],
    ["Delete", "✕", "Put back"],
  ];
  for (const [key, sign, label] of labels) {
    const tool = make("button", tools, sign, { type: "button", title: label, "aria-label": label });
    tool.addEventListener("click", () => {
      if (place() >= 0) {
        changes[key]();
        draw();
        tool.focus();
      }
    });
  }

  function move(by) {
    const from = place();
    const to = from + by;
    if (to < 0 || to >= program.length) return;
    [program[from], program[to]] = [program[to], program[from]];
    news.textContent = `Line ${chosen} is now number ${to + 1} of ${program.length}.`;
  }
  function indent(by) {
    const line = program[place()];
    line[1] = Math.min(4, Math.max(0, line[1] + by));
    news.textContent = `Line ${chosen} is indented ${line[1]} times.`;
  }
  function putBack() {
    program.splice(place(), 1);
    news.textContent = `Line ${chosen} is back.`;
    chosen = program.length ? program[program.length - 1][0] : null;
  }
  function take(letter) {
    const at = place();
    program.splice(at < 0 ? program.length : at + 1, 0, [letter, at < 0 ? 0 : program[at][1]]);
    chosen = letter;
    news.textContent = `Line ${letter} is now in the program.`;
  }

  function draw(focus = false) {
    poolList.replaceChildren();
    programList.replaceChildren();
    for (const letter of pool) {
      if (program.some(([used]) => used === letter)) continue;
      const line = make("button", make("li", poolList), "", { type: "button", "aria-label": `${letter}: ${text[letter]}` });
      make("b", line, letter);
      make("code", line, text[letter]);
      line.addEventListener("click", () => {
        take(letter);
        draw(true);
      });
    }
    for (const [letter, depth] of program) {
      const line = make("button", make("li", programList), "", {
        type: "button",
        "aria-pressed": String(letter === chosen),
        "aria-label": `${letter}: ${text[letter]}, indented ${depth} times`,
      });
      make("b", line, letter);
      make("code", line, "    ".repeat(depth) + text[letter]);
      line.addEventListener("click", () => {
        chosen = letter;
        draw(true);
      });
      line.addEventListener("keydown", (event) => {
        if (!(event.key in changes)) return;
        event.preventDefault();
        chosen = letter;
        changes[event.key]();
        draw(true);
      });
      if (focus && letter === chosen) line.focus();
    }
    submit.disabled = program.length === 0;
  }

  submit.addEventListener("click", () => {
    const answer = program.map(([letter, depth]) => letter + ">".repeat(depth));
    model.set("given", { answer, number: (model.get("given").number || 0) + 1 });
    model.save_changes();
  });
  const show = () => {
    verdict.innerHTML = model.get("verdict").html || "";
  };
  model.on("change:verdict", show);
  draw();
  show();
  return () => model.off("change:verdict", show);
}
