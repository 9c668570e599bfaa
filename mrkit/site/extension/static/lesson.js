// What a lesson in the browser needs beside JupyterLite, as an extension of JupyterLab that is loaded as it lies here:
// Python starts while JupyterLab still draws the lesson, a link to a cell leads to the cell, and who comes back is told
// that Python does not know any more what ran before.
{
  const { hash, search } = window.location; // JupyterLite drops them
  const linked = new URLSearchParams(search).get("path");
  const ANEW = "Python began anew with this page. Run the cells from the top again, as far as you had come.";
  const SEEN = 20_000; // milliseconds

  // JupyterLite removes all workers of a host, those of the pages too, unless it finds for which version its own is.
  const { appVersion } = JSON.parse(document.getElementById("jupyter-config-data").textContent);
  const worker = window.navigator.serviceWorker?.controller;
  if (worker) window.localStorage.setItem(`${worker.scriptURL}-version`, appVersion);

  // The lesson finds this session by its path and takes it for its own, with another connection: only that one may
  // answer for widgets.
  const startEarly = ({ contents, kernelspecs, sessions }) => {
    const start = async () => {
      if (!kernelspecs.specs?.kernelspecs.python) return;
      kernelspecs.specsChanged.disconnect(start);
      if (!(await contents.get(linked, { content: false }).catch(() => false))) return;
      const session = { kernel: { name: "python" }, name: linked.replace(/.*\//, ""), path: linked, type: "notebook" };
      (await sessions.startNew(session, { kernelConnectionOptions: { handleComms: false } })).dispose();
    };
    kernelspecs.specsChanged.connect(start);
    start();
  };

  const welcome = async (app, panel, known) => {
    const { path } = panel.context ?? {};
    if (!path?.endsWith(".ipynb") || known.has(path)) return;
    known.add(path);
    await panel.context.ready;
    if (hash && path === linked) panel.setFragment(hash);
    const ran = [...panel.content.model.cells].some((cell) => cell.type === "code" && cell.executionCount !== null);
    const message = `${path.replace(/.*\/|\.ipynb$/g, "")}: ${ANEW}`;
    if (ran) app.commands.execute("apputils:notify", { message, type: "info", options: { autoClose: SEEN } });
  };

  const plugin = {
    id: "mrkit:lesson",
    autoStart: true,
    activate(app) {
      if (linked?.endsWith(".ipynb")) startEarly(app.serviceManager);
      const known = new Set(); // the lessons that were opened since the page came
      app.shell.currentChanged.connect((_, { newValue }) => newValue && welcome(app, newValue, known));
    },
  };
  window._JUPYTERLAB.mrkit = { init() {}, get: async () => () => plugin };
}
