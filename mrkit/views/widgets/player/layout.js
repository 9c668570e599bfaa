// What the record player knows of its story: when everything is there, who belongs to whom, and where everything is.
//
// Pure functions of the rows that story.py tells, and of the sizes of the page; player.js draws what they say.

const MOST_SLOTS = 60; // values of one group that have a place of their own
const RESULTS = 0.62; // where on the right pane they begin
const BUCKET = 400; // pixels: things are found by where they are

// What is when: for each thing the step from which it is there.

function timetable(story) {
  const never = story.steps.length;
  const times = {
    read: story.inputs.map(() => never),
    pair: story.pairs.map(() => never),
    combine: story.parcels.map(() => never),
    move: story.parcels.map(() => never),
    reduce: story.groups.map(() => never),
    group: story.groups.map(() => never),
    phase: {},
  };
  story.steps.forEach(([phase, kind, item], step) => {
    if (kind === "phase") times.phase[phase] = step;
    else if (item >= 0) times[kind][item] = step;
    if (kind === "move") times.group[story.parcels[item][0]] = Math.min(times.group[story.parcels[item][0]], step);
  });
  return times;
}

// Who belongs to whom.

function relations(story) {
  const many = (rows) => rows.map(() => []);
  const of = { inputPairs: many(story.inputs), keyPairs: many(story.keys), keyParcels: many(story.keys), parcelOf: [] };
  story.pairs.forEach(([input, key], pair) => {
    of.inputPairs[input].push(pair);
    of.keyPairs[key].push(pair);
  });
  story.parcels.forEach(([key, , pairs], parcel) => {
    of.keyParcels[key].push(parcel);
    for (const pair of pairs) of.parcelOf[pair] = parcel;
  });
  return of;
}

// Everything that belongs to what was picked, as the set of its ids.

function lineage(picked, story, of) {
  const kind = picked[0];
  const number = Number(picked.slice(1));
  let pairs = [];
  const lit = new Set([picked]);
  const groups = new Set();
  if (kind === "i") pairs = of.inputPairs[number];
  if (kind === "p") pairs = [number];
  if (kind === "c" || kind === "v") pairs = story.parcels[number][2];
  if (kind === "g" || kind === "r" || kind === "m") pairs = of.keyPairs[number];
  if (kind === "t") {
    const worker = story.tasks[number][1];
    story.tasks.forEach((task, index) => task[1] === worker && lit.add(`t${index}`));
    story.inputs.forEach((input, index) => story.tasks[input[2]][1] === worker && lit.add(`i${index}`));
    pairs = story.pairs.flatMap((pair, index) => (lit.has(`i${pair[0]}`) ? [index] : []));
    const reduced = new Set(story.partitions.flatMap((row, index) => (row[1] === worker ? [index] : [])));
    for (const index of reduced) lit.add(`q${index}`);
    story.groups.forEach((group, key) => reduced.has(group[0]) && lit.add(`g${key}`).add(`r${key}`));
  } else if (kind === "q") {
    pairs = story.pairs.flatMap((pair, index) => (story.groups[pair[1]][0] === number ? [index] : []));
    story.groups.forEach((group, key) => group[0] === number && groups.add(key));
  } else {
    for (const pair of pairs) groups.add(story.pairs[pair][1]);
  }
  for (const pair of pairs) {
    const parcel = of.parcelOf[pair];
    lit.add(`p${pair}`).add(`i${story.pairs[pair][0]}`).add(`c${parcel}`).add(`v${parcel}`);
    lit.add(`t${story.inputs[story.pairs[pair][0]][2]}`);
  }
  for (const key of groups) lit.add(`g${key}`).add(`r${key}`).add(`m${key}`).add(`q${story.groups[key][0]}`);
  return { lit, pairs };
}

// Where everything is. `size` has the widths of the panes and the height of a row, `measure` the width of a text.

