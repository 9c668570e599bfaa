"""Every parameter of every public function, class and command gets values of every type and range.

What cannot be meant is refused in a sentence of mrkit's own, at once: never a raw error, never a silent guess. The
table names every parameter, and what of it must be refused; a new one that is not in it fails the last test.
"""

from __future__ import annotations

import importlib
import inspect
import math
import warnings
from decimal import Decimal
from itertools import islice

import matplotlib.pyplot as plt
import pytest
import typer
from oracle import total, words

import mrkit
from mrkit import MapReduce, RangePartitioner, SimpleMapReduce, Trace, cluster, datasets, faults, inputs, learn, views
from mrkit.cli import commands
from mrkit.errors import BadArgument, MrkitError, UserFunctionError
from mrkit.running import Running

ODD = [
    *[None, True, False, 0, 1, -1, 2**31, 10**30, 1.5, -0.5, math.inf, -math.inf, math.nan, 2j, Decimal("1.5")],
    *["", "text", "-1", "2", "\ud800", "a\0b", b"", b"bytes"],
    *[(), (1,), [], [None], [[]], {}, {"a": 1}, set(), range(3), iter([1])],
    *[object(), lambda *_: 1, Ellipsis, NotImplemented, Exception("text")],
]
ANY: list = []  # it may be anything, or what it is shows when it is used: a key, a record, the user's own inputs
COUNT = [0, -1, 1.5, True, "2", [], 2j]  # a whole number, at least 1
INDEX = [None, -1, 1.5, True, "2", []]  # a whole number, at least 0
SHARE = [None, -0.5, 1.5, "1", math.nan, []]
TEXT = [None, 1, b"x", [], len]
FUNCTION = [True, 1, "text", []]
NEEDED = [None, *FUNCTION]
FLAG = [None, 0, 1, "no", "yes", [], 1.0]
ITEMS = [None, 1, True, "text", b"x", 1.5]
MAPPING = [None, 1, "text", [1], {"a": None}]
PATH = [None, 1, "", "a\0b", "\ud800", []]
RUN = [None, 1, "text", [], object()]
AXES = [True, 1, "text", [], object()]
TITLE = [True, 1, b"x"]
SEED = [1.5, "1", [], 2j]
BYTES = [0, -1, "much", "", math.inf, math.nan, [], b"1", True]
NUMBER = [None, "1", math.nan, [], 2j, True]
STAGE = [None, 1, "shuffle", "", []]
ID = [None, 1, "", "nothing-1", [], b"x"]
CHUNK = {"inputs": ITEMS, "chunksize": COUNT}
WATCHED = {**CHUNK, "baseline": FLAG, "hooks": [None, 1, "text", b"x", [None], [1], len]}
DRAWN = {"ax": AXES, "title": TITLE}
FUNCTIONS = {"map_func": NEEDED, "reduce_func": NEEDED}


def run():
    return job().run(["the cat", "the dog"])


def job(map_func=words, reduce_func=total, **options):
    return MapReduce(map_func, reduce_func, **{"executor": "serial"} | options)


def on_processes():
    return MapReduce(words, total, 2)  # whose workers have not started


def chart(draw, **usual):
    """A chart gets a run, unless it gets something else."""
    return lambda **given: draw(**usual | given)


def of_run(draw, **usual):
    return lambda **given: draw(**{"run": run()} | usual | given)


JOB = {
    **FUNCTIONS,
    **dict.fromkeys(("combiner", "partitioner", "group_by"), FUNCTION),
    "num_workers": [*COUNT, 10**30],
    "num_partitions": [*COUNT, 10**30],
    "executor": [None, True, 1, "process", "tcp://", [], object()],
    "start_method": [True, 1, "spawn", [], b"fork"],  # with executor="serial" none fits
    "hooks": WATCHED["hooks"],
    **dict.fromkeys(("progress", "sort_keys", "map_split", "speculative"), FLAG),
    **dict.fromkeys(("sample", "max_skipped"), INDEX),
    "memory_limit": BYTES,
    "slow_motion": [*NUMBER, 0.5, 0, -1, 10**6],
    "on_error": [None, True, "ignore", [], b"raise"],
    "max_attempts": [None, *COUNT],
    "task_timeout": [0, -1, True, math.nan, "5", -math.inf, []],
    "faults": [None, True, 1, "text", [None], len],
}
MACHINE = {about.name: [None, "text", math.nan, []] for about in cluster.parameters.parameters()}
RECKONED = {"cluster": RUN, "job": RUN, "seed": SEED, "kills": [None, 1, "text", [None], [(1,)], [(-1, 1)]]}
SMALL = {"cluster": cluster.Cluster(machines=2)}
SMALL["job"] = cluster.Job((cluster.MapTask(1, 1, 1),), (cluster.ReduceTask(1, 1, 1),))

