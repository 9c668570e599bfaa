// One control of the virtual cluster: a slider or a switch under its question.

import { part } from "../dom.js";

const inWords = ({ step, unit }, value) =>
  step ? `${value.toLocaleString("en")} ${unit}`.trim() : value ? "yes" : "no";

// Gives how it stands: `{ name, read }`; `changed` is called at every movement.
export function makeControl(parent, control, changed) {
  const label = part(parent, "label", "whatif-control");
  part(label, "span", "whatif-question", control.question);
  const row = part(label, "span", "whatif-row");
  const input = part(row, "input", "whatif-input");
  const output = part(row, "output", "whatif-value");
  input.type = control.step ? "range" : "checkbox";
  if (control.step) Object.assign(input, { min: control.least, max: control.most, step: control.step });
  const read = () => (control.step ? Number(input.value) : input.checked);
  function say() {
    output.textContent = inWords(control, read());
    if (control.step) input.setAttribute("aria-valuetext", output.textContent);
  }
  if (control.step) input.value = control.value;
  else input.checked = control.value;
  say();
  input.addEventListener("input", () => {
    say();
    changed();
  });
  return { name: control.name, read };
}