function layout(story, times, of, size, measure) {
  const items = new Map();
  const height = { left: 0, right: 0 };
  const { row, gap } = size;
  const add = (id, pane, born, x, y, w, h, more) =>
    items.set(id, { id, kind: id[0], pane, born, x, y, w, h, n: items.size, ...more });
  const chip = (key, value, most) => Math.min(most, measure(story.keys[key]) + measure(value) + size.chip);
  const columns = story.combined
    ? { input: [0, 0.29], map: [0.29, 0.69], combine: [0.69, 1] }
    : { input: [0, 0.4], map: [0.4, 1] };
  const column = (name) => {
    const [from, to] = columns[name];
    return [from * size.left + gap, (to - from) * size.left - 2 * gap];
  };
  const [inputX, inputW] = column("input");
  const [mapX, mapW] = column("map");
  const [combineX, combineW] = story.combined ? column("combine") : [0, 0];

  // Puts chips side by side, and below when there is no room; the height that they took.
  const flow = (left, top, width, chips) => {
    let x = left;
    let y = top;
    for (const [w, put] of chips) {
      if (x > left && x + w > left + width) [x, y] = [left, y + row];
      put(x, y, w);
      x += w + gap;
    }
    return chips.length ? y + row - top : row;
  };

  let y = gap;
  const inputsOf = story.tasks.map(() => []);
  story.inputs.forEach((input, index) => inputsOf[input[2]].push(index));
  const parcelsOf = story.tasks.map(() => []);
  if (story.combined) story.parcels.forEach((parcel, index) => parcelsOf[parcel[1]].push(index));
  story.tasks.forEach(([number, worker], task) => {
    add(`t${task}`, "left", -1, inputX, y, size.left - 2 * gap, row, {
      text: `${story.workers[worker][0]}`,
      more: `map task ${number}`,
    });
    y += row + gap / 2;
    const top = y;
    for (const input of inputsOf[task]) {
      const at = items.size;
      add(`i${input}`, "left", -1, inputX, y, inputW, row, {});
      const chips = of.inputPairs[input].map((pair) => {
        const [, key, value] = story.pairs[pair];
        const put = (px, py, w) => add(`p${pair}`, "left", times.pair[pair], px, py, w, size.height, { key, value });
        return [chip(key, value, mapW), put];
      });
      const tall = flow(mapX, y, mapW, chips);
      const box = items.get(`i${input}`);
      [box.h, box.n] = [tall - (row - size.height), at];
      y += tall + gap / 2;
    }
    const chips = parcelsOf[task].map((parcel) => {
      const [key, , , value] = story.parcels[parcel];
      const put = (px, py, w) => add(`c${parcel}`, "left", times.combine[parcel], px, py, w, size.height, { key, value });
      return [chip(key, value, combineW), put];
    });
    if (chips.length) y = Math.max(y, top + flow(combineX, top, combineW, chips));
    y += gap * 1.5;
  });
  height.left = y;

  y = gap;
  const partitionW = size.right * RESULTS - 2 * gap;
  const resultX = size.right * RESULTS + gap;
  const resultW = size.right - resultX - gap;
  const keysOf = story.partitions.map(() => []);
  for (const [, kind, item] of story.steps) if (kind === "reduce") keysOf[story.groups[item][0]].push(item);
  story.partitions.forEach(([name, worker], partition) => {
    add(`q${partition}`, "right", -1, gap, y, size.right - 2 * gap, row, { text: name, more: story.workers[worker][0] });
    y += row + gap / 2;
    for (const key of keysOf[partition]) {
      const label = Math.min(partitionW * 0.6, measure(story.keys[key]) + size.label);
      add(`g${key}`, "right", times.group[key], gap, y, label, size.height, { key });
      const parcels = of.keyParcels[key];
      const slots = parcels.slice(0, MOST_SLOTS).map((parcel) => {
        const value = story.parcels[parcel][3];
        const put = (px, py, w) => add(`v${parcel}`, "right", times.move[parcel], px, py, w, size.height, { key, value });
        return [Math.min(partitionW - label - gap, measure(value) + size.slot), put];
      });
      if (parcels.length > MOST_SLOTS) {
        const born = times.move[parcels[MOST_SLOTS]];
        const put = (px, py, w) => add(`m${key}`, "right", born, px, py, w, size.height, { key });
        slots.push([measure("+ 10,000") + size.slot, put]);
      }
      const tall = flow(gap + label + gap, y, partitionW - label - gap, slots);
      const value = story.groups[key][1];
      const w = chip(key, value, resultW);
      add(`r${key}`, "right", times.reduce[key], resultX, y, w, size.height, { key, value });
      y += tall;
    }
    y += gap * 1.5;
  });
  height.right = y;

  const buckets = { left: [], right: [] };
  for (const item of items.values()) {
    for (let b = Math.floor(item.y / BUCKET); b <= Math.floor((item.y + item.h) / BUCKET); b++) {
      (buckets[item.pane][b] ??= []).push(item);
    }
  }
  return { items, height, buckets, columns };
}