# What is called: (a call that is good, of each parameter what must be refused).
TABLE = {
    MapReduce: (job, JOB),
    SimpleMapReduce: (
        lambda **given: SimpleMapReduce(**{"map_func": words, "reduce_func": total, "num_workers": 1} | given),
        {**FUNCTIONS, "num_workers": COUNT},
    ),
    MapReduce.__call__: (lambda inputs=("a",), **given: job()(inputs, **given), CHUNK),
    MapReduce.run: (lambda inputs=("a",), **given: job().run(inputs, **given), WATCHED),
    MapReduce.start: (lambda inputs=("a",), **given: job().start(inputs, **given).result(30), WATCHED),
    MapReduce.stream: (lambda inputs=("a",), **given: list(job().stream(inputs, **given)), CHUNK),
    MapReduce.kill_worker: (lambda name=None: on_processes().kill_worker(name), {"name": [1, [], b"x"]}),
    SimpleMapReduce.__call__: (lambda inputs=(), **given: SimpleMapReduce(words, total, 1)(inputs, **given), CHUNK),
    SimpleMapReduce.partition: (
        lambda mapped_values=(): SimpleMapReduce(words, total, 1).partition(mapped_values),
        {"mapped_values": [None, 1, [None], [[]], "text"]},
    ),
    Running.then: (lambda function=print: job().start([]).then(function), {"function": NEEDED}),
    Running.result: (lambda timeout=9: job().start([]).result(timeout), {"timeout": [-1, "1", [], True, math.nan]}),
    mrkit.Run.explain: (lambda key="the": run().explain(key), {"key": ANY}),
    Trace.from_json: (lambda source=None: Trace.from_json(source), {"source": [None, 1, "", "{}", "text", [], b""]}),
    Trace.to_json: (lambda path=None: run().trace.to_json(path), {"path": [1, "", "a\0b", []]}),
    Trace.to_chrome: (lambda path=None: run().trace.to_chrome(path), {"path": [1, "", "a\0b", []]}),
    Trace.of_kind: (lambda kind=mrkit.events.Event: run().trace.of_kind(kind), {"kind": [None, 1, "text"]}),
    **{
        ask: (lambda stage="map", ask=ask: ask(run().trace, stage), {"stage": STAGE})
        for ask in (Trace.stage_times, Trace.task_times, Trace.tasks)
    },
    RangePartitioner: (lambda borders=(): RangePartitioner(borders), {"borders": [None, 1, [2, 1], ["a", 1], 1.5]}),
    RangePartitioner.__call__: (
        lambda key="a", num_partitions=1: RangePartitioner([])(key, num_partitions),
        {"key": ANY, "num_partitions": [None, 0, 2, "1"]},
    ),
    RangePartitioner.from_sample: (
        lambda keys=(1, 2), num_partitions=2: RangePartitioner.from_sample(keys, num_partitions),
        {"keys": [None, 1, [], ["a", 1]], "num_partitions": [None, *COUNT, 10**30]},
    ),
    mrkit.counter: (
        lambda name="a", amount=1: mrkit.counter(name, amount),
        {"name": [None, 1, b"x", []], "amount": [None, 1.5, "1", [], True]},
    ),
    mrkit.stable_hash: (lambda key="a": mrkit.stable_hash(key), {"key": [math.nan, [], {}, object(), [1]]}),
    mrkit.hash_partitioner: (
        lambda key="a", num_partitions=1: mrkit.hash_partitioner(key, num_partitions),
        {"key": [math.nan, [], object()], "num_partitions": [None, 0, -1, 1.5, "2"]},
    ),
    inputs.text_lines: (
        lambda paths=__file__, **given: list(inputs.text_lines(paths, **given)),
        {
            "paths": [None, 1, "", "nothing", "a\0b", [], [None]],
            "split_size": [None, *BYTES],
            "encoding": [None, 1, "", "nothing", [], "hex"],
            "errors": [1, "nothing", []],
        },
    ),
    inputs.expand: (
        lambda paths=__file__: inputs.expand(paths),
        {"paths": [None, 1, "", "nothing", "a\0b", [], [None]]},
    ),
    inputs.parse_size: (lambda size=1: inputs.parse_size(size), {"size": [None, *BYTES]}),
    **{
        make: (
            lambda stage="map", task=0, seconds=1, make=make, **given: make(
                stage, task, **{"seconds": seconds} if make is faults.slow else {}, **given
            ),
            {"stage": STAGE, "task": INDEX, "attempt": [None, *COUNT]}
            | ({"seconds": [None, -1, "1", math.nan]} if make is faults.slow else {}),
        )
        for make in (faults.kill, faults.slow)
    },
    faults.fail: (lambda task=0, record=0: faults.fail(task, record), {"task": INDEX, "record": INDEX}),
    faults.lose: (lambda task=0: faults.lose(task), {"task": INDEX}),
    faults.random_faults: (
        lambda seed=1, map_tasks=1, reduce_tasks=1, **given: faults.random_faults(
            seed, map_tasks, reduce_tasks, **given
        ),
        {"seed": SEED, "map_tasks": COUNT, "reduce_tasks": COUNT, "number": [*INDEX, 10**30], "seconds": NUMBER},
    ),
    cluster.Cluster: (lambda **given: cluster.Cluster(**given), MACHINE),
    cluster.simulate: (lambda **given: cluster.simulate(**SMALL | given), RECKONED),
    cluster.reckon: (lambda **given: cluster.reckon(**SMALL | given), RECKONED),
    datasets.stdlib_files: (lambda limit=1: datasets.stdlib_files(limit), {"limit": [-1, 1.5, "2", [], True]}),
    datasets.weather: (
        lambda lines=2, **given: list(islice(datasets.weather(lines, **given), 3)),
        {"lines": INDEX, "seed": INDEX, "stations": [None, 1, "text", {}, {"a": None}, {"a;": 1}]},
    ),
    datasets.sales: (
        lambda lines=2, **given: list(islice(datasets.sales(lines, **given), 3)),
        {"lines": INDEX, "seed": INDEX, "skew": [None, -1, 11, "1", math.nan]},
    ),
    datasets.web_log: (
        lambda lines=2, **given: list(islice(datasets.web_log(lines, **given), 3)),
        {"lines": INDEX, "seed": INDEX, "bad": SHARE},
    ),
    datasets.write: (
        lambda lines=("a",), path="x": datasets.write(lines, path),
        {"lines": [*ITEMS, ["\ud800"]], "path": PATH},
    ),
    **{
        draw: (of_run(draw), {"run": RUN, "ax": AXES})
        for draw in (
            *[
                views.flow,
                views.rank_frequency,
                views.shuffle_matrix,
                views.time_use,
            ],
        )
    },
    views.compare: (
        lambda **given: views.compare(**{"before": run(), "after": run()} | given),
        {"before": RUN, "after": RUN, "ax": AXES, "names": [*ITEMS[1:], [], ("a",), ("a", 1)]},
    ),
    views.timeline: (
        lambda **given: views.timeline(**{"run": run()} | given),
        {"run": RUN, "beside": [*ITEMS, [None]], "ax": AXES},
    ),
    views.partition_load: (
        lambda **given: views.partition_load(**{"run": run()} | given),
        {"run": RUN, "before": [], "most": [-1, "1", math.inf], "tasks": [0, "text", 1.5], "ax": AXES},
    ),
    views.rates: (
        lambda **given: views.rates(**{"run": cluster.simulate(**SMALL)} | given),
        {"run": RUN, "marks": ITEMS, "longest": NUMBER, "most": NUMBER, "ax": AXES},
    ),
    views.speedup: (
        lambda runs=(), **given: views.speedup(runs, **given),
        {"runs": [*ITEMS, [None]], "recorded": [None, 1, "text"], "ax": AXES},
    ),
    views.top_k: (
        lambda results=(), **given: views.top_k(results, **given),
        {"results": [None, 1, "text", [None], [1]], "k": INDEX, "ax": AXES},
    ),
    views.bars: (
        chart(views.bars, numbers={"a": 1}, what="x"),
        {"numbers": MAPPING, "what": TEXT, "kind": [None, 1, "nothing", []], "most": [-1, "1", math.inf], **DRAWN},
    ),
    views.by_round: (
        chart(views.by_round, series={"a": [1, 2]}, what="x"),
        {"series": [*MAPPING, {"a": 1}], "what": TEXT, "until": [-1, 1.5, "1"], "stacked": ANY, "log": ANY, **DRAWN},
    ),
    views.ripples: (
        chart(views.ripples, distances={"a": 0}, round=0),
        {"distances": [None, 1, "text", [1], {"a": -1}, {"a": "b"}], "round": INDEX, "what": TEXT, **DRAWN},
    ),
    views.tape: (
        of_run(views.tape, group="the"),
        {
            **{"run": RUN, "group": ["nothing"], "held": FUNCTION, "special": FUNCTION, "label": FUNCTION},
            **{"chips": COUNT, "most": [-1, "1", math.nan], **DRAWN},
        },
    ),
    views.trade_off: (
        chart(views.trade_off, points={"a": (1, 2)}),
        {
            "points": [*MAPPING, {"a": 1}],
            "picked": TEXT,
            "least": [1, "text", (1,)],
            "most": [1, "text", (1,)],
            **DRAWN,
        },
    ),
    views.Picture: (
        lambda figure=None: views.Picture(figure or plt.figure()),
        {"figure": [1, "text", object()]},
    ),
    views.Player: (
        lambda run=None, hashes=False: views.Player(run or globals()["run"](), hashes),
        {"run": [1, "text", object()], "hashes": FLAG},
    ),
    views.phases: (of_run(views.phases), {"run": RUN}),
    views.buckets: (of_run(views.buckets), {"run": RUN}),
    views.show: (
        lambda chart=views.timeline, arguments=(): views.show(chart, run()),
        {"chart": [None, 1, "text"], "arguments": ANY},
    ),
    views.explorer: (
        lambda **given: views.explorer(**{"map_func": words, "reduce_func": total, "inputs": ["a"]} | given),
        {**FUNCTIONS, "inputs": [None, 1], "combiner": FUNCTION},
    ),
    **{
        watch: (
            lambda watch=watch, **given: watch(**{"job": job(), "inputs": ["a"]} | given),
            {
                "job": RUN,
                **(CHUNK if watch is views.live else {"inputs": ANY, "chunksize": ANY}),
            },  # when Run is pressed
        )
        for watch in (views.live, views.panel, views.chaos)
    },
    views.whatif: (lambda controls="backups": views.whatif(controls), {"controls": [None, 1, "nothing"]}),
    **{
        ask: (lambda id="01-1", ask=ask: ask(id), {"id": ID})
        for ask in (learn.hint, learn.parsons, learn.quiz, learn.task)
    },
    learn.answer: (lambda id="nothing", choice="a": learn.answer(id, choice), {"id": ID, "choice": ANY}),
    learn.check: (
        lambda id="nothing", answer=None, seed=None: learn.check(id, answer, seed=seed),
        {"id": ID, "answer": ANY, "seed": ANY},
    ),
    learn.in_fresh_python: (lambda code="print(1)": learn.in_fresh_python(code), {"code": TEXT}),
    learn.tally: (lambda id="nothing", text="A": learn.tally(id, text), {"id": ID, "text": TEXT}),
    learn.vote: (
        lambda id="nothing", name="class", folder=".": learn.vote(id, name, folder),
        {"id": ID, "name": TEXT, "folder": PATH},
    ),
    learn.cards: (
        lambda values=(4, 9), order=(1, 0): learn.cards(values, order),
        {"values": [None, 1, "text", [None]], "order": [None, 1, "text", [None], [7], [0, 0]]},
    ),
    learn.lay: (
        lambda tasks=(3, 2), workers=2: learn.lay(tasks, workers),
        {"tasks": [None, 1, "text", [None]], "workers": COUNT},
    ),
    learn.hand_in: (lambda lesson="nothing": learn.hand_in(lesson), {"lesson": [None, 1, "", "nothing", []]}),
    learn.progress: (lambda lesson=None: learn.progress(lesson), {"lesson": [1, "nothing", []]}),
    learn.slide: (
        lambda function=print, label="x", values=range(3), start=0: learn.slide(function, label, values, start),
        {"function": NEEDED, "label": TEXT, "values": [None, 1, "text", 1.5], "start": [None, 9, "x"]},
    ),
    learn.press: (lambda function=print, label="x": learn.press(function, label), {"function": NEEDED, "label": TEXT}),
    learn.my_job: (
        lambda **given: learn.my_job(
            **{"map_func": words, "reduce_func": total, "inputs": ["a"], "plain": lambda lines: {"a": 1}} | given
        ),
        # An answer that was not begun has `...` for a function: `check` says what is wrong with a job of one's own.
        dict.fromkeys(("map_func", "reduce_func", "inputs", "plain", "combiner", "partitioner", "group_by"), ()),
    ),
}

