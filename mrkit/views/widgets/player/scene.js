// What is seen and said at a step: which things it is about, how they look, what joins them, in which words. Pure.
//
// `scene` is what story.js knows, with the `step` that is shown, what is `picked` ({id, lit, pairs} or null), and the
// `map` that layout.js gave.

import { MOST_SLOTS } from "./layout.js";

const MOST_LINKS = 80;
const MOST_SAID = 3; // workers whose steps are told at a time
const COUNTED = { input: "read", map: "pair", combine: "combine", partition: "move", reduce: "reduce" };

// Where a parcel comes from, and where it goes to: the ids of two items.

function source({ story }, parcel) {
  return story.combined ? `c${parcel}` : `p${story.parcels[parcel][2][0]}`;
}

export function slot({ story, map }, parcel) {
  return map.items.has(`v${parcel}`) ? `v${parcel}` : `m${story.parcels[parcel][0]}`;
}

// How many of these steps have been.
function upTo({ step }, steps) {
  return steps.reduce((sum, born) => sum + (born <= step), 0);
}

// The steps that are shown as happening now: the one step or, as it happened, one for each worker at work.
function steps({ atWork, step }) {
  const working = atWork ? atWork(step).map((each) => each.step) : [];
  return working.length ? working : [step];
}

// The ids that these steps are about.
export function current(scene) {
  const now = new Set();
  for (const step of steps(scene)) addCurrent(scene, step, now);
  return now;
}

function addCurrent(scene, step, now) {
  const { story, of } = scene;
  const [, kind, item] = story.steps[step];
  if (kind === "read") now.add(`i${item}`).add(`t${story.inputs[item][2]}`);
  if (kind === "pair") {
    const input = story.pairs[item][0];
    now.add(`p${item}`).add(`i${input}`).add(`t${story.inputs[input][2]}`);
  }
  if (kind === "combine") {
    now.add(`c${item}`);
    for (const pair of story.parcels[item][2]) now.add(`p${pair}`);
  }
  if (kind === "move") {
    const key = story.parcels[item][0];
    now.add(source(scene, item)).add(slot(scene, item)).add(`g${key}`).add(`q${story.groups[key][0]}`);
  }
  if (kind === "reduce") {
    now.add(`g${item}`).add(`r${item}`).add(`m${item}`);
    for (const parcel of of.keyParcels[item]) now.add(`v${parcel}`);
  }
}

// The ids that must be in sight, so that the step can be followed.
export function subjects(scene) {
  const [, kind, item] = scene.story.steps[steps(scene)[0]];
  if (kind === "phase" || kind === "end") return [];
  if (scene.atWork) return kind === "reduce" ? [`r${item}`] : inTask(scene, kind, item);
  if (kind === "move") return [source(scene, item), slot(scene, item)];
  return [`${{ read: "i", pair: "p", combine: "c", reduce: "r" }[kind]}${item}`];
}

// Together, the workers are at many places: the eye stays with what the first of them reads.
function inTask({ story }, kind, item) {
  if (kind === "read") return [`i${item}`];
  return [kind === "pair" ? `p${item}` : `p${story.parcels[item][2][0]}`];
}

// The classes of an element, when the step is about `now`.
export function look(scene, item, now) {
  const { story, times, of, step, picked } = scene;
  const { id, kind, key } = item;
  const number = Number(id.slice(1));
  const gone = (parcel) => (story.combined ? times.combine[parcel] : times.move[parcel]) <= step;
  const names = ["mrp-item", `mrp-${kind}`];
  if (now.has(id)) names.push("mrp-now");
  if (kind === "p" && gone(of.parcelOf[number])) names.push("mrp-sent");
  if (kind === "c" && times.move[number] <= step) names.push("mrp-sent");
  if (kind === "i" && times.read[number] > step) names.push("mrp-waiting");
  if ((kind === "v" || kind === "g" || kind === "m") && times.reduce[key] <= step) names.push("mrp-sent");
  if (picked) names.push(picked.lit.has(id) ? "mrp-lit" : "mrp-dim");
  return names.join(" ");
}

// Lines from where something was to where it is now, as [from, to, phase].
export function links(scene) {
  return scene.picked ? pickedLinks(scene) : steps(scene).flatMap((step) => stepLinks(scene, step));
}

export function stepLinks(scene, step) {
  const { story, of } = scene;
  const [, kind, item] = story.steps[step];
  if (kind === "pair") return [[`i${story.pairs[item][0]}`, `p${item}`, "map"]];
  if (kind === "move") return [[source(scene, item), slot(scene, item), "partition"]];
  if (kind === "combine") return first(story.parcels[item][2]).map((pair) => [`p${pair}`, `c${item}`, "map"]);
  if (kind === "reduce") return first(of.keyParcels[item]).map((parcel) => [slot(scene, parcel), `r${item}`, "reduce"]);
  return [];
}

