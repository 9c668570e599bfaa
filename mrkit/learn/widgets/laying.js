// Tasks to lay on workers: each is a block as long as its seconds. Dragged by mouse, or by the number of a worker.

import { part } from "../../views/widgets/dom.js";
import { living } from "../../views/widgets/living.js";
import { onDrag } from "./dragging.js";
import { filled, give, heed, keepKeys, showVerdict } from "./question.js";

function render({ model, el }) {
  const { tasks, workers, words } = model.get("state");
  el.classList.add("mrkit-question");
  const card = part(el, "div", "mrkit-ask");
  part(card, "p", "mrkit-asked mrkit-help", words.help);
  const laying = { tasks, words, rows: Array.from({ length: workers }, () => []), lanes: [] };
  laying.tray = makeLane(card, words.tray);
  for (let number = 1; number <= workers; number += 1) {
    laying.lanes.push(makeLane(card, filled(words.worker, { number })));
  }
  const buttons = part(card, "div", "mrkit-buttons");
  laying.submit = keepKeys(part(buttons, "button", "", words.run, { type: "button" }));
  const again = keepKeys(part(buttons, "button", "", words.again, { type: "button" }));
  const verdict = part(card, "div", "", "", { "aria-live": "polite" });
  laying.submit.addEventListener("click", () => give(model, laying.rows));
  again.addEventListener("click", () => {
    laying.rows = laying.rows.map(() => []);
    draw(laying);
  });
  draw(laying);
  return heed(model, ({ html }) => showVerdict(verdict, html));
}

function makeLane(card, name) {
  const lane = part(card, "div", "mrkit-lane");
  part(lane, "span", "mrkit-lane-name", name);
  const track = part(lane, "div", "mrkit-lane-track", "", { role: "group", "aria-label": name });
  return { lane, track, end: part(lane, "span", "mrkit-lane-end") };
}

// Puts a task on a worker, or with -1 back.
function put(laying, task, worker) {
  laying.rows = laying.rows.map((row) => row.filter((other) => other !== task));
  laying.rows[worker]?.push(task);
  draw(laying);
  laying.blocks[task].focus();
}

function draw(laying) {
  const { tasks, words, rows, lanes, tray, submit } = laying;
  const used = rows.flat();
  laying.blocks = [];
  const free = tasks.map((_, task) => task).filter((task) => !used.includes(task));
  [free, ...rows].forEach((row, number) => {
    const { track, end } = number ? lanes[number - 1] : tray;
    track.replaceChildren(...row.map((task) => makeBlock(laying, task, number)));
    const seconds = row.reduce((sum, task) => sum + tasks[task], 0);
    end.textContent = number && row.length ? filled(words.ends, { seconds }) : "";
  });
  submit.disabled = free.length > 0;
}

function makeBlock(laying, task, at) {
  const { tasks, words } = laying;
  const whole = tasks.reduce((sum, each) => sum + each, 0);
  const place = at ? filled(words.worker, { number: at }) : words.tray;
  const label = filled(words.task, { seconds: tasks[task], place });
  const block = keepKeys(part(document.createElement("div"), "button", "mrkit-block", "", { "aria-label": label }));
  part(block, "span", "", String(tasks[task]));
  block.type = "button";
  block.style.width = `${(100 * tasks[task]) / whole}%`;
  laying.blocks[task] = block;
  block.addEventListener("keydown", (event) => {
    const number = event.key === "Delete" || event.key === "Backspace" ? 0 : Number.parseInt(event.key, 10);
    if (!(number >= 0 && number <= laying.lanes.length)) return;
    event.preventDefault();
    put(laying, task, number - 1);
  });
  block.addEventListener("click", () => put(laying, task, at >= laying.lanes.length ? -1 : at)); // to the next one
  onDrag(block, () => {}, ({ clientY }) => put(laying, task, workerAt(laying, clientY)));
  return block;
}

// Whose lane is at this height of the screen, or -1.
function workerAt({ lanes }, y) {
  const boxes = lanes.map(({ lane }) => lane.getBoundingClientRect());
  return boxes.findIndex(({ top, bottom }) => y >= top && y <= bottom);
}

export default living(render);
