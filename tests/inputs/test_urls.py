"""Inputs by URL: an S3 server (moto) and web servers on this machine, against plain Python's lines of those bytes."""

from __future__ import annotations

import asyncio
import bz2
import contextlib
import gc
import gzip
import json
import lzma
import os
import pickle
import re
import socket
import subprocess
import sys
import threading
import tracemalloc
import urllib.request
from collections import Counter
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import nothing_left

from mrkit import MapReduce, text_lines
from mrkit.cli import commands as cli
from mrkit.errors import BadArgument, InputError, MrkitError, short
from mrkit.examples import count_words, words
from mrkit.inputs import TextLines, TextSplit, expand, urls
from mrkit.inputs import text as inputs
from mrkit.inputs.urls import failures, names, reading

pytest.importorskip("fsspec", reason="needs the packages of mrkit[url]")
pytest.importorskip("s3fs", reason="needs the packages of mrkit[url]")
pytest.importorskip("aiohttp", reason="needs the packages of mrkit[url]")

TEXT = "".join(f"line {number} é{'x' * (number * 7 % 50)}\r\n" for number in range(40)).encode() + b"\n\nlast"
LINES = TEXT.decode().replace("\r\n", "\n").split("\n")

PAUSES = failures._PAUSES

NO_SECRETS = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
NO_SECRETS["AWS_EC2_METADATA_DISABLED"] = "true"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}


def joined(source) -> list[str]:
    return [line for split in source.splits() for line in split]


# --- a web server that fails as it is told to


class Handler(BaseHTTPRequestHandler):
    """Gives parts of the files of its server; the folder `whole` knows no parts, `unsized` no sizes either.

    The folder `loose` gives parts, but does not say how much of one is still to come.
    """

    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        self.answer(body=False)

    def do_GET(self):
        self.answer(body=True)

    def answer(self, body):
        range_ = self.headers.get("Range")
        self.server.asked.append((self.command, self.path, range_))
        self.server.accepted.add(self.headers.get("Accept-Encoding"))
        plan = self.server.plan.pop(0) if self.server.plan else None
        path = self.path.partition("?")[0]
        if callable(plan):
            plan = plan()
        if isinstance(plan, int) or path not in self.server.files:
            return self.send_status(plan or 404)
        content = self.server.files[path]
        start, end, status = 0, len(content), 200
        if range_ and not path.startswith(("/whole", "/unsized")):
            first, last = re.fullmatch(r"bytes=(\d+)-(\d*)", range_).groups()
            start, end, status = int(first), min(int(last or end) + 1, end), 206
            if start >= len(content):
                return self.send_status(416, f"bytes */{len(content)}")
        self.send_response(status)
        self.send_header("ETag", f'"{hash(content)}"')
        if status == 206:
            self.send_header("Content-Range", f"bytes {start}-{end - 1}/{len(content)}")
        if path.startswith(("/unsized", "/loose")):
            self.send_header("Connection", "close")
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(end - start))
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if body and plan == "cut":  # what arrived before counts
            end = start + (end - start) // 2
            self.close_connection = True
        if body:
            self.server.sent.append((start, end))
            self.wfile.write(memoryview(content)[start:end])
        return None

    def send_status(self, status, extent=None):
        self.send_response(status)
        if extent:
            self.send_header("Content-Range", extent)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    def __init__(self, handler=Handler):
        super().__init__(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.files, self.headers, self.plan, self.asked, self.sent = {}, {}, [], [], []
        self.accepted = set()

    def handle_error(self, *_):
        pass  # a client that has read enough hangs up

    def __enter__(self):
        self.thread = threading.Thread(target=self.serve_forever, args=(0.01,))
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.thread.join()
        self.server_close()


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(failures, "_PAUSES", (0, 0, 0, 0))


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in list(os.environ):
        if name.upper().startswith(("AWS_", "FSSPEC_")) or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)
    for name, value in {**NO_SECRETS, **KEYS}.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def web():
    with Server() as server:
        for folder in "/", "/whole/", "/unsized/", "/loose/":
            server.files[f"{folder}a.txt"] = TEXT
        yield server


