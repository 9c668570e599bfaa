// Flights: copies of chips that fly from where they were to where they are.

import { part } from "../dom.js";
import { chipParts, tint } from "./chips.js";
import { place } from "./drawing.js";
import { NORMAL, PANES, SPEEDS } from "./frame.js";
import { stepLinks } from "./scene.js";

const MOST_FLIGHTS = 8;
const TOO_SHORT = 200; // milliseconds for a step: nothing can be seen to fly
const LONGEST = 650; // milliseconds
const EASING = "cubic-bezier(.45,.05,.25,1)";
const FLYING = ["pair", "combine", "move", "reduce"]; // kinds of steps

export function land({ parts }) {
  for (const flight of parts.air.getAnimations({ subtree: true })) flight.cancel();
  parts.air.replaceChildren();
  for (const element of parts.card.querySelectorAll(".mrp-arriving")) element.classList.remove("mrp-arriving");
}

export function fly(player) {
  const { calm, clock, parts, picked, playing, step, story } = player;
  const speed = SPEEDS[playing ? parts.speed.value : NORMAL];
  const interval = clock ? ((clock[step + 1] - clock[step]) * speed) / SPEEDS[NORMAL] : speed;
  if (calm.matches || interval < TOO_SHORT || picked || !FLYING.includes(story.steps[step][1])) return;
  for (const [from, to] of stepLinks(player, step).slice(0, MOST_FLIGHTS)) {
    const [a, b] = [place(player, from), place(player, to)];
    if (!a || !b) continue;
    const copy = chipInAir(player, b.item.key, a.item.value ?? b.item.value ?? "");
    const arriving = PANES.map((name) => parts[name].shown.get(to)).find(Boolean);
    arriving?.classList.add("mrp-arriving");
    const flight = copy.animate(way(a, b), { duration: Math.min(LONGEST, interval * 0.62), easing: EASING });
    flight.onfinish = () => {
      copy.remove();
      arriving?.classList.remove("mrp-arriving");
    };
  }
}

function chipInAir({ parts, story }, key, value) {
  const copy = part(parts.air, "div", "mrp-item mrp-flying");
  copy.append(...chipParts(story, { key, value }));
  tint(copy, key);
  return copy;
}

// A pair comes out of the middle of its input.
function way(a, b) {
  const read = a.item.kind === "i";
  const x = read ? a.x + a.w * 0.6 : a.x;
  return [
    { transform: `translate(${x}px, ${a.y}px) scale(1)`, opacity: read ? 0.3 : 1 },
    { transform: `translate(${(x + b.x) / 2}px, ${(a.y + b.y) / 2 - 14}px) scale(1.06)`, opacity: 1, offset: 0.5 },
    { transform: `translate(${b.x}px, ${b.y}px) scale(1)`, opacity: 1 },
  ];
}
