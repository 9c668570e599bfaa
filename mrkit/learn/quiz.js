// A question with radio buttons. Native controls: the arrow keys choose, Enter answers.

function render({ model, el }) {
  const state = model.get("state");
  const name = "quiz-" + Math.random().toString(36).slice(2);
  el.classList.add("mrkit-question");

  const form = document.createElement("form");
  const group = document.createElement("fieldset");
  const legend = document.createElement("legend");
  legend.innerHTML = state.question; // made by Python, which escapes it, as the choices
  group.append(legend);
  for (const [letter, text] of state.choices) {
    const label = document.createElement("label");
    const radio = document.createElement("input");
    radio.type = "radio";
    radio.name = name;
    radio.value = letter;
    radio.required = true;
    const mark = document.createElement("b");
    mark.textContent = letter;
    const words = document.createElement("span");
    words.innerHTML = text;
    label.append(radio, mark, words);
    group.append(label);
  }
  const button = document.createElement("button");
  button.textContent = "Answer";
  const verdict = document.createElement("div");
  verdict.setAttribute("aria-live", "polite");
  form.append(group, button);
  // JupyterLab takes keys before anyone else, unless the element that has the focus says that they are its own.
  for (const control of form.elements) control.dataset.lmSuppressShortcuts = "true";
  el.append(form, verdict);

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const answer = new FormData(form).get(name);
    model.set("given", { answer, number: (model.get("given").number || 0) + 1 });
    model.save_changes();
  });
  const show = () => {
    verdict.innerHTML = model.get("verdict").html || "";
  };
  model.on("change:verdict", show);
  show();
  return () => model.off("change:verdict", show);
}
