// Puts a living widget in the place of its still picture. Python joins this file in front of each widget's own.
//
// The output of a cell holds only the picture (see living.py), so that a saved notebook shows it without a kernel. While
// the kernel lives, the widget's model finds the picture by `place`, hides it and draws the widget beside it.

function living(render) {
  function initialize({ model, ...rest }) {
    const views = new Map(); // place element -> what undoes its view
    const wanted = `[data-mrkit-place="${model.get("place")}"]`;

    async function fill(place) {
      const el = document.createElement("div");
      views.set(place, () => el.remove());
      const undo = await render({ model, el, ...rest });
      if (!views.has(place)) return undo?.();
      views.set(place, () => {
        undo?.();
        el.remove();
        for (const child of place.children) child.hidden = false;
      });
      for (const child of place.children) child.hidden = true;
      place.append(el);
    }

    let waiting = false;
    function look() {
      waiting = false;
      for (const place of document.querySelectorAll(wanted)) if (!views.has(place)) fill(place);
    }
    const watch = new MutationObserver(() => {
      if (!waiting) setTimeout(look, 30);
      waiting = true;
    });
    watch.observe(document.body, { childList: true, subtree: true });
    look();

    return () => {
      watch.disconnect();
      const undo = [...views.values()];
      views.clear();
      for (const each of undo) each();
    };
  }
  return { initialize, render };
}
