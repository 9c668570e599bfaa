// The same story as it happened: all workers step together, at the times of the run's own tasks, slowed. Pure.
//
// Only the start and the end of a task were measured: within it, its records are spread evenly. When nobody works, the
// time is cut short. `order` has for each step here its number in the story as it is told one record at a time.

import { tellable } from "./story.js";

const PLAYED = 12_000; // milliseconds for a small story
const FOR_EACH = 2; // milliseconds for each step, if that is more
const NOBODY = 500; // milliseconds for a time in which nobody works

export function asItHappened(told) {
  const tasks = stepsOfTasks(told);
  const time = slowed([...tasks.values()].map((task) => task.times), Math.max(PLAYED, FOR_EACH * told.steps.length));
  const moments = told.steps.flatMap(([, kind], step) => (kind === "end" ? [{ step, at: Infinity, task: null }] : []));
  for (const task of tasks.values()) {
    const [start, end] = task.times;
    const share = (end - start) / (task.steps.length + 1);
    task.steps.forEach((step, number) => moments.push({ step, at: start + (number + 1) * share, task }));
  }
  for (const [phase, id] of [["map", "m"], ["reduce", "r"]]) {
    const starts = [...tasks].flatMap(([name, task]) => (name[0] === id ? [task.times[0]] : []));
    const step = told.steps.findIndex((each) => each[0] === phase && each[1] === "phase");
    moments.push({ step, at: Math.min(...starts, Infinity), task: null });
  }
  moments.sort((a, b) => a.at - b.at || a.step - b.step);
  return withClock(told, moments, time);
}

function withClock(told, moments, time) {
  const tale = tellable({ ...told, steps: moments.map(({ step }) => told.steps[step]) });
  tale.times.phase.partition = Math.min(tale.last, ...tale.times.move);
  return {
    ...tale,
    order: moments.map(({ step }) => step),
    clock: moments.map(({ at }) => time.of(at)),
    factor: time.factor,
    atWork: whoIsAtWork(moments),
  };
}

// For each task of either stage: its times, its worker, and its steps in their order.
function stepsOfTasks(told) {
  const tasks = new Map();
  told.steps.forEach(([, kind, item], step) => {
    if (item < 0) return;
    const reduce = kind === "reduce";
    const number = reduce ? told.groups[item][0] : taskOf(told, kind, item);
    const id = `${reduce ? "r" : "m"}${number}`;
    const times = (reduce ? told.reduce_times : told.map_times)[number];
    const worker = reduce ? told.partitions[number][1] : told.tasks[number][1];
    if (!tasks.has(id)) tasks.set(id, { times, worker, steps: [] });
    tasks.get(id).steps.push(step);
  });
  return tasks;
}

function taskOf({ inputs, pairs, parcels }, kind, item) {
  if (kind === "read") return inputs[item][2];
  return kind === "pair" ? inputs[pairs[item][0]][2] : parcels[item][1];
}

// From the run's milliseconds to those of the player: work lasts `length` in all, and is `factor` times slower.
function slowed(times, length) {
  const busy = [];
  for (const [start, end] of [...times].sort((a, b) => a[0] - b[0])) {
    const last = busy.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else busy.push({ start, end });
  }
  const factor = length / Math.max(1e-6, busy.reduce((sum, { start, end }) => sum + end - start, 0));
  let begin = 0;
  for (const stretch of busy) {
    stretch.begin = begin;
    begin += (stretch.end - stretch.start) * factor + NOBODY;
  }
  const of = (at) => {
    const stretch = busy.findLast(({ start }) => start <= at);
    return stretch ? stretch.begin + (Math.min(at, stretch.end) - stretch.start) * factor : 0;
  };
  return { factor, of };
}

// Gives for a step what the workers are at: the last step of each worker whose task has begun and is not over.
function whoIsAtWork(moments) {
  const ends = new Map(); // of tasks: their last steps
  const ofWorker = new Map(); // their steps
  moments.forEach(({ task }, step) => {
    if (!task) return;
    ends.set(task, step);
    if (!ofWorker.has(task.worker)) ofWorker.set(task.worker, []);
    ofWorker.get(task.worker).push(step);
  });
  const workers = [...ofWorker].sort((a, b) => a[0] - b[0]);
  return (step) =>
    workers.flatMap(([worker, steps]) => {
      const last = steps[lastUpTo(steps, step)];
      return last === undefined || ends.get(moments[last].task) < step ? [] : [{ worker, step: last }];
    });
}

// Where in rising numbers the last one is that is at most so much; -1 if none is.
export function lastUpTo(numbers, most) {
  let [low, high] = [-1, numbers.length - 1];
  while (low < high) {
    const middle = Math.floor((low + high + 1) / 2);
    if (numbers[middle] <= most) low = middle;
    else high = middle - 1;
  }
  return low;
}
