// The pictures of a slider's positions: which is asked for when, and which is shown. Knows no page and no Python.
//
// One question is open at a time, at most ten are asked in a second, and the last position is always answered. What was
// answered is kept for as long as the kernel runs no other cell. Once the learner comes near, the positions around the
// present one are asked for before they are needed, the nearest first.

export const APART = 100; // milliseconds from one question to the next

// `ask(value)` asks; `answered(html, ran)` brings the answer, `ran` being "" for one that is not to be kept.
export function makeFrames({ values, start, ask, show, now = Date.now, wait = setTimeout, stop = clearTimeout }) {
  const known = new Map();
  const tried = new Set();
  let [wanted, open, asked, age, timer, near] = [start, null, -APART, "", 0, false];

  const distance = (value) => Math.abs(values.indexOf(value) - values.indexOf(wanted));
  const missing = () => values.filter((value) => !tried.has(value)).sort((a, b) => distance(a) - distance(b))[0];
  const next = () => (known.has(wanted) || tried.has(wanted) ? (near ? missing() : undefined) : wanted);
  function go() {
    stop(timer);
    const value = next();
    if (open !== null || value === undefined) return;
    const late = now() - asked;
    if (late < APART) timer = wait(go, APART - late);
    else put(value);
  }
  function put(value) {
    [open, asked] = [value, now()];
    tried.add(value);
    ask(value);
  }
  return {
    waiting: () => !known.has(wanted),
    want(value) {
      wanted = value;
      if (known.has(value)) show(value, known.get(value));
      else tried.delete(value);
      go();
    },
    // Another cell may have run: the present position is asked for again, and the answer says so.
    come() {
      near = true;
      if (known.has(wanted)) tried.delete(wanted);
      known.delete(wanted);
      go();
    },
    leave: () => (near = false),
    answered(html, ran) {
      if (open === null) return;
      const value = open;
      open = null;
      if (ran && ran !== age) {
        for (const old of [...known.keys()]) tried.delete(old);
        known.clear();
        age = ran;
      }
      if (ran) known.set(value, html);
      if (value === wanted || !(known.has(wanted) || tried.has(wanted))) show(value, html);
      go();
    },
    end: () => stop(timer),
  };
}
