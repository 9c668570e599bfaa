"""mrkit.inputs against one oracle: the lines that open(path, newline=None) gives."""

from __future__ import annotations

import bz2
import codecs
import contextlib
import gc
import gzip
import lzma
import os
import pickle
import subprocess
import sys
import tracemalloc
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from mrkit import MapReduce
from mrkit.errors import BadArgument, InputError
from mrkit.inputs import TextLines, TextSplit, expand, parse_size, text_lines
from mrkit.inputs import text as inputs
from mrkit.inputs.urls import Remote

CHARACTERS = list("ab\n\r\n\r\x0b\x0c\x1c\x85\u2028 \ufeffé€😀")

ONE_BYTE = ["ascii", "latin-1", "iso8859-15", "cp1250", "cp1252", "cp437", "cp850", "koi8-r", "mac-roman"]
ONE_BYTE += ["tis-620"]
SEVERAL_BYTES = ["utf-8", "utf-8-sig", "gb2312", "gbk", "gb18030", "big5", "cp950", "euc_jp", "shift_jis"]
SEVERAL_BYTES += ["cp932", "euc_kr", "cp949"]
NOT_TO_BE_CUT = ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "cp037", "iso2022_jp", "hz"]

WINDOWS = sys.platform == "win32"


def oracle(path, encoding="utf-8", errors="strict") -> list[str]:
    encoding = "utf-8-sig" if encoding == "utf-8" else encoding  # a mark is obeyed
    with open(path, encoding=encoding, errors=errors, newline=None) as file:
        lines = file.read().split("\n")
    return lines if lines[-1] else lines[:-1]


def by_split(source: TextLines) -> list[list[str]]:
    return [list(split) for split in source.splits()]


def joined(source: TextLines) -> list[str]:
    return [line for split in source.splits() for line in split]


@pytest.fixture
def write(tmp_path):
    def write(content: bytes, name: str = "text.txt") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    return write


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    return tmp_path_factory.mktemp("scratch") / "text.txt"


def names(paths) -> list[str]:
    return [Path(path).name for path in paths]


# --- the one rule: every line once, in order, wherever the borders are