@pytest.fixture
def s3_by_web(web, monkeypatch):
    """The same server as an S3 endpoint, so that S3 fails as it is told to; s3://bucket/a.txt is there."""
    web.files["/bucket/a.txt"] = TEXT
    monkeypatch.setenv("AWS_ENDPOINT_URL", web.url)
    return web


@pytest.fixture(scope="module")
def moto():
    """An S3 server, as (its address, a client of it)."""
    server_module = pytest.importorskip("moto.server", reason="needs moto[server]")
    import botocore.session

    server = server_module.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    session = botocore.session.Session()
    session.set_credentials("test", "test")
    client = session.create_client("s3", region_name="us-east-1", endpoint_url=address)
    yield address, client
    client.close()
    server.stop()


@pytest.fixture
def s3(moto, monkeypatch):
    """An empty bucket named "bucket"; gives a function that puts objects into it."""
    address, client = moto
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    post(f"{address}/moto-api/reset")
    client.create_bucket(Bucket="bucket")

    def put(**objects):
        for key, content in objects.items():
            client.put_object(Bucket="bucket", Key=key, Body=content, ACL="public-read")

    return put


def post(url, data=b""):
    request = urllib.request.Request(url, data, {"Content-Type": "text/plain"}, method="POST")
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


# --- every line once, in order, from no more than the bytes that are needed


class Memory:
    """A source that gives pieces of any sizes, and notes what was asked for."""

    def __init__(self, content, sizes):
        self.content, self.sizes, self.asked = content, sizes, []

    @contextlib.contextmanager
    def opened(self, url, end, size, version):
        yield urls.RemoteFile(url, self, end)

    def piece(self, start, stop):
        self.asked.append((start, stop))
        size = self.sizes[len(self.asked) % len(self.sizes)]
        return self.content[start : min(start + size, len(self.content) if stop is None else stop)]


@given(
    text=st.lists(st.sampled_from(list("ab\n\r\n\ré€")), max_size=60).map("".join),
    split_size=st.integers(1, 80),
    sizes=st.lists(st.integers(1, 30), min_size=1, max_size=4),
    block=st.integers(1, 9),
)
def test_splits_give_the_lines_of_the_bytes(text, split_size, sizes, block):
    content = text.encode()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    source = inputs.TextLines((urls.Remote("s3://b/a.txt", len(content)),), split_size)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inputs, "_BLOCK", block)
        patch.setattr(inputs, "_SCAN", block)
        patch.setattr(reading, "_AFTER", 3)
        found = []
        for split in source.splits():
            memory = Memory(content, sizes)
            patch.setattr(urls, "opened", memory.opened)
            found += split
            starts = [start for start, _ in memory.asked]
            assert starts == sorted(set(starts)), "nothing is asked for twice"
            assert starts[0] == max(split.start - 1, 0)
            if split.end is not None:
                line_end = (content + b"\n").find(b"\n", split.end - 1) + 1
                assert all(stop <= split.end or start < line_end for start, stop in memory.asked)
    assert found == (lines if lines[-1] else lines[:-1])


@pytest.mark.parametrize("split_size", [333, 1000, 10_000])
def test_s3_and_the_web_give_the_same_lines(s3, web, split_size, tmp_path):
    s3(**{"a.txt": TEXT})
    (tmp_path / "a.txt").write_bytes(TEXT)
    names = [str(split) for split in text_lines(tmp_path / "a.txt", split_size).splits()]
    for url in "s3://bucket/a.txt", f"{web.url}/a.txt", f"file://{tmp_path}/a.txt":
        source = text_lines(url, split_size)
        splits = list(source.splits())
        assert [str(split) for split in splits] == names
        assert sum(split.size for split in splits) == len(TEXT)
        with nothing_left():
            assert [line for split in splits for line in split] == LINES


