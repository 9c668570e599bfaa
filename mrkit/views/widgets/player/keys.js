// The player by mouse and by keyboard.

import { PHASES } from "./frame.js";
import { change, go, pick, play } from "./moves.js";

const SPEED_NAMES = ["very slow", "slow", "normal", "fast", "very fast", "fastest"];

export function listen(player) {
  const { parts } = player;
  const actions = actionsOf(player);
  parts.first.onclick = actions.Home;
  parts.back.onclick = actions.ArrowLeft;
  parts.play.onclick = actions[" "];
  parts.step.onclick = actions.ArrowRight;
  parts.last.onclick = actions.End;
  PHASES.forEach((phase, index) => (parts.phases[phase].onclick = actions[index + 1]));
  parts.single.onclick = () => change(player, false);
  parts.together.onclick = () => change(player, true);
  parts.scrub.oninput = () => {
    play(player, false);
    go(player, Number(parts.scrub.value));
  };
  parts.speed.oninput = () => parts.speed.setAttribute("aria-valuetext", SPEED_NAMES[parts.speed.value]);
  parts.speed.oninput();
  parts.stage.onclick = (event) => {
    const item = event.target.closest?.(".mrp-item");
    if (item) pick(player, item.dataset.id);
  };
  parts.card.onkeydown = (event) => press(event, actions, parts);
}

// What each key does.
function actionsOf(player) {
  const by = (change) => () => {
    play(player, false);
    go(player, player.step + change, { flights: change === 1 });
  };
  const jump = (phase) => () => {
    play(player, false);
    go(player, player.times.phase[phase] ?? player.last);
  };
  return {
    " ": () => play(player, !player.playing),
    ArrowRight: by(1),
    ArrowLeft: by(-1),
    Home: by(-Infinity),
    End: by(Infinity),
    1: jump("map"),
    2: jump("partition"),
    3: jump("reduce"),
    Escape: () => pick(player, null),
  };
}

function press(event, actions, parts) {
  const { target, key } = event;
  const ownKey = target === parts.speed || (key === " " && target.closest(".mrkit-button"));
  const action = event.ctrlKey || event.altKey || event.metaKey || ownKey ? undefined : actions[key];
  if (!action) return;
  event.preventDefault();
  event.stopPropagation();
  action();
}
