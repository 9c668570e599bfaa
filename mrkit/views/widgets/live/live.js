// Draws the snapshots of a running job (live.py). Python decides all words and numbers; this file only places them, and
// lets the clock run between two snapshots. The parts are made once, so nothing jumps when numbers change.

const ENDED = { done: "done in", stopped: "stopped after", failed: "failed after" };
const SPEAK_EVERY = 5000; // milliseconds between two sentences for screen readers

function part(parent, tag, className, text = "") {
  const el = document.createElement(tag);
  if (className) el.className = className;
  el.textContent = text;
  parent.append(el);
  return el;
}

function setText(el, text) {
  if (el.textContent !== text) el.textContent = text;
}

function row(parent, label, className = "") {
  part(parent, "div", `live-label ${className}`, label);
  return [part(parent, "div", "live-middle"), part(parent, "div", "live-text")];
}

function makePhase(body, name) {
  const [middle, text] = row(body, name, `live-${name}`);
  const bar = part(middle, "div", `live-bar live-${name}`);
  bar.setAttribute("role", "progressbar");
  bar.setAttribute("aria-label", name);
  bar.setAttribute("aria-valuemin", "0");
  bar.setAttribute("aria-valuemax", "100");
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

function makeWorkers(body) {
  const rows = [];
  return (workers, before) => {
    while (rows.length < workers.length) {
      const label = document.createElement("div");
      label.className = "live-label";
      const middle = document.createElement("div");
      middle.className = "live-middle";
      const track = part(middle, "div", "live-track");
      const text = document.createElement("div");
      text.className = "live-text live-doing";
      before.before(label, middle, text);
      rows.push({ label, track, text, all: [label, middle, text] });
    }
    for (const old of rows.splice(workers.length)) for (const el of old.all) el.remove();
    workers.forEach((worker, number) => {
      const { label, track, text } = rows[number];
      setText(label, worker.name || "worker");
      setText(text, worker.doing);
      text.title = worker.doing;
      track.replaceChildren(
        ...worker.blocks.map(([kind, start, length]) => {
          const block = document.createElement("div");
          block.className = `live-block ${kind.split(" ").map((word) => `live-is-${word}`).join(" ")}`;
          block.style.left = `${start / 10}%`;
          block.style.width = `${length / 10}%`;
          return block;
        }),
      );
    });
  };
}

function makeBars(middle) {
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

function render({ model, el }) {
  el.classList.add("mrkit");
  const card = part(el, "section", "mrkit-card live");
  card.setAttribute("aria-label", "Live run");
  const head = part(card, "div", "live-head");
  const names = part(head, "div", "live-names");
  const title = part(names, "p", "mrkit-title");
  const about = part(names, "span", "mrkit-muted");
  const clock = part(head, "div", "live-clock");
  const run = part(head, "button", "mrkit-button mrkit-button-main", "Run");
  const stop = part(head, "button", "mrkit-button", "Stop");
  const problem = part(card, "p", "live-problem");
  const body = part(card, "div", "live-body");
  const phases = ["map", "partition", "reduce"].map((name) => makePhase(body, name));
  const [barsPlace, load] = row(body, "partitions", "live-partition");
  const drawWorkers = makeWorkers(body);
  const drawBars = makeBars(barsPlace);
  const firstAfterWorkers = barsPlace.previousSibling;
  const lines = ["counters", "attempts", "output"].map((name) => {
    part(body, "div", "live-label", name);
    return part(body, "div", `live-line live-${name}`);
  });
  const spoken = part(card, "div", "mrkit-spoken");
  spoken.setAttribute("role", "status");

  let got = 0; // when the last snapshot came
  let spokeAt = 0;
  let spokenStatus = "";
  let asked = ""; // "run" or "stop": a click that the kernel has not answered yet

  function tick() {
    const now = model.get("snapshot");
    if (now.status !== "running") return;
    const seconds = now.seconds + (performance.now() - got) / 1000;
    setText(clock, `running, ${seconds.toFixed(1)} s${now.left ? `, ${now.left}` : ""}`);
  }

  function speak(now) {
    const due = performance.now() - spokeAt > SPEAK_EVERY || now.status !== spokenStatus;
    if (!now.summary || !due) return;
    spokeAt = performance.now();
    spokenStatus = now.status;
    setText(spoken, now.summary);
  }

  function draw() {
    const now = model.get("snapshot");
    got = performance.now();
    const buttons = model.get("buttons");
    const running = now.status === "running";
    if (now.status !== "ready" && (asked === "run" || !running)) asked = "";
    card.dataset.status = now.status;
    run.hidden = stop.hidden = !buttons;
    run.disabled = running || asked === "run";
    stop.disabled = !running || asked === "stop";
    setText(run, now.status === "ready" ? "Run" : running ? "Running" : "Run again");
    setText(stop, asked === "stop" ? "Stopping" : "Stop");
    setText(title, now.title || (now.status === "ready" ? "Ready to run" : ""));
    setText(about, now.about || "");
    setText(problem, now.status === "failed" ? now.error || "" : "");
    problem.hidden = !problem.textContent;
    // A panel whose job has ended stands above the still picture of it, which says all this better.
    body.hidden = !now.phases || (buttons && !running);
    if (running) tick();
    else setText(clock, now.status in ENDED && now.seconds ? `${ENDED[now.status]} ${now.seconds.toFixed(1)} s` : "");
    if (!now.phases) return;
    now.phases.forEach((phase, number) => phases[number](phase));
    drawWorkers(now.workers, firstAfterWorkers);
    drawBars(now.partitions);
    setText(load, now.load);
    const [counters, attempts, output] = lines;
    setText(counters, now.counters.map(([name, number]) => `${name}: ${number}`).join(" · ") || "none yet");
    setText(attempts, now.attempts);
    attempts.classList.toggle("live-has-fault", now.attempts !== "no attempt has failed");
    setText(output, now.output.join("\n") || "the workers have printed nothing");
    speak(now);
  }

  const click = (what) => () => {
    asked = what;
    model.send({ click: what });
    draw();
  };
  run.addEventListener("click", click("run"));
  stop.addEventListener("click", click("stop"));
  model.on("change:snapshot", draw);
  const timer = setInterval(tick, 100);
  draw();
  return () => {
    clearInterval(timer);
    model.off("change:snapshot", draw);
  };
}
