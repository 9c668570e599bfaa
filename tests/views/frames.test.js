// The pictures of a slider's positions, without a browser: which is asked for when, and which is shown.

import assert from "node:assert/strict";
import test from "node:test";

import { APART, makeFrames } from "../../mrkit/views/widgets/frames.js";

function watched(start = 4) {
  const [asked, shown, timers] = [[], [], []];
  let clock = 0;
  const frames = makeFrames({
    values: [1, 2, 3, 4, 5, 6],
    start,
    ask: (value) => asked.push(value),
    show: (value, html) => shown.push(`${value} ${html}`),
    now: () => clock,
    wait: (act) => timers.push(act),
    stop: () => timers.splice(0),
  });
  function later(milliseconds = APART) {
    clock += milliseconds;
    for (const act of timers.splice(0)) act();
  }
  return { frames, asked, shown, later };
}

test("one question is open at a time, and the last position is always asked for", () => {
  const { frames, asked, shown, later } = watched();
  for (const value of [5, 6, 3, 2]) frames.want(value);
  assert.deepEqual(asked, [5]);
  frames.answered("five", "1");
  later();
  assert.deepEqual(asked, [5, 2]);
  frames.answered("two", "1");
  later();
  assert.deepEqual(asked, [5, 2]);
  assert.deepEqual(shown, ["5 five", "2 two"]);
});

test("at most ten are asked in a second", () => {
  const { frames, asked, later } = watched();
  for (let tick = 0; tick < 100; tick += 1) {
    frames.want((tick % 6) + 1);
    frames.answered("here", "");
    later(10);
  }
  assert.ok(asked.length <= 11, `${asked.length}`);
});

test("who comes near gets the positions around before they are needed, the nearest first", () => {
  const { frames, asked, shown, later } = watched();
  frames.come();
  for (let n = 0; n < 8; n += 1) {
    frames.answered(`at ${asked.at(-1)}`, "7");
    later();
  }
  assert.deepEqual(asked, [4, 3, 5, 2, 6, 1]);
  assert.deepEqual(shown, ["4 at 4"]);
  frames.want(6);
  assert.equal(frames.waiting(), false);
  assert.equal(shown.at(-1), "6 at 6");
  assert.equal(asked.length, 6);
});

test("who goes away leaves the kernel alone", () => {
  const { frames, asked, later } = watched();
  frames.come();
  frames.answered("here", "7");
  later();
  frames.leave();
  frames.answered("here", "7");
  later();
  assert.deepEqual(asked, [4, 3]);
});

test("when another cell has run, nothing old is shown", () => {
  const { frames, asked, shown, later } = watched();
  frames.want(5);
  frames.answered("old", "1");
  later();
  frames.want(4);
  frames.answered("old", "1");
  later();
  frames.come();
  frames.answered("new", "2");
  frames.want(5);
  later();
  assert.equal(asked.at(-1), 5);
  frames.answered("new", "2");
  assert.deepEqual(shown.slice(-2), ["4 new", "5 new"]);
});

test("an error stays in sight while the others are asked for", () => {
  const { frames, shown, later } = watched();
  frames.come();
  for (let n = 0; n < 4; n += 1) {
    frames.answered(n ? "fine" : "NameError", n ? "1" : "");
    later();
  }
  assert.deepEqual(shown, ["4 NameError"]);
});

test("a position that failed is asked for again, but only by the hand", () => {
  const { frames, asked, later } = watched();
  frames.want(5);
  frames.answered("NameError", "");
  later();
  assert.deepEqual(asked, [5]);
  frames.want(4);
  frames.answered("fine", "1");
  later();
  frames.want(5);
  later();
  assert.deepEqual(asked, [5, 4, 5]);
});
