// Shift and Enter in a widget do what they do in the rest of JupyterLab: the cell runs, and it goes on with the next.
// JupyterLab itself does not see them there, since mrkit's widgets keep their keys.

const PRESSED = { key: "Enter", code: "Enter", keyCode: 13, shiftKey: true, bubbles: true, cancelable: true };

export function runOn(event) {
  const cell = event.key === "Enter" && event.shiftKey && event.currentTarget.closest(".jp-Cell");
  if (!cell) return;
  event.preventDefault();
  event.stopPropagation();
  cell.focus();
  cell.dispatchEvent(new KeyboardEvent("keydown", PRESSED));
}
