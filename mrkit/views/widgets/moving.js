// Puts the drawings of moving.py on the page: the axes stay the same elements, and behind what moved stands, pale, what
// was there when the slider last rested.

import { tag } from "./dom.js";

const AXES = '[id^="matplotlib.axis"], .mrkit-axis';
const MOVES = '[id*="-moving-"]';

export function makeScreen(el) {
  let rested = null; // the drawings as they were
  let shown = [];
  function show(html) {
    const made = tag("div");
    made.innerHTML = html; // Python made it, and escaped what is not its own
    const old = [...el.querySelectorAll(".mrkit-moving > svg")];
    shown = [...made.querySelectorAll(".mrkit-moving > svg")].map((svg) => svg.cloneNode(true));
    made.querySelectorAll(".mrkit-moving > svg").forEach((svg, which) => {
      if (old[which]) keepAxes(old[which], svg);
      if (rested?.[which]) haunt(svg, rested[which]);
    });
    keepOpen(el, made);
    el.replaceChildren(...made.childNodes);
  }
  return { show, rest: () => (rested = shown) };
}

// An axis that is drawn as it was stays as it was: the very element.
function keepAxes(from, to) {
  const old = from.querySelectorAll(AXES);
  to.querySelectorAll(AXES).forEach((axis, which) => {
    if (old[which]?.outerHTML === axis.outerHTML) axis.replaceWith(old[which]);
  });
}

// The ghost: pale behind what is drawn now, and its outline before it, for where the new one covers it.
function haunt(svg, before) {
  const moved = [...before.querySelectorAll(MOVES)];
  const now = [...svg.querySelectorAll(MOVES)];
  if (!now.length || moved.map((each) => each.outerHTML).join() === now.map((each) => each.outerHTML).join()) return;
  for (const [look, first] of [
    ["mrkit-ghost", true],
    ["mrkit-ghost-line", false],
  ]) {
    const ghost = before.querySelector("g").cloneNode(false);
    ghost.setAttribute("class", look);
    ghost.setAttribute("aria-hidden", "true");
    ghost.append(...moved.map((each) => each.cloneNode(true)));
    if (first) {
      ghost.append(...[...before.querySelectorAll("defs")].map((each) => each.cloneNode(true)));
      now[0].before(ghost);
    } else now.at(-1).after(ghost);
  }
}

function keepOpen(from, to) {
  const open = [...from.querySelectorAll("details")].map((each) => each.open);
  to.querySelectorAll("details").forEach((each, which) => (each.open = open[which] ?? false));
}
