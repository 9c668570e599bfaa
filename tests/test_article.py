"""The article's class, written anew on the standard library's pool, and mrkit's drop-in beside it."""

from __future__ import annotations

import collections
import itertools
import multiprocessing
import os
import subprocess
import sys
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrkit import SimpleMapReduce
from mrkit.datasets import handbook

FORK = "fork" in multiprocessing.get_all_start_methods()
TIMEOUT = 100


class ArticleMapReduce:
    """What SimpleMapReduce does in the article."""

    def __init__(self, map_func, reduce_func, num_workers=None):
        self.map_func, self.reduce_func, self.num_workers = map_func, reduce_func, num_workers

    def partition(self, mapped_values):
        partitioned_data = collections.defaultdict(list)
        for key, value in mapped_values:
            partitioned_data[key].append(value)
        return partitioned_data.items()

    def __call__(self, inputs, chunksize=1):
        with multiprocessing.get_context("spawn").Pool(self.num_workers) as pool:
            map_responses = pool.map(self.map_func, inputs, chunksize=chunksize)
            partitioned_data = self.partition(itertools.chain(*map_responses))
            return pool.map(self.reduce_func, partitioned_data)


# The article's pool finds these functions by their names, so they are here.


def letters(word):
    return [(letter, (word, place)) for place, letter in enumerate(word)]


def first_values(item):
    letter, values = item
    assert isinstance(values, list)
    return letter, len(values), values[:3]


WORDS = ["shuffle", "map", "", "reduce", "map", "partition", "Ωmega", "pool"]


@pytest.mark.parametrize("chunksize", [1, 3, 100])
def test_the_same_results_in_the_same_order(chunksize):
    article = ArticleMapReduce(letters, first_values, 2)(iter(WORDS), chunksize)
    ours = SimpleMapReduce(letters, first_values, 2)(iter(WORDS), chunksize)
    assert ours == article
    assert [result[0] for result in ours] == list(dict.fromkeys("".join(WORDS)))


def test_the_arguments_may_be_named():
    job = SimpleMapReduce(map_func=letters, reduce_func=first_values, num_workers=2)
    assert job(inputs=WORDS, chunksize=2) == job(WORDS)


def test_a_generator_is_an_input_and_nothing_is_a_result_of_nothing():
    job = SimpleMapReduce(letters, first_values, 1)
    assert job(word for word in WORDS) == job(WORDS)
    assert job([]) == []


def test_one_worker_for_each_processor_by_default():
    run = SimpleMapReduce(letters, first_values).run(WORDS, chunksize=1)
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    assert run.trace.job.num_workers == usable


@given(st.lists(st.tuples(st.text("ab", max_size=1) | st.integers(0, 2), st.integers())))
def test_partition_gives_the_items_of_a_grouping(pairs):
    article = ArticleMapReduce(None, None).partition(iter(pairs))
    ours = SimpleMapReduce(letters, first_values).partition(iter(pairs))
    assert list(ours) == list(article)
    assert len(ours) == len(article)


# Whole programs.

PROGRAM = '''
import collections
import glob
import itertools
import multiprocessing
import operator
import string

{import_line}


def file_to_words(filename):
    """Read a file and return a sequence of (word, occurrences) values."""
    stop_words = set(
        "a an and are as be by for if in is it of or py rst that the to with".split()
    )
    to_spaces = str.maketrans({{mark: " " for mark in string.punctuation}})
    print(multiprocessing.current_process().name, "reading", filename)
    output = []
    with open(filename, "rt", encoding="utf-8") as f:
        for line in f:
            if line.lstrip().startswith(".."):
                continue
            for word in line.translate(to_spaces).split():
                word = word.lower()
                if word.isalpha() and word not in stop_words:
                    output.append((word, 1))
    return output


def count_words(item):
    """Convert the partitioned data for a word to a tuple with the word and its occurrences."""
    word, occurrences = item
    return word, sum(occurrences)


if __name__ == "__main__":
    {first_line}
    mapper = SimpleMapReduce(file_to_words, count_words)
    word_counts = mapper(sorted(glob.glob("*.rst")))
    word_counts.sort(key=operator.itemgetter(1))
    word_counts.reverse()
    print("\\nTOP 20 WORDS BY FREQUENCY\\n")
    top20 = word_counts[:20]
    longest = max(len(word) for word, count in top20)
    for word, count in top20:
        print("{{word:<{{len}}}}: {{count:5}}".format(len=longest + 1, word=word, count=count))
'''

# The article's class in a file of its own, as its program imports it.
ARTICLE_MODULE = """
import collections
import itertools
import multiprocessing


class SimpleMapReduce:
    def __init__(self, map_func, reduce_func, num_workers=None):
        self.map_func = map_func
        self.reduce_func = reduce_func
        self.pool = multiprocessing.Pool(num_workers)

    def partition(self, mapped_values):
        partitioned_data = collections.defaultdict(list)
        for key, value in mapped_values:
            partitioned_data[key].append(value)
        return partitioned_data.items()

    def __call__(self, inputs, chunksize=1):
        map_responses = self.pool.map(self.map_func, inputs, chunksize=chunksize)
        partitioned_data = self.partition(itertools.chain(*map_responses))
        return self.pool.map(self.reduce_func, partitioned_data)
"""


