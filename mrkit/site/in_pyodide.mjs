// Runs a program in the Python that the lessons of a site will have, with all packages that lie in it, and the site as
// its folder: node in_pyodide.mjs SITE PROGRAM

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";

const [site, program] = process.argv.slice(2).map((path) => resolve(path));
const lockFileURL = `${site}/static/pyodide-lock/pyodide-lock.json`;
const { packages } = JSON.parse(readFileSync(lockFileURL, "utf8"));
const { loadPyodide } = await import(pathToFileURL(`${site}/static/pyodide/pyodide.mjs`));
const python = await loadPyodide({ lockFileURL, packages: Object.keys(packages) });
python.FS.mkdir("/site");
python.FS.mount(python.FS.filesystems.NODEFS, { root: site }, "/site");
python.runPython(`import os; os.chdir("/site")`);
python.runPython(readFileSync(program, "utf8"));
