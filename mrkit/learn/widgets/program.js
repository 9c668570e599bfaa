// Lines that are put in order and indented: which are taken, in which order, which is chosen. Pure; each change gives
// what it did, as the key of a sentence and what fills it, or nothing where nothing can be done.

const DEEPEST = 4;

export function emptyProgram() {
  return { lines: [], chosen: null }; // lines of [letter, depth]
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

function putBack(program) {
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
