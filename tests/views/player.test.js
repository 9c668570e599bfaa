// The record player without a browser: what it knows of a story, where everything is, and what a step shows.

import assert from "node:assert/strict";
import test from "node:test";

import { BUCKET, layout, MOST_SLOTS } from "../../mrkit/views/widgets/player/layout.js";
import {
  caption,
  current,
  extra,
  filled,
  links,
  look,
  running,
  sentence,
  slot,
  subjects,
  tally,
} from "../../mrkit/views/widgets/player/scene.js";
import { lineage, tellable } from "../../mrkit/views/widgets/player/story.js";
import { asItHappened, lastUpTo } from "../../mrkit/views/widgets/player/together.js";
import { madeStory } from "./made_story.js";

const LINES = ["the cat sat", "the dog sat on the mat", "", "the end"];
const SIZE = { left: 600, right: 500, row: 32, height: 27, gap: 6, chip: 45, label: 39, slot: 16 };
const STORIES = {
  plain: madeStory(LINES),
  combined: madeStory(LINES, { combined: true }),
  "of nothing": madeStory([]),
  "of long words": madeStory(["x".repeat(200), `${"y".repeat(300)} z`], { value: "9".repeat(200) }),
  "of many": madeStory(Array.from({ length: 60 }, (_, n) => `w${n % 7} w${n % 5} the the`), { partitions: 3 }),
};

const measure = (text) => 8 * text.length;
const ids = (items, kind) => [...items.values()].filter((item) => item.kind === kind);

function sceneOf(story, step = 0) {
  const tale = tellable(story);
  return { ...tale, step: step < 0 ? tale.last + 1 + step : step, picked: null, map: layout(tale, SIZE, measure) };
}

function picking(scene, id) {
  return { ...scene, picked: { id, ...lineage(id, scene) } };
}

function forEachStory(name, check) {
  for (const [kind, story] of Object.entries(STORIES)) test(`${name} (${kind})`, () => check(story));
}

// story.js

forEachStory("everything is there from the step that tells it", (story) => {
  const { times } = tellable(story);
  story.steps.forEach(([, kind, item], step) => {
    if (item >= 0) assert.equal(times[kind][item], step);
  });
  story.keys.forEach((_, key) => {
    const moves = story.parcels.flatMap((parcel, number) => (parcel[0] === key ? [times.move[number]] : []));
    assert.equal(times.group[key], Math.min(...moves));
  });
});

test("a result comes from all pairs of its key, and they from their inputs", () => {
  const { lit, pairs } = lineage("r0", tellable(STORIES.plain)); // the
  assert.deepEqual(pairs.map((pair) => STORIES.plain.pairs[pair][0]), [0, 1, 1, 3]);
  assert.deepEqual(["i0", "i1", "i2", "i3"].filter((id) => lit.has(id)), ["i0", "i1", "i3"]);
  assert.ok(lit.has("g0") && lit.has("q0") && !lit.has("q1") && !lit.has("r1"));
});

test("a partition is all of its keys; a task is all that its worker did", () => {
  const tale = tellable(STORIES.plain);
  const of = (id) => [...lineage(id, tale).lit].filter((each) => each[0] === "r").sort();
  assert.deepEqual(of("q1"), ["r1", "r3", "r5"]);
  assert.deepEqual(of("t0"), ["r0", "r2", "r4", "r6"]);
  const keysOf = (pairs) => [...new Set(pairs.map((pair) => STORIES.plain.pairs[pair][1]))].sort();
  assert.deepEqual(keysOf(lineage("q1", tale).pairs), [1, 3, 5]);
  const many = lineage("t2", tellable(STORIES["of many"])).lit; // every second task is the same worker's
  for (let task = 0; task < 30; task += 1) {
    for (const id of [`t${task}`, `i${2 * task}`, `i${2 * task + 1}`]) assert.equal(many.has(id), task % 2 === 0, id);
  }
});

forEachStory("what belongs to a pair also belongs to its result", (story) => {
  const tale = tellable(story);
  story.pairs.forEach(([, key], pair) => {
    const result = lineage(`r${key}`, tale).lit;
    for (const id of lineage(`p${pair}`, tale).lit) assert.ok(result.has(id), `${id} of pair ${pair}`);
  });
});

// together.js

forEachStory("as it happened, nothing comes before its cause", (story) => {
  const tale = asItHappened(story);
  const dropped = story.steps.filter(([phase, kind]) => kind === "phase" && phase === "partition").length;
  assert.equal(tale.order.length, story.steps.length - dropped);
  assert.equal(new Set(tale.order).size, tale.order.length);
  tale.clock.forEach((at, step) => assert.ok(step === 0 || at >= tale.clock[step - 1]));
  const { times, of } = tale;
  story.pairs.forEach(([input], pair) => assert.ok(times.read[input] < times.pair[pair]));
  story.parcels.forEach(([key, , pairs], parcel) => {
    for (const pair of pairs) assert.ok(times.pair[pair] < times.move[parcel]);
    assert.ok(times.move[parcel] < times.reduce[key]);
    assert.ok(of.keyParcels[key].includes(parcel));
  });
});

