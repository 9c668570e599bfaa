// One worker of executor="processes" in a browser: a Pyodide of its own, which does one task after the other.
//
// Its other end is link.py. The first message says where Pyodide is and brings what it needs, the others are tasks. The
// answers: { ready }; for each task { done } or, when this Python has come to an end in it, { died, said }. In between
// it may say what it { lacks }, which is answered by { given }.

let python;
let last = Promise.resolve(); // what was asked before
let given; // what to call with what it lacked

const ask = (...lacks) =>
  new Promise((resolve) => {
    given = resolve;
    postMessage({ lacks });
  });

async function start({ address, packages, folder }) {
  const { loadPyodide } = await import(`${address}pyodide.mjs`);
  const pyodide = await loadPyodide({ indexURL: address });
  pyodide.unpackArchive(await packages.arrayBuffer(), "zip", { extractDir: folder });
  pyodide.registerJsModule("mrkit_home", { ask });
  python = pyodide.pyimport("mrkit.executors.web.worker");
  python.begin();
  postMessage({ ready: true });
}

async function perform({ name, work, task }) {
  const done = await python.run.callPromising(name, work, task);
  if (done) postMessage({ done }, [done.buffer]);
  else end(-9, "");
}

// Nobody can use a Python any more that has ended, by os._exit say, or in which memory ran out.
function end(died, said) {
  postMessage({ died, said });
  close();
}

onmessage = ({ data }) => {
  if ("given" in data) return given(data.given);
  last = last.then(() => (data.task ? perform(data) : start(data)));
  last.catch((error) => end(error.status, `${error}`));
};