def test_a_split_asks_for_its_own_bytes_alone(web, monkeypatch):
    monkeypatch.setattr(reading, "_AFTER", 50)
    web.files["/a.txt"] = b"0123456789\n" * 1000
    source = text_lines(f"{web.url}/a.txt", 1000)
    assert [row[2] for row in web.asked] == ["bytes=0-0"]
    split = list(source.splits())[4]
    web.asked.clear()
    assert list(split) == ["0123456789"] * 91
    assert [row[2] for row in web.asked] == ["bytes=3999-4999", "bytes=5000-5049"]
    assert web.accepted == {"identity"}, "bytes of the file, not packed ones"


def test_s3_is_asked_for_a_window_at_a_time(s3_by_web, monkeypatch):
    monkeypatch.setattr(reading, "_WINDOW", 300)
    source = text_lines("s3://bucket/a.txt", 1000)
    assert joined(source) == LINES
    parts = [(start, end) for start, end in s3_by_web.sent]
    assert max(end - start for start, end in parts) == 300
    assert [row for row in s3_by_web.asked if row[0] == "GET" and not row[2]] == [], "never all of it"


def test_memory_stays_bounded(s3_by_web):
    """Of one split of 30 MB only a few windows are in memory."""
    content = (b"x" * 999 + b"\n") * 30_000
    s3_by_web.files.update({"/bucket/big": content, "/big": content, "/whole/big": content})
    for url in "s3://bucket/big", f"{s3_by_web.url}/big", f"{s3_by_web.url}/whole/big":
        (split,) = text_lines(url, "1GB").splits()
        tracemalloc.start()
        try:
            assert sum(1 for _ in split) == 30_000
            assert tracemalloc.get_traced_memory()[1] < 20_000_000
        finally:
            tracemalloc.stop()


def test_other_stores_that_fsspec_knows():
    import fsspec

    memory = fsspec.filesystem("memory")
    memory.pipe({"/mrkit/a.txt": b"1\n2\n", "/mrkit/b.txt": b"3\n"})
    try:
        for url in "memory://mrkit", "memory://mrkit/*.txt", ["memory://mrkit/a.txt", "memory:///mrkit/b.txt"]:
            assert joined(text_lines(url, 2)) == ["1", "2", "3"]
    finally:
        memory.rm("/mrkit", recursive=True)


def test_planning_reads_no_object(s3, monkeypatch):
    s3(**{"logs/a.txt": TEXT, "logs/b.txt": b""})
    monkeypatch.setattr(urls, "opened", None)
    source = text_lines("s3://bucket/logs/*.txt", 1000)
    assert [(str(split), split.size) for split in source.splits()] == [
        ("a.txt[0.0-1.0 kB]", 1000),
        ("a.txt[1000-1436 B]", len(TEXT) - 1000),
        ("b.txt", 0),
    ]
    assert repr(source) == "<text_lines: 2 files (a.txt, b.txt), splits of 1 kB>"
    assert pickle.loads(pickle.dumps(source)) == source


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz"])
def test_archives_and_encodings_are_one_split(s3, web, suffix):
    packed = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}[suffix](TEXT)
    s3(**{"log" + suffix: packed, "broken" + suffix: packed[:-20]})
    web.files["/log" + suffix] = web.files["/whole/log" + suffix] = packed
    for url in "s3://bucket/log", f"{web.url}/log", f"{web.url}/whole/log":
        (split,) = text_lines(url + suffix, 100).splits()
        assert list(split) == list(split) == LINES
        assert split.size == len(packed)
    assert list(text_lines(f"{web.url}/log{suffix}?signature=1")) == LINES
    with pytest.raises(InputError, match="broken or incomplete"):
        list(text_lines(f"s3://bucket/broken{suffix}"))


def test_encodings_and_their_errors_are_those_of_files(s3):
    s3(wide=TEXT.decode().encode("utf-16"), old=b"one\ntwo\r\ncaf\xe9\n")
    assert joined(text_lines("s3://bucket/wide", 100, encoding="utf-16")) == LINES
    with pytest.raises(InputError, match=r"'s3://bucket/old' is not utf-8 text .*offset 12, about line 3"):
        list(text_lines("s3://bucket/old"))
    assert joined(text_lines("s3://bucket/old", 5, encoding="latin-1")) == ["one", "two", "café"]


# --- names


