"""The data of the lessons: the handbook can be read, tables are right, generators never change."""

import decimal
import doctest
import hashlib
import re
import subprocess
import sys
import sysconfig
import tracemalloc
from collections import Counter, deque
from itertools import islice
from pathlib import Path

import pytest

from mrkit import datasets
from mrkit.errors import BadArgument, InputError

# ------------------------------------------------------------------------------------------ handbook

PAGES = datasets.handbook()
page = pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)

WORDS = """record, split, map task, combiner, partitioner, partition, bucket, shuffle, spill, reduce task,
    stage, attempt, straggler, speculative task, counter, event, span, trace, executor, worker"""


def blocks(text):
    return re.split(r"\n\s*\n", text.strip())


def is_code(block):
    return block.lstrip().startswith(">>>")


def is_title(block):
    return re.search(r"^=+$", block, re.MULTILINE) is not None  # a table's border counts, too


def is_comment(block):
    return block.startswith("..")


def prose(text):
    return [b for b in blocks(text) if not (is_code(b) or is_title(b) or is_comment(b))]


def syllables(word):
    word = re.sub(r"(?<=[^l])e$", "", word.lower())  # a final e is silent, but not in "table"
    return max(1, len(re.findall("[aeiouy]+", word)))


def grade(text):
    """The Flesch-Kincaid grade: how many years at school a reader needs."""
    paragraphs = " ".join(block + "." for block in prose(text))
    sentences = [s for s in re.split(r"[.!?]+(?:\s|$)", paragraphs) if re.search("[a-z]", s)]
    words = re.findall(r"[A-Za-z]+(?:'[a-z]+)?", paragraphs)
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def structural_faults(text):
    """The faults that break reStructuredText most often, found without docutils."""
    lines = text.split("\n")
    faults = [f"tab, or space at the end: {line!r}" for line in lines if "\t" in line or line != line.rstrip()]
    for block in blocks(text):
        title = re.fullmatch(r"(?:(=+)\n)?(\S.*)\n(=+)", block)
        if is_title(block) and not title and not re.match(r"=+ +=", block):
            faults.append(f"neither a title nor a table: {block!r}")
        if title and (len(title[3]) < len(title[2]) or title[1] not in (None, title[3])):
            faults.append(f"a title's lines are uneven: {block!r}")
    for block in prose(text):
        plain = re.sub(r"``[^`]+``", "", block)
        if "`" in plain or re.sub(r"^\* ", "", plain, flags=re.MULTILINE).count("*") % 2:
            faults.append(f"marks without a partner: {block!r}")
    return faults


def test_the_handbook_has_its_pages():
    names = " ".join(path.stem for path in PAGES)
    assert names == "combiners failure glossary keys map mapreduce partition pool reduce trace"


@page
def test_page_is_sound(path):
    text = path.read_bytes().decode("ascii")  # so that it reads alike under any default encoding
    assert re.match(r"=+\n.+\n=+\n\n", text), "it opens with a title"
    assert "\n\n.. " in text, "the word count has a comment to skip"
    assert structural_faults(text) == []
    assert 350 <= len(text.split()) <= (1300 if path.stem in ("glossary", "pool") else 900)  # lessons bring words


def test_structural_check_finds_faults():
    for text in ("Title\n===", "a ``b` c", "some **bold* text", "trailing "):
        assert structural_faults(text + ("" if text.endswith(" ") else "\n")), text


@page
def test_page_can_be_read_by_many(path):
    assert grade(path.read_text("ascii")) <= 9


def test_grade_knows_plain_from_heavy():
    heavy = "Notwithstanding organisational complexity, parallelisation necessitates synchronisation."
    assert grade("The cat sat on the mat. The dog ran to the door.") < 2 < 15 < grade(heavy)


@page
def test_examples_of_page_run(path):
    result = doctest.testfile(str(path), module_relative=False, encoding="ascii")
    assert result.failed == 0


