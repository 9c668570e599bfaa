// The rows of a live run: each is made once, so nothing jumps when numbers change, and given what to show.

import { part, setText, tag } from "../dom.js";

export function makeRow(parent, label, className = "") {
  part(parent, "div", `live-label ${className}`, label);
  return [part(parent, "div", "live-middle"), part(parent, "div", "live-text")];
}

export function makePhase(body, name) {
  const [middle, text] = makeRow(body, name, `live-${name}`);
  const looks = { role: "progressbar", "aria-label": name, "aria-valuemin": 0, "aria-valuemax": 100 };
  const bar = part(middle, "div", `live-bar live-${name}`, "", looks);
  const ready = part(bar, "div", "live-ready");
  const fill = part(bar, "div", "live-fill");
  return (phase) => {
    ready.hidden = !phase.ready;
    ready.style.width = `${100 * (phase.ready || 0)}%`;
    fill.style.width = `${100 * phase.share}%`;
    bar.setAttribute("aria-valuenow", Math.round(100 * phase.share));
    bar.setAttribute("aria-valuetext", phase.text);
    setText(text, phase.text);
  };
}

// The time axis of the workers' rows, with a short strip before it for the start-up, however long that took.
export function makeAxis(body) {
  const [middle, text] = makeRow(body, "time", "live-time");
  middle.classList.add("live-timed");
  const axis = part(middle, "div", "live-axis");
  return [
    middle,
    (ticks, words) => {
      setText(text, words);
      while (axis.children.length < ticks.length) part(axis, "div", "live-tick");
      while (axis.children.length > ticks.length) axis.lastChild.remove();
      ticks.forEach(([place, number], i) => {
        axis.children[i].style.left = `${place / 10}%`;
        setText(axis.children[i], number);
      });
    },
  ];
}

// A row for each worker, above the element `before`.
export function makeWorkers(before) {
  const rows = [];
  return (workers) => {
    while (rows.length < workers.length) rows.push(makeWorker(before));
    for (const old of rows.splice(workers.length)) for (const element of old.all) element.remove();
    workers.forEach((worker, number) => drawWorker(rows[number], worker));
  };
}

function makeWorker(before) {
  const label = tag("div", "live-label");
  const middle = tag("div", "live-middle live-timed");
  const text = tag("div", "live-text live-doing");
  part(middle, "div", "live-start-up");
  before.before(label, middle, text);
  return { label, track: part(middle, "div", "live-track"), text, all: [label, middle, text] };
}

function drawWorker({ label, track, text, all }, worker) {
  setText(label, worker.name || "worker");
  for (const element of all) {
    if (worker.name) element.dataset.worker = worker.name;
    else delete element.dataset.worker;
  }
  setText(text, worker.doing);
  text.title = worker.doing;
  track.replaceChildren(
    ...worker.blocks.map(([kind, start, length, task]) => {
      const kinds = kind.split(" ").map((word) => `live-is-${word}`);
      const block = tag("div", `live-block ${kinds.join(" ")}`);
      if (kind !== "fault" && length >= 12 + 12 * task.length) part(block, "span", "live-number", task);
      block.style.left = `${start / 10}%`;
      block.style.width = `${length / 10}%`;
      return block;
    }),
  );
}

export function makeBars(middle) {
  const chart = part(middle, "div", "live-partitions");
  return (sizes) => {
    while (chart.children.length < sizes.length) part(chart, "div", "live-partition");
    while (chart.children.length > sizes.length) chart.lastChild.remove();
    const most = Math.max(1, ...sizes);
    sizes.forEach((size, number) => {
      chart.children[number].style.height = `${(100 * size) / most}%`;
    });
  };
}