def test_prefixes_globs_and_mixed_lists(s3, tmp_path):
    (tmp_path / "here.txt").write_text("here")
    names = ["logs/b.txt", "logs/a.txt", "logs/a.log", "logs/deep/c.txt", "logs/.hidden.txt", "logs/.git/x.txt"]
    s3(**{name: name.encode() for name in names}, **{"logs/": b"", "logs-2.txt": b"x", "[ab].txt": b"odd"})
    below = ["logs/a.log", "logs/a.txt", "logs/b.txt", "logs/deep/c.txt"]
    assert expand("s3://bucket/logs") == expand("s3://bucket/logs/") == [f"s3://bucket/{name}" for name in below]
    for pattern, found in {
        "logs/*.txt": ["logs/a.txt", "logs/b.txt"],
        "logs/?.log": ["logs/a.log"],
        "logs/[b-z].txt": ["logs/b.txt"],
        "*/*/*": ["logs/deep/c.txt"],
        "logs*": ["logs-2.txt"],
        "**/*.txt": ["[ab].txt", "logs/a.txt", "logs/b.txt", "logs/deep/c.txt", "logs-2.txt"],
        "logs/**": below,
        "[ab].txt": ["[ab].txt"],
        "logs/.h*": ["logs/.hidden.txt"],
    }.items():
        assert expand(f"s3://bucket/{pattern}") == [f"s3://bucket/{name}" for name in found], pattern
    mixed = ["s3://bucket/logs/b.txt", tmp_path / "*.txt", "s3://bucket/logs/a*", "s3://bucket/logs/b.txt"]
    assert list(text_lines(mixed)) == ["logs/b.txt", "here", "logs/a.log", "logs/a.txt", "logs/b.txt"]


def test_a_glob_over_the_links_of_a_plain_web_server(tmp_path):
    """`python -m http.server`, which knows no ranges."""
    for name in "a.txt", "b.txt", "c.log", "two words.txt":
        (tmp_path / name).write_bytes(TEXT)

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with Server(partial(Quiet, directory=tmp_path)) as server:
        found = expand(f"{server.url}/*.txt")
        assert [url.rpartition("/")[2] for url in found] == ["a.txt", "b.txt", "two%20words.txt"]
        source = text_lines(found, 100)
        splits = list(source.splits())
        assert [split.size for split in splits] == [len(TEXT)] * 3, "each in one piece"
        assert joined(source) == LINES * 3
        with pytest.raises(InputError, match="no file that matches"):
            expand(f"{server.url}/*.rst")


def test_file_urls_are_paths(tmp_path):
    (tmp_path / "two words.txt").write_bytes(TEXT)
    url = (tmp_path / "two words.txt").as_uri()
    assert text_lines(url).files == (str(tmp_path / "two words.txt"),)
    assert expand((tmp_path.as_uri()) + "/*.txt") == expand(url) == expand(f"file://{tmp_path}/two words.txt")
    with pytest.raises(BadArgument, match="Write three slashes"):
        text_lines("file://data/a.txt")
    with pytest.raises(InputError, match="no file or directory"):
        text_lines((tmp_path / "nothing").as_uri())


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("abc://host/a.txt", "abc:// is no kind of URL"),
        ("s3://*/a.txt", "has a pattern where its bucket"),
        ("http://*/a.txt", "has a pattern where its bucket or its host"),
    ],
)
def test_what_is_no_url(url, sentence):
    with pytest.raises(InputError, match=re.escape(sentence)):
        text_lines(url)


# --- what servers do


@pytest.mark.parametrize("folder", ["whole", "unsized"])
def test_a_server_that_gives_only_whole_files(web, folder):
    source = text_lines(f"{web.url}/{folder}/a.txt", 100)
    (split,) = source.splits()
    assert split.size == (len(TEXT) if folder == "whole" else None)
    assert list(split) == list(split) == LINES
    # One that gave parts when the job was planned, but not to this worker.
    parts = [TextSplit(split.path, start, min(start + 400, len(TEXT))) for start in range(0, len(TEXT), 400)]
    assert [line for part in parts for line in part] == LINES


