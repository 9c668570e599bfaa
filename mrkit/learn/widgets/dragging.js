// A line that is dragged with the mouse: it follows, a mark shows where it would go, and it is given there when let go.
//
// A press that does not move is a click, as before; a finger scrolls the page, and taps.

import { tag } from "../../views/widgets/dom.js";
import { dropAt, STEP } from "./program.js";

const FAR = 5; // pixels that make a press a drag

// `depth` is how far the line is indented; `drop(index, depth)` puts it at this place of the program; `away()` takes it
// out.
export function makeDraggable(line, list, depth, drop, away) {
  line.addEventListener("pointerdown", (down) => {
    if (down.button || down.pointerType === "touch") return;
    const [x, y] = [down.clientX, down.clientY];
    const drag = { line, list, depth, mark: tag("li", "mrkit-drop"), x, y, to: null, moved: false };
    const move = (event) => follow(drag, event);
    function up() {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", up);
      window.removeEventListener("pointercancel", up);
      if (!drag.moved) return;
      drag.mark.remove();
      line.style.transform = "";
      line.classList.remove("mrkit-dragged");
      line.addEventListener("click", ignore, true); // a drag may end with a click
      setTimeout(() => {
        line.removeEventListener("click", ignore, true);
        if (drag.to) drop(...drag.to);
        else away();
      });
    }
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", up);
    window.addEventListener("pointercancel", up);
  });
}

function ignore(event) {
  event.stopImmediatePropagation();
}

function follow(drag, event) {
  const { line, list, mark } = drag;
  const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
  drag.moved ||= Math.hypot(dx, dy) > FAR;
  if (!drag.moved) return;
  event.preventDefault();
  line.classList.add("mrkit-dragged");
  line.style.transform = `translate(${dx}px, ${dy}px)`;

  const box = list.parentElement.getBoundingClientRect();
  const over = event.clientX > box.left && event.clientX < box.right && event.clientY > box.top - 20;
  mark.remove();
  drag.to = null;
  if (!over || event.clientY > box.bottom + 20) return;
  const others = [...list.children].filter((each) => !each.contains(line));
  const middles = others.map((each) => each.getBoundingClientRect()).map(({ top, height }) => top + height / 2);
  const start = list.getBoundingClientRect().left + parseFloat(getComputedStyle(list).paddingLeft);
  drag.to = dropAt(middles, event.clientY, line.getBoundingClientRect().left - start + drag.depth * STEP);
  mark.style.marginLeft = `${drag.to[1] * STEP}px`;
  list.insertBefore(mark, others[drag.to[0]] ?? null);
}
