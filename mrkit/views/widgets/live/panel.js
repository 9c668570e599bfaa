// Draws the snapshots of a running job (live.py). Python decides all words and numbers; here they are only placed, and
// the clock runs between two snapshots.

import { part, setText } from "../dom.js";
import { makeAxis, makeBars, makePhase, makeRow, makeWorkers } from "./rows.js";
import { axisText, buttonStates, clockText, lineTexts, stillAsked } from "./words.js";

const SPEAK_EVERY = 5000; // milliseconds between two sentences for screen readers
const TICK = 100; // milliseconds
const PHASES = ["map", "partition", "reduce"];
const LINES = ["counters", "attempts", "output"];
const NO_FAULT = "no attempt has failed"; // of state.py

// Gives what undoes it.
export function showPanel({ model, el }) {
  el.classList.add("mrkit");
  const panel = { model, parts: makeParts(el), got: 0, asked: "", spokeAt: 0, spokenStatus: "" };
  const draw = () => drawSnapshot(panel);
  for (const what of ["run", "stop"]) {
    panel.parts[what].addEventListener("click", () => {
      panel.asked = what;
      model.send({ click: what });
      draw();
    });
  }
  // How the job ended is said by the panel, so not once more by the picture below.
  part(el, "style", "", `[data-mrkit-said="${model.get("place")}"] { display: none; }`);
  model.on("change:snapshot", draw);
  const timer = setInterval(() => model.get("snapshot").status === "running" && tick(panel), TICK);
  draw();
  return () => {
    clearInterval(timer);
    model.off("change:snapshot", draw);
  };
}

function makeParts(el) {
  const card = part(el, "section", "mrkit-card live", "", { "aria-label": "Live run" });
  const head = part(card, "div", "live-head");
  const names = part(head, "div", "live-names");
  const parts = {
    card,
    title: part(names, "p", "mrkit-title"),
    about: part(names, "span", "mrkit-muted"),
    clock: part(head, "div", "live-clock"),
    run: part(head, "button", "mrkit-button mrkit-button-main", "Run"),
    stop: part(head, "button", "mrkit-button", "Stop"),
    hint: part(card, "p", "live-hint mrkit-muted"),
    problem: part(card, "p", "live-problem"),
    body: part(card, "div", "live-body"),
  };
  parts.drawPhases = PHASES.map((name) => makePhase(parts.body, name));
  const [axis, drawAxis] = makeAxis(parts.body);
  parts.drawAxis = drawAxis;
  parts.drawWorkers = makeWorkers(axis.previousSibling);
  const [bars, load] = makeRow(parts.body, "partitions", "live-partition");
  load.classList.add("live-load");
  parts.load = load;
  parts.drawBars = makeBars(bars);
  for (const name of LINES) {
    part(parts.body, "div", "live-label", name);
    parts[name] = part(parts.body, "div", `live-line live-${name}`);
  }
  parts.spoken = part(card, "div", "mrkit-spoken", "", { role: "status" });
  return parts;
}

function drawSnapshot(panel) {
  const { model, parts } = panel;
  const now = model.get("snapshot");
  const buttons = model.get("buttons");
  panel.got = performance.now();
  panel.asked = stillAsked(now, panel.asked);
  drawHead(parts, now, buttons, panel.asked);
  setText(parts.hint, now.status === "running" ? model.get("hint") : "");
  parts.hint.hidden = !parts.hint.textContent;
  tick(panel);
  parts.body.hidden = !now.phases;
  if (!now.phases) return;
  now.phases.forEach((phase, number) => parts.drawPhases[number](phase));
  parts.card.classList.toggle("live-had-start-up", now.start_up !== 0);
  parts.drawWorkers(now.workers);
  parts.drawAxis(now.ticks, axisText(now));
  parts.drawBars(now.partitions);
  setText(parts.load, now.load);
  for (const [name, text] of Object.entries(lineTexts(now))) setText(parts[name], text);
  parts.attempts.classList.toggle("live-has-fault", now.attempts !== NO_FAULT);
  speak(panel, now);
}

function drawHead(parts, now, buttons, asked) {
  parts.card.dataset.status = now.status;
  for (const [name, { text, disabled }] of Object.entries(buttonStates(now, asked))) {
    setText(parts[name], text);
    parts[name].hidden = !buttons;
    parts[name].disabled = disabled;
  }
  setText(parts.title, now.title || (now.status === "ready" ? "Ready to run" : ""));
  setText(parts.about, now.about || "");
  setText(parts.problem, now.status === "failed" ? now.error || "" : "");
  parts.problem.hidden = !parts.problem.textContent;
}

function tick({ got, model, parts }) {
  setText(parts.clock, clockText(model.get("snapshot"), performance.now() - got));
}

function speak(panel, now) {
  const due = performance.now() - panel.spokeAt > SPEAK_EVERY || now.status !== panel.spokenStatus;
  if (!now.summary || !due) return;
  panel.spokeAt = performance.now();
  panel.spokenStatus = now.status;
  setText(panel.parts.spoken, now.summary);
}
