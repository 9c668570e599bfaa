// What is dragged with the mouse follows it. A line of a program: a mark shows where it would go, and it is given there
// when let go.
//
// A press that does not move is a click, as before; a finger scrolls the page, and taps.

import { tag } from "../../views/widgets/dom.js";
import { dropAt, STEP } from "./program.js";

const FAR = 5; // pixels that make a press a drag

// Lets the mouse drag an element: `follow(event)` after each move, `end(event)` when it has been let go.
export function onDrag(element, follow, end) {
  element.addEventListener("pointerdown", (down) => {
    if (down.button || down.pointerType === "touch") return;
    let moved = false;
    function move(event) {
      const [dx, dy] = [event.clientX - down.clientX, event.clientY - down.clientY];
      moved ||= Math.hypot(dx, dy) > FAR;
      if (!moved) return;
      event.preventDefault();
      element.classList.add("mrkit-dragged");
      element.style.transform = `translate(${dx}px, ${dy}px)`;
      follow(event);
    }
    function up(event) {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", up);
      window.removeEventListener("pointercancel", up);
      if (!moved) return;
      element.style.transform = "";
      element.classList.remove("mrkit-dragged");
      element.addEventListener("click", ignore, true); // a drag may end with a click
      setTimeout(() => {
        element.removeEventListener("click", ignore, true);
        end(event);
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

// `depth` is how far the line is indented; `drop(index, depth)` puts it at this place of the program; `away()` takes it
// out.
export function makeDraggable(line, list, depth, drop, away) {
  const drag = { line, list, depth, mark: tag("li", "mrkit-drop"), to: null };
  onDrag(line, (event) => follow(drag, event), () => {
    drag.mark.remove();
    if (drag.to) drop(...drag.to);
    else away();
  });
}

function follow(drag, event) {
  const { line, list, mark } = drag;
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
