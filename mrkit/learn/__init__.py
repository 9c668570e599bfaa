"""What makes a notebook a lesson: checks that teach, quizzes, puzzles, hints and progress.

This page is the manual for people who write lessons. It has three parts: what a lesson's cells say, where its
exercises are defined, and how their answers are tested.

**1. The cells of a lesson.** A notebook imports what it uses and names exercises by their ids: the lesson's number, a
dot, a name. Prediction before the run:

    from mrkit.learn import check, hint, progress, quiz

    quiz("01.q1")                # radio buttons; `quiz("01.q1").answer("b")` or `answer("01.q1", "b")` says the same

An exercise. The `def` line stays outside nbgrader's marks, the solution between them; what is left when they are
emptied must be a body of `...` or `raise NotImplementedError()`. Both make the check say "not attempted yet":

    def by_length(word):
        ### BEGIN SOLUTION
        yield len(word), 1
        ### END SOLUTION

    check("01.length", by_length)      # the last line of a cell: the result shows itself

    hint("01.length")                  # the next rung of the ladder; each needs a new failed attempt

More than one function goes in the order of the exercise's `parts`, or by name:

    check("05.mean", pairs, partial_mean, mean)
    check("05.mean", map_func=pairs, combiner=partial_mean, reduce_func=mean)

An answer that is a value (a prediction, a counterexample) starts as `...`, above the marks:

    breaks = ...
    ### BEGIN SOLUTION
    breaks = [1, 2, 6]
    ### END SOLUTION

    check("03.breaks", breaks)

A job of the learner's own, with a plain loop that gives the same and does not use it:

    check("14.own", my_job(pairs, total, lines, plain=by_hand, combiner=total))

Lines to put in order, here with the keyboard or the mouse, or by a plain call (`>` indents a line once more):

    parsons("04.count")
    parsons("04.count").order("a", "c>", "b>>")

A function of the lesson's to play with, by a button or a slider. What its first call shows stays in the notebook:

    press(shake, "Shake the values")
    slide(load, "partitions", range(1, 33), start=4)

Values in an order, as cards; under a button they move to their new places: `cards(values, order)`.

Tasks to lay on workers by hand, and then the run of them: `lay([3, 2, 2, 9, 1], workers=2)`.

A prediction whose numbers differ from student to student (`Prediction.variant`) shows its text, and yours:

    task("12.backup")

What a Python prints that knows nothing of this one, also in a browser:

    in_fresh_python("print(hash('a'))")

At the end of a lesson, what is done so far:

    progress("01")               # one lesson; `progress()` is all of them

In a class: vote first, talk, vote again (`quiz("01.q1").vote("b")`, or the button). The teacher counts with
`vote("01.q1")`. `hand_in("01")` puts the diary of a lesson into the notebook; `mrkit release` writes that cell.

`check`, `answer` and `.order` return a `Result`: true when passed, and never an exception. Where a failure must stop
the notebook (a teacher's grading cell), write `check("01.length", by_length).require()`, which raises `CheckFailed`,
an AssertionError that says the same sentence. While nbgrader grades, a result that did not pass shows the text 0, and
so its cell gets no points, with the card as before. How teachers use it: `mrkit/lessons/notes/nbgrader.md`.

**2. Where exercises are defined.** `mrkit/lessons/lesson_NN.py`, one module for each lesson: plain objects at
module level, made of the classes in `mrkit.learn.exercise`, which documents every field:

    Exercise        functions of the learner's that are run as a job, or one plain function
    Prediction      a value
    Counterexample  an input that makes two things disagree
    OwnJob          a job of the learner's own, against the learner's own plain loop
    Quiz, Choice    one question, one misconception for each wrong choice
    Parsons         lines to put in order
    Hints, Mistake, Case    parts of the above

A whole exercise:

    from mrkit.learn.exercise import Case, Exercise, Hints, Mistake

    def total(item):
        key, values = item
        return key, sum(values)

    LENGTH = Exercise(
        id="01.length",
        title="Count words by length",
        parts=("map_func",),                       # what the learner gives
        given={"reduce_func": total},              # what the lesson gives
        inputs=lambda rng: rng.choices("a cat sat on the mat".split(), k=8),
        reference=lambda words: list(Counter(map(len, words)).items()),  # the results, in plain Python
        mistakes=(
            Mistake("word_key", "Your key is the word. Here words of one length must meet, so the key is the length.",
                    map_func=lambda word: [(word, 1)]),
        ),
        edges=(Case("empty", [""], "An empty word has a length too: 0."),),
        hints=Hints(idea="...", line="...", twin="..."),
    )

A `Mistake` is a known misconception, given as the functions (or `results=`, or `value=`) that somebody who holds it
would write. When the learner's answer gives the same as the mistake on every case, the check says its sentence.
An `edges` case says its own sentence when it alone fails.

A check stops at the first failure, in this order; the names are the findings' ids (`mrkit.learn.findings`):

    attempted     untouched
    determinism   not_deterministic, unstable_hash
    contract      nothing, pair, key, value, input_changed, read_twice, raises, endless, partition_number, ...
    order         value_order, unordered (group_by=...), key_order
    isolation     shared_state, split, placement (together=...), reducer_count, second_attempt
    combiner      combiner_type, combiner_times
    correctness   the id of a Mistake or an edge Case, no_results, wrong
    cost          budget (budget=...), load (balance=...), buffered (group_by=...), and what the probes in `also` say

**3. How answers are tested.** `tests/learn/bank/lesson_NN.py`: every code exercise has at least six wrong answers, each
with the finding it must get, and three right ones written differently. A builder returns the answer (one function, a
tuple of parts, or a value), so that state lives in its closure as it would in a notebook:

    from bank import right, wrong

    @right("01.length")
    def with_a_generator():
        def by_length(word):
            yield len(word), 1
        return by_length

    @wrong("01.length", "nothing")
    def forgot_to_return():
        def by_length(word):
            [(len(word), 1)]
        return by_length

`tests/learn/test_bank.py` finds every bank: all wrong ones are caught, each with the finding it names, and no right one
is refused, on some seeds, with `-m soak` on 20. `tests/learn/test_mutants.py` changes the right ones a little at a
time; each change that still passes must be explained in the bank's `SURVIVORS`, as
`{("builder", "old -> new"): "why it is still right"}`.
Each finding has a line in the notes for teachers, under `## Wrong answers`, as "- **01.length** `word_key`: If ...: do
...", or in `notes/any_lesson.md` if any exercise may meet it; `tests/classroom/test_notes.py` says what is missing.
`tests/learn/test_sentences.py` holds every sentence to a reading level. Run them for one lesson with
`pytest tests/learn -k lesson_01`.

In a kernel, a cell that ends with an `assert` shows a check mark and what was compared (`compared`).

Nothing here imports a widget library before a widget is shown, and nothing leaves the machine.
"""

from mrkit.learn import alone, compared
from mrkit.learn.ballot import tally, vote
from mrkit.learn.cards import cards
from mrkit.learn.controls import press, slide
from mrkit.learn.fresh import in_fresh_python
from mrkit.learn.hand_in import hand_in
from mrkit.learn.hints import hint
from mrkit.learn.laying import lay
from mrkit.learn.own import my_job
from mrkit.learn.parsons import parsons
from mrkit.learn.progress import progress
from mrkit.learn.quiz import answer, quiz
from mrkit.learn.result import CheckFailed, Result
from mrkit.learn.variant import task
from mrkit.learn.verdict import check

__all__ = [
    "CheckFailed",
    "Result",
    "answer",
    "cards",
    "check",
    "hand_in",
    "hint",
    "in_fresh_python",
    "lay",
    "my_job",
    "parsons",
    "press",
    "progress",
    "quiz",
    "slide",
    "tally",
    "task",
    "vote",
]

compared.watch()
alone.watch()
