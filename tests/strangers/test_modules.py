"""The user's own modules are in the workers what they are in the notebook."""

from __future__ import annotations

import os

import pytest
from programs import run, said, write

EXECUTORS = """
import concurrent.futures, multiprocessing
from mrkit import MapReduce
def everywhere(map_func, reduce_func, inputs, *more):
    with concurrent.futures.ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        for executor in ("serial", "threads", "processes", pool, *more):
            yield sorted(MapReduce(map_func, reduce_func, 2, executor=executor)(inputs))
def total(item):
    return item[0], sum(item[1])
"""

CONF = """
import threading
STOP = set()
LOCK = threading.Lock()
calls = 0
class Record:
    kind = "old"
    def __init__(self, text):
        self.text = text
    def __eq__(self, other):
        return type(other) is Record and other.text == self.text
def words(line):
    return [(word, 1) for word in line.split() if word not in STOP]
def locked(line):
    with LOCK:
        return words(line)
def records(line):
    return [(word, Record(word)) for word in line.split()]
def first(item):
    return item[0], next(iter(item[1])).text, Record.kind
"""

SAME = {
    "a setting": """
        conf.STOP = {"the"}
        print(*everywhere(conf.words, total, ["the cat", "the dog"]), sep="\\n")
        """,
    "a setting read by a notebook's function": """
        conf.STOP = {"the"}
        def words(line):
            return [(word, 1) for word in line.split() if word not in conf.STOP]
        print(*everywhere(words, total, ["the cat", "the dog"]), sep="\\n")
        """,
    "a module that is imported in the function": """
        conf.STOP = {"the"}
        def words(line):
            import conf as settings
            return [(word, 1) for word in line.split() if word not in settings.STOP]
        print(*everywhere(words, total, ["the cat", "the dog"]), sep="\\n")
        """,
    "a name that is imported in the function": """
        conf.STOP = {"the"}
        def words(line):
            from conf import STOP, words
            assert STOP == {"the"}
            return words(line)
        print(*everywhere(words, total, ["the cat", "the dog"]), sep="\\n")
        """,
    "a function that was exchanged": """
        conf.words = lambda line: [(line, 1)]
        def lines(line):
            return conf.words(line)
        print(*everywhere(lines, total, ["the cat", "the dog"]), sep="\\n")
        """,
    "a class of the module": """
        conf.Record.kind = "new"
        print(*everywhere(conf.records, conf.first, ["the cat", "the dog"]), sep="\\n")
        """,
    "instances as inputs": """
        conf.Record.kind = "new"
        inputs = [conf.Record("a"), conf.Record("b")]
        def kinds(record):
            assert isinstance(record, conf.Record)
            return [(record.kind, 1)]
        print(*everywhere(kinds, total, inputs), sep="\\n")
        """,
    "what cannot travel is made anew": """
        conf.STOP = {"the"}
        print(*everywhere(conf.locked, total, ["the cat", "the dog"]), sep="\\n")
        """,
    "a module that changes itself": """
        def counting(line):
            conf.calls += 1
            def calls():
                from conf import calls
                return calls
            assert calls() == conf.calls > 0
            return conf.words(line)
        print(*everywhere(counting, total, ["the cat", "the dog"]), sep="\\n")
        """,
}


@pytest.mark.parametrize("name", SAME)
def test_every_executor_sees_the_modules_that_the_program_sees(tmp_path, name):
    write(tmp_path, conf=CONF, everywhere=EXECUTORS)
    import textwrap

    body = textwrap.indent(textwrap.dedent(SAME[name]), "    ")
    out = said(tmp_path, f"import conf\nfrom everywhere import everywhere, total\nif __name__ == '__main__':\n{body}")
    lines = out.splitlines()
    assert len(lines) == 4
    assert len(set(lines)) == 1, out
    assert lines[0] != "[]"


def test_results_are_of_the_programs_own_class(tmp_path):
    write(tmp_path, conf=CONF)
    program = """
        import conf
        from mrkit import MapReduce
        if __name__ == "__main__":
            job = MapReduce(conf.records, lambda item: next(iter(item[1])), 2)
            print(sorted(job(["a", "b"]), key=lambda r: r.text) == [conf.Record("a"), conf.Record("b")])
        """
    assert said(tmp_path, program) == "True"


def test_after_a_reload_warm_workers_see_the_new_text(tmp_path):
    write(tmp_path, rules="def rule(n):\n    return [(0, n)]\n")
    program = """
        import importlib, pathlib, sys
        import rules
        from mrkit import MapReduce
        sys.dont_write_bytecode = True
        def total(item):
            return sum(item[1])
        def by_module(n):
            return rules.rule(n)
        if __name__ == "__main__":
            with MapReduce(by_module, total, 2) as job:
                print(job([1, 2]))
                pathlib.Path("rules.py").write_text("def rule(n):\\n    return [(0, 1000 * n)]\\n")
                print(job([1, 2]))  # edited, not reloaded
                importlib.reload(rules)
                print(job([1, 2]))
                rules.rule = lambda n: [(0, -n)]
                print(job([1, 2]))
        """
    assert said(tmp_path, program).split() == ["[3]", "[3]", "[3000]", "[-3]"]


