// Stories of word counts as story.py would tell them, made without it: what the tests of the player stand on.

const SAID = { phase: "A phase begins.", end: "Done." };

// Two lines are a map task; key number k goes to partition k modulo `partitions`; the workers take turns.
export function madeStory(lines, { combined = false, partitions = 2, workers = 2, value = "1" } = {}) {
  const keys = [...new Set(lines.flatMap(wordsOf))];
  const story = { title: "words and total", combined, keys, steps: [], parcels: [], order: [] };
  story.workers = Array.from({ length: workers }, (_, worker) => [`worker ${worker}`, `Worker ${worker} worked.`]);
  story.tasks = Array.from({ length: Math.ceil(lines.length / 2) }, (_, task) => [task, task % workers]);
  story.inputs = lines.map((line, index) => [index + 1, line, Math.floor(index / 2)]);
  story.pairs = lines.flatMap((line, input) => wordsOf(line).map((word) => [input, keys.indexOf(word), value]));
  story.partitions = Array.from({ length: partitions }, (_, each) => [`${each}`, each % workers, `It is ${each}.`]);
  const counts = keys.map((_, key) => story.pairs.filter((pair) => pair[1] === key).length);
  story.groups = keys.map((word, key) => [key % partitions, String(counts[key]), `${word} was met.`]);
  // Map tasks of 10 milliseconds, on all workers at once; 5 milliseconds later all reduce tasks, of 4.
  const start = (task) => 20 * Math.floor(task / workers);
  story.map_times = story.tasks.map(([task]) => [start(task), start(task) + 10]);
  const mapped = Math.max(0, ...story.map_times.map(([, end]) => end));
  story.reduce_times = story.partitions.map(() => [mapped + 5, mapped + 9]);
  story.sources = { map: { name: "words", lines: [[["", "def words(line):"]], [["", "    yield"]]] } };
  tellMap(story, combined);
  tellRest(story);
  return story;
}

const wordsOf = (line) => line.split(" ").filter(Boolean);

function tellMap(story, combined) {
  const add = (kind, item, line, text = SAID[kind]) => story.steps.push(["map", kind, item, line, text]);
  add("phase", -1, -1);
  story.tasks.forEach((_, task) => {
    const pairsOfTask = new Map(); // key -> pairs
    story.inputs.forEach((input, index) => {
      if (input[2] !== task) return;
      add("read", index, -1, `Input ${index + 1} is read.${wordsOf(input[1]).length ? "" : " It gives no pair."}`);
      story.pairs.forEach(([from, key], pair) => {
        if (from !== index) return;
        add("pair", pair, 1, `Pair ${pair}.`);
        pairsOfTask.set(key, [...(pairsOfTask.get(key) ?? []), pair]);
        if (!combined) story.parcels.push([key, task, [pair], story.pairs[pair][2]]);
      });
    });
    if (!combined) return;
    for (const [key, pairs] of pairsOfTask) {
      story.parcels.push([key, task, pairs, String(pairs.length)]);
      story.steps.push(["combine", "combine", story.parcels.length - 1, -1, "Combined."]);
    }
  });
}

function tellRest(story) {
  story.steps.push(["partition", "phase", -1, -1, SAID.phase]);
  story.parcels.forEach((_, parcel) => story.steps.push(["partition", "move", parcel, 0, `Parcel ${parcel} moves.`]));
  story.steps.push(["reduce", "phase", -1, -1, SAID.phase]);
  const reduced = story.keys.map((_, key) => key).sort((a, b) => story.groups[a][0] - story.groups[b][0]);
  for (const key of reduced) story.steps.push(["reduce", "reduce", key, 0, `Key ${key} is reduced.`]);
  story.steps.push(["reduce", "end", -1, -1, SAID.end]);
}
