"""Data that is not what it seems: files of other kinds, linked folders, records that a function changes."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import os
import tarfile
import zipfile

import numpy
import pytest
from oracle import total, words

from mrkit import MapReduce, text_lines
from mrkit.errors import InputError
from mrkit.inputs import expand

EXECUTORS = ["serial", "threads", "processes"]


def zipped():
    with io.BytesIO() as file:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("a.txt", "some text")
        return file.getvalue()


def tarred():
    with io.BytesIO() as file:
        with tarfile.open(fileobj=file, mode="w") as archive:
            info = tarfile.TarInfo("a.txt")
            info.size = 5
            archive.addfile(info, io.BytesIO(b"words"))
        return file.getvalue()


KINDS = {
    "a.txt": (zipped, "zip"),
    "essay.docx": (zipped, "office"),
    "packed": (lambda: gzip.compress(b"words"), "suffix .gz"),
    "b.txt": (lambda: bz2.compress(b"words"), "suffix .bz2"),
    "c.txt": (lambda: lzma.compress(b"words"), "suffix .xz"),
    "d.txt.zst": (lambda: b"\x28\xb5\x2f\xfd" + bytes(20), "zstd"),
    "utf16.txt": (lambda: "wörter\n".encode("utf-16"), "encoding='utf-16'"),
    "utf32.txt": (lambda: "wörter\n".encode("utf-32"), "encoding='utf-32'"),
    "old.doc": (lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(20), "office"),
    "paper.pdf": (lambda: b"%PDF-1.4\n", "PDF"),
    "logs.tar.gz": (lambda: gzip.compress(tarred()), "holds a tar archive"),
    "twice.gz": (lambda: gzip.compress(gzip.compress(b"words")), "holds a gzip"),
    "zip.gz": (lambda: gzip.compress(zipped()), "holds a zip"),
    "plain.tar": (tarred, "tar archive"),
}


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("options", [{}, {"errors": "replace"}, {"split_size": 4}], ids=str)
def test_what_is_no_text_is_named(tmp_path, name, options):
    make, said = KINDS[name]
    (tmp_path / name).write_bytes(make())
    with pytest.raises(InputError) as caught:
        MapReduce(words, total, executor="serial")(text_lines(tmp_path / name, **options))
    assert said in str(caught.value)
    assert "cp1252" not in str(caught.value)


def test_texts_that_only_begin_oddly_are_texts(tmp_path):
    for number, text in enumerate(["BZh is no archive", "PK", "%P", "", "\ufefffirst word", "Rar!"]):
        (tmp_path / f"{number}.txt").write_text(text, encoding="utf-8")
    assert list(text_lines(tmp_path)) == ["BZh is no archive", "PK", "%P", "first word", "Rar!"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf8", "utf-8-sig"])
def test_a_byte_order_mark_is_no_part_of_the_first_word(tmp_path, encoding):
    (tmp_path / "a.txt").write_bytes(codecs.BOM_UTF8 + b"one\ntwo\n" * 3)
    assert list(text_lines(tmp_path / "a.txt", split_size=5, encoding=encoding)) == ["one", "two"] * 3


def test_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("home")
    for path in ("~/notes/a.txt", "~/notes", "~/notes/*.txt", "~"):
        assert list(text_lines(path)) == ["home"]


@pytest.fixture
def linked(tmp_path):
    """A tree with links to folders: beside, upwards and from outside."""
    (tmp_path / "tree" / "real").mkdir(parents=True)
    (tmp_path / "outside" / "deep").mkdir(parents=True)
    (tmp_path / "tree" / "real" / "a.txt").write_text("a")
    (tmp_path / "outside" / "deep" / "b.txt").write_text("b")
    try:
        for link, target in {"a_link": "real", "loop": ".", "out": "../outside", "again": "../outside/deep"}.items():
            os.symlink(target, tmp_path / "tree" / link, target_is_directory=True)
    except OSError:
        pytest.skip("no links here")
    return tmp_path / "tree"


def test_each_real_folder_is_read_once_whatever_leads_to_it(linked):
    assert sorted(text_lines(linked)) == ["a", "b"]
    assert os.path.join("real", "a.txt") in " ".join(expand(linked))
    assert sorted(text_lines(f"{linked}/**/*.txt")) == ["a", "b"]
    assert sorted(text_lines(f"{linked}/*/*.txt")) == ["a", "b"]
    assert sorted(text_lines([linked / "a_link", linked / "real"])) == ["a", "a"]  # asked for twice


# Records and values that change.


@pytest.mark.parametrize("executor", EXECUTORS)
def test_the_sample_shows_records_as_they_were(executor):
    def spoil(record):
        yield record["word"], record["list"]
        record["word"] = "spoilt"
        record["list"].append("spoilt")

    inputs = [{"word": "a", "list": [1]}, {"word": "b", "list": [2]}]
    run = MapReduce(spoil, lambda item: item[0], 1, executor=executor).run(inputs)
    assert [row.record for row in run.records.inputs] == [{"word": "a", "list": [1]}, {"word": "b", "list": [2]}]
    assert [pair.value for pair in run.records.pairs] == [[1], [2]]
    assert "spoilt" not in str(run.explain("a"))


def arrays(n):
    made = numpy.full(2, n)
    yield "a", made
    yield "b", made
    yield "c", (made, [made])


def in_place(item):
    key, values = item
    first, *others = [value[0] if isinstance(value, tuple) else value for value in values]
    for other in others:
        first += other
    return key, first.tolist()


def in_place_pair(item):
    key, total = in_place(item)
    return key, numpy.array(total)


@pytest.mark.parametrize("executor", EXECUTORS)
@pytest.mark.parametrize("num_partitions", [1, 2, 7])
@pytest.mark.parametrize("combiner", [None, in_place_pair])
def test_values_under_several_keys_are_independent(executor, num_partitions, combiner):
    job = MapReduce(arrays, in_place, 1, num_partitions=num_partitions, combiner=combiner, executor=executor)
    assert sorted(job(range(1, 5), 4)) == [("a", [10, 10]), ("b", [10, 10]), ("c", [10, 10])]
    records = job.run(range(1, 5), 4).records
    if combiner is None:
        values = next(group.values for group in records.groups if group.key == "a")
        assert [value.tolist() for value in values] == [[1, 1], [2, 2], [3, 3], [4, 4]]
