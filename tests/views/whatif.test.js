// What if, without a browser: which question is sent when.

import assert from "node:assert/strict";
import test from "node:test";

import { makeAsker } from "../../mrkit/views/widgets/whatif/asker.js";

function watched() {
  const sent = [];
  const timers = new Map();
  let name = 0;
  const wait = (act) => {
    timers.set((name += 1), act);
    return name;
  };
  const asker = makeAsker((question) => sent.push(question), 0, wait, (which) => timers.delete(which));
  const rest = () => {
    for (const act of [...timers.values()]) act();
    timers.clear();
  };
  return { asker, sent, timers, rest };
}

test("one question is open at a time, and the latest is sent when it is answered", () => {
  const { asker, sent } = watched();
  for (const core of [1, 2, 3]) asker.moved({ core });
  assert.deepEqual(sent, [{ values: { core: 1 }, resting: false, number: 1 }]);
  asker.answered(0);
  assert.equal(sent.length, 1);
  asker.answered(1);
  assert.deepEqual(sent[1], { values: { core: 3 }, resting: false, number: 2 });
  asker.answered(2);
  assert.equal(sent.length, 2);
});

test("all seeds are asked for once the hand rests, and only then", () => {
  const { asker, sent, timers, rest } = watched();
  asker.moved({ core: 1 });
  asker.answered(1);
  asker.moved({ core: 2 });
  assert.equal(timers.size, 1);
  asker.answered(2);
  rest();
  assert.deepEqual(sent.map(({ resting }) => resting), [false, false, true]);
  asker.answered(3);
  asker.keep();
  assert.deepEqual(sent[3], { keep: true, number: 4 });
  asker.moved({ core: 5 });
  asker.end();
  assert.equal(timers.size, 0);
});
