// The frame of the player: what is there at every step. Gives its parts by name.

import { part, svg, tag } from "../dom.js";

export const PHASES = ["map", "partition", "reduce"];
export const PANES = ["left", "right"];
export const SPEEDS = [2600, 1700, 1000, 500, 220, 60]; // milliseconds for a step
export const NORMAL = 2; // of the speeds

const ICONS = {
  first: "M5 5h2.5v14H5zM20 5v14L9 12z",
  back: "M17 5v14L6 12z",
  play: "M7 4.5v15L20 12z",
  pause: "M6 5h4.2v14H6zM13.8 5H18v14h-4.2z",
  step: "M7 5v14l11-7z",
  last: "M16.5 5H19v14h-2.5zM4 5v14l11-7z",
};
const HINTS = {
  Space: "play",
  "← →": "step",
  "Home End": "jump",
  Tab: "reach",
  Enter: "pick",
  Esc: "release",
};
const NARROW = "The picture needs more width: turn the phone, or open this on a wider screen. The words are here.";
const HIDDEN = { "aria-hidden": "true" };

export function icon(name) {
  const drawn = svg("svg", { viewBox: "0 0 24 24", class: "mrp-icon", ...HIDDEN });
  drawn.append(svg("path", { d: ICONS[name] }));
  return drawn;
}

export function frame(story) {
  const parts = {};
  parts.card = tag("div", "mrkit-card mrp-card", "", {
    role: "group",
    "aria-label": `Record player of ${story.title}`,
    "aria-keyshortcuts": "Space ArrowRight ArrowLeft Home End 1 2 3 Escape",
    tabindex: "0",
    "data-lm-suppress-shortcuts": "true",
  });
  addHead(parts, story);
  addBar(parts, story);
  part(parts.card, "p", "mrp-narrow", NARROW);
  addStage(parts, story);
  addWords(parts);
  addHints(parts.card);
  return parts;
}

function addHead(parts, story) {
  const head = part(parts.card, "div", "mrp-head");
  part(head, "div", "mrkit-title", `Record player · ${story.title}`, { role: "heading", "aria-level": "3" });
  part(head, "div", "mrp-summary", story.summary);
  if (story.sample) part(head, "div", "mrp-sample", story.sample);
  addWays(parts, head);
}

function addBar(parts, story) {
  const bar = part(parts.card, "div", "mrp-bar", "", { role: "toolbar", "aria-label": "Player" });
  const moves = part(bar, "div", "mrp-moves");
  const button = (name, label, className = "") => {
    const named = { type: "button", "aria-label": label, title: label };
    parts[name] = part(moves, "button", `mrkit-button ${className}`, "", named);
    parts[name].append(icon(name));
  };
  button("first", "First step");
  button("back", "One step back");
  button("play", "Play", "mrkit-button-main mrp-play");
  button("step", "One step on");
  button("last", "Last step");
  const phases = part(bar, "div", "mrp-phases", "", { role: "group", "aria-label": "Jump to a phase" });
  parts.phases = Object.fromEntries(PHASES.map((phase, index) => [phase, phaseButton(phases, phase, index + 1)]));
  const speed = part(bar, "label", "mrp-speed", "speed ");
  const speeds = { type: "range", min: 0, max: SPEEDS.length - 1, value: NORMAL, "aria-label": "Speed" };
  parts.speed = part(speed, "input", "", "", speeds);
  parts.counter = part(bar, "div", "mrp-counter");
  const steps = { type: "range", min: 0, max: story.steps.length - 1, "aria-label": "Step" };
  parts.scrub = part(parts.card, "input", "mrp-scrub", "", steps);
}

// Two ways to play.
function addWays(parts, head) {
  const ways = part(head, "div", "mrp-ways", "", { role: "group", "aria-label": "How to play" });
  const way = (name, text, pressed) => {
    const named = { type: "button", "aria-pressed": pressed };
    parts[name] = part(ways, "button", "mrkit-button mrp-way", text, named);
  };
  way("single", "one record at a time", true);
  way("together", "as it happened", false);
}

function phaseButton(phases, phase, number) {
  const button = part(phases, "button", `mrkit-button mrp-phase mrp-in-${phase}`, "", { type: "button" });
  part(button, "span", "mrp-dot");
  part(button, "span", "", phase);
  part(button, "kbd", "", number, HIDDEN);
  return button;
}

function addStage(parts, story) {
  parts.stage = part(parts.card, "div", story.combined ? "mrp-stage mrp-combined" : "mrp-stage");
  parts.ground = part(parts.stage, "div", "mrp-ground", "", HIDDEN);
  parts.links = svg("svg", { class: "mrp-links", ...HIDDEN });
  parts.stage.append(parts.links);
  parts.headings = {};
  addPane(parts, "left", "inputs and their pairs", story.combined ? ["input", "map", "combine"] : ["input", "map"]);
  addPane(parts, "right", "partitions and results", ["partition", "reduce"]);
  parts.air = part(parts.stage, "div", "mrp-air", "", HIDDEN);
}

function addPane(parts, name, label, columns) {
  const side = part(parts.stage, "div", `mrp-side mrp-${name}`);
  const heads = part(side, "div", "mrp-heads");
  for (const column of columns) {
    const heading = part(heads, "div", `mrp-heading mrp-in-${column}`);
    part(heading, "span", "", column);
    parts.headings[column] = { heading, number: part(heading, "span", "mrp-number") };
  }
  const scroll = part(side, "div", "mrp-scroll", "", { role: "group", "aria-label": label, tabindex: "-1" });
  parts[name] = { side, heads, scroll, sheet: part(scroll, "div", "mrp-sheet"), shown: new Map(), top: 0 };
}

function addWords(parts) {
  const below = part(parts.card, "div", "mrp-below");
  const code = part(below, "div", "mrp-code");
  parts.codeTitle = part(code, "div", "mrp-caption");
  const label = { role: "group", "aria-label": "The function that runs", tabindex: "0" };
  parts.code = part(code, "div", "mrp-lines", "", label);
  const told = part(below, "div", "mrp-told");
  parts.toldTitle = part(told, "div", "mrp-caption", "what just happened");
  parts.told = part(told, "div", "mrp-sentence", "", { role: "status", "aria-live": "polite", tabindex: "0" });
}

function addHints(card) {
  const keys = part(card, "div", "mrp-keys", "", HIDDEN);
  for (const [key, what] of Object.entries(HINTS)) {
    const hint = part(keys, "span");
    part(hint, "kbd", "", key);
    hint.append(` ${what}`);
  }
}
