// What can be done with the player: go to a step, play, pick.

import { arrange } from "./arranging.js";
import { draw } from "./drawing.js";
import { fly, land } from "./flights.js";
import { icon, NORMAL, SPEEDS } from "./frame.js";
import { follow } from "./scrolling.js";
import { lineage, tellable } from "./story.js";
import { tell } from "./telling.js";
import { asItHappened, lastUpTo } from "./together.js";

const MANY = 1000; // pairs
const FIRST = 250; // milliseconds until the first step
const DRAWN = 30; // milliseconds between two pictures of thousands of records: the eye sees no more
const SAVED = 300; // milliseconds between two steps that Python hears of, when all workers play together
const ONE_BY_ONE = { order: undefined, clock: undefined, factor: undefined, atWork: undefined };

// `flights` says that this is the step after the one that is shown; `save` that Python does not know it yet.
export function go(player, to, { flights = false, save = true } = {}) {
  const { last, map, picked } = player;
  land(player);
  player.step = Math.min(last, Math.max(0, to));
  if (picked && !map?.items.has(picked.id)) player.picked = null;
  tell(player);
  follow(player, !flights);
  draw(player);
  if (flights && map) fly(player);
  if (save) saveStep(player);
}

function saveStep({ model, order, step }) {
  const told = order ? order[step] : step;
  if (model.get("step") === told) return;
  model.set("step", told);
  model.save_changes();
}

// Go to a step of the story as it is told.
export function goTo(player, told) {
  const step = player.order ? player.order.indexOf(told) : told;
  if (step >= 0 && step !== player.step) go(player, step, { save: false });
}

// Play one record at a time, or as it happened: the steps have another order then. The player begins to play at once;
// who asks for it again wants it to pause, or to go on.
export function change(player, together) {
  const { order, parts, playing, step, told } = player;
  play(player, false);
  if (together !== Boolean(order)) {
    pick(player, null);
    land(player);
    Object.assign(player, together ? asItHappened(told) : { ...ONE_BY_ONE, ...tellable(told) });
    player.step = together ? 0 : order[step];
    parts.single.setAttribute("aria-pressed", !together);
    parts.together.setAttribute("aria-pressed", together);
    arrange(player);
    go(player, player.step);
  }
  if (together && !(order && playing)) play(player, true);
}

export function play(player, on) {
  const { last, parts } = player;
  clearTimeout(player.timer);
  cancelAnimationFrame(player.frame);
  player.playing = on;
  parts.play.replaceChildren(icon(on ? "pause" : "play"));
  parts.play.setAttribute("aria-label", on ? "Pause" : "Play");
  parts.play.title = on ? "Pause" : "Play";
  parts.told.setAttribute("aria-live", on ? "off" : "polite"); // one sentence a second is too much to be read out
  if (!on) {
    saveStep(player);
    return;
  }
  pick(player, null);
  if (player.step === last) go(player, 0);
  if (player.clock) playTogether(player);
  else player.timer = setTimeout(() => playOn(player), FIRST);
}

function playTogether(player) {
  const { clock, last, parts, story } = player;
  const pause = story.pairs.length < MANY ? 0 : DRAWN;
  let at = clock[player.step];
  let [before, saved, drawn] = [performance.now(), 0, 0];
  const next = (now) => {
    if (!parts.card.isConnected || player.step === last) {
      play(player, false);
      return;
    }
    at += (Math.max(0, now - before) * SPEEDS[NORMAL]) / SPEEDS[parts.speed.value];
    before = now;
    const to = lastUpTo(clock, at);
    if (to > player.step && now - drawn >= pause) {
      const save = now - saved > SAVED;
      if (save) saved = now;
      drawn = now;
      go(player, to, { flights: true, save });
    }
    player.frame = requestAnimationFrame(next);
  };
  player.frame = requestAnimationFrame(next);
}

function playOn(player) {
  if (!player.parts.card.isConnected || player.step === player.last) {
    play(player, false);
    return;
  }
  player.timer = setTimeout(() => playOn(player), SPEEDS[player.parts.speed.value]);
  go(player, player.step + 1, { flights: true });
}

// To pick what is picked already is to let it go.
export function pick(player, id, save = true) {
  const { map, model, parts, picked } = player;
  if (id !== null && player.playing) play(player, false);
  const chosen = id !== null && id !== picked?.id && (!map || map.items.has(id)) ? id : null;
  if (chosen === null && picked === null) return;
  land(player);
  player.picked = chosen === null ? null : { id: chosen, ...lineage(chosen, player) };
  parts.card.classList.toggle("mrp-picking", player.picked !== null);
  tell(player);
  draw(player);
  if (save) {
    model.set("picked", chosen ?? "");
    model.save_changes();
  }
}
