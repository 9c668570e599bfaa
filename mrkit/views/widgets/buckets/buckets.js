// The matrix of a shuffle (buckets.py): what is pointed at, by mouse, touch or keyboard, is lit, and its records too.

import { part, setText } from "../dom.js";
import { living } from "../living.js";

const POINT = "Point at a row, a column or a cell: its records stay coloured, the others turn grey.";

function render({ model, el }) {
  const shown = model.get("shown");
  el.classList.add("mrkit");
  const card = part(el, "section", "mrkit-card buckets", "", { "aria-label": "Shuffle matrix" });
  const said = part(card, "p", "buckets-said", POINT, { role: "status" });
  const body = part(card, "div", "buckets-body");
  const table = makeTable(body, shown);
  const records = makeRecords(body, shown);
  function light(row, column) {
    const of = (thing) =>
      (row === "" || thing.dataset.row === row) && (column === "" || thing.dataset.column === column);
    const any = row !== "" || column !== "";
    card.classList.toggle("buckets-lit", any);
    for (const thing of [...table, ...records]) thing.classList.toggle("buckets-on", any && of(thing));
    setText(said, any ? sentence(shown, row, column) : POINT);
  }
  const point = (event) => {
    const at = event.target.closest("[data-row], [data-column]");
    if (at) light(at.dataset.row ?? "", at.dataset.column ?? "");
    else if (event.type === "pointerover") light("", "");
  };
  for (const type of ["pointerover", "focusin", "click"]) card.addEventListener(type, point);
  card.addEventListener("pointerleave", () => light("", ""));
}

function sentence(shown, row, column) {
  if (column === "") return shown.rows_said[row];
  return row === "" ? shown.columns_said[column] : shown.cells_said[row][column];
}

// Gives the cells; each knows its row and its column, a heading only the one that it names.
function makeTable(body, { cells, rows, columns, row_name: rowName, column_name: columnName }) {
  const most = Math.max(...cells.flat());
  const table = part(part(body, "div", "buckets-frame"), "table");
  part(table, "caption", "mrkit-muted", `Values from each ${rowName} (row) to each ${columnName} (column)`);
  const head = part(part(table, "thead"), "tr");
  part(part(head, "th", "", "", { scope: "col" }), "span", "mrkit-spoken", rowName);
  columns.forEach((name, column) => {
    const th = part(head, "th", "", "", { scope: "col", "data-column": column });
    part(th, "button", "buckets-name", name, { "aria-label": `${columnName} ${name}` });
  });
  const lines = part(table, "tbody");
  cells.forEach((line, row) => {
    const tr = part(lines, "tr");
    const th = part(tr, "th", "", "", { scope: "row", "data-row": row });
    part(th, "button", "buckets-name", rows[row], { "aria-label": `${rowName} ${rows[row]}` });
    line.forEach((value, column) => {
      const td = part(tr, "td", "", value.toLocaleString("en"), { "data-row": row, "data-column": column });
      td.style.setProperty("--buckets-share", `${(75 * value) / most}%`);
    });
  });
  for (const button of table.querySelectorAll("button")) button.dataset.lmSuppressShortcuts = "true";
  return table.querySelectorAll("[data-row], [data-column]");
}

function makeRecords(body, { records, some }) {
  const box = part(body, "div");
  part(box, "p", "mrkit-muted buckets-some", some);
  const side = part(box, "div", "buckets-records", "", { role: "group", "aria-label": "Some of the records" });
  for (const { row, column, text, mark, tint } of records) {
    const chip = part(side, "span", "buckets-record", "", { "data-row": row, "data-column": column });
    chip.style.background = `var(--mrkit-key-${tint})`;
    part(chip, "span", "buckets-mark", mark, { "aria-hidden": "true" });
    chip.append(text);
  }
  return side.children;
}

export default living(render);