# What mrkit makes and hands out: nobody gives these their arguments.
MADE = {
    *[mrkit.MrkitError, mrkit.Run, mrkit.Trace, inputs.TextLines, inputs.TextSplit, learn.CheckFailed, learn.Result],
    *[cluster.Kill, cluster.Outcome, cluster.MapTask, cluster.ReduceTask, cluster.Job],
    *[datasets.Module, datasets.Function, datasets.Import],
    *[faults.Fault, faults.WorkerKilled, faults.PlannedFailure],
    *[faults.softened, faults.check, faults.strike, faults.fails, faults.loses],  # what the engine calls
}


def name_of(function):
    return f"{function.__module__}.{function.__qualname__}"


def cases():
    for function, (_, refused) in TABLE.items():
        for parameter in refused:
            yield pytest.param(function, parameter, id=f"{name_of(function)}-{parameter}")


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    yield
    plt.close("all")


def call(function, parameter, value):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return TABLE[function][0](**{parameter: value})


@pytest.mark.parametrize(("function", "parameter"), list(cases()))
def test_what_cannot_be_meant_is_a_sentence(function, parameter):
    for value in ODD:
        try:
            call(function, parameter, value)
        except TimeoutError:
            assert parameter == "timeout"
        except UserFunctionError:
            pass  # the table's own functions, on inputs that they do not take
        except MrkitError as error:
            said = str(error)
            assert said.rstrip().endswith((".", "?", ")", "`", ".'")), said
            assert len(said) < 700, said


