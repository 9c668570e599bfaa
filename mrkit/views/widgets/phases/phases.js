// Four linked tables of a run's data (phases.py). Python holds the rows and answers a query with one page of each table;
// this file shows the answer and turns clicks and keys into the next query. Rows are made once and only get new text.

const NAMES = ["inputs", "pairs", "groups", "results"];
const PHASE = { inputs: "input", pairs: "map", groups: "partition", results: "reduce" };
const ROWS = 10;
const TYPING = 150; // milliseconds of rest before a search is sent

function part(parent, tag, className, text = "") {
  const el = document.createElement(tag);
  if (className) el.className = className;
  el.textContent = text;
  parent.append(el);
  return el;
}

function field(parent, text, control) {
  const label = part(parent, "label", "phases-field", text);
  label.append(control);
  return control;
}

function makeTable(parent, name, columns, ask) {
  const box = part(parent, "section", `phases-table phases-${PHASE[name]}`);
  const table = part(box, "table", "");
  const caption = part(table, "caption", "");
  const title = part(caption, "span", "phases-name", name);
  const counts = part(caption, "span", "mrkit-muted");
  const head = part(part(table, "thead", ""), "tr", "");
  part(part(head, "th", "phases-number"), "span", "mrkit-spoken", "row");
  head.firstChild.scope = "col";
  const sorts = columns.map((column) => {
    const th = part(head, "th", `phases-column-${column}`);
    th.scope = "col";
    const button = part(th, "button", "phases-sort", column);
    button.addEventListener("click", () => ask((query) => {
      const { sort, down } = query[name] || {};
      // First click up, second down, third back to the order of the run.
      query[name] = sort !== column ? { sort: column } : down ? {} : { sort: column, down: true };
    }));
    return th;
  });
  const body = part(table, "tbody", "");
  const rows = Array.from({ length: ROWS }, () => {
    const tr = part(body, "tr", "");
    const pick = part(part(tr, "td", "phases-number"), "button", "phases-pick");
    const cells = columns.map((column) => part(tr, "td", `phases-column-${column}`));
    return { tr, pick, cells };
  });
  const pager = part(box, "div", "phases-pager");
  const back = part(pager, "button", "mrkit-button", "‹");
  back.setAttribute("aria-label", `previous page of ${name}`);
  const where = part(pager, "span", "phases-where");
  const on = part(pager, "button", "mrkit-button", "›");
  on.setAttribute("aria-label", `next page of ${name}`);

  let page = { page: 0, pages: 1, rows: [], ids: [], marks: [] };
  let at = 0; // the row that Tab reaches
  const turn = (by) => ask((query) => {
    const to = Math.min(page.pages - 1, Math.max(0, page.page + by));
    query[name] = { ...query[name], page: to };
  });
  back.addEventListener("click", () => turn(-1));
  on.addEventListener("click", () => turn(1));

  function togglePick(row) {
    const id = page.ids[row];
    if (id === undefined) return;
    ask((query) => {
      const same = query.picked && query.picked[0] === name && query.picked[1] === id;
      query.picked = same ? null : [name, id];
      for (const other of NAMES) if (other !== name) query[other] = { ...query[other], page: 0 };
    });
  }

  function reach(row) {
    at = Math.max(0, Math.min(row, page.ids.length - 1));
    rows.forEach(({ pick }, number) => (pick.tabIndex = number === at ? 0 : -1));
  }

  rows.forEach(({ tr }, number) => tr.addEventListener("click", () => {
    reach(number);
    togglePick(number);
  }));
  body.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1, Home: -ROWS, End: ROWS };
    if (event.key in steps) {
      reach(at + steps[event.key]);
      rows[at].pick.focus();
    } else if (event.key === "PageDown") turn(1);
    else if (event.key === "PageUp") turn(-1);
    else if (event.key === "Escape") ask((query) => (query.picked = null));
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  return function draw(next, query) {
    page = next;
    const { sort, down } = query[name] || {};
    const left = page.kept < page.total ? `, ${page.total.toLocaleString("en")} in all` : "";
    counts.textContent = page.count === page.kept
      ? `${page.kept.toLocaleString("en")}${left}`
      : `${page.count.toLocaleString("en")} of ${page.kept.toLocaleString("en")}${left}`;
    sorts.forEach((th, number) => {
      const sorted = columns[number] === sort;
      th.setAttribute("aria-sort", sorted ? (down ? "descending" : "ascending") : "none");
    });
    rows.forEach(({ tr, pick, cells }, number) => {
      const texts = page.rows[number];
      const id = page.ids[number];
      const picked = query.picked && query.picked[0] === name && query.picked[1] === id;
      tr.classList.toggle("phases-empty", !texts);
      tr.classList.toggle("phases-picked", Boolean(picked));
      pick.hidden = !texts;
      pick.textContent = texts ? String(id + 1) : "";
      pick.setAttribute("aria-pressed", String(Boolean(picked)));
      pick.setAttribute("aria-label", texts ? `${name.slice(0, -1)} ${id + 1}: ${texts.join(", ")}` : "");
      cells.forEach((cell, column) => {
        const text = texts ? texts[column] : "";
        cell.textContent = text;
        cell.title = text;
        const mark = texts && columns[column] === "key" && page.marks[number];
        if (!mark) return;
        const chip = part(cell, "span", "phases-key");
        chip.style.background = `var(--mrkit-key-${mark[1]})`;
        part(chip, "span", "phases-mark", mark[0]).setAttribute("aria-hidden", "true");
        chip.append(text);
        cell.firstChild.remove();
      });
    });
    where.textContent = `page ${page.page + 1} of ${page.pages.toLocaleString("en")}`;
    back.disabled = page.page === 0;
    on.disabled = page.page >= page.pages - 1;
    reach(at);
  };
}

