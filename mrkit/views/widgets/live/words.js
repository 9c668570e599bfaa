// What a live run says besides its rows: the clock, the buttons, the lists below. Pure, of a snapshot (state.py).

const ENDED = { done: "done in", stopped: "stopped after", failed: "failed after" };
const inSeconds = (number) => `${number.toFixed(1)} s`;

// `since` is the time in milliseconds since the snapshot came: the clock runs on between two of them.
export function clockText(now, since) {
  if (now.status !== "running") {
    return now.status in ENDED && now.seconds ? `${ENDED[now.status]} ${inSeconds(now.seconds)}` : "";
  }
  const seconds = now.seconds + since / 1000;
  if (now.start_up === null) return `the workers start, ${inSeconds(seconds)}`;
  return `running, ${inSeconds(seconds - now.start_up)}${now.left ? `, ${now.left}` : ""}`;
}

// What stands beside the time axis, which begins when the workers are ready.
export function axisText(now) {
  if (now.start_up === null) return "the time begins when the workers are ready";
  return now.start_up ? `seconds, after a start-up of ${inSeconds(now.start_up)}` : "seconds";
}

// `asked` is the button that was clicked and that the kernel has not answered yet: "run", "stop" or "".
export function buttonStates(now, asked) {
  const running = now.status === "running";
  const runText = running ? "Running" : "Run again";
  return {
    run: { text: now.status === "ready" ? "Run" : runText, disabled: running || asked === "run" },
    stop: { text: asked === "stop" ? "Stopping" : "Stop", disabled: !running || asked === "stop" },
  };
}

export function stillAsked(now, asked) {
  const answered = now.status !== "ready" && (asked === "run" || now.status !== "running");
  return answered ? "" : asked;
}

export function lineTexts(now) {
  return {
    counters: now.counters.map(([name, number]) => `${name}: ${number}`).join(" · ") || "none yet",
    attempts: now.attempts,
    output: now.output.join("\n") || "the workers have printed nothing",
  };
}
