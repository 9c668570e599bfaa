// Which question is sent when: at most one is open, and the last one that was asked is always answered.
//
// It knows no page and no Python; `send` brings a question to whoever answers, with its number.

const REST = 180; // milliseconds without a movement until all seeds are reckoned

export function makeAsker(send, first = 0, wait = setTimeout, stop = clearTimeout) {
  let number = first;
  let open = false;
  let next = null;
  let timer = 0;
  function put(question) {
    number += 1;
    open = true;
    send({ ...question, number });
  }
  function ask(question) {
    if (open) next = question;
    else put(question);
  }
  return {
    keep: () => ask({ keep: true }),
    moved(values) {
      ask({ values, resting: false });
      stop(timer);
      timer = wait(() => ask({ values, resting: true }), REST);
    },
    answered(which) {
      if (which < number) return;
      open = false;
      const question = next;
      next = null;
      if (question) put(question);
    },
    end: () => stop(timer),
  };
}
