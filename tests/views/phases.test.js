// The four tables without a browser: how clicks and keys become the next question.

import assert from "node:assert/strict";
import test from "node:test";

import { asksNothing, filtering, isPicked, picking, sorted, turned } from "../../mrkit/views/widgets/phases/query.js";

test("a column sorts up, then down, then not", () => {
  const up = sorted({}, "pairs", "key");
  const down = sorted(up, "pairs", "key");
  assert.deepEqual(up.pairs, { sort: "key" });
  assert.deepEqual(down.pairs, { sort: "key", down: true });
  assert.ok(asksNothing(sorted(down, "pairs", "key")));
  assert.deepEqual(sorted(down, "pairs", "value").pairs, { sort: "value" });
});

test("to pick a row shows the others from their first page; to pick it again lets it go", () => {
  const before = turned(turned({}, "inputs", 2), "pairs", 3);
  const picked = picking(before, "inputs", 7);
  assert.ok(isPicked(picked, "inputs", 7) && !isPicked(picked, "pairs", 7));
  assert.deepEqual([picked.inputs.page, picked.pairs.page, picked.results.page], [2, 0, 0]);
  assert.equal(picking(picked, "inputs", 7).picked, null);
  assert.deepEqual(picking(picked, "pairs", 1).picked, ["pairs", 1]);
});

test("a filter begins at the first page and keeps the order", () => {
  const next = filtering(turned(sorted({}, "pairs", "key"), "pairs", 3), { search: "the", key: "" });
  assert.deepEqual([next.pairs, next.search], [{ sort: "key", page: 0 }, "the"]);
  for (const query of [next, { search: "a" }, { picked: ["pairs", 0] }, { results: { sort: "key" } }]) {
    assert.ok(!asksNothing(query));
  }
  assert.ok(asksNothing({ number: 3, key: "", picked: null, pairs: { page: 2 } }));
});

test("a change leaves the question before it as it was", () => {
  const before = Object.freeze({ pairs: Object.freeze({ page: 1 }) });
  for (const after of [sorted(before, "pairs", "key"), picking(before, "inputs", 0), filtering(before, { key: "a" })]) {
    assert.notDeepEqual(after, before);
  }
});
