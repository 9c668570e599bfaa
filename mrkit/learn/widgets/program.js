// Lines that are put in order and indented: which are taken, in which order, which is chosen. Pure; each change gives
// what it did, as the key of a sentence and what fills it, or nothing where nothing can be done.

const DEEPEST = 4;
export const STEP = 34; // pixels to the right that are one step of indentation, for a line that is dragged

// A program of an answer, as `answerOf` gives it: lines of [letter, depth], of which one may be chosen.
export function programOf(answer) {
  return { lines: answer.map((line) => [line.replaceAll(">", ""), line.split(">").length - 1]), chosen: null };
}

export function place({ lines, chosen }) {
  return lines.findIndex(([letter]) => letter === chosen);
}

// Puts a line below the chosen one, as deep as that.
export function take(program, letter) {
  const at = place(program);
  program.lines.splice(at < 0 ? program.lines.length : at + 1, 0, [letter, at < 0 ? 0 : program.lines[at][1]]);
  program.chosen = letter;
  return ["isIn", { letter }];
}

// Where a line goes that is dragged to (x, y): before the first line whose middle is below, and how deep.
export function dropAt(middles, y, x) {
  const below = middles.findIndex((middle) => y < middle);
  return [below < 0 ? middles.length : below, Math.min(DEEPEST, Math.max(0, Math.round(x / STEP)))];
}

// Puts a line, taken or not, before the `index`-th of the others.
export function drop(program, letter, index, depth) {
  program.lines = program.lines.filter(([other]) => other !== letter);
  program.lines.splice(index, 0, [letter, depth]);
  program.chosen = letter;
  return ["moved", { letter, number: index + 1, count: program.lines.length }];
}

function move(program, by) {
  const { lines, chosen } = program;
  const from = place(program);
  const to = from + by;
  if (to < 0 || to >= lines.length) return null;
  [lines[from], lines[to]] = [lines[to], lines[from]];
  return ["moved", { letter: chosen, number: to + 1, count: lines.length }];
}

function indent(program, by) {
  const line = program.lines[place(program)];
  line[1] = Math.min(DEEPEST, Math.max(0, line[1] + by));
  return ["indented", { letter: program.chosen, number: line[1] }];
}

export function putBack(program) {
  const letter = program.chosen;
  program.lines.splice(place(program), 1);
  program.chosen = program.lines.at(-1)?.[0] ?? null;
  return ["isBack", { letter }];
}

// What each key does to the chosen line.
export const CHANGES = {
  ArrowUp: (program) => move(program, -1),
  ArrowDown: (program) => move(program, 1),
  ArrowLeft: (program) => indent(program, -1),
  ArrowRight: (program) => indent(program, 1),
  Delete: putBack,
  Backspace: putBack,
};

// The answer as `parsons("...").order(...)` takes it.
export function answerOf({ lines }) {
  return lines.map(([letter, depth]) => letter + ">".repeat(depth));
}