test("as it happened, all workers are at work at once, each at a step of its own", () => {
  const scene = { ...sceneOf(STORIES.plain), ...asItHappened(STORIES.plain) };
  const both = scene.order.findIndex((_, step) => scene.atWork(step).length === 2);
  const [first, second] = scene.atWork(both).map((each) => scene.story.steps[each.step]);
  assert.deepEqual([first[1], second[1]], ["pair", "read"]);
  const now = current({ ...scene, step: both });
  for (const id of ["t0", "t1", "i0", "i2"]) assert.ok(now.has(id), id);
  const said = sentence({ ...scene, step: both }).split("\n");
  assert.deepEqual(said.map((line) => line.slice(0, 9)), ["Worker 0:", "Worker 1:"]);
  assert.match(caption(scene), /^as it happened, 860 times slower; of a task only its start and its end are known$/);
  assert.equal(scene.atWork(scene.last).length, 0, "nobody works at the end");
});

test("as it happened, a small story is played in 10 to 15 seconds, and records are spread evenly within a task", () => {
  const { clock, order, story } = asItHappened(STORIES.plain);
  assert.ok(clock.at(-1) >= 10_000 && clock.at(-1) <= 15_000);
  const taskOf = ([, kind, item]) => (kind === "read" ? story.inputs[item][2] : story.inputs[story.pairs[item][0]][2]);
  const isOfFirst = (step) => "read pair".includes(step[1]) && taskOf(step) === 0;
  const ofFirst = story.steps.flatMap((step, at) => (isOfFirst(step) ? [clock[at]] : []));
  const gaps = ofFirst.slice(1).map((at, n) => Math.round(at - ofFirst[n]));
  assert.equal(new Set(gaps).size, 1);
  assert.equal(order[0], 0);
});

test("the last number up to another is found", () => {
  assert.deepEqual([0, 1, 2, 5, 9].map((most) => lastUpTo([1, 2, 2, 6], most)), [-1, 0, 2, 2, 3]);
  assert.equal(lastUpTo([], 1), -1);
});

// layout.js

forEachStory("everything has a place inside its pane, and nothing lies on another", (story) => {
  const { items, height } = sceneOf(story).map;
  for (const [kind, all] of [["i", story.inputs], ["p", story.pairs], ["g", story.keys], ["r", story.keys]]) {
    assert.equal(ids(items, kind).length, all.length);
  }
  assert.equal(ids(items, "c").length, story.combined ? story.parcels.length : 0);
  const chips = [...items.values()].filter(({ kind }) => !"tq".includes(kind));
  for (const item of items.values()) {
    assert.ok(item.x >= 0 && item.x + item.w <= SIZE[item.pane] + 1e-9, `${item.id} is inside`);
    assert.ok(item.y >= 0 && item.y + item.h <= height[item.pane], `${item.id} is inside`);
  }
  chips.forEach((a, number) => {
    for (const b of chips.slice(number + 1)) assert.ok(a.pane !== b.pane || apart(a, b), `${a.id} and ${b.id}`);
  });
});

function apart(a, b) {
  const e = 1e-9;
  return a.x + a.w <= b.x + e || b.x + b.w <= a.x + e || a.y + a.h <= b.y + e || b.y + b.h <= a.y + e;
}

forEachStory("each thing is found by where it is, and stands in the order of Tab", (story) => {
  const { items, buckets } = sceneOf(story).map;
  for (const item of items.values()) assert.ok(buckets[item.pane][Math.floor(item.y / BUCKET)].includes(item));
  assert.deepEqual([...items.values()].map(({ n }) => n), [...items.keys()].map((_, n) => n));
});

test("of many values of one key the first have a place, and the rest are a number", () => {
  const scene = sceneOf(madeStory(["a ".repeat(MOST_SLOTS + 5)], { partitions: 1 }), -1);
  assert.equal(ids(scene.map.items, "v").length, MOST_SLOTS);
  assert.equal(extra(scene, 0), "+ 5");
  assert.equal(slot(scene, MOST_SLOTS), "m0");
});

// scene.js

forEachStory("at every step all that is lit, linked or brought into sight has a place, and is there", (story) => {
  for (let step = 0; step < story.steps.length; step += 1) {
    const scene = sceneOf(story, step);
    const linked = links(scene).flatMap(([from, to]) => [from, to]);
    for (const id of [...linked, ...subjects(scene)]) {
      assert.ok(scene.map.items.has(id), id);
      assert.ok(scene.map.items.get(id).born <= step, id);
    }
    assert.equal(sentence(scene), story.steps[step][4]);
  }
});

