// Brings into sight what a step is about.

import { draw } from "./drawing.js";
import { PANES } from "./frame.js";
import { subjects } from "./scene.js";

const ARRIVES = 450; // milliseconds of smooth scrolling

export function follow(player, atOnce) {
  const { map, parts, story, step } = player;
  if (!map) return;
  for (const id of subjects(player)) {
    const item = map.items.get(id);
    const { top, goal, high } = parts[item.pane];
    const from = goal ?? top;
    if (item.y >= from + 4 && item.y + item.h <= from + high - 4) continue;
    scrollTo(player, item.pane, item.y - high * 0.4, atOnce);
  }
  if (story.steps[step][1] === "phase") for (const name of PANES) scrollTo(player, name, 0, atOnce);
}

function scrollTo(player, name, wanted, atOnce) {
  const pane = player.parts[name];
  const goal = Math.max(0, Math.min(wanted, player.map.height[name] - pane.high));
  const far = Math.abs(goal - pane.top);
  if (far < 1) return;
  const smooth = !atOnce && !player.calm.matches && far < 2 * pane.high;
  pane.scroll.scrollTo({ top: goal, behavior: smooth ? "smooth" : "instant" });
  if (!smooth) pane.top = goal;
  pane.goal = smooth ? goal : undefined;
  clearTimeout(pane.arrival);
  pane.arrival = setTimeout(() => {
    pane.goal = undefined;
    draw(player);
  }, smooth ? ARRIVES : 0);
}
