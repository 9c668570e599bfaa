// Says what happens at a step: the sentence, the running lines of the function, the counter and the headings.

import { setText, tag } from "../dom.js";
import { PHASES } from "./frame.js";
import { caption, running, sentence, tally } from "./scene.js";

const FUNCTIONS = { map: "map function", combine: "combiner", partition: "partitioner", reduce: "reduce function" };
const WRITE_IT = "Write it with def in a cell or a file to see its lines here.";

export function tell(player) {
  const { parts, step, story } = player;
  const [phase, kind] = story.steps[step];
  parts.card.dataset.phase = phase;
  setText(parts.toldTitle, caption(player));
  setText(parts.told, sentence(player));
  tellCode(player);
  tellStep(player, phase);
  for (const [name, { heading, number }] of Object.entries(parts.headings)) {
    const [done, all] = tally(player, name).map((each) => each.toLocaleString("en"));
    number.replaceChildren(done, tag("span", "mrp-all", ` / ${all}`));
    heading.classList.toggle("mrp-here", name === phase || (name === "input" && kind === "read"));
  }
}

function tellStep({ last, parts, step }, phase) {
  const number = (step + 1).toLocaleString("en");
  parts.counter.replaceChildren("step ", tag("b", "", number), ` of ${(last + 1).toLocaleString("en")}`);
  parts.scrub.value = step;
  parts.scrub.setAttribute("aria-valuetext", `step ${step + 1} of ${last + 1}, ${phase}`);
  parts.scrub.style.setProperty("--mrp-at", `${last ? (100 * step) / last : 100}%`);
  for (const name of PHASES) {
    const here = phase === name || (name === "map" && phase === "combine");
    parts.phases[name].setAttribute("aria-current", here ? "step" : "false");
  }
  // Not really disabled: a button that has the focus must keep it.
  for (const name of ["first", "back"]) parts[name].setAttribute("aria-disabled", step === 0);
  for (const name of ["step", "last"]) parts[name].setAttribute("aria-disabled", step === last);
}

// The function of a phase stays on the screen until another one runs.
function tellCode(player) {
  const { parts, shownCode, story } = player;
  const { phase, lines } = running(player);
  if (shownCode.phase !== phase) {
    shownCode.phase = phase;
    const code = story.sources[phase];
    parts.codeTitle.textContent = code ? `${FUNCTIONS[phase]} · ${code.name}` : FUNCTIONS[phase];
    parts.codeTitle.className = `mrp-caption mrp-in-${phase}`;
    parts.code.replaceChildren(...(code?.lines.length ? code.lines.map(codeLine) : [noCode(phase)]));
  }
  const lit = `${phase} ${[...lines]}`;
  if (shownCode.lit === lit) return;
  shownCode.lit = lit;
  [...parts.code.children].forEach((line, number) => lightLine(line, phase, lines.has(number)));
  const first = parts.code.querySelector(".mrp-running");
  parts.code.scrollTop = first ? first.offsetTop - parts.code.clientHeight / 2 : 0;
}

function codeLine(pieces) {
  const line = tag("div", "mrp-line");
  for (const [kind, text] of pieces) line.append(kind ? tag("span", `mrp-${kind}`, text) : text);
  if (!pieces.length) line.append(" ");
  return line;
}

function noCode(phase) {
  const advice = `Python has no text of this ${FUNCTIONS[phase]}. ${WRITE_IT}`;
  return tag("div", "mrp-advice", advice);
}

function lightLine(line, phase, lit) {
  line.className = lit ? `mrp-line mrp-running mrp-in-${phase}` : line.className.split(" ")[0];
  if (lit) line.setAttribute("aria-current", "true");
  else line.removeAttribute("aria-current");
}
