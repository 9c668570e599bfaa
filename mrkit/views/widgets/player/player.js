// The record player draws the story that story.py tells: rows and steps. It knows no MapReduce, it only moves things.
//
// Everything has one place for the whole story (layout.js), is there from its step on (`born`), and is drawn only while
// it is in sight (drawing.js). So any step can be shown at once, and a step forward is a step's difference with things
// in flight (flights.js). What is known, shown and picked is one object, `player`, from which all others take theirs.

import { living } from "../living.js";
import { arrange, makeRuler } from "./arranging.js";
import { draw } from "./drawing.js";
import { land } from "./flights.js";
import { frame, PANES } from "./frame.js";
import { listen } from "./keys.js";
import { goTo, pick, play } from "./moves.js";
import { tellable } from "./story.js";
import { tell } from "./telling.js";

const FEW = 200; // pairs: to fade more things takes too long

function render({ model, el }) {
  const player = makePlayer(model);
  const { parts, story } = player;
  const longest = Math.max(...Object.values(story.sources).map((source) => source.lines.length), 4);
  parts.card.style.setProperty("--mrp-code-lines", Math.min(9, longest));
  parts.card.classList.toggle("mrp-few", story.pairs.length < FEW);
  el.classList.add("mrkit", "mrp");
  el.replaceChildren(parts.card);

  listen(player);
  const forget = heed(player);
  const resize = watchWidth(player);
  arrange(player);
  tell(player);
  if (model.get("picked")) pick(player, model.get("picked"), false);
  return () => {
    play(player, false);
    resize.disconnect();
    forget();
  };
}

function makePlayer(model) {
  const told = JSON.parse(model.get("rows"));
  const tale = tellable(told);
  return {
    ...tale, // and, as it happened, what together.js knows of it: order, clock, factor, atWork
    told,
    model,
    parts: frame(told),
    step: Math.min(tale.last, Math.max(0, model.get("step"))),
    picked: null, // {id, lit, pairs}
    map: null, // what layout() gives
    line: 1, // pixels of a line of text
    playing: false,
    timer: null, // of the next step, while it plays
    frame: null, // the next one, while it plays as it happened
    shownCode: { phase: "", lit: "" },
    calm: window.matchMedia("(prefers-reduced-motion: reduce)"),
    ruler: makeRuler(),
  };
}

// What Python says, and what is scrolled.
function heed(player) {
  const { model, parts } = player;
  const events = {
    "change:step": () => !(player.playing && player.clock) && goTo(player, model.get("step")),
    "change:picked": () => {
      const id = model.get("picked") || null;
      if (id !== (player.picked?.id ?? null)) pick(player, id, false);
    },
  };
  for (const [name, action] of Object.entries(events)) model.on(name, action);
  let waiting = false;
  const redraw = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      draw(player);
    });
  };
  for (const name of PANES) {
    parts[name].scroll.onscroll = () => {
      parts[name].top = parts[name].scroll.scrollTop;
      redraw();
    };
  }
  return () => {
    for (const [name, action] of Object.entries(events)) model.off(name, action);
  };
}

function watchWidth(player) {
  const { stage } = player.parts;
  let width = 0;
  const watch = new ResizeObserver(() => {
    if (stage.clientWidth === width) return;
    width = stage.clientWidth;
    land(player);
    arrange(player);
  });
  watch.observe(stage);
  return watch;
}

export default living(render);
