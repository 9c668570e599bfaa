// The things that the player moves: one element for each item of the layout.

import { part, tag } from "../dom.js";

const MARKS = ["●", "■", "▲", "◆", "▼", "★", "✚"]; // of style.py
const TINTS = 8;
const KINDS = { p: "pair", c: "combined pair", g: "group", r: "result" };

export function chipParts(story, { key, value }) {
  const parts = [tag("span", "mrp-mark", MARKS[key % MARKS.length], { "aria-hidden": "true" })];
  parts.push(tag("span", "mrp-key", story.keys[key]));
  if (value !== undefined) parts.push(tag("span", "mrp-value", value));
  return parts;
}

export function tint(element, key) {
  element.style.setProperty("--mrp-tint", `var(--mrkit-key-${key % TINTS})`);
}

// `line` is the height of a line of text, in pixels.
export function makeItem(story, item, line) {
  const element = tag("button", `mrp-item mrp-${item.kind}`, "", { type: "button", "data-id": item.id });
  const { style } = element;
  [style.left, style.top, style.width, style.height] = [item.x, item.y, item.w, item.h].map((n) => `${n}px`);
  if (item.key !== undefined) tint(element, item.key);
  if (item.kind === "i") {
    fillInput(element, story.inputs[Number(item.id.slice(1))]);
    style.setProperty("--mrp-rows", Math.max(1, Math.round(item.h / line)));
  } else if (item.kind === "t" || item.kind === "q") {
    element.append(tag("span", "", item.text), tag("span", "mrp-more", item.more), tag("span", "mrp-fill"));
  } else if (item.kind === "v") {
    part(element, "span", "mrp-value", item.value);
    element.setAttribute("aria-label", `value ${item.value} of ${story.keys[item.key]}`);
  } else if (item.kind === "m") {
    part(element, "span", "mrp-value");
  } else {
    element.append(...chipParts(story, item));
    const said = [...element.children].slice(1).map((each) => each.textContent);
    element.title = `${KINDS[item.kind]} ${said.join(" ")}`;
    element.setAttribute("aria-label", element.title);
  }
  return element;
}

function fillInput(element, [place, text]) {
  element.append(tag("span", "mrp-place", place.toLocaleString("en")), tag("span", "mrp-text", text));
  element.title = text;
}
