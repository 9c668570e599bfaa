// Lines to put in order, without a browser: what each key does to the program.

import assert from "node:assert/strict";
import test from "node:test";

import { answerOf, CHANGES, drop, dropAt, programOf, STEP, take } from "../../mrkit/learn/widgets/program.js";

function taken(...letters) {
  const program = programOf([]);
  for (const letter of letters) take(program, letter);
  return program;
}

test("lines are taken below the chosen one, as deep as that", () => {
  const program = taken("a");
  assert.deepEqual(CHANGES.ArrowRight(program), ["indented", { letter: "a", number: 1 }]);
  assert.deepEqual(take(program, "b"), ["isIn", { letter: "b" }]);
  program.chosen = "a";
  take(program, "c");
  assert.deepEqual(answerOf(program), ["a>", "c>", "b>"]);
});

test("lines move and stop at the ends", () => {
  const program = taken("a", "b");
  assert.equal(CHANGES.ArrowDown(program), null);
  assert.deepEqual(CHANGES.ArrowUp(program), ["moved", { letter: "b", number: 1, count: 2 }]);
  assert.equal(CHANGES.ArrowUp(program), null);
  assert.deepEqual(answerOf(program), ["b", "a"]);
});

test("indentation has a least and a most", () => {
  const program = taken("a");
  for (let times = 0; times < 9; times += 1) CHANGES.ArrowRight(program);
  assert.deepEqual(answerOf(program), ["a>>>>"]);
  for (let times = 0; times < 9; times += 1) CHANGES.ArrowLeft(program);
  assert.deepEqual(answerOf(program), ["a"]);
});

test("a line that is put back leaves the last one chosen", () => {
  const program = taken("a", "b", "c");
  program.chosen = "b";
  assert.deepEqual(CHANGES.Delete(program), ["isBack", { letter: "b" }]);
  assert.deepEqual([program.chosen, answerOf(program)], ["c", ["a", "c"]]);
  CHANGES.Backspace(program);
  CHANGES.Backspace(program);
  assert.deepEqual([program.chosen, answerOf(program)], [null, []]);
});

test("a line is dragged in, moved and read again", () => {
  const program = taken("a", "b");
  assert.deepEqual(drop(program, "c", 1, 2), ["moved", { letter: "c", number: 2, count: 3 }]);
  drop(program, "a", 2, 0);
  assert.deepEqual(answerOf(program), ["c>>", "b", "a"]);
  assert.deepEqual(answerOf(programOf(answerOf(program))), ["c>>", "b", "a"]);
});

test("a line goes before the first one whose middle is below, as deep as it is far to the right", () => {
  assert.deepEqual(dropAt([], 50, 3), [0, 0]);
  assert.deepEqual(dropAt([10, 30], 20, STEP), [1, 1]);
  assert.deepEqual(dropAt([10, 30], 99, 99 * STEP), [2, 4]);
  assert.deepEqual(dropAt([10, 30], 5, -STEP), [0, 0]);
});