def test_an_empty_file(web, s3):
    s3(empty=b"")
    web.files["/empty"] = web.files["/whole/empty"] = b""
    for url in "s3://bucket/empty", f"{web.url}/empty", f"{web.url}/whole/empty":
        (split,) = text_lines(url, 10).splits()
        assert (list(split), split.size) == ([], 0)


def test_a_server_that_packs_what_it_sends(web):
    web.headers["Content-Encoding"] = "gzip"
    with pytest.raises(InputError, match=r"comes packed \(gzip\).*Fetch it"):
        text_lines(f"{web.url}/a.txt")


# --- failures that pass


@pytest.mark.parametrize("failure", [503, 500, 429, "cut"])
def test_a_failure_that_passes_is_tried_again(s3_by_web, failure):
    web = s3_by_web
    for url in f"{web.url}/a.txt", f"{web.url}/whole/a.txt", "s3://bucket/a.txt":
        web.plan[:] = [failure]
        source = text_lines(url)
        web.asked.clear()
        web.plan[:] = [failure] * 3
        assert list(source) == LINES
        assert web.plan == []


@pytest.mark.parametrize("folder", ["", "loose/"])
def test_it_goes_on_from_the_byte_where_it_stopped(web, folder):
    source = text_lines(f"{web.url}/{folder}a.txt")
    web.sent.clear()
    web.plan[:] = ["cut", 503, "cut", "cut"]
    assert list(source) == LINES
    ends = [end for _, end in web.sent]
    assert web.sent == list(zip([0, *ends], ends, strict=False)), "no byte came twice"
    assert len(ends) == 4


def test_s3_asks_for_less_after_a_failure(s3_by_web, monkeypatch):
    monkeypatch.setattr(reading, "_WINDOW", 1200)
    monkeypatch.setattr(reading, "_AFTER", 100)
    source = text_lines("s3://bucket/a.txt")
    s3_by_web.asked.clear()
    s3_by_web.plan[:] = [None, "cut", "cut", "cut"]
    assert list(source) == LINES
    parts = [part for _, _, part in s3_by_web.asked if part]
    assert parts[:5] == ["bytes=0-1199", "bytes=0-299", "bytes=0-99", "bytes=0-99", "bytes=100-199"]


def test_a_reader_may_go_back(web, s3_by_web):
    for url in f"{web.url}/a.txt", f"{web.url}/whole/a.txt", "s3://bucket/a.txt":
        with urls.opened(url, 700) as file:
            for start in 600, 1200, 5, 650, 0:
                file.seek(start)
                block = file.read(40)
                assert block == TEXT[start : start + len(block)] != b""


def test_a_connection_that_is_cut_for_ever(s3_by_web):
    for url in f"{s3_by_web.url}/a.txt", "s3://bucket/a.txt":
        source = text_lines(url)
        s3_by_web.plan[:] = [None] * ("s3" in url) + [503] * 100
        before = len(s3_by_web.plan)
        with pytest.raises(InputError, match=r"Cannot read .*a.txt', tried 5 times: the server says 503.*Try again"):
            list(source)
        assert before - len(s3_by_web.plan) == 5 + ("s3" in url)
        s3_by_web.plan.clear()


def test_pauses_grow(web, monkeypatch):
    slept = []
    monkeypatch.setattr(failures, "_PAUSES", PAUSES)
    monkeypatch.setattr(failures, "time", SimpleNamespace(sleep=slept.append))
    source = text_lines(f"{web.url}/a.txt")
    web.plan[:] = [503] * 100
    with pytest.raises(InputError):
        list(source)
    assert slept == sorted(set(slept))
    assert len(slept) == 4


# --- failures that stay


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (404, r"There is no '.*a.txt'. Check the spelling"),
        (403, r"You may not read '.*a.txt': .*403"),
        (401, r"You may not read '.*a.txt': .*401"),
        (400, r"Cannot read '.*a.txt': .*400"),
    ],
)
def test_a_lasting_failure_is_told_at_once(s3_by_web, status, sentence):
    for url in f"{s3_by_web.url}/a.txt", "s3://bucket/a.txt":
        s3_by_web.plan.clear()
        source = text_lines(url)
        for read in partial(list, source), partial(text_lines, url):
            s3_by_web.plan[:] = [status] * 10
            with pytest.raises(InputError, match=sentence) as caught:
                read()
            assert "\n" not in str(caught.value)
            assert len(s3_by_web.plan) >= 8, "the listing looks for a folder, too"


