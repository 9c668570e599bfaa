// What the player knows of a story (story.py) before it plays it: what is when, and who belongs to whom. Pure.

export function tellable(story) {
  const times = timetable(story);
  return { story, times, of: relations(story), last: story.steps.length - 1, arrivals: arrivals(story, times) };
}

// For each thing the step from which it is there.
function timetable(story) {
  const never = (things) => things.map(() => story.steps.length);
  const times = {
    read: never(story.inputs),
    pair: never(story.pairs),
    combine: never(story.parcels),
    move: never(story.parcels),
    reduce: never(story.groups),
    group: never(story.groups),
    phase: {},
  };
  story.steps.forEach(([phase, kind, item], step) => {
    if (kind === "phase") times.phase[phase] = step;
    else if (item >= 0) times[kind][item] = step;
    if (kind === "move") times.group[story.parcels[item][0]] = Math.min(times.group[story.parcels[item][0]], step);
  });
  return times;
}

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
  if (story.order.length) for (const parcels of of.keyParcels) parcels.sort((a, b) => story.order[a] - story.order[b]);
  return of;
}

// For each partition the steps at which something came to it.
function arrivals(story, times) {
  const steps = story.partitions.map(() => []);
  story.parcels.forEach(([key], parcel) => steps[story.groups[key][0]].push(times.move[parcel]));
  return steps;
}

// Everything that belongs to what was picked: the pairs, and the set of all ids.
export function lineage(picked, tale) {
  const { story, of } = tale;
  const kind = picked[0];
  const number = Number(picked.slice(1));
  const { lit, pairs } = kind === "t" ? workOf(story, number) : { lit: new Set(), pairs: pairsOf(tale, kind, number) };
  const groups = new Set();
  lit.add(picked);
  if (kind === "q") story.groups.forEach((group, key) => group[0] === number && groups.add(key));
  else if (kind !== "t") for (const pair of pairs) groups.add(story.pairs[pair][1]);
  for (const pair of pairs) {
    const parcel = of.parcelOf[pair];
    lit.add(`p${pair}`).add(`i${story.pairs[pair][0]}`).add(`c${parcel}`).add(`v${parcel}`);
    lit.add(`t${story.inputs[story.pairs[pair][0]][2]}`);
  }
  for (const key of groups) lit.add(`g${key}`).add(`r${key}`).add(`m${key}`).add(`q${story.groups[key][0]}`);
  return { lit, pairs };
}

function pairsOf({ story, of }, kind, number) {
  if (kind === "i") return of.inputPairs[number];
  if (kind === "p") return [number];
  if (kind === "c" || kind === "v") return story.parcels[number][2];
  if (kind === "q") return story.pairs.flatMap((pair, index) => (story.groups[pair[1]][0] === number ? [index] : []));
  return "grm".includes(kind) ? of.keyPairs[number] : [];
}

// All that the worker of this task did, in all its tasks.
function workOf(story, task) {
  const worker = story.tasks[task][1];
  const lit = new Set();
  story.tasks.forEach((each, index) => each[1] === worker && lit.add(`t${index}`));
  story.inputs.forEach((input, index) => story.tasks[input[2]][1] === worker && lit.add(`i${index}`));
  const pairs = story.pairs.flatMap((pair, index) => (lit.has(`i${pair[0]}`) ? [index] : []));
  story.partitions.forEach((partition, index) => partition[1] === worker && lit.add(`q${index}`));
  story.groups.forEach((group, key) => lit.has(`q${group[0]}`) && lit.add(`g${key}`).add(`r${key}`));
  return { lit, pairs };
}
