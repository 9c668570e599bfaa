// The record player draws the story that story.py tells: rows and steps. It knows no MapReduce, it only moves things.
//
// Everything has one place for the whole story (layout), is there from its step on (born), and is drawn only while it
// is in sight. So any step can be shown at once, and a step forward is a step's difference with things in flight.

const MARKS = ["●", "■", "▲", "◆", "▼", "★", "✚"]; // of style.py
const TINTS = 8;
const SPEEDS = [2600, 1700, 1000, 500, 220, 60]; // milliseconds for a step
const SPEED_NAMES = ["very slow", "slow", "normal", "fast", "very fast", "fastest"];
const MOST_FLIGHTS = 8;
const MOST_LINKS = 80;
const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  first: "M5 5h2.5v14H5zM20 5v14L9 12z",
  back: "M17 5v14L6 12z",
  play: "M7 4.5v15L20 12z",
  pause: "M6 5h4.2v14H6zM13.8 5H18v14h-4.2z",
  step: "M7 5v14l11-7z",
  last: "M16.5 5H19v14h-2.5zM4 5v14l11-7z",
};
const PHASES = ["map", "partition", "reduce"];

function tag(name, className = "", text = "", attributes = {}) {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text) element.textContent = text;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "mrp-icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

// The frame: what is there at every step.

function frame(story) {
  const parts = {};
  const card = tag("div", "mrkit-card mrp-card", "", {
    role: "group",
    "aria-label": `Record player of ${story.title}`,
    "aria-keyshortcuts": "Space ArrowRight ArrowLeft Home End 1 2 3 Escape",
    tabindex: "0",
    "data-lm-suppress-shortcuts": "true",
  });

  const head = tag("div", "mrp-head");
  head.append(tag("div", "mrkit-title", `Record player · ${story.title}`, { role: "heading", "aria-level": "3" }));
  head.append(tag("div", "mrp-summary", story.summary));
  if (story.sample) head.append(tag("div", "mrp-sample", story.sample));

  const bar = tag("div", "mrp-bar", "", { role: "toolbar", "aria-label": "Player" });
  const button = (name, label, className = "") => {
    const element = tag("button", `mrkit-button ${className}`, "", { type: "button", "aria-label": label, title: label });
    element.append(icon(name));
    parts[name] = element;
    return element;
  };
  const moves = tag("div", "mrp-moves");
  moves.append(button("first", "First step"), button("back", "One step back"));
  moves.append(button("play", "Play", "mrkit-button-main mrp-play"), button("step", "One step on"), button("last", "Last step"));
  const phases = tag("div", "mrp-phases", "", { role: "group", "aria-label": "Jump to a phase" });
  parts.phases = Object.fromEntries(
    PHASES.map((phase, index) => {
      const element = tag("button", `mrkit-button mrp-phase mrp-in-${phase}`, "", { type: "button" });
      element.append(tag("span", "mrp-dot"), tag("span", "", phase), tag("kbd", "", index + 1, { "aria-hidden": "true" }));
      phases.append(element);
      return [phase, element];
    }),
  );
  const speed = tag("label", "mrp-speed", "speed ");
  parts.speed = tag("input", "", "", { type: "range", min: 0, max: SPEEDS.length - 1, value: 2, "aria-label": "Speed" });
  speed.append(parts.speed);
  parts.counter = tag("div", "mrp-counter");
  bar.append(moves, phases, speed, parts.counter);
  parts.scrub = tag("input", "mrp-scrub", "", { type: "range", min: 0, max: story.steps.length - 1, "aria-label": "Step" });

  const stage = tag("div", story.combined ? "mrp-stage mrp-combined" : "mrp-stage");
  parts.headings = {};
  parts.ground = tag("div", "mrp-ground", "", { "aria-hidden": "true" });
  parts.links = document.createElementNS(SVG, "svg");
  parts.links.setAttribute("class", "mrp-links");
  parts.links.setAttribute("aria-hidden", "true");
  stage.append(parts.ground, parts.links);
  const pane = (name, label, columns) => {
    const side = tag("div", `mrp-side mrp-${name}`);
    const heads = tag("div", "mrp-heads");
    for (const column of columns) {
      const heading = tag("div", `mrp-heading mrp-in-${column}`);
      const number = tag("span", "mrp-number");
      heading.append(tag("span", "", column), number);
      heads.append(heading);
      parts.headings[column] = { heading, number };
    }
    const scroll = tag("div", "mrp-scroll", "", { role: "group", "aria-label": label, tabindex: "-1" });
    const sheet = tag("div", "mrp-sheet");
    scroll.append(sheet);
    side.append(heads, scroll);
    stage.append(side);
    parts[name] = { side, heads, scroll, sheet, shown: new Map(), top: 0 };
  };
  pane("left", "inputs and their pairs", story.combined ? ["input", "map", "combine"] : ["input", "map"]);
  pane("right", "partitions and results", ["partition", "reduce"]);
  parts.air = tag("div", "mrp-air", "", { "aria-hidden": "true" });
  stage.append(parts.air);

  const below = tag("div", "mrp-below");
  const code = tag("div", "mrp-code");
  parts.codeTitle = tag("div", "mrp-caption");
  parts.code = tag("div", "mrp-lines", "", { role: "group", "aria-label": "The function that runs", tabindex: "0" });
  code.append(parts.codeTitle, parts.code);
  const told = tag("div", "mrp-told");
  parts.toldTitle = tag("div", "mrp-caption", "what just happened");
  parts.told = tag("div", "mrp-sentence", "", { role: "status", "aria-live": "polite", tabindex: "0" });
  told.append(parts.toldTitle, parts.told);
  below.append(code, told);

  const keys = tag("div", "mrp-keys", "", { "aria-hidden": "true" });
  for (const [key, what] of [["Space", "play"], ["← →", "step"], ["Home End", "jump"], ["Tab", "reach"], ["Enter", "pick"], ["Esc", "release"]]) {
    const hint = tag("span");
    hint.append(tag("kbd", "", key), ` ${what}`);
    keys.append(hint);
  }
  card.append(head, bar, parts.scrub, stage, below, keys);
  return { ...parts, card, stage };
}

