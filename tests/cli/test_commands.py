"""The command line: what it prints, what it writes, and how it ends."""

from __future__ import annotations

import importlib
import json
import multiprocessing
import os
import signal
import subprocess
import sys
from importlib import metadata
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import nothing_left

from mrkit import Trace
from mrkit.cli import commands as cli
from mrkit.cli import doctor
from mrkit.cli import main as entrance
from mrkit.datasets import handbook
from mrkit.errors import MrkitError, WorkerDied

COMMAND = [sys.executable, "-m", "mrkit"]


@pytest.fixture
def mrkit(capsys, tmp_path, monkeypatch):
    """Run a command in this process, in a folder of its own; gives (status, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    importlib.import_module("mrkit.learn")  # beside ipykernel it starts a process, which no command did

    def run(*arguments):
        with nothing_left():
            status = cli.main([str(argument) for argument in arguments])
        return status, *capsys.readouterr()

    return run


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


# Word count.


def test_wordcount_of_files_in_the_articles_layout(mrkit, tmp_path):
    write(tmp_path / "a.rst", "Shuffle, shuffle! map\n.. map map map\nkey key")
    write(tmp_path / "b.rst", "shuffle the groups")
    status, out, err = mrkit("wordcount", "--workers", "1", "a.rst", "b.rst")
    assert (status, err) == (0, "")
    assert out == (
        "worker-1 reading a.rst\nworker-1 reading b.rst\n\nTOP 20 WORDS BY FREQUENCY\n\n"
        "shuffle :     3\nkey     :     2\ngroups  :     1\nmap     :     1\n"
    )


def test_wordcount_without_files_counts_the_handbook(mrkit):
    status, out, err = mrkit("wordcount", "--workers", "2", "--top", "3")
    assert (status, err) == (0, "")
    reading, title, table = out.split("\n\n")
    assert sorted(line.split(" reading ")[1] for line in reading.splitlines()) == [p.name for p in handbook()]
    assert title == "TOP 3 WORDS BY FREQUENCY"
    assert len(table.splitlines()) == 3


def test_wordcount_takes_folders_and_patterns(mrkit, tmp_path):
    write(tmp_path / "text" / "deep" / "a.txt", "map")
    write(tmp_path / "text" / "b.txt", "map")
    write(tmp_path / "c.rst", "map")
    _, out, _ = mrkit("wordcount", "--workers", "1", "text", "*.rst")
    files = [line.split(" reading ")[1] for line in out.splitlines() if " reading " in line]
    assert files == [os.path.join("text", "b.txt"), os.path.join("text", "deep", "a.txt"), "c.rst"]
    assert out.endswith("map :     3\n")


def test_wordcount_of_a_file_without_words(mrkit, tmp_path):
    write(tmp_path / "empty.rst", "")
    assert mrkit("wordcount", "empty.rst", "--workers", "1") == (
        0,
        "worker-1 reading empty.rst\n\nTOP 20 WORDS BY FREQUENCY\n\n",
        "",
    )


def test_wordcount_writes_its_trace(mrkit, tmp_path):
    status, _, err = mrkit("wordcount", "--workers", "2", "--trace", "trace.json", "--chrome", "chrome.json")
    assert (status, err) == (0, "")
    trace = Trace.from_json(tmp_path / "trace.json")
    assert trace.num_inputs == len(handbook())
    assert trace.job.num_workers == 2
    assert trace.job.executor == "processes"
    chrome = json.loads((tmp_path / "chrome.json").read_text(encoding="utf-8"))
    assert len([event for event in chrome["traceEvents"] if event.get("ph") == "X"]) >= len(trace.spans)


def test_wordcount_shows_a_timeline_after_the_table(mrkit):
    status, out, err = mrkit("wordcount", "--workers", "1", "--timeline", "--top", "1")
    assert (status, err) == (0, "")
    timeline = out.split("TOP 1 WORDS BY FREQUENCY\n\n")[1].split("\n", 1)[1]
    assert "worker-1" in timeline
    assert timeline.startswith("\n")


@given(st.dictionaries(st.text("abc", min_size=1), st.integers(1, 99_999)), st.integers(1, 5))
def test_the_table_is_sorted_by_count_and_then_by_word(counts, top):
    blank, title, blank_too, *rows = cli.top_words(counts.items(), top).split("\n")
    assert (blank, title, blank_too) == ("", f"TOP {top} WORDS BY FREQUENCY", "")
    expected = sorted(counts, key=lambda word: (-counts[word], word))[:top]
    assert [row.partition(":")[0].rstrip() for row in rows] == expected
    assert [int(row.partition(":")[2]) for row in rows] == [counts[word] for word in expected]
    longest = max(map(len, expected), default=0)
    assert all(len(row) == longest + 1 + 2 + 5 for row in rows)


# Errors: one line, and a status.


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["wordcount", "nowhere.rst"], "There is no file or directory 'nowhere.rst'. Check the spelling;"),
        (["wordcount", "*.none"], "There is no file that matches '*.none'."),
        (["wordcount", "bad.rst"], "bad.rst' is not utf-8 text (byte 0xff at offset 0, about line 1"),
        (["lab", "--no-open", "--reset", "99"], "There is no lesson '99'. The lessons are: 00_tour"),
        (["lab", "--no-open", "bad.rst"], "bad.rst: File exists"),
        (["release", "bad.rst"], "bad.rst: File exists"),
    ],
)
def test_an_error_is_one_line_and_status_1(mrkit, tmp_path, arguments, message):
    (tmp_path / "bad.rst").write_bytes(b"\xff")
    status, _, err = mrkit(*arguments)
    assert status == 1
    assert err.startswith("mrkit: ")
    assert message in err
    assert err.count("\n") == 1
    assert "Traceback" not in err


def test_a_trace_that_cannot_be_written_is_an_error_after_the_table(mrkit, tmp_path):
    write(tmp_path / "a.rst", "map")
    status, out, err = mrkit("wordcount", "a.rst", "--workers", "1", "--trace", "no/such/folder/t.json")
    assert status == 1
    assert out.endswith("map :     1\n")
    assert err == f"mrkit: {os.path.join('no', 'such', 'folder', 't.json')}: No such file or directory\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["count"], "No such command 'count'"),
        (["wordcount", "--word"], "No such option"),
        (["wordcount", "--top", "0"], "Invalid value for '--top'"),
        (["wordcount", "--workers", "two"], "Invalid value for '--workers'"),
        (["wordcount", "--trace"], "--trace"),
        (["release"], "Missing argument 'FOLDER'"),
        (["lab", "one", "two"], "unexpected extra argument"),
    ],
)
def test_a_wrong_command_is_one_line_and_status_2(mrkit, arguments, message):
    status, out, err = mrkit(*arguments)
    assert (status, out) == (2, "")
    assert err.startswith("mrkit: ")
    assert message in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (MrkitError("One sentence\nand a half."), 1, "mrkit: One sentence and a half.\n"),
        (WorkerDied("It died."), 1, "mrkit: It died.\n"),
        (PermissionError(13, "Permission denied", "x.rst"), 1, "mrkit: x.rst: Permission denied\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_whatever_happens_there_is_no_traceback(mrkit, monkeypatch, error, status, said):
    def fail(students):
        raise error

    monkeypatch.setattr(doctor, "findings", fail)
    assert mrkit("doctor") == (status, "", said)


def test_a_fault_of_mrkit_itself_says_where_it_is(mrkit, monkeypatch):
    monkeypatch.setattr(doctor, "findings", lambda students: {}["key"])
    status, out, err = mrkit("doctor")
    assert (status, out) == (1, "")
    assert err.startswith("mrkit: This is a fault of mrkit, please report it: KeyError: 'key' (test_commands.py, line ")
    assert err.count("\n") == 1


def test_version_and_help(mrkit):
    assert mrkit("--version") == (0, f"mrkit {metadata.version('mrkit')}\n", "")
    for arguments in ([], ["--help"]):
        status, out, err = mrkit(*arguments)
        assert (status, err) == (0, "")
        assert {"wordcount", "lab", "release", "doctor"} <= set(out.split())
    for command in ("wordcount", "lab", "release", "doctor"):
        status, out, err = mrkit(command, "--help")
        assert (status, err) == (0, "")
        assert out.startswith(f"Usage: mrkit {command}")


# As a process: pipes and signals.


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes")
@pytest.mark.parametrize("arguments", [["wordcount", "--workers", "1"], ["--help"], ["wordcount", "--help"]])
def test_a_reader_that_goes_away_is_no_error(arguments):
    with nothing_left():
        process = subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.close()
        assert process.stderr.read() == b""
        process.stderr.close()
        assert process.wait(60) == 141


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has another Ctrl-C")
def test_ctrl_c_ends_it_quietly(tmp_path):
    """In the middle of reading: many large files, and the first is begun."""
    for number in range(60):
        write(tmp_path / f"{number:03}.rst", "shuffle map reduce\n" * 20_000)
    with nothing_left():
        process = subprocess.Popen(
            [*COMMAND, "wordcount", str(tmp_path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        assert b" reading " in process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of its processes
        _, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (130, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a disk that is full")
@pytest.mark.parametrize("arguments", [["wordcount", "--workers", "1"], ["--version"], ["lab", "--no-open", "lessons"]])
def test_output_that_cannot_be_written_is_one_line(arguments, tmp_path):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*COMMAND, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, cwd=tmp_path, timeout=100
        )
    assert done.returncode == 1
    assert done.stderr == (
        "mrkit: The output cannot be written: No space left on device. Free some space, or write it elsewhere.\n"
    )


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps a folder that is somebody's current one")
@pytest.mark.parametrize("files", [[], ["a.txt"], ["*.txt"]])
def test_a_current_folder_that_is_gone_is_one_line(files, tmp_path):
    code = "import os, sys, mrkit.cli as cli; os.rmdir(os.getcwd()); sys.exit(cli.main(['wordcount', *sys.argv[1:]]))"
    (tmp_path / "gone").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", code, *files], capture_output=True, text=True, cwd=tmp_path / "gone", timeout=100
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("mrkit: The current folder is gone. Change to one that is there: `cd`")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("address", ["tcp://", "tcp://:8786", "tls://host", "tcp://host:", "ws:///", "tcp://[::1]"])
def test_an_address_without_a_host_or_a_port_is_one_line(mrkit, address):
    status, _, err = mrkit("wordcount", "--executor", address)
    assert status == 1
    assert "write its host and its port, as in 'tcp://localhost:8786'" in err
    assert err.count("\n") == 1


def test_the_command_is_installed():
    scripts = metadata.entry_points(group="console_scripts", name="mrkit")
    assert [script.load() for script in scripts] == [entrance]


# The lessons.


def test_lab_copies_to_the_home_folder_and_says_where(mrkit, tmp_path, monkeypatch):
    monkeypatch.setattr(cli, "address_of_site", lambda: None)
    status, out, err = mrkit("lab", "--no-open")
    assert (status, err) == (0, "")
    lines = out.splitlines()
    folder = tmp_path / "home" / "mrkit-lessons"
    assert lines[-1] == f"The lessons are in {folder}"
    assert [f"new: {path.name}" for path in sorted(folder.glob("*.ipynb"))] == sorted(lines[:-1])
    assert (folder / "00_tour.ipynb").exists()
    assert mrkit("lab", "--no-open") == (0, f"The lessons are in {folder}\n", "")


@pytest.mark.parametrize(
    ("urls", "said"),
    [
        (["Source, https://a.example", "Site, https://b.example/x, y"], "https://b.example/x, y"),
        (["Source, https://a.example"], None),
        ([], None),
    ],
)
def test_lab_names_the_web_site_if_there_is_one(mrkit, tmp_path, monkeypatch, urls, said):
    information = tmp_path / "installed" / "mrkit-0.1.0.dist-info"
    information.mkdir(parents=True)
    lines = ["Metadata-Version: 2.4", "Name: mrkit", "Version: 0.1.0", *(f"Project-URL: {url}" for url in urls)]
    (information / "METADATA").write_text("\n".join(lines))
    monkeypatch.syspath_prepend(information.parent)
    _, out, _ = mrkit("lab", "there", "--no-open")
    assert [line for line in out.splitlines() if "https" in line] == (
        [f"In a browser, where nothing is installed: {said}"] if said else []
    )


def test_lab_resets_one_lesson_and_keeps_a_backup(mrkit, tmp_path):
    mrkit("lab", "there", "--no-open")
    lesson = tmp_path / "there" / "00_tour.ipynb"
    original = lesson.read_bytes()
    lesson.write_bytes(b"my work")
    status, out, _ = mrkit("lab", "there", "--no-open", "--reset", "00")
    backup = out.splitlines()[0].removeprefix("backup: ")
    assert status == 0
    assert (tmp_path / "there" / backup).read_bytes() == b"my work"
    assert lesson.read_bytes() == original


@pytest.mark.parametrize(("option", "browser"), [([], True), (["--no-browser"], False)])
def test_lab_opens_jupyterlab_and_ends_as_it_does(mrkit, monkeypatch, tmp_path, option, browser):
    opened = []
    monkeypatch.setattr(
        "mrkit.cli.lab.open_jupyterlab", lambda folder, browser, language: opened.append((folder, browser)) or 3
    )
    status, _, _ = mrkit("lab", tmp_path / "there", *option)
    assert status == 3
    assert opened == [(tmp_path / "there", browser)]


def test_release_and_instructor_differ_by_the_solutions(mrkit, tmp_path):
    assert mrkit("release", "class")[0] == 0
    assert mrkit("lab", "teacher", "--instructor", "--no-open")[0] == 0
    for path in (tmp_path / "teacher").glob("*.ipynb"):
        student = (tmp_path / "class" / path.name).read_text(encoding="utf-8")
        assert "BEGIN SOLUTION" not in student
        if "BEGIN SOLUTION" in path.read_text(encoding="utf-8"):
            assert "YOUR CODE HERE" in student


# The doctor.


def test_doctor_finds_this_machine_healthy_and_tries_every_start_method():
    with nothing_left():
        done = subprocess.run([*COMMAND, "doctor"], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[-1] == "Nothing that mrkit needs is missing."
    assert {line.split()[0] for line in lines[:-2]} <= {"ok", "note"}
    for method in multiprocessing.get_all_start_methods():
        assert any(line.startswith(f"ok       Workers start by {method}") for line in lines)


def test_doctor_ends_with_1_if_something_needed_is_broken(mrkit, monkeypatch):
    findings = [doctor.Remark("ok", "a"), doctor.Remark("problem", "b"), doctor.Remark("note", "c")]
    monkeypatch.setattr(doctor, "findings", lambda students: findings)
    assert mrkit("doctor") == (1, "ok       a\nproblem  b\nnote     c\n\nProblems: 1.\n", "")
    del findings[1]
    assert mrkit("doctor") == (0, "ok       a\nnote     c\n\nNothing that mrkit needs is missing.\n", "")


def levels(check):
    return [finding.level for finding in check()]


def test_doctor_names_missing_packages(monkeypatch):
    monkeypatch.setattr(doctor, "version_of", lambda name: None)
    assert levels(doctor.packages) == ["problem"] * 5
    assert levels(doctor.kernel) == []
    assert levels(doctor.clusters)[:2] == ["note", "note"]


@pytest.mark.parametrize(("version", "noted"), [("7.0.1", True), ("7.1.0", False), ("6.31.0", False), ("7.4.0", False)])
def test_doctor_knows_the_faulty_kernel(monkeypatch, version, noted):
    monkeypatch.setattr(doctor, "version_of", lambda name: version)
    assert levels(doctor.kernel) == ["note"] * noted


def test_doctor_says_what_is_short(monkeypatch):
    monkeypatch.setattr(doctor, "available_cpus", lambda: 1)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda folder: SimpleNamespace(free=500_000_000))
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)
    monkeypatch.setattr(doctor.share, "folder", lambda name: doctor.share.Path("/nowhere"))
    assert levels(doctor.machine)[0] == "note"
    assert levels(doctor.temporary_space) == ["note"]
    assert levels(doctor.browser) == ["note"]
    assert levels(doctor.lessons) == ["problem", "problem"]


@pytest.mark.parametrize(("broken", "level"), [("spawn", "problem"), ("fork", "note")])
def test_doctor_minds_the_default_start_method_most(monkeypatch, broken, level):
    monkeypatch.setattr(doctor, "try_workers", lambda method: "It hung." * (method == broken))
    if broken in multiprocessing.get_all_start_methods():
        found = [finding for finding in doctor.workers() if finding.level != "ok"]
        assert [finding.level for finding in found] == [level]
        assert f"by {broken}" in found[0].text


def test_doctor_is_not_kept_waiting():
    with nothing_left():
        assert "did not end within 0 seconds" in doctor.try_workers("spawn", patience=0)


def test_a_check_that_fails_is_a_problem_itself(monkeypatch):
    monkeypatch.setattr(doctor, "available_cpus", lambda: 1 / 0)
    monkeypatch.setattr(doctor, "try_workers", lambda method: "")
    assert ("problem", "Looking at machine failed: ZeroDivisionError: division by zero") in list(doctor.findings())
