// A fresh Pyodide that runs one program and answers with what that { printed }, or why it failed. Its other end is
// fresh.py. The first message says where Pyodide is and brings mrkit, the second is the program.

let home;

async function run({ address, packages, folder }, code) {
  const printed = [];
  const { loadPyodide } = await import(`${address}pyodide.mjs`);
  const pyodide = await loadPyodide({ indexURL: address, stdout: (line) => printed.push(line) });
  pyodide.unpackArchive(await packages.arrayBuffer(), "zip", { extractDir: folder });
  pyodide.runPython(code);
  return printed.join("\n");
}

const answer = (printed) => postMessage({ printed });

onmessage = ({ data }) => {
  if (home) run(home, data.code).then(answer, (error) => answer(`${error}`));
  else home = data;
};
