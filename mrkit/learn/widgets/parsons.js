// Lines to put in order. Every line is a button: Enter takes it into the program or selects it there;
// then the arrow keys move and indent it, and Delete puts it back. By mouse it is dragged, or the small buttons do it.

import { part } from "../../views/widgets/dom.js";
import { living } from "../../views/widgets/living.js";
import { makeDraggable } from "./dragging.js";
import { answerOf, CHANGES, drop, place, programOf, putBack, take } from "./program.js";
import { filled, give, heed, keepKeys, showVerdict, setHtml } from "./question.js";

const TOOLS = [
  ["ArrowUp", "▲", "up"],
  ["ArrowDown", "▼", "down"],
  ["ArrowLeft", "◀", "less"],
  ["ArrowRight", "▶", "more"],
  ["Delete", "✕", "back"],
];

function render({ model, el }) {
  const state = model.get("state");
  const { lines, words } = state; // what it says comes from Python, in the learner's language
  const puzzle = { lines, words, text: Object.fromEntries(lines), program: programOf(state.solved) };
  el.classList.add("mrkit-question");
  const card = part(el, "div", "mrkit-ask");
  setHtml(part(card, "p", "mrkit-asked"), state.question);
  part(card, "p", "mrkit-help", words.help);
  addColumns(part(card, "div", "mrkit-columns"), puzzle);
  puzzle.news = part(card, "div", "mrkit-news", "", { "aria-live": "polite" });
  puzzle.submit = button(card, words.check);
  const verdict = part(card, "div", "", "", { "aria-live": "polite" });
  puzzle.submit.addEventListener("click", () => give(model, answerOf(puzzle.program)));
  draw(puzzle);
  return heed(model, ({ html }) => showVerdict(verdict, html));
}

function button(parent, text, attributes = {}) {
  return keepKeys(part(parent, "button", "", text, { type: "button", ...attributes }));
}

function addColumns(columns, puzzle) {
  const { words } = puzzle;
  const left = part(columns, "section", "", "", { "aria-label": words.lines });
  const right = part(columns, "section", "", "", { "aria-label": words.program });
  part(left, "h4", "", words.lines);
  part(right, "h4", "", words.program);
  puzzle.pool = part(left, "ul");
  puzzle.list = part(right, "ol", "", "", { "data-hint": words.drop });
  const tools = part(right, "div", "", "", { role: "toolbar", "aria-label": words.change });
  puzzle.tools = tools;
  for (const [key, sign, label] of TOOLS) {
    const tool = button(tools, sign, { title: words[label], "aria-label": words[label] });
    tool.addEventListener("click", () => {
      if (place(puzzle.program) < 0) return;
      say(puzzle, CHANGES[key](puzzle.program));
      draw(puzzle);
      tool.focus();
    });
  }
}

function say({ news, words }, change) {
  if (change) news.textContent = filled(words[change[0]], change[1]);
}

// Draws both lists anew, and gives the chosen line the focus again.
function draw(puzzle, focus = false) {
  const { lines, program, pool, list, submit } = puzzle;
  pool.replaceChildren();
  list.replaceChildren();
  for (const [letter] of lines) {
    if (!program.lines.some(([used]) => used === letter)) drawFree(puzzle, letter);
  }
  for (const [letter, depth] of program.lines) {
    const line = drawTaken(puzzle, letter, depth);
    if (focus && letter === program.chosen) line.focus();
  }
  submit.disabled = puzzle.tools.hidden = program.lines.length === 0; // nothing to change yet
}

function drawFree(puzzle, letter) {
  const { text, program, pool } = puzzle;
  const line = button(part(pool, "li"), "", { "aria-label": `${letter}: ${text[letter]}` });
  part(line, "b", "", letter);
  part(line, "code", "", text[letter]);
  line.addEventListener("click", () => {
    say(puzzle, take(program, letter));
    draw(puzzle, true);
  });
  dragged(puzzle, letter, line, 0);
}

function dragged(puzzle, letter, line, depth) {
  const { program, list } = puzzle;
  const change = (news) => {
    say(puzzle, news);
    draw(puzzle, true);
  };
  const away = () => {
    const taken = program.lines.some(([used]) => used === letter);
    program.chosen = taken ? letter : program.chosen;
    if (taken) change(putBack(program));
  };
  makeDraggable(line, list, depth, (...to) => change(drop(program, letter, ...to)), away);
}

function drawTaken(puzzle, letter, depth) {
  const { text, words, program, list } = puzzle;
  const line = button(part(list, "li"), "", {
    "aria-pressed": String(letter === program.chosen),
    "aria-label": `${letter}: ${text[letter]}, ${filled(words.depth, { number: depth })}`,
  });
  part(line, "b", "", letter);
  part(line, "code", "", text[letter]).style.setProperty("--mrkit-depth", depth);
  line.addEventListener("click", () => {
    program.chosen = letter;
    draw(puzzle, true);
  });
  line.addEventListener("keydown", (event) => {
    if (!(event.key in CHANGES)) return;
    event.preventDefault();
    program.chosen = letter;
    say(puzzle, CHANGES[event.key](program));
    draw(puzzle, true);
  });
  dragged(puzzle, letter, line, depth);
  return line;
}

export default living(render);
