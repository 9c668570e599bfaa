// Cards (cards.py) that are shown again in another order move to their new places.

const SECONDS = 0.9;

// `change` draws anew what is in `element`; each card, known by `data-mrkit-moves`, flies from where it was before.
export function flyCards(element, change) {
  const before = new Map(cardsIn(element).map((card) => [card.dataset.mrkitMoves, card.getBoundingClientRect()]));
  change();
  if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const card of cardsIn(element)) {
    const from = before.get(card.dataset.mrkitMoves);
    if (from) fly(card, from);
  }
}

function cardsIn(element) {
  return [...element.querySelectorAll("[data-mrkit-moves]")];
}

// In an arc, to the right below and to the left above, so that two that change places are both seen.
function fly(card, from) {
  const to = card.getBoundingClientRect();
  const [dx, dy] = [from.left - to.left, from.top - to.top];
  if (!dx && !dy) return;
  const height = Math.sign(dx) * Math.min(30, Math.abs(dx) / 4);
  const middle = `translate(${dx / 2}px, ${dy / 2 + height}px)`;
  const frames = [{ transform: `translate(${dx}px, ${dy}px)` }, { transform: middle }, { transform: "none" }];
  card.animate(frames, { duration: 1000 * SECONDS, easing: "ease-in-out" });
}