function select(text, name, choices) {
  const list = document.createElement("select");
  part(list, "option", "", text).value = "";
  for (const choice of choices) part(list, "option", "", `${name} ${choice}`.trim()).value = choice;
  return list;
}

function render({ model, el }) {
  el.classList.add("mrkit");
  const card = part(el, "section", "mrkit-card phases");
  card.setAttribute("aria-label", "Phase view");
  const { keys, workers, partitions } = model.get("choices");

  let number = 0;
  let query = {};
  function ask(change) {
    query = structuredClone(query);
    change(query);
    query.number = ++number;
    model.set("query", query);
    model.save_changes();
  }

  const bar = part(card, "div", "phases-bar");
  const search = field(bar, "search", document.createElement("input"));
  search.type = "search";
  const key = field(bar, "key", document.createElement("input"));
  key.type = "search";
  const proposals = part(bar, "datalist", "");
  proposals.id = `keys-${model.get("place")}`;
  for (const each of keys) part(proposals, "option", "").value = each;
  key.setAttribute("list", proposals.id);
  const worker = field(bar, "worker", select("all", "", workers));
  const partition = field(bar, "partition", select("all", "", partitions));
  const clear = part(bar, "button", "mrkit-button", "Show all");

  const said = part(card, "p", "phases-said");
  said.setAttribute("role", "status");
  const grid = part(card, "div", "phases-grid");
  const columns = model.get("columns");
  const tables = NAMES.map((name) => makeTable(grid, name, columns[name], ask));

  const filters = { search, key, worker, partition };
  let waiting;
  for (const [name, control] of Object.entries(filters)) {
    control.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => ask((next) => {
        for (const each of Object.keys(filters)) next[each] = filters[each].value;
        for (const table of NAMES) next[table] = { ...next[table], page: 0 };
      }), control.tagName === "SELECT" ? 0 : TYPING);
    });
  }
  clear.addEventListener("click", () => {
    for (const control of Object.values(filters)) control.value = "";
    ask((next) => {
      for (const name of Object.keys(next)) delete next[name];
    });
  });

  function draw() {
    const answer = model.get("answer");
    if (answer.number !== number && answer.number !== 0) return; // an answer to an older question
    NAMES.forEach((name, index) => tables[index](answer[name], query));
    said.textContent = answer.said;
    const asked = Object.keys(filters).some((name) => query[name]) || query.picked;
    clear.disabled = !asked && !NAMES.some((name) => query[name] && query[name].sort);
  }
  query = structuredClone(model.get("query"));
  number = query.number || 0;
  for (const [name, control] of Object.entries(filters)) control.value = query[name] || "";
  model.on("change:answer", draw);
  draw();
  return () => model.off("change:answer", draw);
}