const first = (things) => things.slice(0, MOST_LINKS);

function pickedLinks(scene) {
  const { story, times, of, step, picked } = scene;
  if ("tq".includes(picked.id[0])) return []; // a whole task or partition: too many to tell apart
  const found = [];
  const parcels = new Set();
  for (const pair of first(picked.pairs)) {
    const parcel = of.parcelOf[pair];
    if (times.pair[pair] <= step) found.push([`i${story.pairs[pair][0]}`, `p${pair}`, "map"]);
    if (story.combined && times.combine[parcel] <= step) found.push([`p${pair}`, `c${parcel}`, "map"]);
    parcels.add(parcel);
  }
  for (const parcel of parcels) {
    const key = story.parcels[parcel][0];
    if (times.move[parcel] <= step) found.push([source(scene, parcel), slot(scene, parcel), "partition"]);
    if (times.reduce[key] <= step) found.push([slot(scene, parcel), `r${key}`, "reduce"]);
  }
  return found;
}

// Words.

export function filled(scene, partition) {
  const number = upTo(scene, scene.arrivals[partition]);
  return number ? `${number.toLocaleString("en")} value${number === 1 ? "" : "s"}` : "empty";
}

export function extra(scene, key) {
  const number = upTo(scene, scene.of.keyParcels[key].slice(MOST_SLOTS).map((parcel) => scene.times.move[parcel]));
  return `+ ${number.toLocaleString("en")}`;
}

// What there is to say: of what is picked, or else of the step.
export function sentence(scene) {
  if (scene.picked) return about(scene, scene.picked.id);
  const { atWork, step, story } = scene;
  const working = atWork?.(step) ?? [];
  if (!working.length) return story.steps[step][4];
  const said = working.slice(0, MOST_SAID).map((each) => {
    const [name] = story.workers[each.worker];
    const text = story.steps[each.step][4];
    return text.toLowerCase().startsWith(name) ? text : `${name[0].toUpperCase()}${name.slice(1)}: ${text}`;
  });
  const more = working.length - said.length;
  if (more > 0) said.push(`${more} more worker${more === 1 ? " is" : "s are"} at work.`);
  return said.join("\n");
}

// What stands over the sentence.
export function caption({ atWork, factor, picked }) {
  if (picked) return "what you picked";
  if (!atWork) return "what just happened";
  const times = Number(factor.toPrecision(2)).toLocaleString("en");
  return `as it happened, ${times} times slower; of a task only its start and its end are known`;
}

function about(scene, id) {
  const { story, times, of, step } = scene;
  const number = Number(id.slice(1));
  const told = (kind, item) => story.steps[times[kind][item]]?.[4] ?? "";
  const moved = (parcel) => (times.move[parcel] <= step ? told("move", parcel) : "");
  switch (id[0]) {
    case "i": {
      const pairs = of.inputPairs[number].length;
      const read = told("read", number).replace(/ It gives no pair\.$/, "");
      return `${read} It gives ${pairs} pair${pairs === 1 ? "" : "s"}.`;
    }
    case "p":
      return [told("pair", number), moved(of.parcelOf[number])].join(" ");
    case "c":
      return [told("combine", number), moved(number)].join(" ");
    case "v": {
      const made = story.combined ? told("combine", number) : told("pair", story.parcels[number][2][0]);
      return [made, moved(number)].join(" ");
    }
    case "t":
      return story.workers[story.tasks[number][1]][1];
    case "q":
      return story.partitions[number][2];
    default:
      return story.groups[number][2];
  }
}

// The phase whose function is shown, and the numbers of its lines that ran.
export function running(scene) {
  const { story, times, step, picked } = scene;
  const now = steps(scene).map((each) => story.steps[each]);
  const phase = scene.atWork ? stageOf(now[0]) : story.steps[step][0];
  const traced = picked?.pairs.length && !"tq".includes(picked.id[0]);
  const ran = now.flatMap((each) => (each[0] === phase ? [each[3]] : []));
  const lines = traced ? picked.pairs.map((pair) => story.steps[times.pair[pair]][3]) : ran;
  return { phase: traced ? "map" : phase, lines: new Set(lines.filter((number) => number >= 0)) };
}

// As it happened, a map task partitions as well: its map function stays on the screen.
function stageOf([phase]) {
  return phase === "reduce" ? "reduce" : "map";
}

// How many of all there are so far, under a heading.
export function tally(scene, heading) {
  const steps = scene.times[COUNTED[heading]];
  return [upTo(scene, steps), steps.length];
}