forEachStory("a thing looks sent from the step on that moves it, and an input waits until it is read", (story) => {
  const { times, of } = tellable(story);
  const changes = [];
  const at = (step, id, name) => changes.push([step, id, name]);
  story.inputs.forEach((_, input) => at(times.read[input], `i${input}`, "mrp-waiting"));
  story.parcels.forEach(([key, , pairs], parcel) => {
    for (const pair of pairs) at((story.combined ? times.combine : times.move)[parcel], `p${pair}`, "mrp-sent");
    if (story.combined) at(times.move[parcel], `c${parcel}`, "mrp-sent");
    at(times.reduce[key], `v${parcel}`, "mrp-sent");
    at(times.reduce[key], `g${key}`, "mrp-sent");
  });
  const scene = sceneOf(story);
  for (const [step, id, name] of changes) {
    if (!scene.map.items.has(id)) continue; // one of many values
    const has = (when) => look({ ...scene, step: when }, scene.map.items.get(id), new Set()).split(" ").includes(name);
    assert.deepEqual([has(step - 1), has(step)], name === "mrp-sent" ? [false, true] : [true, false], `${id} ${name}`);
  }
  assert.equal(of.parcelOf.length, story.pairs.length);
});

test("a result never looks sent, and what is picked is lit", () => {
  const looks = (scene, id) => look(scene, scene.map.items.get(id), current(scene)).split(" ");
  assert.ok(looks(sceneOf(STORIES.plain, 2), "p0").includes("mrp-now")); // the first pair
  const end = sceneOf(STORIES.plain, -1);
  assert.deepEqual(looks(end, "r0"), ["mrp-item", "mrp-r"]);
  const picked = picking(end, "r1");
  assert.ok(looks(picked, "r1").includes("mrp-lit"));
  assert.ok(looks(picked, "r0").includes("mrp-dim"));
});

test("partitions fill while values move", () => {
  const steps = STORIES.plain.steps.flatMap(([, kind], step) => (kind === "move" ? [step] : []));
  assert.equal(filled(sceneOf(STORIES.plain, steps[0] - 1), 0), "empty");
  assert.equal(filled(sceneOf(STORIES.plain, steps[0]), 0), "1 value");
  assert.equal(filled(sceneOf(STORIES.plain, -1), 0), "8 values");
  assert.deepEqual(tally(sceneOf(STORIES.plain, steps[2]), "partition"), [3, 11]);
});

test("what is picked is told as it is by now", () => {
  const [early, late] = [sceneOf(STORIES.plain, 2), sceneOf(STORIES.plain, -1)];
  assert.equal(sentence(picking(early, "p0")), "Pair 0. ");
  assert.equal(sentence(picking(late, "p0")), "Pair 0. Parcel 0 moves.");
  assert.equal(sentence(picking(late, "i0")), "Input 1 is read. It gives 3 pairs.");
  assert.equal(sentence(picking(late, "i2")), "Input 3 is read. It gives 0 pairs.");
  assert.equal(sentence(picking(late, "t1")), "Worker 1 worked.");
  assert.equal(sentence(picking(late, "q1")), "It is 1.");
  assert.equal(sentence(picking(late, "r2")), "sat was met.");
});

test("the function that runs is shown with its lines; of what is picked, the map function's", () => {
  const late = sceneOf(STORIES.plain, -2);
  assert.deepEqual(running(late), { phase: "reduce", lines: new Set([0]) });
  assert.deepEqual(running(picking(late, "r0")), { phase: "map", lines: new Set([1]) });
  assert.deepEqual(running(picking(late, "q0")), { phase: "reduce", lines: new Set([0]) });
});

forEachStory("links of what is picked lead from input to result, as far as the step", (story) => {
  if (!story.keys.length) return;
  for (const step of [0, 5, -1]) {
    const scene = picking(sceneOf(story, step), "r0");
    for (const [from, to] of links(scene)) {
      for (const id of [from, to]) {
        assert.ok(scene.map.items.get(id).born <= scene.step, id);
        assert.ok(scene.picked.lit.has(id), id);
      }
    }
  }
  const { times, of } = tellable(story);
  const pair = of.keyPairs[0][0];
  const parcel = of.parcelOf[pair];
  const steps = { [`p${pair}`]: times.pair[pair], [`c${parcel}`]: times.combine[parcel], r0: times.reduce[0] };
  for (const [id, step] of Object.entries({ ...steps, [`v${parcel}`]: times.move[parcel] })) {
    if (id[0] === "c" && !story.combined) continue;
    for (const by of [-1, 0]) {
      const found = links(picking(sceneOf(story, step + by), "r0")).some(([, to]) => to === id);
      assert.equal(found, by === 0, `${id} ${by}`);
    }
  }
  const reached = links(picking(sceneOf(story, -1), "r0")).filter(([, to]) => to === "r0");
  assert.equal(reached.length, story.parcels.filter(([key]) => key === 0).slice(0, 80).length);
});
