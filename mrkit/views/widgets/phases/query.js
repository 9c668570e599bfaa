// The question that the four tables ask of Python (phases.py), and how a click changes it.
//
// Pure: each function gives a new query.

export const NAMES = ["inputs", "pairs", "groups", "results"];
export const FILTERS = ["search", "key", "worker", "partition"];

// First click up, second down, third back to the order of the run.
export function sorted(query, name, column) {
  const { sort, down } = query[name] || {};
  const second = down ? {} : { sort: column, down: true };
  return { ...query, [name]: sort === column ? second : { sort: column } };
}

export function turned(query, name, page) {
  return { ...query, [name]: { ...query[name], page } };
}

export function isPicked({ picked }, name, id) {
  return Boolean(picked && picked[0] === name && picked[1] === id);
}

// The other tables show what belongs to what is picked, from its first page. To pick it again is to let it go.
export function picking(query, name, id) {
  const next = firstPages(query, NAMES.filter((other) => other !== name));
  return { ...next, picked: isPicked(query, name, id) ? null : [name, id] };
}

export function filtering(query, values) {
  return { ...firstPages(query, NAMES), ...values };
}

export function asksNothing(query) {
  return !FILTERS.some((name) => query[name]) && !query.picked && !NAMES.some((name) => query[name]?.sort);
}

function firstPages(query, names) {
  return names.reduce((next, name) => turned(next, name, 0), query);
}