@pytest.mark.parametrize("scheme", ["http", "https", "s3"])
def test_a_server_that_is_not_there(scheme, monkeypatch):
    monkeypatch.setattr(failures, "time", None)  # nothing is tried again
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))  # nobody else takes this port, and nobody listens
        port = deaf.getsockname()[1]
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
        url = "s3://bucket/a.txt" if scheme == "s3" else f"{scheme}://127.0.0.1:{port}/a.txt"
        for read in partial(text_lines, url), partial(list, TextSplit(url)):
            with nothing_left(), pytest.raises(InputError, match=f"Cannot reach '{url}': .*onnect.* Check the address"):
                read()


def test_a_host_that_has_no_address():
    with pytest.raises(InputError, match=r"Cannot reach 'http://nowhere.invalid/a.txt'"):
        text_lines("http://nowhere.invalid/a.txt")


def test_https_of_a_server_that_does_not_speak_it(web):
    with nothing_left(), pytest.raises(InputError, match=r"Cannot re\w+ 'https://127.0.0.1"):
        text_lines(f"https{web.url[4:]}/a.txt")


def test_wrong_and_missing_credentials(s3, moto, monkeypatch):
    s3(**{"logs/a.txt": TEXT})
    source = text_lines("s3://bucket/logs/a.txt")
    before = post(f"{moto[0]}/moto-api/reset-auth", b"0")["PREVIOUS_INITIAL_NO_AUTH_ACTION_COUNT"]
    try:
        for url in "logs/a.txt", "logs/*.txt", "*/*.txt", "logs", "":
            with pytest.raises(InputError, match=r"You may not read 's3://bucket.*403.*Check AWS_ACCESS_KEY_ID"):
                text_lines(f"s3://bucket/{url}")
        with pytest.raises(InputError, match=r"You may not read '.*a.txt'.*403.*Check AWS_ACCESS_KEY_ID"):
            list(source)
    finally:
        post(f"{moto[0]}/moto-api/reset-auth", before.encode())
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(InputError, match=r"You may not read .*Unable to locate credentials.*FSSPEC_S3_ANON=true"):
        list(source)
    monkeypatch.setenv("FSSPEC_S3_ANON", "true")
    assert list(source) == LINES


@pytest.mark.parametrize("name", ["nothing.txt", "logs/*.rst", "nothing/"])
def test_a_missing_object_or_bucket(s3, name):
    s3(**{"logs/a.txt": TEXT})
    for bucket in "bucket", "no-bucket":
        with pytest.raises(InputError, match=f"There is no .*'s3://{bucket}/{re.escape(name)}'.*Check the spelling"):
            text_lines(f"s3://{bucket}/{name}")


def test_an_object_that_vanishes(s3_by_web):
    web = s3_by_web
    splits = [*text_lines(f"{web.url}/a.txt", 500).splits(), *text_lines("s3://bucket/a.txt", 500).splits()]
    web.files.clear()
    for split in splits:
        with pytest.raises(InputError, match=r"There is no .*nobody has removed it"):
            list(split)


@pytest.mark.parametrize("content", [TEXT[:700], TEXT.replace(b"line", b"LINE"), TEXT * 2])
@pytest.mark.parametrize("split_size", [500, 10_000])
def test_an_object_that_changes_after_the_plan(s3, web, content, split_size):
    s3(**{"a.txt": TEXT})
    sources = [text_lines(url, split_size) for url in ("s3://bucket/a.txt", f"{web.url}/a.txt")]
    s3(**{"a.txt": content})
    web.files["/a.txt"] = content
    for source in sources:
        for split in source.splits():
            with pytest.raises(InputError, match=r"a.txt' has changed since the job was planned.*Run the job again"):
                list(split)


