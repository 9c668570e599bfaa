// Stands for JupyterLite's kernel: Pyodide in a Web Worker, which runs one piece of code after the other.

import { loadPyodide } from "./pyodide/pyodide.mjs";

const lines = [];
const broken = new Promise((_, no) => {
  const say = console.error;
  console.error = (...words) => {
    say(...words);
    if (String(words[0]).includes("fatal error")) no(words[0]); // what runs never comes to its end
  };
});
const ready = start();
let turn = ready;

async function start() {
  const write = (line) => {
    console.log(line);
    lines.push(line);
  };
  const pyodide = await loadPyodide({ indexURL: new URL("pyodide/", location.href).href, stdout: write, stderr: write });
  const disk = await (await fetch("disk.zip")).arrayBuffer();
  pyodide.unpackArchive(disk, "zip", { extractDir: "/" });
  return pyodide;
}

async function answer({ number, code }) {
  let error = null;
  try {
    const pyodide = await ready;
    await Promise.race([pyodide.runPythonAsync(code), broken]);
  } catch (raised) {
    error = String(raised);
  }
  postMessage({ number, error, output: lines.splice(0).join("\n") });
}

onmessage = ({ data }) => {
  turn = turn.then(() => answer(data), () => answer(data));
};