def test_glossary_has_the_words_of_the_field():
    text = next(path for path in PAGES if path.stem == "glossary").read_text("ascii")
    terms = re.findall(r"^(\w.*)\n    \w", text, re.MULTILINE)
    assert {" ".join(word.split()) for word in WORDS.split(",")} <= set(terms)
    assert terms == sorted(terms)


def test_the_corpus_speaks_of_mapreduce():
    words = Counter(re.findall("[a-z]+", "".join(path.read_text("ascii") for path in PAGES).lower()))
    assert min(words[word] for word in ("map", "reduce", "key", "values", "task")) > 30


# --------------------------------------------------------------------------------- Python's own text


def test_language_reference():
    topics = datasets.language_reference()
    assert len(topics) > 50
    assert all(isinstance(text, str) and text for text in topics.values())
    assert "for" in topics["for"]
    topics.clear()
    assert datasets.language_reference(), "a caller gets a copy"


def test_stdlib_files():
    root = sysconfig.get_path("stdlib")
    files = datasets.stdlib_files()
    names = [path.relative_to(root).as_posix() for path in files]
    assert names == sorted(set(names))
    assert len(names) > 400
    assert {"os.py", "json/decoder.py", "unittest/case.py"} <= set(names)
    assert not [name for name in names if re.search(r"(^|/)(tests?|idle_test|site-packages)/", name)]
    assert datasets.stdlib_files(limit=3) == files[:3]
    assert datasets.stdlib_files(limit=0) == []
    with pytest.raises(BadArgument, match="limit must be a whole number"):
        datasets.stdlib_files(limit=-1)


def test_stdlib_modules():
    rows = {row.module: row for row in datasets.stdlib_modules()}
    assert len(rows) == len(datasets.stdlib_files())
    assert rows["json"].path == "json/__init__.py"
    source = Path(sysconfig.get_path("stdlib"), "heapq.py").read_text("utf-8")
    assert rows["heapq"].lines == len(source.splitlines())


