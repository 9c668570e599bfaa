// The live run without a browser: what its clock, its buttons and its lists say.

import assert from "node:assert/strict";
import test from "node:test";

import { axisText, buttonStates, clockText, lineTexts, stillAsked } from "../../mrkit/views/widgets/live/words.js";

test("the clock runs on between two snapshots, and stops at the end", () => {
  const running = { status: "running", seconds: 2, start_up: 0 };
  assert.equal(clockText(running, 500), "running, 2.5 s");
  assert.equal(clockText({ ...running, left: "3 s left" }, 0), "running, 2.0 s, 3 s left");
  assert.equal(clockText({ status: "done", seconds: 4 }, 9000), "done in 4.0 s");
  assert.equal(clockText({ status: "failed", seconds: 4 }, 9000), "failed after 4.0 s");
  assert.equal(clockText({ status: "ready", seconds: 1 }, 9000), "");
  assert.equal(clockText({ status: "failed", seconds: 0 }, 9000), "", "it has not begun");
});

test("the time begins when the workers are ready, and the start-up is told", () => {
  const now = { status: "running", seconds: 2, start_up: null };
  assert.equal(clockText(now, 500), "the workers start, 2.5 s");
  assert.equal(clockText({ ...now, start_up: 0.8 }, 500), "running, 1.7 s");
  assert.equal(axisText(now), "the time begins when the workers are ready");
  assert.equal(axisText({ ...now, start_up: 0.8 }), "seconds, after a start-up of 0.8 s");
  assert.equal(axisText({ ...now, start_up: 0 }), "seconds");
});

test("a button that was clicked waits for the kernel", () => {
  const states = (status, asked = "") => {
    const { run, stop } = buttonStates({ status }, asked);
    return [run.text, run.disabled, stop.text, stop.disabled];
  };
  assert.deepEqual(states("ready"), ["Run", false, "Stop", true]);
  assert.deepEqual(states("ready", "run"), ["Run", true, "Stop", true]);
  assert.deepEqual(states("running"), ["Running", true, "Stop", false]);
  assert.deepEqual(states("running", "stop"), ["Running", true, "Stopping", true]);
  assert.deepEqual(states("done"), ["Run again", false, "Stop", true]);
});

test("a snapshot answers a click", () => {
  assert.equal(stillAsked({ status: "ready" }, "run"), "run");
  assert.equal(stillAsked({ status: "running" }, "run"), "");
  assert.equal(stillAsked({ status: "running" }, "stop"), "stop");
  assert.equal(stillAsked({ status: "stopped" }, "stop"), "");
});

test("the lists say that they are empty", () => {
  const texts = lineTexts({ counters: [], attempts: "no attempt has failed", output: [] });
  assert.deepEqual(Object.values(texts), ["none yet", "no attempt has failed", "the workers have printed nothing"]);
  const full = lineTexts({ counters: [["lines", 3], ["bad", 1]], attempts: "one", output: ["a", "b"] });
  assert.deepEqual(Object.values(full), ["lines: 3 · bad: 1", "one", "a\nb"]);
});
