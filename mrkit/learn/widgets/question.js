// What all questions do: they keep their keys, send what was given, and show what Python says of it.

// JupyterLab takes keys before anyone else, unless the element that has the focus says that they are its own.
export function keepKeys(control) {
  control.dataset.lmSuppressShortcuts = "true";
  return control;
}

// A sentence of Python's, with what goes where it has a name in braces.
export function filled(template, values) {
  return template.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

// The number makes the same answer, given again, a new one.
export function give(model, answer, more = {}) {
  model.set("given", { answer, number: (model.get("given").number || 0) + 1, ...more });
  model.save_changes();
}

// Calls `show` with what Python has said, now and each time; gives what undoes it.
export function heed(model, show) {
  const heard = () => show(model.get("verdict"));
  model.on("change:verdict", heard);
  heard();
  return () => model.off("change:verdict", heard);
}

// What Python said of an answer, brought into sight beside the question.
export function showVerdict(element, html) {
  setHtml(element, html || "");
  if (html) requestAnimationFrame(() => element.scrollIntoView({ block: "nearest" }));
}

// Only for HTML that Python made, and escaped.
export function setHtml(element, html) {
  element.innerHTML = html;
  return element;
}
