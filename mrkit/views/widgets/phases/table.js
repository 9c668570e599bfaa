// One of the four tables. Its rows, as many as its data needs, are made once and only get new text: nothing jumps.

import { part } from "../dom.js";
import { isPicked, picking, sorted, turned } from "./query.js";

const PHASE = { inputs: "input", pairs: "map", groups: "partition", results: "reduce" };
const SHORT = { partition: "part." }; // its numbers are narrow
const ROWS = 10;

// Gives what draws an answer; `ask` takes a function from the last query to the next.
export function makeTable(parent, name, columns, kept, ask) {
  const box = part(parent, "section", `phases-table phases-${PHASE[name]}`);
  const element = part(box, "table");
  const caption = part(element, "caption");
  part(caption, "span", "phases-name", name);
  const table = { name, columns, ask, page: { page: 0, pages: 1, rows: [], ids: [], marks: [] }, at: 0 };
  table.counts = part(caption, "span", "mrkit-muted");
  table.sorts = makeHead(element, table);
  table.body = part(element, "tbody");
  table.rows = Array.from({ length: Math.min(ROWS, Math.max(1, kept)) }, () => makeRow(table.body, columns));
  table.pager = makePager(box, table);
  table.rows.forEach(({ tr }, number) => tr.addEventListener("click", () => {
    reach(table, number);
    pickRow(table, number);
  }));
  table.body.addEventListener("keydown", (event) => press(event, table));
  return (page, query) => draw(table, page, query);
}

function makeHead(element, { name, columns, ask }) {
  const head = part(part(element, "thead"), "tr");
  part(part(head, "th", "phases-number"), "span", "mrkit-spoken", "row");
  head.firstChild.scope = "col";
  return columns.map((column) => {
    const th = part(head, "th", `phases-column-${column}`);
    th.scope = "col";
    const sort = part(th, "button", "phases-sort", SHORT[column] || column);
    if (column in SHORT) sort.setAttribute("aria-label", column);
    sort.addEventListener("click", () => ask((query) => sorted(query, name, column)));
    return th;
  });
}

function makeRow(body, columns) {
  const tr = part(body, "tr");
  const pick = part(part(tr, "td", "phases-number"), "button", "phases-pick");
  return { tr, pick, cells: columns.map((column) => part(tr, "td", `phases-column-${column}`)) };
}

function makePager(box, table) {
  const pager = part(box, "div", "phases-pager");
  const back = part(pager, "button", "mrkit-button", "‹", { "aria-label": `previous page of ${table.name}` });
  const where = part(pager, "span", "phases-where");
  const on = part(pager, "button", "mrkit-button", "›", { "aria-label": `next page of ${table.name}` });
  back.addEventListener("click", () => turn(table, -1));
  on.addEventListener("click", () => turn(table, 1));
  return { back, where, on };
}

// What is done to it.

function turn({ name, page, ask }, by) {
  const to = Math.min(page.pages - 1, Math.max(0, page.page + by));
  ask((query) => turned(query, name, to));
}

function pickRow({ name, page, ask }, row) {
  const id = page.ids[row];
  if (id !== undefined) ask((query) => picking(query, name, id));
}

// Tab reaches one row; the arrow keys choose which.
function reach(table, row) {
  table.at = Math.max(0, Math.min(row, table.page.ids.length - 1));
  table.rows.forEach(({ pick }, number) => (pick.tabIndex = number === table.at ? 0 : -1));
}

function press(event, table) {
  const steps = { ArrowDown: 1, ArrowUp: -1, Home: -ROWS, End: ROWS };
  if (event.key in steps) {
    reach(table, table.at + steps[event.key]);
    table.rows[table.at].pick.focus();
  } else if (event.key === "PageDown") turn(table, 1);
  else if (event.key === "PageUp") turn(table, -1);
  else if (event.key === "Escape") table.ask((query) => ({ ...query, picked: null }));
  else return;
  event.preventDefault();
  event.stopPropagation();
}

// What it shows.

function draw(table, page, query) {
  const { name, columns, counts, sorts, rows, pager } = table;
  table.page = page;
  counts.textContent = countText(page);
  const { sort, down } = query[name] || {};
  sorts.forEach((th, number) => {
    const direction = down ? "descending" : "ascending";
    th.setAttribute("aria-sort", columns[number] === sort ? direction : "none");
  });
  rows.forEach((row, number) => drawRow(table, row, number, query));
  pager.where.textContent = `page ${page.page + 1} of ${page.pages.toLocaleString("en")}`;
  pager.back.disabled = page.page === 0;
  pager.on.disabled = page.page >= page.pages - 1;
  reach(table, table.at);
}

function countText(page) {
  const [shown, kept, total] = [page.count, page.kept, page.total].map((each) => each.toLocaleString("en"));
  const all = page.kept < page.total ? `, ${total} in all` : "";
  return (page.count === page.kept ? kept : `${shown} of ${kept}`) + all;
}

function drawRow({ name, columns, page }, { tr, pick, cells }, number, query) {
  const texts = page.rows[number];
  const id = page.ids[number];
  const picked = isPicked(query, name, id);
  tr.classList.toggle("phases-empty", !texts);
  tr.classList.toggle("phases-picked", picked);
  pick.hidden = !texts;
  pick.textContent = texts ? String(id + 1) : "";
  pick.setAttribute("aria-pressed", String(picked));
  pick.setAttribute("aria-label", texts ? `${name.slice(0, -1)} ${id + 1}: ${texts.join(", ")}` : "");
  cells.forEach((cell, column) => {
    drawCell(cell, texts?.[column] ?? "", columns[column] === "key" && page.marks[number]);
  });
}

function drawCell(cell, text, mark) {
  cell.title = text;
  cell.textContent = mark ? "" : text;
  if (!mark) return;
  const chip = part(cell, "span", "phases-key");
  chip.style.background = `var(--mrkit-key-${mark[1]})`;
  part(chip, "span", "phases-mark", mark[0], { "aria-hidden": "true" });
  chip.append(text);
}
