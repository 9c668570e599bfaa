// Fits the player to the width of the page: asks for its sizes, lays everything out, and draws it anew.

import { tag } from "../dom.js";
import { draw } from "./drawing.js";
import { PANES } from "./frame.js";
import { layout, RESULTS } from "./layout.js";
import { follow } from "./scrolling.js";

export function arrange(player) {
  markPhases(player);
  const { left, right } = player.parts;
  if (!left.scroll.clientWidth) return; // not in sight, or on a phone, which has the words alone
  const style = getComputedStyle(left.sheet);
  const em = parseFloat(style.fontSize);
  player.line = em * 1.9;
  const size = { left: left.scroll.clientWidth, right: right.scroll.clientWidth };
  Object.assign(size, { row: 2.15 * em, height: 1.8 * em, gap: 0.4 * em });
  Object.assign(size, { chip: 3 * em, label: 2.6 * em, slot: 1.05 * em });
  player.map = layout(player, size, player.ruler(`${style.fontSize} ${style.fontFamily}`));
  const tallest = Math.max(player.map.height.left, player.map.height.right);
  const high = Math.ceil(Math.min(Math.max(tallest, 9 * em), 28 * em));
  player.parts.stage.style.setProperty("--mrp-height", `${high}px`);
  drawStrips(player.parts, player.map.columns, size);
  for (const name of PANES) clear(player.parts[name], player.map.height[name]);
  for (const name of PANES) settle(player.parts[name], high);
  follow(player, true);
  draw(player);
}

// Gives, for a font, what measures a text in it.
export function makeRuler() {
  const context = document.createElement("canvas").getContext("2d");
  const widths = new Map();
  const measure = (text) => {
    if (!widths.has(text)) widths.set(text, context.measureText(text).width);
    return widths.get(text);
  };
  return (font) => {
    if (context.font !== font) widths.clear();
    context.font = font;
    return measure;
  };
}

// The columns: a coloured strip behind each, and its heading as wide.
function drawStrips({ ground, headings, right, stage }, columns, size) {
  const strips = [];
  const strip = (name, left, width) => {
    headings[name].heading.style.width = `${width}px`;
    const drawn = tag("div", `mrp-strip mrp-in-${name}`);
    [drawn.style.left, drawn.style.width] = [`${left}px`, `${width}px`];
    strips.push(drawn);
  };
  for (const [name, [from, to]] of Object.entries(columns)) strip(name, from * size.left, (to - from) * size.left);
  const edge = right.side.offsetLeft;
  const results = edge + RESULTS * size.right;
  strip("partition", edge, RESULTS * size.right);
  strip("reduce", results, stage.clientWidth - results);
  ground.replaceChildren(...strips);
}

function markPhases({ last, parts, times }) {
  const share = (phase) => `${(100 * (times.phase[phase] ?? last)) / last}%`;
  parts.scrub.max = last; // the two ways to play have not the same number of steps
  parts.scrub.style.setProperty("--mrp-to-partition", share("partition"));
  parts.scrub.style.setProperty("--mrp-to-reduce", share("reduce"));
}

function clear(pane, height) {
  pane.sheet.style.height = `${height}px`;
  pane.sheet.replaceChildren();
  pane.shown.clear();
}

function settle(pane, high) {
  const { side, heads, scroll } = pane;
  Object.assign(pane, { x: side.offsetLeft, y: heads.offsetHeight, high, top: scroll.scrollTop, goal: undefined });
}