def test_an_object_that_becomes_shorter_and_has_no_version(web):
    splits = [TextSplit(f"{web.url}/a.txt", start, start + 500, file_size=len(TEXT)) for start in (0, 1000)]
    web.files["/a.txt"] = TEXT[:900]
    for split in splits:
        with pytest.raises(InputError, match="it has become shorter"):
            list(split)


def test_an_object_that_changes_while_it_is_read(s3_by_web, monkeypatch):
    web = s3_by_web
    monkeypatch.setattr(reading, "_WINDOW", 200)
    monkeypatch.setattr(inputs, "_BLOCK", 100)

    def change():
        web.files["/a.txt"] = web.files["/bucket/a.txt"] = TEXT.upper()
        return 412 if web.asked[-1][1].startswith("/bucket") else None  # S3 compares, because it is asked to

    for url, plan in (f"{web.url}/a.txt", ["cut", change]), ("s3://bucket/a.txt", [None, None, change]):
        web.files["/a.txt"] = web.files["/bucket/a.txt"] = TEXT
        source = text_lines(url)
        web.plan[:] = plan
        with pytest.raises(InputError, match="has changed since the job was planned: it is another version"):
            list(source)


def test_secrets_are_not_shown(web):
    host = web.url[len("http://") :]
    for url in f"http://me:secret@{host}/nothing.txt", f"{web.url}/nothing.txt?signature=secret":
        with pytest.raises(InputError) as caught:
            text_lines(url)
        assert str(caught.value).startswith(f"There is no '{web.url}/nothing.txt'")
    source = text_lines(f"{web.url}/a.txt?signature=secret")
    assert list(source) == LINES
    assert "secret" not in repr(source) + str(next(source.splits()))


@pytest.mark.parametrize(
    "kind", ["sftp", "ssh", "ftp", "smb", "zip://a.txt::sftp", "simplecache::sftp", "nothing", "s3"]
)
def test_a_password_is_masked_wherever_a_url_is_shown(kind, capsys):
    url = f"{kind}://me:secret@nowhere.invalid/a.txt"
    for act in (
        lambda: expand(url),
        lambda: text_lines([url]),
        lambda: MapReduce(fails, len, executor="serial")([url]),
    ):
        with pytest.raises(MrkitError) as caught:
            act()
        assert "secret" not in str(caught.value)
    assert cli.main(["wordcount", url]) == 1
    remote = names.Remote(url, 3)
    lines = TextLines((remote,), 2)
    shown = [repr(remote), repr(lines), *map(str, lines.splits()), *map(repr, lines.splits()), short(url, 40)]
    assert "secret" not in "".join([*shown, *capsys.readouterr()])


def fails(url):
    raise ValueError("no")


@pytest.mark.filterwarnings("ignore:This GCS|ignore::DeprecationWarning")
def test_every_kind_of_url_that_cannot_be_opened_is_one_sentence(capsys, tmp_path, monkeypatch):
    from fsspec.registry import known_implementations

    monkeypatch.chdir(tmp_path)
    works = {"file", "local", "http", "https", "s3", "s3a"}
    for protocol in sorted(set(known_implementations) - works):
        with pytest.raises(InputError) as caught:
            expand(f"{protocol}://nowhere.invalid/a.txt")
        said = str(caught.value)
        assert said.endswith("."), said
        assert "\n" not in said
        if "_" not in protocol:
            assert protocol in said
            assert re.search("[Ii]nstall|Fetch|Give|Use|Unpack|Check", said), said
        assert cli.main(["wordcount", f"{protocol}://nowhere.invalid/a.txt"]) == 1
        gc.collect()  # what is half made may complain when it goes
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1), err
        assert err.startswith("mrkit: ")
        assert "fault of mrkit" not in err


@pytest.mark.parametrize(
    "url", ["https:///a.txt", "http://", "s3://", "s3:///a.txt", "https://:80/a.txt", "file://a.txt"]
)
def test_an_address_without_a_host_is_one_line(url, capsys):
    assert cli.main(["wordcount", url]) == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "fault of mrkit" not in err
    assert re.search(r"[Cc]heck|Write|in full", err), err


