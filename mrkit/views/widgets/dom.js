// Elements of a page, each made in one call. Serves all widgets.

const SVG = "http://www.w3.org/2000/svg";

export function tag(name, className = "", text = "", attributes = {}) {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text) element.textContent = text;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

export function part(parent, ...what) {
  const element = tag(...what);
  parent.append(element);
  return element;
}

export function svg(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

// A text that is the same is left alone: the page has nothing to do, and a screen reader nothing to say.
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