function render({ model, el }) {
  const story = JSON.parse(model.get("rows"));
  const times = timetable(story);
  const of = relations(story);
  const last = story.steps.length - 1;
  const parts = frame(story);
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const context = document.createElement("canvas").getContext("2d");
  const widths = new Map();
  let map = null; // what layout() gave
  let step = Math.min(last, Math.max(0, model.get("step")));
  let picked = null; // {id, lit, pairs}
  let timer = null;
  let codeShown = "";
  let linesLit = "";
  let line = 1; // pixels of a line of text

  const longest = Math.max(...Object.values(story.sources).map((source) => source.lines.length), 4);
  parts.card.style.setProperty("--mrp-code-lines", Math.min(9, longest));
  parts.card.classList.toggle("mrp-few", story.pairs.length < 200); // fading hundreds of things takes too long
  el.classList.add("mrkit", "mrp");
  el.replaceChildren(parts.card);

  // Layout.

  function measure(text) {
    if (!widths.has(text)) widths.set(text, context.measureText(text).width);
    return widths.get(text);
  }

  function arrange() {
    const wide = parts.left.scroll.clientWidth;
    if (!wide) return;
    const style = getComputedStyle(parts.left.sheet);
    const em = parseFloat(style.fontSize);
    const font = `${style.fontSize} ${style.fontFamily}`;
    if (context.font !== font) widths.clear();
    context.font = font;
    const size = { left: wide, right: parts.right.scroll.clientWidth, row: 2.15 * em, height: 1.8 * em, gap: 0.4 * em };
    Object.assign(size, { chip: 3 * em, label: 2.6 * em, slot: 1.05 * em });
    map = layout(story, times, of, size, measure);
    const tallest = Math.max(map.height.left, map.height.right);
    const high = Math.ceil(Math.min(Math.max(tallest, 9 * em), 28 * em));
    parts.stage.style.setProperty("--mrp-height", `${high}px`);
    const strips = [];
    const strip = (name, left, width) => {
      parts.headings[name].heading.style.width = `${width}px`;
      strips.push(tag("div", `mrp-strip mrp-in-${name}`));
      strips.at(-1).style.left = `${left}px`;
      strips.at(-1).style.width = `${width}px`;
    };
    for (const [name, [from, to]] of Object.entries(map.columns)) strip(name, from * size.left, (to - from) * size.left);
    const edge = parts.right.side.offsetLeft;
    strip("partition", edge, RESULTS * size.right);
    strip("reduce", edge + RESULTS * size.right, parts.stage.clientWidth - edge - RESULTS * size.right);
    parts.ground.replaceChildren(...strips);
    for (const name of ["left", "right"]) {
      parts[name].sheet.style.height = `${map.height[name]}px`;
      parts[name].sheet.replaceChildren();
      parts[name].shown.clear();
    }
    const share = (phase) => `${(100 * (times.phase[phase] ?? last)) / last}%`;
    parts.scrub.style.setProperty("--mrp-to-partition", share("partition"));
    parts.scrub.style.setProperty("--mrp-to-reduce", share("reduce"));
    // Known once and for all, because asking the page between two changes makes it lay itself out anew.
    for (const name of ["left", "right"]) {
      const { side, heads, scroll } = parts[name];
      Object.assign(parts[name], { x: side.offsetLeft, y: heads.offsetHeight, high, top: scroll.scrollTop, goal: undefined });
    }
    line = em * 1.9;
    follow(true);
    draw();
  }

  // Drawing.

  function chipParts(item) {
    const parts = [tag("span", "mrp-mark", MARKS[item.key % MARKS.length], { "aria-hidden": "true" })];
    parts.push(tag("span", "mrp-key", story.keys[item.key]));
    if (item.value !== undefined) parts.push(tag("span", "mrp-value", item.value));
    return parts;
  }

  function make(item) {
    const element = tag("button", `mrp-item mrp-${item.kind}`, "", { type: "button", "data-id": item.id });
    const { style } = element;
    [style.left, style.top, style.width, style.height] = [item.x, item.y, item.w, item.h].map((n) => `${n}px`);
    if (item.key !== undefined) style.setProperty("--mrp-tint", `var(--mrkit-key-${item.key % TINTS})`);
    const number = Number(item.id.slice(1));
    if (item.kind === "i") {
      const [place, text] = story.inputs[number];
      element.append(tag("span", "mrp-place", place.toLocaleString("en")), tag("span", "mrp-text", text));
      element.title = text;
      style.setProperty("--mrp-rows", Math.max(1, Math.round(item.h / line)));
    } else if (item.kind === "t" || item.kind === "q") {
      element.append(tag("span", "", item.text), tag("span", "mrp-more", item.more), tag("span", "mrp-fill"));
    } else if (item.kind === "v") {
      element.append(tag("span", "mrp-value", item.value));
      element.setAttribute("aria-label", `value ${item.value} of ${story.keys[item.key]}`);
    } else if (item.kind === "m") {
      element.append(tag("span", "mrp-value"));
    } else {
      element.append(...chipParts(item));
      const what = { p: "pair", c: "combined pair", g: "group", r: "result" }[item.kind];
      element.setAttribute("aria-label", `${what} ${[...element.children].slice(1).map((e) => e.textContent).join(" ")}`);
      element.title = element.getAttribute("aria-label");
    }
    return element;
  }

  function classes(item, now) {
    const number = Number(item.id.slice(1));
    const names = ["mrp-item", `mrp-${item.kind}`];
    if (now.has(item.id)) names.push("mrp-now");
    if (item.kind === "p" && gone(of.parcelOf[number])) names.push("mrp-sent");
    if (item.kind === "c" && times.move[number] <= step) names.push("mrp-sent");
    if (item.kind === "i" && times.read[number] > step) names.push("mrp-waiting");
    if ((item.kind === "v" || item.kind === "g" || item.kind === "m") && times.reduce[item.key] <= step) names.push("mrp-sent");
    if (picked && !picked.lit.has(item.id)) names.push("mrp-dim");
    if (picked && picked.lit.has(item.id)) names.push("mrp-lit");
    return names.join(" ");
  }

  const gone = (parcel) => (story.combined ? times.combine[parcel] : times.move[parcel]) <= step;

  // The ids that the current step is about.
  function current() {
    const [, kind, item] = story.steps[step];
    const now = new Set();
    if (kind === "read") now.add(`i${item}`).add(`t${story.inputs[item][2]}`);
    if (kind === "pair") now.add(`p${item}`).add(`i${story.pairs[item][0]}`).add(`t${story.inputs[story.pairs[item][0]][2]}`);
    if (kind === "combine") {
      now.add(`c${item}`);
      for (const pair of story.parcels[item][2]) now.add(`p${pair}`);
    }
    if (kind === "move") {
      const key = story.parcels[item][0];
      now.add(source(item)).add(slot(item)).add(`g${key}`).add(`q${story.groups[key][0]}`);
    }
    if (kind === "reduce") {
      now.add(`g${item}`).add(`r${item}`).add(`m${item}`);
      for (const parcel of of.keyParcels[item]) now.add(`v${parcel}`);
    }
    return now;
  }

  const source = (parcel) => (story.combined ? `c${parcel}` : `p${story.parcels[parcel][2][0]}`);
  const slot = (parcel) => (map.items.has(`v${parcel}`) ? `v${parcel}` : `m${story.parcels[parcel][0]}`);

  function drawPane(name, now) {
    const { sheet, shown, top, high } = parts[name];
    const from = top - BUCKET / 2;
    const to = top + high + BUCKET / 2;
    const wanted = new Set();
    for (let b = Math.max(0, Math.floor(from / BUCKET)); b <= Math.floor(to / BUCKET); b++) {
      for (const item of map.buckets[name][b] ?? []) {
        if (item.born <= step && item.y + item.h >= from && item.y <= to) wanted.add(item);
      }
    }
    for (const [id, element] of shown) {
      if (!wanted.has(map.items.get(id)) && (element !== document.activeElement || map.items.get(id).born > step)) {
        if (element === document.activeElement) parts.card.focus({ preventScroll: true });
        element.remove();
        shown.delete(id);
      }
    }
    for (const item of wanted) {
      let element = shown.get(item.id);
      if (!element) {
        element = make(item);
        element.n = item.n;
        shown.set(item.id, element);
        let before = sheet.lastElementChild; // things stand in the order of Tab
        while (before && before.n > item.n) before = before.previousElementSibling;
        if (before) before.after(element);
        else sheet.prepend(element);
      }
      const names = classes(item, now);
      if (element.className !== names) element.className = names;
      const pressed = String(picked?.id === item.id);
      if (element.getAttribute("aria-pressed") !== pressed) element.setAttribute("aria-pressed", pressed);
      if (item.kind === "q") element.lastElementChild.textContent = filled(Number(item.id.slice(1)));
      if (item.kind === "m") element.lastElementChild.textContent = `+ ${extra(item.key).toLocaleString("en")}`;
    }
  }

  const upTo = (list) => list.reduce((sum, born) => sum + (born <= step), 0);
  const counts = new Map(); // partition -> the steps at which something came
  story.parcels.forEach(([key], parcel) => {
    const partition = story.groups[key][0];
    if (!counts.has(partition)) counts.set(partition, []);
    counts.get(partition).push(times.move[parcel]);
  });

  function filled(partition) {
    const number = upTo(counts.get(partition) ?? []);
    return number ? `${number.toLocaleString("en")} value${number === 1 ? "" : "s"}` : "empty";
  }

  function extra(key) {
    return upTo(of.keyParcels[key].slice(MOST_SLOTS).map((parcel) => times.move[parcel]));
  }

  function draw() {
    if (!map) return;
    const now = current();
    drawPane("left", now);
    drawPane("right", now);
    drawLinks();
  }

  // Lines from where something was to where it is now; of all that is picked.
  function links() {
    const [, kind, item] = story.steps[step];
    const found = [];
    if (picked) {
      const parcels = new Set();
      for (const pair of picked.pairs.slice(0, MOST_LINKS)) {
        if (times.pair[pair] <= step) found.push([`i${story.pairs[pair][0]}`, `p${pair}`, "map"]);
        if (story.combined && times.combine[of.parcelOf[pair]] <= step) found.push([`p${pair}`, `c${of.parcelOf[pair]}`, "map"]);
        parcels.add(of.parcelOf[pair]);
      }
      for (const parcel of parcels) {
        if (times.move[parcel] <= step) found.push([source(parcel), slot(parcel), "partition"]);
        const key = story.parcels[parcel][0];
        if (times.reduce[key] <= step) found.push([slot(parcel), `r${key}`, "reduce"]);
      }
      return "tq".includes(picked.id[0]) ? [] : found;
    }
    if (kind === "pair") found.push([`i${story.pairs[item][0]}`, `p${item}`, "map"]);
    if (kind === "combine") for (const pair of story.parcels[item][2].slice(0, MOST_LINKS)) found.push([`p${pair}`, `c${item}`, "map"]);
    if (kind === "move") found.push([source(item), slot(item), "partition"]);
    if (kind === "reduce") for (const parcel of of.keyParcels[item].slice(0, MOST_LINKS)) found.push([slot(parcel), `r${item}`, "reduce"]);
    return found;
  }

  // Where an item is on the stage, or null if it is out of sight. A pane may still be scrolling to its `goal`.
  function place(id) {
    const item = map.items.get(id);
    if (!item) return null;
    const { x, y, top, goal, high } = parts[item.pane];
    const down = item.y - (goal ?? top);
    if (down + item.h < 0 || down > high) return null;
    return { x: x + item.x, y: y + down, w: item.w, h: item.h, item };
  }

  function drawLinks() {
    const paths = [];
    for (const [from, to, phase] of links()) {
      const [a, b] = [place(from), place(to)];
      if (!a || !b) continue;
      const path = document.createElementNS(SVG, "path");
      const [x1, y1, x2, y2] = [a.x + a.w, a.y + Math.min(a.h, b.h) / 2, b.x, b.y + b.h / 2];
      const bend = Math.max(12, Math.abs(x2 - x1) / 2);
      path.setAttribute("d", `M${x1},${y1}C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`);
      path.setAttribute("class", `mrp-link mrp-in-${phase}`);
      paths.push(path);
    }
    parts.links.replaceChildren(...paths);
  }

  // Flights: copies of chips that fly from where they were to where they are.

  function land() {
    for (const flight of parts.air.getAnimations({ subtree: true })) flight.cancel();
    parts.air.replaceChildren();
    for (const element of parts.card.querySelectorAll(".mrp-arriving")) element.classList.remove("mrp-arriving");
  }

  function fly() {
    const [, kind, item] = story.steps[step];
    const interval = timer === null ? SPEEDS[2] : SPEEDS[parts.speed.value];
    if (still.matches || interval < 200) return;
    const pairs = links().slice(0, MOST_FLIGHTS);
    if (!["pair", "combine", "move", "reduce"].includes(kind) || picked) return;
    const arriving = new Set();
    for (const [from, to] of pairs) {
      const [a, b] = [place(from), place(to)];
      if (!a || !b) continue;
      const value = a.item.value ?? b.item.value;
      const copy = tag("div", "mrp-item mrp-flying");
      copy.append(...chipParts({ key: b.item.key, value: value ?? "" }));
      copy.style.setProperty("--mrp-tint", `var(--mrkit-key-${b.item.key % TINTS})`);
      parts.air.append(copy);
      arriving.add(to);
      const start = a.item.kind === "i" ? { x: a.x + a.w * 0.6, y: a.y } : a;
      const way = [
        { transform: `translate(${start.x}px, ${start.y}px) scale(1)`, opacity: a.item.kind === "i" ? 0.3 : 1 },
        { transform: `translate(${(start.x + b.x) / 2}px, ${(start.y + b.y) / 2 - 14}px) scale(1.06)`, opacity: 1, offset: 0.5 },
        { transform: `translate(${b.x}px, ${b.y}px) scale(1)`, opacity: 1 },
      ];
      const flight = copy.animate(way, { duration: Math.min(650, interval * 0.62), easing: "cubic-bezier(.45,.05,.25,1)" });
      flight.onfinish = () => {
        copy.remove();
        shownElement(to)?.classList.remove("mrp-arriving");
      };
    }
    for (const id of arriving) shownElement(id)?.classList.add("mrp-arriving");
  }

  function shownElement(id) {
    return parts.left.shown.get(id) ?? parts.right.shown.get(id);
  }

  // Bring into sight what the step is about.
  function follow(at_once = false) {
    if (!map) return;
    const [, kind, item] = story.steps[step];
    const wanted = { read: [`i${item}`], pair: [`p${item}`], combine: [`c${item}`], reduce: [`r${item}`], phase: [], end: [] }[kind];
    for (const id of wanted ?? [source(item), slot(item)]) {
      const thing = map.items.get(id);
      const { top, goal, high } = parts[thing.pane];
      if (thing.y >= (goal ?? top) + 4 && thing.y + thing.h <= (goal ?? top) + high - 4) continue;
      scrollTo(thing.pane, thing.y - high * 0.4, at_once);
    }
    if (kind === "phase") for (const pane of ["left", "right"]) scrollTo(pane, 0, at_once);
  }

  function scrollTo(pane, wanted, at_once) {
    const { scroll, top, high } = parts[pane];
    const goal = Math.max(0, Math.min(wanted, map.height[pane] - high));
    if (Math.abs(goal - top) < 1) return;
    const smooth = !at_once && !still.matches && Math.abs(goal - top) < 2 * high;
    scroll.scrollTo({ top: goal, behavior: smooth ? "smooth" : "instant" });
    if (!smooth) parts[pane].top = goal;
    parts[pane].goal = smooth ? goal : undefined;
    clearTimeout(parts[pane].arrival);
    parts[pane].arrival = setTimeout(() => {
      parts[pane].goal = undefined;
      draw();
    }, smooth ? 450 : 0);
  }

  // Words.

  function drawCode(phase, marked) {
    const code = story.sources[phase];
    const title = { map: "map function", combine: "combiner", partition: "partitioner", reduce: "reduce function" }[phase];
    if (codeShown !== phase) {
      codeShown = phase;
      parts.codeTitle.textContent = code ? `${title} · ${code.name}` : title;
      parts.codeTitle.className = `mrp-caption mrp-in-${phase}`;
      const lines = (code?.lines ?? []).map((pieces) => {
        const line = tag("div", "mrp-line");
        for (const [kind, text] of pieces) line.append(kind ? tag("span", `mrp-${kind}`, text) : text);
        if (!pieces.length) line.append(" ");
        return line;
      });
      const advice = `To see its lines here, give the player your functions: Player(run, map_func, reduce_func).`;
      parts.code.replaceChildren(...(lines.length ? lines : [tag("div", "mrp-advice", advice)]));
    }
    const lit = `${phase} ${[...marked]}`;
    if (lit === linesLit) return;
    linesLit = lit;
    [...parts.code.children].forEach((line, number) => {
      line.className = marked.has(number) ? `mrp-line mrp-running mrp-in-${phase}` : line.className.split(" ")[0];
      if (marked.has(number)) line.setAttribute("aria-current", "true");
      else line.removeAttribute("aria-current");
    });
    const running = parts.code.querySelector(".mrp-running");
    if (running) parts.code.scrollTop = running.offsetTop - parts.code.clientHeight / 2;
    else parts.code.scrollTop = 0;
  }

  function about(id) {
    const number = Number(id.slice(1));
    const told = (kind, item) => story.steps[times[kind][item]]?.[4] ?? "";
    const moved = (parcel) => (times.move[parcel] <= step ? told("move", parcel) : "");
    switch (id[0]) {
      case "i":
        return told("read", number).replace(/ It gives no pair\.$/, "") + ` It gives ${of.inputPairs[number].length} pair${of.inputPairs[number].length === 1 ? "" : "s"}.`;
      case "p":
        return [told("pair", number), moved(of.parcelOf[number])].join(" ");
      case "c":
        return [told("combine", number), moved(number)].join(" ");
      case "v":
        return [story.combined ? told("combine", number) : told("pair", story.parcels[number][2][0]), moved(number)].join(" ");
      case "t":
        return story.workers[story.tasks[number][1]][1];
      case "q":
        return story.partitions[number][2];
      default:
        return story.groups[number][2];
    }
  }

  function tell() {
    const [phase, kind, item, line, text] = story.steps[step];
    parts.card.dataset.phase = phase;
    parts.toldTitle.textContent = picked ? "what you picked" : "what just happened";
    const said = picked ? about(picked.id) : text;
    if (parts.told.textContent !== said) parts.told.textContent = said;
    const lines = picked?.pairs.length && !"tq".includes(picked.id[0]) ? picked.pairs.map((pair) => story.steps[times.pair[pair]][3]) : null;
    drawCode(lines ? "map" : phase, new Set((lines ?? [line]).filter((number) => number >= 0)));
    parts.counter.replaceChildren(`step `, tag("b", "", (step + 1).toLocaleString("en")), ` of ${(last + 1).toLocaleString("en")}`);
    parts.scrub.value = step;
    parts.scrub.setAttribute("aria-valuetext", `step ${step + 1} of ${last + 1}, ${phase}`);
    parts.scrub.style.setProperty("--mrp-at", `${last ? (100 * step) / last : 100}%`);
    for (const name of PHASES) {
      const here = phase === name || (name === "map" && phase === "combine");
      parts.phases[name].setAttribute("aria-current", here ? "step" : "false");
    }
    const numbers = { input: times.read, map: times.pair, combine: times.combine, partition: times.move, reduce: times.reduce };
    for (const [name, { heading, number }] of Object.entries(parts.headings)) {
      const done = upTo(numbers[name]);
      const all = tag("span", "mrp-all", ` / ${numbers[name].length.toLocaleString("en")}`);
      number.replaceChildren(done.toLocaleString("en"), all);
      heading.classList.toggle("mrp-here", name === phase || (name === "input" && kind === "read"));
    }
    // Not really disabled: a button that has the focus must keep it.
    for (const name of ["first", "back"]) parts[name].setAttribute("aria-disabled", step === 0);
    for (const name of ["step", "last"]) parts[name].setAttribute("aria-disabled", step === last);
  }

  // Moving.

  function go(to, { flights = false, save = true } = {}) {
    const goal = Math.min(last, Math.max(0, to));
    land();
    step = goal;
    if (picked && !map?.items.has(picked.id)) picked = null;
    tell();
    follow(!flights);
    draw();
    if (flights && map) fly();
    if (save && model.get("step") !== step) {
      model.set("step", step);
      model.save_changes();
    }
  }

  function play(on) {
    clearTimeout(timer);
    timer = null;
    parts.play.replaceChildren(icon(on ? "pause" : "play"));
    parts.play.setAttribute("aria-label", on ? "Pause" : "Play");
    parts.play.title = on ? "Pause" : "Play";
    parts.told.setAttribute("aria-live", on ? "off" : "polite"); // one sentence a second is too much to be read out
    if (!on) return;
    pick(null);
    const next = () => {
      if (!el.isConnected || step === last) return play(false);
      timer = setTimeout(next, SPEEDS[parts.speed.value]);
      go(step + 1, { flights: true });
      return undefined;
    };
    if (step === last) go(0);
    timer = setTimeout(next, 250);
  }

  function pick(id, save = true) {
    if (id !== null && timer !== null) play(false);
    const chosen = id !== null && id !== picked?.id && (!map || map.items.has(id)) ? id : null;
    if (chosen === null && picked === null) return;
    land();
    picked = chosen === null ? null : { id: chosen, ...lineage(chosen, story, of) };
    parts.card.classList.toggle("mrp-picking", picked !== null);
    tell();
    draw();
    if (save) {
      model.set("picked", chosen ?? "");
      model.save_changes();
    }
  }

  // Mouse and keys.

  const by = (change) => () => {
    play(false);
    go(step + change, { flights: change === 1 });
  };
  const jump = (phase) => () => {
    play(false);
    go(times.phase[phase] ?? last);
  };
  parts.first.onclick = by(-Infinity);
  parts.back.onclick = by(-1);
  parts.play.onclick = () => play(timer === null);
  parts.step.onclick = by(1);
  parts.last.onclick = by(Infinity);
  for (const phase of PHASES) parts.phases[phase].onclick = jump(phase);
  parts.scrub.oninput = () => {
    play(false);
    go(Number(parts.scrub.value));
  };
  parts.speed.oninput = () => parts.speed.setAttribute("aria-valuetext", SPEED_NAMES[parts.speed.value]);
  parts.speed.oninput();
  parts.stage.onclick = (event) => {
    const item = event.target.closest?.(".mrp-item");
    if (item) pick(item.dataset.id);
  };
  const keys = {
    " ": () => play(timer === null),
    ArrowRight: by(1),
    ArrowLeft: by(-1),
    Home: by(-Infinity),
    End: by(Infinity),
    1: jump("map"),
    2: jump("partition"),
    3: jump("reduce"),
    Escape: () => pick(null),
  };
  parts.card.onkeydown = (event) => {
    const { target, key } = event;
    const control = target === parts.speed || (key === " " && target.closest(".mrkit-button"));
    const action = event.ctrlKey || event.altKey || event.metaKey || control ? undefined : keys[key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };

  const events = {
    "change:step": () => model.get("step") !== step && go(model.get("step"), { save: false }),
    "change:picked": () => (model.get("picked") || null) !== (picked?.id ?? null) && pick(model.get("picked") || null, false),
  };
  for (const [name, action] of Object.entries(events)) model.on(name, action);
  let waiting = false;
  const redraw = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      draw();
    });
  };
  for (const name of ["left", "right"]) {
    parts[name].scroll.onscroll = () => {
      parts[name].top = parts[name].scroll.scrollTop;
      redraw();
    };
  }
  let width = 0;
  const resize = new ResizeObserver(() => {
    if (parts.stage.clientWidth === width) return;
    width = parts.stage.clientWidth;
    land();
    arrange();
  });
  resize.observe(parts.stage);

  tell();
  if (model.get("picked")) pick(model.get("picked"), false);
  return () => {
    clearTimeout(timer);
    resize.disconnect();
    for (const [name, action] of Object.entries(events)) model.off(name, action);
  };
}