@pytest.mark.parametrize("way", ["path", "folder", "gone", "file", "unlisted", "made"])
def test_a_module_is_found_however_it_came(tmp_path, way):
    write(tmp_path / "later", late="FACTOR = 1\ndef twice(n):\n    return [(0, FACTOR * n)]\n")
    ways = {
        "path": "sys.path.insert(0, 'later'); import late",
        "folder": "sys.path.insert(0, ''); os.chdir('later'); import late",
        "gone": "sys.path.insert(0, 'later'); import late; os.unlink('later/late.py'); sys.path.pop(0)",
        "file": FROM_FILE + "sys.modules['late'] = late; spec.loader.exec_module(late)",
        "unlisted": FROM_FILE + "spec.loader.exec_module(late)",
        "made": "import types; late = sys.modules['late'] = types.ModuleType('late');"
        "exec(open('later/late.py').read(), vars(late))",
    }
    program = f"""
import importlib.util, os, sys
from mrkit import MapReduce
def total(item):
    return sum(item[1])
if __name__ == "__main__":
    with MapReduce(lambda n: [(0, n)], total, 2) as warm:
        warm([1])
    {ways[way]}
    late.FACTOR = 2
    print(MapReduce(late.twice, total, 2)([1, 2]))
    print(MapReduce(lambda n: late.twice(n), total, 2)([1, 2]))
"""
    assert said(tmp_path, program).split() == ["[6]", "[6]"]


FROM_FILE = (
    "spec = importlib.util.spec_from_file_location('late', 'later/late.py');"
    "late = importlib.util.module_from_spec(spec);"
)


def test_a_warm_worker_follows_the_path_the_folder_and_the_environment(tmp_path):
    write(tmp_path / "later", late="def name():\n    return 'late'\n")
    (tmp_path / "later" / "data.txt").write_text("data")
    program = """
        import os, sys
        from mrkit import MapReduce
        def look(n):
            import importlib
            late = importlib.import_module("la" + "te")
            yield (late.name(), open("data.txt").read(), os.environ["COLOUR"]), 1
        if __name__ == "__main__":
            with MapReduce(lambda n: [(n, n)], lambda item: item[0], 2) as job:
                job([1])
                job._map_func = look
                sys.path.insert(0, os.path.abspath("later"))
                os.chdir("later")
                os.environ["COLOUR"] = "blue"
                print(job([1]))
        """
    assert said(tmp_path, program) == "[('late', 'data.txt', 'blue')]".replace("data.txt", "data")


def test_a_package_travels_with_its_modules(tmp_path):
    write(tmp_path / "shop", __init__="from . import prices\nNAME = 'shop'\n", prices="TAX = 1\n", other="X = 5\n")
    program = """
        import shop, shop.prices
        from mrkit import MapReduce
        def priced(n):
            import shop.other
            return [(shop.NAME, n * shop.prices.TAX * shop.other.X)]
        if __name__ == "__main__":
            shop.NAME, shop.prices.TAX = "mine", 3
            print(MapReduce(priced, lambda item: (item[0], sum(item[1])), 2)([1, 2]))
        """
    assert said(tmp_path, program) == "[('mine', 45)]"


JOB_AT_THE_END = """
from mrkit import MapReduce
def words(line):
    return [(word, 1) for word in line.split()]
def total(item):
    return item[0], sum(item[1])
print(sorted(MapReduce(words, total, 2)(["a b", "a"])))
"""


def test_a_module_that_ends_in_a_job_starts_it_once(tmp_path):
    write(tmp_path, study=JOB_AT_THE_END)
    program = """
        import study
        from mrkit import MapReduce
        print(sorted(MapReduce(study.words, study.total, 2)(["c"])))
        """
    assert said(tmp_path, program).splitlines() == ["[('a', 2), ('b', 1)]", "[('c', 1)]"]


@pytest.mark.parametrize("start_method", ["spawn", "fork", "forkserver"] if os.name == "posix" else ["spawn"])
def test_a_job_that_starts_while_a_worker_imports_is_refused_in_a_sentence(tmp_path, start_method):
    write(tmp_path, study=JOB_AT_THE_END)
    program = f"""
        from mrkit import MapReduce, MrkitError
        def reading(line):
            import study
            return study.words(line)
        if __name__ == "__main__":
            try:
                MapReduce(reading, lambda item: item[0], 2, start_method="{start_method}")(["a", "b"])
            except MrkitError as error:
                print(error)
        """
    out = said(tmp_path, program)
    assert "\n" not in out
    assert "a worker imports `study`, which starts a job" in out
    assert 'if __name__ == "__main__"' in out


def test_what_can_neither_travel_nor_be_imported_is_named(tmp_path):
    write(tmp_path, helper="import threading\nLOCK = threading.Lock()\ndef f(n):\n    with LOCK:\n        yield n, n\n")
    program = """
        import os, sys
        import helper
        from mrkit import MapReduce, MrkitError
        if __name__ == "__main__":
            os.unlink("helper.py")
            try:
                MapReduce(helper.f, lambda item: item[0], 1)([1])
            except MrkitError as error:
                print(error)
        """
    out = said(tmp_path, program)
    assert "`LOCK`" in out
    assert "`helper`" in out
    assert "\n" not in out


def test_installed_modules_go_by_name(tmp_path):
    """A function of the standard library or of an installed package weighs nothing."""
    import json

    import hypothesis.strategies

    from mrkit.pickling import by_value

    for value in (json.loads, json, hypothesis.strategies.integers, hypothesis, os.path):
        assert len(by_value(value)) < 200


def test_a_script_without_a_guard_in_a_pool_of_the_standard_library_does_not_multiply(tmp_path):
    program = """
        import concurrent.futures, multiprocessing
        from mrkit import MapReduce
        print(MapReduce(lambda n: [(n, n)], lambda item: item[0], 2)([1]))
        with concurrent.futures.ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
            try:
                pool.submit(len, "a").result(60)
            except Exception as error:
                print(type(error).__name__)
        """
    done = run(tmp_path, program)
    assert done.stdout.split() == ["[1]", "BrokenProcessPool"]
    assert "starts a job" in done.stderr