@given(
    text=st.lists(st.sampled_from(CHARACTERS), max_size=60).map("".join),
    split_size=st.integers(1, 80),
    block=st.integers(1, 9),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
def test_splits_give_the_lines_of_the_file(scratch, monkeypatch, text, split_size, block):
    scratch.write_bytes(text.encode())
    monkeypatch.setattr(inputs, "_BLOCK", block)
    monkeypatch.setattr(inputs, "_SCAN", block)
    for encoding in "utf-8", "utf-8-sig":
        source = text_lines(scratch, split_size, encoding=encoding)
        assert joined(source) == list(source) == oracle(scratch, encoding)


@given(text=st.text(max_size=200), split_size=st.integers(1, 300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_text_at_all(scratch, text, split_size):
    scratch.write_bytes(text.encode("utf-8", "replace"))
    assert joined(text_lines(scratch, split_size)) == oracle(scratch)


@pytest.mark.parametrize("encoding", [*ONE_BYTE, *SEVERAL_BYTES, *NOT_TO_BE_CUT])
@pytest.mark.parametrize("errors", ["replace", "ignore"])
@given(
    data=st.lists(st.binary(max_size=4) | st.sampled_from([b"\n", b"\r", b"\r\n", b"~{"])).map(b"".join),
    split_size=st.integers(1, 40),
)
@example(data=b"a\r\xff\nb", split_size=1)  # without the \xff, one line end
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
def test_even_nonsense_is_cut_as_open_would(scratch, encoding, errors, data, split_size):
    """Hence the encodings that are called fit to be cut are so."""
    mark = {"utf-16": codecs.BOM_UTF16, "utf-32": codecs.BOM_UTF32}.get(encoding, b"")
    assume(not data.startswith(tuple(magic for magic, _ in inputs._FORMATS)))
    assume(not encoding.startswith("utf-8") or not data.startswith(tuple(mark for mark, _ in inputs._MARKS)))
    scratch.write_bytes(mark + data)
    source = text_lines(scratch, split_size, encoding=encoding, errors=errors)
    assert joined(source) == oracle(scratch, encoding, errors)


@pytest.mark.parametrize("name", SEVERAL_BYTES)
def test_no_lead_byte_swallows_a_line_end(name):
    assert inputs._can_be_cut("x", name)
    for lead in range(256):
        for middle in b"", b"0", b"0\x81", bytes([lead]):
            for end in "\n", "\r":
                text = (bytes([lead]) + middle + end.encode() + b"A").decode(name, "replace")
                assert text.endswith(end + "A")


def test_a_line_belongs_where_its_first_byte_lies(write):
    path = write(b"aaaa\nbbbb\ncccc\n")
    assert by_split(text_lines(path, 5)) == [["aaaa"], ["bbbb"], ["cccc"]]
    assert by_split(text_lines(path, 6)) == [["aaaa", "bbbb"], ["cccc"], []]
    assert by_split(text_lines(path, 4)) == [["aaaa"], ["bbbb"], ["cccc"], []]
    assert by_split(text_lines(path, 15)) == [["aaaa", "bbbb", "cccc"]]


def test_carriage_return_and_newline_across_a_border(write):
    path = write(b"aaa\r\nbbb\r\nccc")
    for size in range(1, 14):
        assert joined(text_lines(path, size)) == ["aaa", "bbb", "ccc"]
    # The border lies between the two: the line end stays whole, with its line.
    assert by_split(text_lines(path, 4)) == [["aaa"], ["bbb"], ["ccc"], []]


def test_all_line_ends_and_no_others(write):
    path = write("a\r\nb\rc\nd\x0be\x0cf\x1cg\x85h\u2028i\r\r\n\n".encode())
    assert joined(text_lines(path, 3)) == ["a", "b", "c", "d\x0be\x0cf\x1cg\x85h\u2028i", "", ""]


def test_lone_carriage_returns_end_lines_but_are_no_place_to_cut(write):
    path = write(b"a\rb\rc\nd\re\r")
    assert by_split(text_lines(path, 2)) == [["a", "b", "c"], [], [], ["d", "e"], []]
    path = write(b"line\r" * 100_000)
    assert by_split(text_lines(path, 100_000)) == [["line"] * 100_000, [], [], [], []]


def test_last_line_without_newline(write):
    path = write(b"one\ntwo")
    for size in range(1, 9):
        assert joined(text_lines(path, size)) == ["one", "two"]


def test_a_line_longer_than_several_splits(write):
    path = write(b"short\n" + b"x" * 1000 + b"\nend\n")
    splits = by_split(text_lines(path, 100))
    assert splits == [["short", "x" * 1000], *[[]] * 9, ["end"]]


def test_a_line_longer_than_many_blocks(write):
    line = b"0123456789" * 100_000
    path = write(b"a\n" + line + b"\r\n" + line)
    assert joined(text_lines(path)) == ["a", line.decode(), line.decode()]
    assert joined(text_lines(path, "300k")) == ["a", line.decode(), line.decode()]


def test_a_long_line_is_not_searched_again_by_every_split(write, monkeypatch):
    path = write(b"x" * 100_000)
    read = 0

    class Counting:
        def __init__(self, file):
            self.file = file
            self.seek = file.seek

        def read(self, size):
            nonlocal read
            block = self.file.read(size)
            read += len(block)
            return block

    find = inputs._next_line
    monkeypatch.setattr(inputs, "_SCAN", 100)
    monkeypatch.setattr(inputs, "_next_line", lambda file, *rest: find(Counting(file), *rest))
    assert joined(text_lines(path, 1000)) == ["x" * 100_000]
    assert read < 400_000


def test_a_multibyte_character_on_a_border(write):
    path = write("ab€\n€€😀€\né\n".encode())
    for size in range(1, 26):
        assert joined(text_lines(path, size)) == ["ab€", "€€😀€", "é"]


def test_an_empty_file_is_one_split_without_lines(write):
    path = write(b"")
    source = text_lines(path)
    assert by_split(source) == [[]]
    assert [(str(split), split.size) for split in source.splits()] == [("text.txt", 0)]


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="no /proc here")
def test_a_file_that_only_claims_to_be_empty():
    assert any(line.startswith("Name:") for line in text_lines("/proc/self/status"))


# --- encodings


def test_a_byte_order_mark(write):
    path = write(codecs.BOM_UTF8 + "é\nb\n\ufeffc\n".encode())
    for size in range(1, 20):
        assert joined(text_lines(path, size, encoding="utf_8_sig")) == ["é", "b", "\ufeffc"]
        assert joined(text_lines(path, size)) == ["é", "b", "\ufeffc"]  # only the first one is a mark


@pytest.mark.parametrize("encoding", NOT_TO_BE_CUT)
def test_what_cannot_be_cut_is_one_split(write, encoding):
    text = "abc\r\nde\rf\nghi"
    if encoding.startswith("utf"):
        text += "\u0a0d\u0d0a"  # both bytes of each look like a line end
    path = write(text.encode(encoding))
    source = text_lines(path, 2, encoding=encoding)
    assert len(list(source.splits())) == 1
    assert list(source) == oracle(path, encoding)


@pytest.mark.parametrize("encoding", [*ONE_BYTE, *SEVERAL_BYTES])
def test_the_usual_encodings_are_cut(write, encoding):
    path = write(b"ab\ncd\nef\n")
    assert by_split(text_lines(path, 3, encoding=encoding)) == [["ab"], ["cd"], ["ef"]]


def test_a_wrong_encoding_says_where_and_what_to_do(write):
    path = write(b"one\ntwo\r\ncaf\xe9\nfour\n")
    with pytest.raises(InputError) as caught:
        list(text_lines(path))
    message = str(caught.value)
    assert repr(str(path)) in message
    assert "byte 0xe9 at offset 12, about line 3" in message
    assert "encoding=" in message
    assert "errors='replace'" in message
    assert list(text_lines(path, errors="replace")) == ["one", "two", "caf\ufffd", "four"]
    assert list(text_lines(path, encoding="latin-1")) == ["one", "two", "café", "four"]
    pickle.loads(pickle.dumps(caught.value))


@pytest.mark.parametrize("block", [1, 2, 3, 7, 100])
@pytest.mark.parametrize("start", [0, 1])
def test_the_offset_of_a_wrong_byte_is_exact(write, monkeypatch, block, start):
    content = codecs.BOM_UTF8 + "a\né€\n".encode() + b"b\xe2\x82x\n"
    path = write(content)
    monkeypatch.setattr(inputs, "_BLOCK", block)
    for encoding in "utf-8", "utf-8-sig":
        with pytest.raises(InputError, match=f"offset {content.index(b'b') + 1}[,:]"):
            list(TextSplit(str(path), start, encoding=encoding))


def test_a_character_that_the_file_ends_in(write):
    with pytest.raises(InputError, match="offset 2, about line 2"):
        list(text_lines(write(b"a\n\xe2\x82")))


def test_utf_16_without_its_mark(write):
    with pytest.raises(InputError, match="is not utf-16 text"):
        list(text_lines(write(b"plain text\n"), encoding="utf-16"))


@pytest.mark.parametrize(
    "options",
    [
        {"encoding": "utf-88"},
        {"encoding": "rot13"},
        {"encoding": None},
        {"errors": "none"},
        {"errors": "xmlcharrefreplace"},
    ],
)
def test_unknown_encodings_and_error_handlers_are_refused_at_once(write, options):
    with pytest.raises(BadArgument, match="There is no reading text with"):
        text_lines(write(b"a\n"), **options)


# --- archives

COMPRESS = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
TEXT = "".join(f"line {number} é\r\n" for number in range(20_000)).encode()


@pytest.mark.parametrize("suffix", COMPRESS)
def test_an_archive_is_one_split(write, suffix):
    packed = COMPRESS[suffix](TEXT)
    source = text_lines(write(packed, "log" + suffix), 1000)
    (split,) = source.splits()
    assert list(split) == list(split) == TEXT.decode().split("\r\n")[:-1]
    assert split.size == len(packed)
    assert str(split) == "log" + suffix


def test_archives_of_several_members_and_big_suffixes(write):
    path = write(gzip.compress(b"a\nb") + gzip.compress(b"c\n"), "LOG.GZ")
    assert list(text_lines(path)) == ["a", "bc"]


@pytest.mark.parametrize("suffix", COMPRESS)
@pytest.mark.parametrize("harm", ["cut short", "overwritten", "never one"])
def test_a_broken_archive(write, suffix, harm):
    packed = COMPRESS[suffix](TEXT)
    middle = len(packed) // 2
    broken = {
        "cut short": packed[:middle],
        "overwritten": packed[:middle] + b"\xff\x00" * 40 + packed[middle + 80 :],
        "never one": b"just some text\n",
    }[harm]
    with pytest.raises(InputError, match=r"Cannot read .*broken or incomplete"):
        list(text_lines(write(broken, "log" + suffix), encoding="latin-1"))
    with pytest.raises(InputError, match=r"broken or incomplete|unless the archive is damaged"):
        list(text_lines(write(broken, "log" + suffix)))


def test_an_archive_in_a_wrong_encoding(write):
    with pytest.raises(InputError, match="offset 5, about line 2"):
        list(text_lines(write(gzip.compress(b"abc\nd\xff"), "log.gz")))


def test_an_archive_that_this_python_cannot_open(write, monkeypatch):
    monkeypatch.setitem(sys.modules, "lzma", None)
    with pytest.raises(InputError, match="This Python cannot decompress it"):
        list(text_lines(write(lzma.compress(b"a"), "log.xz")))


# --- paths


def test_a_missing_file_is_named_at_once(tmp_path):
    with pytest.raises(InputError, match=r"no file or directory '.*nothing.txt'.*Check the spelling"):
        text_lines(tmp_path / "nothing.txt")
    with pytest.raises(InputError, match=r"no file that matches '.*\*.nothing'"):
        text_lines(f"{tmp_path}/*.nothing")


def test_an_empty_directory_and_an_empty_list(tmp_path):
    (tmp_path / ".hidden").write_text("x")
    with pytest.raises(InputError, match="has no files in it"):
        text_lines(tmp_path)
    with pytest.raises(InputError, match="list of paths is empty"):
        text_lines([])


@pytest.mark.parametrize("paths", [5, None, [5], ["a", None]])
def test_what_is_no_path(paths):
    with pytest.raises(BadArgument, match="is not a path"):
        text_lines(paths)


def test_globs(write, tmp_path):
    for name in "b.rst", "a.rst", "c.txt", ".d.rst", "in/e.rst", "in/deep/f.rst", "dir.rst/g.txt":
        write(b"x\n", name)
    assert names(expand(f"{tmp_path}/*.rst")) == ["a.rst", "b.rst"]
    assert names(expand(f"{tmp_path}/**/*.rst")) == ["a.rst", "b.rst", "f.rst", "e.rst"]
    assert names(expand(f"{tmp_path}/?.txt")) == ["c.txt"]
    assert names(expand([tmp_path / "c.txt", f"{tmp_path}/[ab].rst", tmp_path / "c.txt"])) == [
        "c.txt",
        "a.rst",
        "b.rst",
        "c.txt",
    ]


def test_directories(write, tmp_path):
    for name in "b/2.txt", "b/1.txt", "b-c/3.txt", ".git/4.txt", "b/.5.txt", "6.txt":
        write(name.encode(), name)
    assert names(expand(tmp_path)) == ["6.txt", "1.txt", "2.txt", "3.txt"]
    assert names(expand(tmp_path / ".git")) == ["4.txt"]
    assert list(text_lines(str(tmp_path))) == ["6.txt", "b/1.txt", "b/2.txt", "b-c/3.txt"]


@pytest.mark.parametrize(
    "name",
    ["two words.txt", "it's.txt", "[ab].txt", "ünï.txt"]
    + ([] if WINDOWS else ['"quoted".txt', "a\nb.txt", "*.txt", "a?\t\\.txt"]),
)
def test_odd_names_are_taken_literally(write, name):
    path = write(b"1\n2\n", name)
    write(b"no\n", "a.txt")
    source = text_lines(path, 2)
    assert joined(source) == ["1", "2"]
    for text in *map(str, source.splits()), repr(source):
        assert "\n" not in text
        assert text.isprintable()


@pytest.mark.skipif(sys.platform != "linux", reason="names are Unicode here")
def test_a_name_that_is_not_unicode(tmp_path):
    path = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    Path(os.fsdecode(path)).write_bytes(b"1\n")
    source = text_lines(os.fsdecode(path))
    assert list(source) == list(text_lines([path])) == ["1"]
    assert str(next(source.splits())) == r"caf\udce9.txt"


def test_paths_are_found_from_any_folder(write, tmp_path, monkeypatch):
    write(b"here\n", "a/x.txt")
    write(b"there\n", "b/x.txt")
    monkeypatch.chdir(tmp_path / "a")
    source = text_lines(["x.txt", "../b/x.txt"])
    assert expand(["x.txt", "../b/*.txt"]) == ["x.txt", os.path.join("../b", "x.txt")]
    monkeypatch.chdir(tmp_path / "b")
    assert list(source) == ["here", "there"]


@pytest.mark.skipif(WINDOWS, reason="needs links")
def test_dots_after_a_link(write, tmp_path):
    write(b"right\n", "a/x.txt")
    write(b"wrong\n", "x.txt")
    (tmp_path / "a" / "deep").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a" / "deep")
    assert list(text_lines(tmp_path / "link" / ".." / "x.txt")) == ["right"]


@pytest.mark.skipif(WINDOWS, reason="needs pipes and links")
def test_pipes_and_broken_links_do_not_hang(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="is a pipe"):
        text_lines(tmp_path / "pipe")
    os.remove(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("nowhere")
    with pytest.raises(InputError, match="broken link"):
        text_lines(tmp_path)


# --- what changes between the plan and the reading


def test_a_file_that_vanishes(write):
    path = write(b"a\nb\n")
    source = text_lines(path, 2)
    splits = list(source.splits())
    path.unlink()
    with pytest.raises(InputError, match=r"Cannot read '.*text.txt': No such file.*still there"):
        list(splits[0])
    with pytest.raises(InputError, match="Cannot read"):
        list(source.splits())


@pytest.mark.parametrize("size", [2, 100])
def test_a_file_that_shrinks(write, size):
    path = write(b"a\nb\n")
    splits = list(text_lines(path, size).splits())
    path.write_bytes(b"a\n")
    with pytest.raises(InputError, match="has become shorter"):
        list(splits[-1])


def test_a_file_that_grows_is_read_to_where_it_ended(write):
    path = write(b"a\nb\n")
    splits = list(text_lines(path, 2).splits())
    path.write_bytes(b"a\nb\nc\n")
    assert [list(split) for split in splits] == [["a"], ["b"]]


@pytest.mark.skipif(WINDOWS or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(write):
    path = write(b"a\n")
    source = text_lines(path)
    path.chmod(0)
    with pytest.raises(InputError, match="Permission denied"):
        list(source)


@pytest.mark.parametrize("how", ["in place", "moved there"])
def test_a_longer_file_in_the_place_of_one_that_is_cut_is_not_read_without_a_word(write, tmp_path, how):
    path = write(b"".join(b"old line %d\n" % n for n in range(100)))
    splits = list(text_lines(path, 200).splits())
    assert next(iter(splits[0])) == "old line 0"
    longer = b"".join(b"new line, and longer, %d\n" % n for n in range(100))
    if how == "in place":
        path.write_bytes(longer)
    else:
        (tmp_path / "other").write_bytes(longer)
        os.replace(tmp_path / "other", path)
    for split in splits:
        with pytest.raises(InputError, match=r"it is no longer what it was when the job was planned.*writing to it"):
            list(split)


def test_a_file_that_is_replaced_while_a_split_of_it_is_read(write):
    path = write(b"old line\n" * 100_000)
    lines = iter(next(text_lines(path, 500_000).splits()))
    assert next(lines) == "old line"
    path.write_bytes(b"new line, and longer\n" * 100_000)
    with pytest.raises(InputError, match="no longer what it was"):
        list(lines)


def test_a_copy_of_a_file_on_another_machine_may_have_another_time(write):
    path = write(b"a\nb\n" * 100)
    splits = list(text_lines(path, 100).splits())
    os.utime(path, (1, 1))
    assert sum(map(len, map(list, splits))) == 200


@pytest.mark.skipif(WINDOWS, reason="needs pipes")
@pytest.mark.parametrize("suffix", ["", *COMPRESS])
def test_a_pipe_in_the_place_of_the_file_does_not_hang(write, suffix):
    path = write(COMPRESS.get(suffix, bytes)(b"a\n"), "log" + suffix)
    (split,) = text_lines(path).splits()
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(InputError, match="it is no regular file any more"):
        list(split)


def test_a_file_that_is_said_to_be_enormous_is_not_planned_for_ever():
    remote = Remote("https://example.org/a.txt", size=10**15)
    with pytest.raises(InputError, match=r"'https://example.org/a.txt' is said to have 1,000,000,000,000,000 bytes"):
        MapReduce(lambda line: [], len, executor="serial")(TextLines((remote,), 16_000_000))
    assert len(list(TextLines((remote,), 10**12).splits())) == 1000


def test_a_directory_in_the_place_of_the_file(write):
    path = write(b"a\n")
    (split,) = text_lines(path).splits()
    path.unlink()
    path.mkdir()
    with pytest.raises(InputError, match="Cannot read"):
        list(split)


# --- splits as objects


def test_a_split_travels_and_is_read_again(write):
    path = write(b"a\nb\nc\n")
    for split in text_lines(path, 3).splits():
        twin = pickle.loads(pickle.dumps(split))
        assert twin == split
        assert len({twin, split}) == 1
        assert list(twin) == list(split) == list(split)
        assert len(pickle.dumps(split)) < 400
    source = text_lines(path, 3)
    assert pickle.loads(pickle.dumps(source)) == source


def test_two_readers_of_one_split_do_not_disturb_each_other(write):
    (split,) = text_lines(write(b"a\nb\nc\n")).splits()
    assert list(zip(split, split, strict=True)) == [("a", "a"), ("b", "b"), ("c", "c")]


def test_planning_opens_no_file_that_is_not_cut(write, monkeypatch):
    path = write(b"a\nb\n" * 1000)
    monkeypatch.setattr(inputs, "_open", None)
    assert len(list(text_lines(path).splits())) == 1


def test_planning_reads_no_more_than_two_ends_of_a_file_that_is_cut(write, monkeypatch):
    path = write(b"a\nb\n" * 1000)
    read = []

    @contextlib.contextmanager
    def opened(path):
        with open(path, "rb") as file:
            real = file.read
            yield SimpleNamespace(read=lambda size: read.append(size) or real(size), seek=file.seek, fileno=file.fileno)

    monkeypatch.setattr(inputs, "_open", opened)
    assert len(list(text_lines(path, 100).splits())) == 40
    assert sum(read) <= 1024


@pytest.mark.parametrize("suffix", ["", *COMPRESS])
def test_an_abandoned_split_closes_its_file(write, suffix, monkeypatch):
    opened = []
    real = inputs._open

    @contextlib.contextmanager
    def noted(path):
        with real(path) as file:
            opened.append(file)
            yield file

    monkeypatch.setattr(inputs, "_open", noted)
    content = COMPRESS.get(suffix, bytes)(TEXT)
    source = text_lines(write(content, "log" + suffix))
    for _line in source:
        break
    lines = iter(next(source.splits()))
    next(lines)
    del lines
    gc.collect()
    assert [file.closed for file in opened] == [True, True]


def test_names(write):
    path = write(b"", "big.log")
    os.truncate(path, 48_000_000)
    assert [str(split) for split in text_lines(path).splits()] == [
        "big.log[0.0-16.0 MB]",
        "big.log[16.0-32.0 MB]",
        "big.log[32.0-48.0 MB]",
    ]
    assert [split.size for split in text_lines(path, "20MB").splits()] == [20_000_000, 20_000_000, 8_000_000]
    assert str(TextSplit("/a/b/pool.rst")) == "pool.rst"
    assert TextSplit("/a/b/pool.rst").size is None
    assert str(TextSplit("pool.rst", 64_000, 128_000)) == "pool.rst[64.0-128.0 kB]"
    assert str(TextSplit("pool.rst", 10, 20)) == "pool.rst[10-20 B]"


def test_repr(write, tmp_path):
    for name in "abcd":
        write(b"x", name)
    assert repr(text_lines(tmp_path / "a", "64k")) == "<text_lines: 1 file (a), splits of 64 kB>"
    assert repr(text_lines(tmp_path)) == "<text_lines: 4 files (a, b, c, ...), splits of 16 MB>"


def test_memory_stays_bounded(write):
    path = write(b"some words in a line\n" * 1_000_000)
    tracemalloc.start()
    try:
        assert sum(1 for _ in text_lines(path)) == 1_000_000
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()
    path.unlink()


# --- sizes


@pytest.mark.parametrize(
    ("text", "size"),
    [
        (1, 1),
        ("1", 1),
        ("64k", 64_000),
        ("64 kB", 64_000),
        ("16MB", 16_000_000),
        ("16mb", 16_000_000),
        (" 1 GiB ", 2**30),
        ("2Ki", 2048),
        ("3MiB", 3 * 2**20),
        ("1.5 GB", 1_500_000_000),
        ("0.1GB", 100_000_000),
        ("1TiB", 2**40),
        ("12B", 12),
        (sys.maxsize, sys.maxsize),
    ],
)
def test_parse_size(text, size):
    assert parse_size(text) == size


NO_SIZES = ["", "MB", "0", 0, -1, "-1", "16XB", "1 i", "1ib", "1 2", "1,5MB", "0.0001k", None, True, [1]]


@pytest.mark.parametrize("text", [*NO_SIZES, "\u0661", "9" * 5000])
def test_what_is_no_size(text, write):
    with pytest.raises(BadArgument, match="is not a size in bytes"):
        parse_size(text)
    with pytest.raises(BadArgument):
        text_lines(write(b""), text)


def test_importing_costs_nothing():
    code = "import sys, mrkit.inputs; print(*{'gzip', 'bz2', 'lzma', 'numpy', 'IPython'} & set(sys.modules))"
    here = Path(__file__).parents[2]
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=here)
    assert shown.stdout.strip() == ""
