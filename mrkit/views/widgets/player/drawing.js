// Draws what is in sight of a step: the items of both panes, and the lines between them.
//
// `player` is a scene (scene.js) with the `parts` of the frame. A pane knows its place and height once and for all,
// because asking the page between two changes makes it lay itself out anew.

import { svg } from "../dom.js";
import { makeItem } from "./chips.js";
import { PANES } from "./frame.js";
import { BUCKET } from "./layout.js";
import { current, extra, filled, links, look } from "./scene.js";

export function draw(player) {
  if (!player.map) return;
  const now = current(player);
  for (const name of PANES) drawPane(player, name, now);
  drawLinks(player);
}

function drawPane(player, name, now) {
  const { sheet, shown } = player.parts[name];
  const wanted = inSight(player, name);
  removeOthers(player, shown, wanted);
  for (const item of wanted) {
    if (!shown.has(item.id)) insert(sheet, shown, item, makeItem(player.story, item, player.line));
    update(player, shown.get(item.id), item, now);
  }
}

// The items of a pane that are there by now, and on the screen or nearly.
function inSight({ map, parts, step }, name) {
  const { top, high } = parts[name];
  const from = top - BUCKET / 2;
  const to = top + high + BUCKET / 2;
  const wanted = new Set();
  for (let b = Math.max(0, Math.floor(from / BUCKET)); b <= Math.floor(to / BUCKET); b++) {
    for (const item of map.buckets[name][b] ?? []) {
      if (item.born <= step && item.y + item.h >= from && item.y <= to) wanted.add(item);
    }
  }
  return wanted;
}

// What has the focus stays, unless it is not there at this step; then the focus goes to the card.
function removeOthers({ map, parts, step }, shown, wanted) {
  for (const [id, element] of shown) {
    const item = map.items.get(id);
    const focused = element === document.activeElement;
    if (wanted.has(item) || (focused && item.born <= step)) continue;
    if (focused) parts.card.focus({ preventScroll: true });
    element.remove();
    shown.delete(id);
  }
}

// Things stand in the order of Tab.
function insert(sheet, shown, item, element) {
  element.n = item.n;
  shown.set(item.id, element);
  let before = sheet.lastElementChild;
  while (before && before.n > item.n) before = before.previousElementSibling;
  if (before) before.after(element);
  else sheet.prepend(element);
}

function update(player, element, item, now) {
  const names = look(player, item, now);
  if (element.className !== names) element.className = names;
  const pressed = String(player.picked?.id === item.id);
  if (element.getAttribute("aria-pressed") !== pressed) element.setAttribute("aria-pressed", pressed);
  if (item.kind === "q") element.lastElementChild.textContent = filled(player, Number(item.id.slice(1)));
  if (item.kind === "m") element.lastElementChild.textContent = extra(player, item.key);
}

// Where an item is on the stage, or null if it is out of sight. A pane may still be scrolling to its `goal`.
export function place({ map, parts }, id) {
  const item = map.items.get(id);
  if (!item) return null;
  const { x, y, top, goal, high } = parts[item.pane];
  const down = item.y - (goal ?? top);
  if (down + item.h < 0 || down > high) return null;
  return { x: x + item.x, y: y + down, w: item.w, h: item.h, item };
}

function drawLinks(player) {
  const paths = [];
  for (const [from, to, phase] of links(player)) {
    const [a, b] = [place(player, from), place(player, to)];
    if (!a || !b) continue;
    const [x1, y1, x2, y2] = [a.x + a.w, a.y + Math.min(a.h, b.h) / 2, b.x, b.y + b.h / 2];
    const bend = Math.max(12, Math.abs(x2 - x1) / 2);
    const d = `M${x1},${y1}C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`;
    paths.push(svg("path", { d, class: `mrp-link mrp-in-${phase}` }));
  }
  player.parts.links.replaceChildren(...paths);
}