def python(folder, *arguments):
    """What a Python program prints; it must end well and say nothing on stderr."""
    command = [sys.executable, *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=TIMEOUT, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


TITLE = "\n\nTOP 20 WORDS BY FREQUENCY\n\n"


def files_read(output):
    """The files that the program said it read."""
    reading, _ = output.split(TITLE)
    return sorted(line.split(" reading ")[1] for line in reading.splitlines())


def table(output):
    """The rows below the title: (word, the rest of the line)."""
    return [(line[:-7], line[-7:]) for line in output.split(TITLE)[1].splitlines()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The handbook's files, as the article had its own beside its program."""
    folder = tmp_path_factory.mktemp("article")
    for path in handbook():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


@pytest.fixture(scope="module")
def articles_output(folder):
    """What the article's program prints. Its workers' lines may run into each other, as its pool leaves them."""
    if not FORK:
        pytest.skip("the article's class needs fork")
    (folder / "article_mapreduce.py").write_text(ARTICLE_MODULE)
    program = folder / "article_wordcount.py"
    fork = 'multiprocessing.set_start_method("fork")'
    program.write_text(PROGRAM.format(import_line="from article_mapreduce import SimpleMapReduce", first_line=fork))
    return python(folder, "-u", program)  # its workers are ended, and lose what they hold back


@pytest.mark.parametrize("method", [None, *multiprocessing.get_all_start_methods()])
def test_the_articles_program_with_its_import_line_changed(folder, articles_output, method):
    first_line = f'multiprocessing.set_start_method("{method}")' if method else ""
    program = folder / f"our_wordcount_{method}.py"
    program.write_text(PROGRAM.format(import_line="from mrkit import SimpleMapReduce", first_line=first_line))
    output = python(folder, program)
    assert files_read(output) == [path.name for path in handbook()]
    assert table(output) == table(articles_output)  # even ties: both keep the order in which words are first met


def test_mrkit_wordcount_is_the_articles_program(folder, articles_output):
    output = python(folder, "-m", "mrkit", "wordcount", "*.rst")
    files, rows, article_rows = files_read(output), table(output), table(articles_output)
    assert files == [path.name for path in handbook()]
    assert [count for _, count in rows] == [count for _, count in article_rows]
    # Only the last row of the table may stand for another word that is as frequent.
    last = rows[-1][1]
    assert {row for row in rows if row[1] != last} == {row for row in article_rows if row[1] != last}
    counts = [(-int(count.strip(" :")), word.rstrip()) for word, count in rows]
    assert counts == sorted(counts)
    width = max(len(word) for _, word in counts)
    expected = [f"{word:<{width + 1}}: {-count:>5}" for count, word in counts]
    assert output.splitlines()[len(files) :] == ["", "TOP 20 WORDS BY FREQUENCY", "", *expected]


def test_the_line_before_each_file_names_the_worker_process(folder):
    lines = python(folder, "-m", "mrkit", "wordcount", "--workers", "2", "map.rst", "pool.rst").splitlines()[:2]
    workers, files = zip(*(line.split(" reading ") for line in lines), strict=True)
    assert set(workers) <= {"worker-1", "worker-2"}
    assert sorted(files) == ["map.rst", "pool.rst"]


def test_a_script_without_the_main_guard(tmp_path):
    script = tmp_path / "unguarded.py"
    script.write_text(
        textwrap.dedent("""
        from mrkit import SimpleMapReduce

        SUFFIX = "!"

        def words(line):
            return [(word + SUFFIX, 1) for word in line.split()]

        def total(item):
            return item[0], sum(item[1])

        print("starting")
        print(SimpleMapReduce(words, total, 2)(["the cat", "the dog"]))
        """)
    )
    assert python(tmp_path, script) == "starting\n[('the!', 2), ('cat!', 1), ('dog!', 1)]\n"


def test_a_module_beside_the_script_and_a_script_from_stdin(tmp_path):
    (tmp_path / "beside.py").write_text("def words(line):\n    return [(word, 1) for word in line.split()]\n")
    lines = "import beside\nfrom mrkit import SimpleMapReduce\n"
    lines += "print(SimpleMapReduce(beside.words, lambda item: (item[0], sum(item[1])), 2)(['a b', 'a']))\n"
    (tmp_path / "main.py").write_text(lines)
    assert python(tmp_path, "main.py") == "[('a', 2), ('b', 1)]\n"
    assert python(tmp_path, "-c", lines) == "[('a', 2), ('b', 1)]\n"