@pytest.mark.parametrize(("function", "parameter"), list(cases()))
def test_what_must_be_refused_is_refused(function, parameter):
    for value in TABLE[function][1][parameter]:
        with pytest.raises(MrkitError):  # else this value passes without a word
            call(function, parameter, value)


def public():
    """All that a user finds: what the modules name, and the methods of the classes of `mrkit`."""
    for module in (mrkit, inputs, faults, views, learn, datasets, cluster):
        own = [name for name, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__]
        for name in getattr(module, "__all__", own):
            value = getattr(importlib.import_module(module.__name__), name)
            if callable(value) and not name.startswith("_") and value not in MADE:
                yield value
    for kind in (MapReduce, SimpleMapReduce, mrkit.Run, Trace, RangePartitioner, Running):
        for name, method in inspect.getmembers(kind, callable):
            own = name == "__call__" and "__call__" in vars(kind)
            if (own or not name.startswith("_")) and set(parameters(method)):
                yield next(
                    (
                        known
                        for known in TABLE
                        if getattr(known, "__func__", known) is getattr(method, "__func__", method)
                    ),
                    method,
                )


def parameters(function):
    found = inspect.signature(function).parameters.values()
    return [it.name for it in found if it.name != "self" and it.kind is not it.VAR_KEYWORD]