# --- nothing is loaded before, nothing is left behind


@pytest.mark.parametrize(
    ("package", "url", "sentence"),
    [
        ("fsspec", "s3://bucket/a.txt", r"Reading s3:// URLs needs .*pip install 'mrkit\[url\]'"),
        ("s3fs", "s3://bucket/a.txt", r"Reading s3:// URLs needs .*s3fs.*pip install 'mrkit\[url\]'"),
        ("aiohttp", "https://host/a.txt", r"Reading https:// URLs needs .*aiohttp.*pip install 'mrkit\[url\]'"),
    ],
)
def test_a_package_that_is_not_there(package, url, sentence):
    """In a process of its own, because fsspec remembers what it has imported."""
    code = f"import sys; sys.modules[{package!r}] = None; import mrkit; mrkit.text_lines({url!r})"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert re.search(f"^mrkit.errors.InputError: {sentence}", shown.stderr, re.MULTILINE), shown.stderr


def test_only_a_url_loads_fsspec(tmp_path):
    (tmp_path / "a.txt").write_text("a")
    code = "import sys, mrkit; list(mrkit.text_lines(sys.argv[1]))\n"
    code += "print(*{'mrkit.inputs.urls', 'fsspec', 'aiohttp', 's3fs', 'asyncio'} & set(sys.modules))"
    shown = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "a.txt"], capture_output=True, text=True, timeout=60, check=True
    )
    assert shown.stdout.strip() == ""


def test_nothing_is_left_behind(s3, web):
    s3(**{"a.txt": TEXT})
    for url in "s3://bucket/a.txt", f"{web.url}/a.txt":
        source = text_lines(url, 500)
        with nothing_left():
            for _line in source:
                break  # abandoned in the middle
            assert list(zip(source, source, strict=True)) == list(zip(LINES, LINES, strict=True))


def test_in_a_notebook_where_an_event_loop_runs_already(web):
    async def cell():
        return list(text_lines(f"{web.url}/a.txt", 500))

    assert asyncio.run(cell()) == LINES


@pytest.mark.parametrize(
    "how",
    [
        {"executor": "serial"},
        {"executor": "threads"},
        *[
            pytest.param({"executor": "processes", "start_method": method}, id=method)
            for method in ("spawn", "forkserver", "fork")
            if method == "spawn" or sys.platform == "linux"
        ],
    ],
)
def test_workers_read_their_own_splits(s3, web, how):
    s3(**{"a.txt": TEXT, "b.txt": TEXT})
    expected = Counter(TEXT.decode().split() * 2)
    source = text_lines(["s3://bucket/*.txt", f"{web.url}/a.txt"], 700)
    assert list(source)[: len(LINES)] == LINES  # read in the parent, before workers are forked
    web.plan[:] = [503, "cut"]
    with nothing_left():
        found = MapReduce(words, count_words, 2, **how)(source)
    assert dict(found) == {word: count * 3 // 2 for word, count in expected.items()}
    assert web.plan == []


def test_what_a_worker_cannot_read_is_one_sentence(web):
    source = text_lines(f"{web.url}/a.txt", 700)
    web.files.clear()
    with nothing_left(), pytest.raises(InputError, match=r"^There is no 'http://.*/a.txt'. Check the spelling"):
        MapReduce(words, count_words, 1)(source)


def test_wordcount_of_urls(s3, capsys):
    s3(**{"logs/a.txt": b"shuffle map", "logs/b.txt": b"shuffle"})
    assert cli.main(["wordcount", "--workers", "1", "s3://bucket/logs/*.txt"]) == 0
    out = capsys.readouterr().out
    assert "worker-1 reading s3://bucket/logs/a.txt" in out
    assert out.endswith("shuffle :     2\nmap     :     1\n")
    assert cli.main(["wordcount", "s3://bucket/nothing/*.txt"]) == 1
    assert capsys.readouterr().err.startswith("mrkit: There is no 's3://bucket/nothing/*.txt'. Check the spelling")
