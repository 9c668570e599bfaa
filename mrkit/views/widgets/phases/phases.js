// Four linked tables of a run's data (phases.py). Python holds the rows and answers a query with one page of each
// table; here the answer is shown (table.js), and clicks and keys become the next query (query.js).

import { part, tag } from "../dom.js";
import { living } from "../living.js";
import { asksNothing, FILTERS, filtering, NAMES } from "./query.js";
import { makeTable } from "./table.js";

const TYPING = 150; // milliseconds of rest before a search is sent

function render({ model, el }) {
  el.classList.add("mrkit");
  const card = part(el, "section", "mrkit-card phases", "", { "aria-label": "Phase view" });
  let query = structuredClone(model.get("query"));
  let number = query.number || 0;
  function ask(change) {
    number += 1;
    query = { ...change(query), number };
    model.set("query", query);
    model.save_changes();
  }

  const { controls, clear } = makeBar(card, model);
  const said = part(card, "p", "phases-said", "", { role: "status" });
  const grid = part(card, "div", "phases-grid");
  const [columns, pages] = [model.get("columns"), model.get("answer")];
  const tables = NAMES.map((name) => makeTable(grid, name, columns[name], pages[name].kept, ask));
  listen(controls, clear, ask);

  function draw() {
    const answer = model.get("answer");
    if (answer.number !== number && answer.number !== 0) return; // an answer to an older question
    NAMES.forEach((name, index) => tables[index](answer[name], query));
    said.textContent = answer.said;
    clear.disabled = asksNothing(query);
  }
  for (const name of FILTERS) controls[name].value = query[name] || "";
  model.on("change:answer", draw);
  draw();
  return () => model.off("change:answer", draw);
}

function makeBar(card, model) {
  const { keys, workers, partitions } = model.get("choices");
  const bar = part(card, "div", "phases-bar");
  const proposals = tag("datalist", "", "", { id: `keys-${model.get("place")}` });
  for (const each of keys) part(proposals, "option").value = each;
  const controls = {
    search: field(bar, "search", tag("input", "", "", { type: "search" })),
    key: field(bar, "key", tag("input", "", "", { type: "search", list: proposals.id })),
  };
  bar.append(proposals);
  controls.worker = field(bar, "worker", select(workers));
  controls.partition = field(bar, "partition", select(partitions));
  return { controls, clear: part(bar, "button", "mrkit-button", "Show all") };
}

function field(parent, text, control) {
  part(parent, "label", "phases-field", text).append(control);
  return control;
}

function select(choices) {
  const list = tag("select");
  part(list, "option", "", "all").value = "";
  for (const choice of choices) part(list, "option", "", choice).value = choice;
  return list;
}

function listen(controls, clear, ask) {
  const values = () => Object.fromEntries(FILTERS.map((name) => [name, controls[name].value]));
  let waiting;
  for (const control of Object.values(controls)) {
    control.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => ask((query) => filtering(query, values())), control.tagName === "SELECT" ? 0 : TYPING);
    });
  }
  clear.addEventListener("click", () => {
    for (const control of Object.values(controls)) control.value = "";
    ask(() => ({}));
  });
}

export default living(render);