def test_all_that_is_public_is_in_the_table():
    missing = {
        f"{name_of(function)}: {sorted(set(parameters(function)) ^ set(TABLE.get(function, ((), ()))[1]))}"
        for function in public()
        if set(parameters(function)) != set(TABLE.get(function, ((), ()))[1])
    }
    assert not missing


# Jobs, in more detail.


def named(value):
    """The same in each test process: without addresses."""
    return ascii(value).partition(" at 0x")[0]


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in JOB.items() for value in values], ids=named
)
def test_a_job_refuses_it_when_it_is_made(name, value):
    with pytest.raises(BadArgument):
        job(**{name: value})


def test_hooks_that_can_be_read_once_are_all_called():
    seen = []
    job(hooks=(hook for hook in [seen.append]))(["a"])
    assert seen


# Commands.

NUMBERS = ["0", "-1", "1.5", "x", ""]
LANGUAGE = ["", "xx", "../de"]
NOWHERE = ["", "no/such/folder"]
SWITCH: list[str] = []
COMMANDS = {
    "wordcount": {
        "files": ["nothing-here.txt", "", "*.nothing"],
        "workers": [*NUMBERS, str(10**30)],
        "executor": ["", "process", "http://x", "tcp://"],
        "top": NUMBERS,
        "trace": ["no/such/folder/t.json", "/"],
        "chrome": ["no/such/folder/t.json", "/"],
        "timeline": SWITCH,
    },
    "lab": {
        **{"folder": SWITCH, "reset": ["nothing", ""], "language": LANGUAGE},
        **dict.fromkeys(("instructor", "no_open", "no_browser"), SWITCH),
    },
    "doctor": {"students": NUMBERS},
    "release": {
        **{"folder": SWITCH, "roster": NOWHERE, "lessons": ["nothing"], "due": ["soon"], "course": SWITCH},
        **{"in_class": SWITCH, "language": LANGUAGE},
    },
    "grade": {
        **{"folder": NOWHERE, "out": SWITCH, "roster": NOWHERE, "lessons": ["nothing"], "pattern": ["("], "lms": ["x"]},
        **{"again": SWITCH, "jobs": NUMBERS, "limit": NUMBERS, "memory": ["x", "-1"], "language": LANGUAGE},
    },
    "findings": {"folder": NOWHERE, "top": NUMBERS},
    "votes": {
        **{"id": ["nothing-1", ""], "name": SWITCH, "before": SWITCH, "after": SWITCH, "chat": NOWHERE},
        "language": LANGUAGE,
    },
    "cards": {"out": SWITCH, "language": LANGUAGE},
    "site": {"folder": [__file__], "lessons": NOWHERE, "repository": ["x", "a b/c", "a/b/c"]},
    "translate": {"language": ["", "../x"], "out": SWITCH},
    "cluster osdi04": {"seeds": NUMBERS, "plot": ["no/such/folder/f.png"]},
    "cluster figures": {},
    "cluster sensitivity": {"seeds": NUMBERS},
}


