// What can be done with the player: go to a step, play, pick.

import { draw } from "./drawing.js";
import { fly, land } from "./flights.js";
import { icon, SPEEDS } from "./frame.js";
import { follow } from "./scrolling.js";
import { lineage } from "./story.js";
import { tell } from "./telling.js";

const FIRST = 250; // milliseconds until the first step

// `flights` says that this is the step after the one that is shown; `save` that Python does not know it yet.
export function go(player, to, { flights = false, save = true } = {}) {
  const { last, map, model, picked } = player;
  land(player);
  player.step = Math.min(last, Math.max(0, to));
  if (picked && !map?.items.has(picked.id)) player.picked = null;
  tell(player);
  follow(player, !flights);
  draw(player);
  if (flights && map) fly(player);
  if (save && model.get("step") !== player.step) {
    model.set("step", player.step);
    model.save_changes();
  }
}

export function play(player, on) {
  const { last, parts } = player;
  clearTimeout(player.timer);
  player.timer = null;
  parts.play.replaceChildren(icon(on ? "pause" : "play"));
  parts.play.setAttribute("aria-label", on ? "Pause" : "Play");
  parts.play.title = on ? "Pause" : "Play";
  parts.told.setAttribute("aria-live", on ? "off" : "polite"); // one sentence a second is too much to be read out
  if (!on) return;
  pick(player, null);
  if (player.step === last) go(player, 0);
  player.timer = setTimeout(() => playOn(player), FIRST);
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
  if (id !== null && player.timer !== null) play(player, false);
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
