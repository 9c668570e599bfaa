// Where everything is, for the whole story. Pure: of what story.js knows, and of the sizes of the page.
//
// `size` has the widths of the panes and the height of a row; `measure` gives the width of a text.

export const MOST_SLOTS = 60; // values of one group that have a place of their own
export const RESULTS = 0.62; // where on the right pane they begin
export const BUCKET = 400; // pixels: things are found by where they are

const COLUMNS = { input: [0, 0.4], map: [0.4, 1] };
const COMBINED = { input: [0, 0.29], map: [0.29, 0.69], combine: [0.69, 1] };

export function layout(tale, size, measure) {
  const columns = tale.story.combined ? COMBINED : COLUMNS;
  const plan = { ...tale, size, measure, columns, items: new Map() };
  const height = { left: layTasks(plan), right: layPartitions(plan) };
  return { items: plan.items, height, buckets: bucketed(plan.items), columns };
}

function add({ items }, id, pane, born, box, more = {}) {
  items.set(id, { id, kind: id[0], pane, born, ...box, n: items.size, ...more });
}

// Puts chips side by side, and below when there is no room; the height that they took.
function flow(plan, pane, left, top, width, chips) {
  const { row, height, gap } = plan.size;
  let x = left;
  let y = top;
  for (const { id, born, w, ...more } of chips) {
    if (x > left && x + w > left + width) [x, y] = [left, y + row];
    add(plan, id, pane, born, { x, y, w, h: height }, more);
    x += w + gap;
  }
  return chips.length ? y + row - top : row;
}

function chip({ story, size, measure }, id, born, key, value, most) {
  return { id, born, w: Math.min(most, measure(story.keys[key]) + measure(value) + size.chip), key, value };
}

// The numbers of the things in each of so many places.
function placed(number, things, placeOf) {
  const found = Array.from({ length: number }, () => []);
  things.forEach((thing, index) => found[placeOf(thing)].push(index));
  return found;
}

// The left pane: each map task with its inputs, their pairs, and what the combiner made of them.

function layTasks(plan) {
  const { story, size } = plan;
  const inputs = placed(story.tasks.length, story.inputs, (input) => input[2]);
  const parcels = placed(story.tasks.length, story.combined ? story.parcels : [], (parcel) => parcel[1]);
  let y = size.gap;
  for (const task of story.tasks.keys()) y = layTask(plan, task, inputs[task], parcels[task], y) + size.gap * 1.5;
  return y;
}

function column({ columns, size }, name) {
  const [from, to] = columns[name];
  return [from * size.left + size.gap, (to - from) * size.left - 2 * size.gap];
}

function layTask(plan, task, inputs, parcels, top) {
  const { story, times, size } = plan;
  const [number, worker] = story.tasks[task];
  const box = { x: column(plan, "input")[0], y: top, w: size.left - 2 * size.gap, h: size.row };
  add(plan, `t${task}`, "left", -1, box, { text: story.workers[worker][0], more: `map task ${number}` });
  const first = top + size.row + size.gap / 2;
  let y = first;
  for (const input of inputs) y += layInput(plan, input, y) + size.gap / 2;
  if (!parcels.length) return y;
  const [x, width] = column(plan, "combine");
  const chips = parcels.map((parcel) => {
    const [key, , , value] = story.parcels[parcel];
    return chip(plan, `c${parcel}`, times.combine[parcel], key, value, width);
  });
  return Math.max(y, first + flow(plan, "left", x, first, width, chips));
}

function layInput(plan, input, y) {
  const { story, times, of, size, items } = plan;
  const [x, w] = column(plan, "input");
  add(plan, `i${input}`, "left", -1, { x, y, w, h: 0 });
  const [mapX, mapW] = column(plan, "map");
  const chips = of.inputPairs[input].map((pair) => {
    const [, key, value] = story.pairs[pair];
    return chip(plan, `p${pair}`, times.pair[pair], key, value, mapW);
  });
  const tall = flow(plan, "left", mapX, y, mapW, chips);
  items.get(`i${input}`).h = tall - (size.row - size.height);
  return tall;
}

// The right pane: each partition with its groups, their values, and the results.

function layPartitions(plan) {
  const { story, size } = plan;
  const { row, gap } = size;
  const reduced = story.steps.flatMap(([, kind, item]) => (kind === "reduce" ? [item] : []));
  const keys = story.partitions.map(() => []);
  for (const key of reduced) keys[story.groups[key][0]].push(key);
  let y = gap;
  story.partitions.forEach(([name, worker], partition) => {
    const box = { x: gap, y, w: size.right - 2 * gap, h: row };
    add(plan, `q${partition}`, "right", -1, box, { text: name, more: story.workers[worker][0] });
    y += row + gap / 2;
    for (const key of keys[partition]) y += layGroup(plan, key, y);
    y += gap * 1.5;
  });
  return y;
}

function layGroup(plan, key, y) {
  const { story, times, size, measure } = plan;
  const { height, gap } = size;
  const width = size.right * RESULTS - 2 * gap;
  const label = Math.min(width * 0.6, measure(story.keys[key]) + size.label);
  add(plan, `g${key}`, "right", times.group[key], { x: gap, y, w: label, h: height }, { key });
  const room = width - label - gap;
  const tall = flow(plan, "right", gap + label + gap, y, room, slots(plan, key, room));
  const x = size.right * RESULTS + gap;
  const result = chip(plan, `r${key}`, times.reduce[key], key, story.groups[key][1], size.right - x - gap);
  flow(plan, "right", x, y, result.w, [result]);
  return tall;
}

function slots({ story, times, of, size, measure }, key, room) {
  const parcels = of.keyParcels[key];
  const found = parcels.slice(0, MOST_SLOTS).map((parcel) => {
    const value = story.parcels[parcel][3];
    return { id: `v${parcel}`, born: times.move[parcel], w: Math.min(room, measure(value) + size.slot), key, value };
  });
  if (parcels.length > MOST_SLOTS) {
    found.push({ id: `m${key}`, born: times.move[parcels[MOST_SLOTS]], w: measure("+ 10,000") + size.slot, key });
  }
  return found;
}

function bucketed(items) {
  const buckets = { left: [], right: [] };
  for (const item of items.values()) {
    for (let b = Math.floor(item.y / BUCKET); b <= Math.floor((item.y + item.h) / BUCKET); b++) {
      (buckets[item.pane][b] ??= []).push(item);
    }
  }
  return buckets;
}