def all_commands(command=None, path=""):
    command = command or typer.main.get_command(commands.app)
    for name, inner in command.commands.items():
        if hasattr(inner, "commands"):
            yield from all_commands(inner, f"{path}{name} ")
        else:
            yield f"{path}{name}", [it for it in inner.params if it.name != "help"]


FOLDERS = {"lab": ["--no-open", "."], "site": ["no-such-folder-yet"]}


def given(path, it, value):
    arguments = [value] if it.opts == [it.name] else [it.opts[-1], value]
    return [*path.split(), *arguments, *(FOLDERS.get(path, []) if it.name != "folder" else [])]


@pytest.mark.parametrize(
    "arguments",
    [
        *[
            given(path, it, value)
            for path, found in all_commands()
            for it in found
            for value in COMMANDS.get(path, {}).get(it.name, [])
        ],
        *[["nothing"], ["--nothing"]],
    ],
    ids=ascii,
)
def test_a_command_that_cannot_be_meant_is_one_line(arguments, capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert commands.main(arguments) in (1, 2)
    said = capsys.readouterr().err
    assert said.startswith("mrkit: ")
    assert said.count("\n") == 1
    assert "fault of mrkit" not in said


def test_all_commands_and_their_options_are_in_the_table():
    assert {path: {it.name for it in found} for path, found in all_commands()} == {
        path: set(options) for path, options in COMMANDS.items()
    }