def test_import_graph_has_known_edges():
    graph = datasets.import_graph()
    assert {"re", "codecs", "_json"} <= set(graph["json"])
    assert "heapq" in graph["queue"]
    assert graph["sys"] == []
    assert list(graph) == sorted(graph)
    for module, imports in graph.items():
        assert imports == sorted(set(imports) - {module})
        assert set(imports) <= graph.keys()


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A standard library of our own, as files: name -> bytes."""

    def make(files):
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    monkeypatch.setattr(sysconfig, "get_path", lambda name: str(tmp_path))
    return make


def test_no_source_is_said_in_a_sentence(library):
    with pytest.raises(InputError, match="keeps no source of its standard library"):
        datasets.stdlib_files()


def test_only_the_standard_library_counts(library):
    library({
        "os.py": b"",
        "site-packages/numpy/__init__.py": b"",
        "test/test_os.py": b"",
        "json/__init__.py": b"",
        "json/tests/x.py": b"",
        "_made_here.py": b"",
    })  # fmt: skip
    assert [row.module for row in datasets.stdlib_modules()] == ["json", "os"]


def test_files_that_are_no_python_are_passed_over(library):
    library({
        "ast.py": b"import os",
        "bdb.py": b"print 'the old way'",
        "cmd.py": b"# coding: utf-8\nx = '\xff'",
        "code.py": b"x = 1\0",
        "copy.py": b"# coding: no-such\n",
    })  # fmt: skip
    assert datasets.import_graph() == {"ast": ["os"], "bdb": [], "cmd": [], "code": [], "copy": [], "os": []}
    assert datasets.stdlib_functions() == []


def test_imports_are_found_wherever_they_stand(library):
    library({
        "json/__init__.py": b"from .decoder import JSONDecoder\nfrom . import scanner, nothing\nimport numpy",
        "json/decoder.py": b"import os.path, re as r\nfrom json import scanner\nfrom . import *\n",
        "json/scanner.py": b"def f():\n  try:\n    import sys\n  except E:\n    from winreg import X, Y\n",
        "os.py": b"if a:\n  pass\nelse:\n  match b:\n    case 1:\n      import ast\nx = lambda: 0\n",
        "ast.py": b"",
    })  # fmt: skip
    assert [(row.module, row.imports, row.line) for row in datasets.stdlib_imports()] == [
        ("json", "json.decoder", 1), ("json", "json.scanner", 2), ("json", "json", 2),
        ("json.decoder", "os", 1), ("json.decoder", "re", 1), ("json.decoder", "json.scanner", 2),
        ("json.decoder", "json", 3),
        ("json.scanner", "sys", 3), ("json.scanner", "winreg", 5),
        ("os", "ast", 6),
    ]  # fmt: skip
    assert datasets.import_graph()["json"] == ["os", "re", "sys", "winreg"]


def test_functions_have_qualified_names_and_all_their_parameters(library):
    library({"queue.py": b"class Q:\n  def put(self, x, /, y, *more, z=1, **rest):\n    def inner(): pass\n"
             b"async def get(): pass\nif x:\n  def size(q): pass\n"})  # fmt: skip
    assert [tuple(row) for row in datasets.stdlib_functions()] == [
        ("queue", "Q.put", 2, 6), ("queue", "Q.put.inner", 3, 0),
        ("queue", "get", 4, 0), ("queue", "size", 6, 1),
    ]  # fmt: skip


# ---------------------------------------------------------------------------------------- generators

GENERATORS = [datasets.weather, datasets.sales, datasets.web_log]
generator = pytest.mark.parametrize("make", GENERATORS, ids=lambda make: make.__name__)

COMMON_LOG = re.compile(
    r'10\.0\.\d+\.\d+ - - \[\d\d/[A-Z][a-z]{2}/\d{4}(:\d\d){3} \+0000\] "GET /\S* HTTP/1\.1" \d{3} (\d+|-)'
)


def digest(lines):
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (datasets.weather(5000, 7), "459d7fbedb67ce200c9722607f404fa62fe06fc94264a000313e45c2ac8e52ba"),
        (datasets.sales(5000, 7), "1d94d6fe1b794a773df1a90260f5c8ada2366b8c2d9184d893f6768fb07088a7"),
        (datasets.sales(5000, 7, 0.5), "452a513409a6171d21b3f37e8aab447760a1d52949f5c04766a6c2f529a57e30"),
        (datasets.web_log(5000, 7, 0.05), "a1ce53ed379c023fcd3a54f4c0bd22a6aa4caa693ab45ed954802d266fb95a67"),
    ],
)
def test_a_seed_gives_the_same_bytes_for_ever(lines, expected):
    assert digest(lines) == expected


@generator
def test_lines_follow_from_the_seed_alone(make):
    lines = list(make(500, seed=3))
    with decimal.localcontext() as context:
        context.prec = 2
        assert list(make(500, seed=3)) == lines
    assert list(make(200, seed=3)) == lines[:200]
    assert list(make(500, seed=4)) != lines
    assert len(lines) == 500
    assert list(make(0)) == []


@generator
def test_ten_million_lines_fit_in_memory(make):
    assert len(list(islice(make(10**12), 3))) == 3
    tracemalloc.start()
    deque(make(20_000), maxlen=0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


@generator
@pytest.mark.parametrize("bad", [-1, 1.5, "7", None])
def test_counts_and_seeds_are_whole_numbers(make, bad):
    with pytest.raises(BadArgument, match="lines must be a whole number"):
        make(bad)
    with pytest.raises(BadArgument, match="seed must be a whole number"):
        make(1, seed=bad)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: datasets.web_log(1, bad=1.5), "bad must be a number from 0 to 1; you gave 1.5."),
        (lambda: datasets.web_log(1, bad=float("nan")), "bad must be a number"),
        (lambda: datasets.sales(1, skew=-1), "skew must be a number from 0 to 10"),
        (lambda: datasets.sales(1, skew="high"), "skew must be a number from 0 to 10; you gave 'high'."),
        (lambda: datasets.weather(1, stations={}), "at least one station"),
        (
            lambda: datasets.weather(1, stations={"Sun": 5500}),
            "mean of 'Sun' must be a number from -80 to 80",
        ),
        (lambda: datasets.weather(1, stations={"a;b": 1}), "name needs text without ';'"),
        (lambda: datasets.weather(1, stations={"a\nb": 1}), "name needs text without ';'"),
        (lambda: datasets.weather(1, stations={"": 1}), "name needs text without ';'"),
    ],
)
def test_bad_arguments_are_named_at_the_call(call, sentence):
    with pytest.raises(BadArgument, match=re.escape(sentence)):
        call()


def test_weather_is_plausible():
    readings = {}
    for line in datasets.weather(60_000, seed=1):
        name, degrees = re.fullmatch(r"([^;]+);(-?\d{1,2}\.\d)", line).groups()
        readings.setdefault(name, []).append(float(degrees))
    assert readings.keys() == datasets.STATIONS.keys()
    assert len(readings) >= 40
    for name, found in readings.items():
        assert sum(found) / len(found) == pytest.approx(datasets.STATIONS[name], abs=1)
        assert max(abs(degrees - datasets.STATIONS[name]) for degrees in found) < 15.01


def test_weather_near_freezing_keeps_its_sign():
    lines = list(datasets.weather(3000, stations={"Home": 0}))
    assert {"Home;-0.1", "Home;0.0", "Home;0.1"} <= set(lines)
    assert "Home;-0.0" not in lines


def test_sales_are_skewed_by_product_and_even_by_shop():
    lines = list(datasets.sales(40_000, seed=2, skew=1))
    rows = [re.fullmatch(r"2026-\d\d-\d\d,shop (\d+),(\w+ \w+),(\d+\.\d\d)", line).groups() for line in lines]
    shops = Counter(shop for shop, _, _ in rows)
    products = [count for _, count in Counter(product for _, product, _ in rows).most_common()]
    assert len(shops) == 40
    assert len(products) == 200
    assert max(shops.values()) < 1.2 * min(shops.values())
    assert products[0] / len(rows) == pytest.approx(1 / sum(1 / k for k in range(1, 201)), rel=0.05)
    assert products[0] / products[9] == pytest.approx(10, rel=0.15)


def test_sales_without_skew_are_even():
    products = Counter(line.split(",")[2] for line in datasets.sales(40_000, skew=0))
    assert max(products.values()) < 1.6 * min(products.values())


def test_web_log_has_its_share_of_bad_lines():
    clean = list(datasets.web_log(20_000, seed=5, bad=0))
    dirty = list(datasets.web_log(20_000, seed=5, bad=0.1))
    assert all(map(COMMON_LOG.fullmatch, clean))
    bad = [n for n, line in enumerate(dirty) if not COMMON_LOG.fullmatch(line)]
    assert bad == [n for n in range(20_000) if clean[n] != dirty[n]]
    assert len(bad) / 20_000 == pytest.approx(0.1, rel=0.1)
    assert not any(map(COMMON_LOG.fullmatch, datasets.web_log(200, bad=1)))
    stamps = [re.search(r"\[(\d\d)/Mar/2026:(\S+)", line).groups() for line in clean]
    assert stamps == sorted(stamps)


def test_write_gives_the_same_bytes_on_every_system(tmp_path):
    path = datasets.write(datasets.weather(3, stations={"Zürich": 9}), str(tmp_path / "weather.txt"))
    written = path.read_bytes()
    assert written.decode("utf-8").splitlines() == list(datasets.weather(3, stations={"Zürich": 9}))
    assert written.count(b"\n") == 3
    assert b"\r" not in written


def test_import_loads_nothing_heavy():
    code = "import sys, mrkit.datasets; print(*sorted(m.partition('.')[0] for m in sys.modules))"
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert not {"pydoc_data", "numpy", "matplotlib", "IPython", "pebble", "psutil"} & set(loaded)
