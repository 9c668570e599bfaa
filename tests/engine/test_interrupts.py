"""Nothing kills the lesson: Ctrl-C in a terminal, the interrupt of a kernel, a stop, a closed or killed parent.

For every start method and in every phase. What a test of its own process can show is in test_leftovers.py; here the
interrupt comes from outside and, as in life, to the workers as well. No time is measured: the limits are generous.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import re
import signal
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
from oracle import TEXT, nothing_left, total, until, words, workers_of

from mrkit import MapReduce
from mrkit.engine.interrupts import interruptible, uninterrupted
from mrkit.errors import Cancelled

if os.name != "posix":
    pytest.skip("terminals and signals of POSIX", allow_module_level=True)

START_METHODS = multiprocessing.get_all_start_methods()
PHASES = ["map", "combine", "partition", "reduce", "groups"]
LONG = 20  # seconds after which something that should have come is a hang

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning:(jupyter_client|zmq|tornado|traitlets).*"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

# A job that is slow in one phase, and says in a file when it is there. The same text runs in scripts and in cells.
JOB = """
import os, sys, threading, time
from pathlib import Path
from mrkit import MapReduce
THERE = Path(os.environ["TMPDIR"]).parent / "there"
THERE.mkdir(exist_ok=True)

def slowly(name):
    (THERE / name).mkdir(exist_ok=True)
    (THERE / name / str(os.getpid())).touch()
    for _ in range(12000):
        time.sleep(0.01)

def words(line):
    return [(word, 1) for word in line.split()]

def numbered(line):
    return [((word, number), 1) for number, word in enumerate(line.split())]

def total(item):
    return item[0], sum(item[1])

def slow_job(phase, start_method, name):
    def slow_map(line):
        slowly(name)
        return words(line)
    def slow_combiner(item):
        slowly(name)
        return total(item)
    def slow_partitioner(key, num_partitions):
        slowly(name)
        return len(key) % num_partitions
    def slow_total(item):
        slowly(name)
        return total(item)
    def slow_groups(item):
        for (word, _), _ in item[1]:
            yield word
            slowly(name)
    functions = {
        "map": (slow_map, total, {}),
        "combine": (words, total, {"combiner": slow_combiner}),
        "partition": (words, total, {"partitioner": slow_partitioner}),
        "reduce": (words, slow_total, {}),
        "groups": (numbered, slow_groups, {"group_by": lambda key: key[0]}),
    }
    map_func, reduce_func, options = functions[phase]
    return MapReduce(map_func, reduce_func, 2, start_method=start_method, num_partitions=2, **options)

def quick(start_method):
    return sorted(MapReduce(words, total, 2, start_method=start_method)(["a b", "b"], 1))

def first_time(name):
    def map_func(line):
        if not (THERE / name).exists():
            slowly(name)
        return words(line)
    return map_func
"""

LINES = "['the cat', 'the dog', 'a cat', 'a dog']"


def semaphores(process: int) -> set[int]:
    """The semaphores that a process holds (their inodes, for names come and go), as far as this system tells."""
    try:
        lines = Path(f"/proc/{process}/maps").read_text().splitlines()
    except OSError:
        return set()
    return {int(line.split()[4]) for line in lines if "/dev/shm/sem." in line}


def exist(inodes: set[int]) -> set[int]:
    """Those of the semaphores that the system still has by a name."""
    found = set()
    for path in Path("/dev/shm").glob("sem.*"):
        with contextlib.suppress(FileNotFoundError):
            found.add(path.stat().st_ino)
    return inodes & found


def held_by(process: psutil.Process, temporary: Path) -> list[str]:
    """What a process holds that a stopped job could have left."""
    found = [f"process {worker.pid}" for worker in workers_of(process)]
    found += [f"semaphore {inode}" for inode in semaphores(process.pid)]
    return found + [f"folder {path.name}" for path in temporary.glob("mrkit-*")]


def gone(processes) -> bool:
    return not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in processes)


def own_folder(path: Path) -> Path:
    """A temporary folder whose path is short enough for the sockets of a fork server."""
    (path / "t").mkdir()
    return path / "t"


def there(path: Path, name: str, number: int = 2):
    """Whether that many workers are in the slow part."""
    return lambda: (path / "there" / name).is_dir() and len(os.listdir(path / "there" / name)) >= number


# 0. When an interrupt is raised.


def interrupt_me(times: int = 1) -> None:
    """As many interrupts, each heard before the next comes."""
    for _ in range(times):
        signal.raise_signal(signal.SIGINT)


@contextlib.contextmanager
def broken_off():
    """An interrupt ends the block."""
    with pytest.raises(KeyboardInterrupt) as raised:
        yield raised


def test_an_interrupt_waits_for_the_end_of_a_block():
    before, steps = signal.getsignal(signal.SIGINT), []
    with broken_off(), uninterrupted():
        interrupt_me()
        with uninterrupted():
            steps.append("inner")
        steps.append("outer")
    assert steps == ["inner", "outer"]
    assert signal.getsignal(signal.SIGINT) is before


def test_a_second_interrupt_does_not_wait():
    with broken_off(), uninterrupted():
        interrupt_me(2)
        pytest.fail("it went on")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_interrupt_is_raised_where_a_block_takes_long():
    steps = []
    with broken_off(), uninterrupted():
        try:
            with interruptible():
                steps.append("waiting")
                interrupt_me()
                steps.append("not here")
        finally:
            interrupt_me()  # while it tidies up
            with interruptible():  # nothing is left to stop
                pass
            steps.append("tidied up")
    assert steps == ["waiting", "tidied up"]


def test_an_interrupt_that_came_before_is_raised_there():
    with broken_off(), uninterrupted():
        interrupt_me()
        with interruptible():
            pytest.fail("it was waiting")


def test_tidying_up_that_hangs_can_be_broken_off():
    with broken_off() as raised, uninterrupted(), interruptible():
        try:
            interrupt_me()
        finally:
            interrupt_me(2)
            pytest.fail("it went on")
    assert isinstance(raised.value.__context__, KeyboardInterrupt)


def test_after_an_interrupt_that_was_caught_the_next_is_raised():
    caught = 0
    with uninterrupted():
        for _ in range(3):
            with interruptible():
                try:
                    interrupt_me()
                except KeyboardInterrupt:
                    caught += 1
    assert caught == 3


def test_a_handler_of_the_users_that_raises_nothing_hears_every_interrupt():
    heard = []
    before = signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
    try:
        with uninterrupted():
            interrupt_me()
            assert heard == []
            with interruptible():
                interrupt_me()
            interrupt_me()
        assert heard == [signal.SIGINT] * 3
    finally:
        signal.signal(signal.SIGINT, before)


def test_other_threads_are_not_concerned():
    before = signal.getsignal(signal.SIGINT)
    seen = []

    def other() -> None:
        with uninterrupted(), interruptible():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert seen == [before]


# 1. A real terminal.


class Terminal:
    """A script that runs in the foreground of a terminal of its own, and what is on the screen."""

    def __init__(self, folder: Path, script: str, *arguments: str):
        import pty

        self.folder, self.temporary = folder, own_folder(folder)
        (folder / "script.py").write_text(JOB + script)
        self.screen = ""
        self.status: int | None = None
        command = [sys.executable, str(folder / "script.py"), *arguments]
        environment = os.environ | {"TMPDIR": str(self.temporary), "PYTHONUNBUFFERED": "1", "PYTHON_COLORS": "0"}
        pid, self._terminal = pty.fork()
        if pid == 0:
            os.execve(command[0], command, environment)
        self.process = psutil.Process(pid)
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # the script is gone
            while data := os.read(self._terminal, 4096):
                self.screen += data.decode(errors="replace").replace("\r\n", "\n")

    def ctrl_c(self) -> None:
        os.write(self._terminal, b"\x03")

    def shows(self, text: str) -> None:
        """Wait for it."""
        assert until(lambda: text in self.screen or self.ended(), LONG), self.screen
        assert text in self.screen, self.screen

    def wait_for(self, true) -> None:
        assert until(lambda: true() or self.ended(), LONG), self.screen
        assert true(), self.screen

    def ended(self) -> bool:
        if self.status is None:
            pid, status = os.waitpid(self.process.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status is not None

    def close(self) -> None:
        if not self.ended():
            os.kill(self.process.pid, signal.SIGKILL)
            assert until(self.ended, LONG)
        self._reader.join(LONG)  # it ends when no process has the terminal any more
        assert not self._reader.is_alive(), "something still holds the terminal"
        os.close(self._terminal)


@contextlib.contextmanager
def terminal(folder: Path, script: str, *arguments: str):
    it = Terminal(folder, script, *arguments)
    try:
        yield it
    finally:
        it.close()


def only_says(screen: str, *lines: str) -> None:
    """Nobody but the script wrote on the screen; the terminal itself shows a typed Ctrl-C as ^C, or half of it."""
    assert screen.replace("^C", "").replace("^", "").split("\n") == [*lines, ""], screen


IN_EACH_PHASE = f"""
def main(start_method, *phases):
    for phase in phases:
        try:
            slow_job(phase, start_method, phase)({LINES}, 1)
        except KeyboardInterrupt:
            threads = [t.name for t in threading.enumerate() if t is not threading.main_thread()]
            print("stopped in", phase, threads)
        while not (THERE / (phase + " seen")).exists():
            time.sleep(0.01)
        print(quick(start_method))
    slow_job("map", start_method, "last")({LINES}, 1)

if __name__ == "__main__":
    main(*sys.argv[1:])
"""


@pytest.mark.parametrize("start_method", START_METHODS)
def test_ctrl_c_in_a_terminal(tmp_path, start_method):
    """The second run in the same process works; the interrupt that nobody catches ends the script as usual."""
    with terminal(tmp_path, IN_EACH_PHASE, start_method, *PHASES) as it:
        for phase in PHASES:
            it.wait_for(there(tmp_path, phase))
            found, locks = workers_of(it.process), semaphores(it.process.pid)
            assert len(found) == 2
            assert list(it.temporary.glob("mrkit-*"))
            it.ctrl_c()
            it.shows(f"stopped in {phase} []")
            assert gone(found)
            assert until(lambda: not held_by(it.process, it.temporary)), held_by(it.process, it.temporary)
            assert not exist(locks)
            (tmp_path / "there" / f"{phase} seen").touch()
        it.wait_for(there(tmp_path, "last"))
        found, locks = workers_of(it.process), semaphores(it.process.pid)
        it.ctrl_c()
        assert until(it.ended, LONG), it.screen
        assert it.status == -signal.SIGINT
        assert until(lambda: gone(found))
        assert not list(it.temporary.glob("mrkit-*"))
        assert not exist(locks)
    said, _, traceback = it.screen.replace("^C", "").partition("Traceback (most recent call last):\n")
    lines = [line for phase in PHASES for line in (f"stopped in {phase} []", "[('a', 1), ('b', 2)]")]
    only_says(said, *lines)
    assert traceback.endswith("\nKeyboardInterrupt\n")
    assert re.findall("Traceback|Exception|leaked|worker-", traceback) == []


MOMENTS = [0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4]

AT_ANY_MOMENT = """
def main(start_method, number):
    for moment in range(int(number)):
        try:
            print("go", moment)
            slow_job("map", start_method, str(moment))(["a", "b", "c"], 1)
        except KeyboardInterrupt:
            print("stopped", moment)
        while not (THERE / f"{moment} seen").exists():
            time.sleep(0.01)
    print(quick(start_method))

if __name__ == "__main__":
    main(*sys.argv[1:])
"""


@pytest.mark.parametrize("start_method", START_METHODS)
def test_ctrl_c_while_workers_are_starting(tmp_path, start_method):
    """A worker that is not yet ready must not die with a traceback on the screen."""
    with terminal(tmp_path, AT_ANY_MOMENT, start_method, str(len(MOMENTS))) as it:
        for number, moment in enumerate(MOMENTS):
            it.shows(f"go {number}\n")
            time.sleep(moment)
            it.ctrl_c()
            it.shows(f"stopped {number}\n")
            assert until(lambda: not held_by(it.process, it.temporary)), held_by(it.process, it.temporary)
            (tmp_path / "there" / f"{number} seen").touch()
        assert until(it.ended, LONG)
        assert it.status == 0, it.screen
    lines = [line for number in range(len(MOMENTS)) for line in (f"go {number}", f"stopped {number}")]
    only_says(it.screen, *lines, "[('a', 1), ('b', 2)]")


PAUSES = [0.0, 0.005, 0.02, 0.05, 0.1, 0.2]

TWICE = f"""
def main(start_method, number):
    for pause in range(int(number)):
        try:
            try:
                slow_job("map", start_method, str(pause))({LINES}, 1)
            except KeyboardInterrupt:
                pass
            while not (THERE / f"{{pause}} typed").exists():
                time.sleep(0.01)
        except KeyboardInterrupt:  # the second
            pass
        print("stopped", pause)
        while not (THERE / f"{{pause}} seen").exists():
            time.sleep(0.01)
    print(quick(start_method))

if __name__ == "__main__":
    main(*sys.argv[1:])
"""


@pytest.mark.parametrize("start_method", START_METHODS)
def test_a_second_ctrl_c_while_the_first_is_handled(tmp_path, start_method):
    with terminal(tmp_path, TWICE, start_method, str(len(PAUSES))) as it:
        for number, pause in enumerate(PAUSES):
            it.wait_for(there(tmp_path, str(number)))
            it.ctrl_c()
            time.sleep(pause)
            it.ctrl_c()
            time.sleep(0.2)  # the terminal may pass it on a little later
            (tmp_path / "there" / f"{number} typed").touch()
            it.shows(f"stopped {number}\n")
            assert until(lambda: not held_by(it.process, it.temporary)), held_by(it.process, it.temporary)
            (tmp_path / "there" / f"{number} seen").touch()
        assert until(it.ended, LONG)
        assert it.status == 0, it.screen
    only_says(it.screen, *(f"stopped {number}" for number in range(len(PAUSES))), "[('a', 1), ('b', 2)]")


WARM = """
def main(start_method):
    with MapReduce(first_time("warm"), total, 2, start_method=start_method) as job:
        print(sorted(job(["x"])) if (THERE / "warm").exists() else "cold")
        for _ in range(2):
            try:
                print(sorted(job(["a b", "b"], 1)))
            except KeyboardInterrupt:
                print("stopped")
    print(os.listdir(os.environ["TMPDIR"]))

if __name__ == "__main__":
    main(*sys.argv[1:])
"""


@pytest.mark.parametrize("start_method", START_METHODS)
def test_ctrl_c_in_a_with_block(tmp_path, start_method):
    """The same job runs again, with new workers; after the block nothing is left."""
    with terminal(tmp_path, WARM, start_method) as it:
        it.wait_for(there(tmp_path, "warm", 1))
        it.ctrl_c()
        assert until(it.ended, LONG), it.screen
        assert it.status == 0, it.screen
    assert not list(it.temporary.glob("mrkit-*"))
    lines = it.screen.replace("^C", "").splitlines()
    assert lines[:3] == ["cold", "stopped", "[('a', 1), ('b', 2)]"]
    assert "mrkit-" not in lines[3]
    assert len(lines) == 4, it.screen


# 2. A real kernel.


@contextlib.contextmanager
def kernel_with(path: Path):
    """A kernel that knows the slow jobs; the tests of test_kernel.py are about the rest."""
    pytest.importorskip("jupyter_client")
    from kernels import Kernel

    kernel = Kernel(own_folder(path))
    try:
        assert kernel.run(JOB) == ("", "")
        yield kernel
    finally:
        kernel.close()


def interrupting(kernel, ready, pauses=()):
    """Interrupt when it is ready, and again after each pause."""

    def interrupt() -> None:
        assert until(ready, LONG)
        kernel.manager.interrupt_kernel()
        for pause in pauses:
            time.sleep(pause)
            kernel.manager.interrupt_kernel()

    return interrupt


def nothing_in(kernel) -> bool:
    return until(lambda: not held_by(kernel.process, kernel.folder))


@pytest.mark.parametrize("start_method", START_METHODS)
def test_the_interrupt_of_a_kernel(tmp_path, start_method):
    """In each phase, twice in a row, while workers start, and in a `with` block; the next cell always works."""
    works = ("[('a', 1), ('b', 2)]\n", "")
    with kernel_with(tmp_path) as kernel:

        def stopped(code: str, ready, pauses=()) -> None:
            printed, error = kernel.run(code, then=interrupting(kernel, ready, pauses))
            assert error.startswith("KeyboardInterrupt")
            assert printed == ""
            assert nothing_in(kernel), held_by(kernel.process, kernel.folder)

        for moment in (0.0, 0.1, 0.3):  # at first even the libraries are not loaded
            name = f"start-{moment}"
            code = f"(THERE / {name!r}).mkdir()\nslow_job('map', {start_method!r}, {name!r})({LINES}, 1)"
            ready = there(tmp_path, name, 0)
            stopped(code, lambda ready=ready, moment=moment: ready() and not time.sleep(moment))
        assert kernel.run(f"print(quick({start_method!r}))") == works

        for phase in PHASES:
            stopped(f"slow_job({phase!r}, {start_method!r}, {phase!r})({LINES}, 1)", there(tmp_path, phase))
        assert kernel.run(f"print(quick({start_method!r}))") == works

        for pause in (0.0, 0.03, 0.1):
            name = f"twice-{pause}"
            # The second one may come when the cell has ended, or while it shows the first: that is Jupyter's affair.
            then = interrupting(kernel, there(tmp_path, name), [pause])
            kernel.run(f"slow_job('map', {start_method!r}, {name!r})({LINES}, 1)", then=then)
            assert nothing_in(kernel), held_by(kernel.process, kernel.folder)
        assert until(lambda: kernel.run("1") == ("", ""))  # a late interrupt ends an idle kernel's next cell
        assert kernel.run(f"print(quick({start_method!r}))") == works

        code = f"job = MapReduce(first_time('warm'), total, 2, start_method={start_method!r})\n"
        assert kernel.run(code + "job.__enter__()\nprint(sorted(job([])))") == ("[]\n", "")
        _, error = kernel.run("job(['a b', 'b'], 1)", then=interrupting(kernel, there(tmp_path, "warm", 1)))
        assert error.startswith("KeyboardInterrupt")
        assert kernel.run("print(sorted(job(['a b', 'b'], 1)))") == works
        kernel.run("job.__exit__()")
        assert nothing_in(kernel), held_by(kernel.process, kernel.folder)
        code = "print([t.name for t in threading.enumerate() if t.name.startswith(('worker-', 'mrkit-'))])"
        assert kernel.run(code) == ("[]\n", "")


@pytest.mark.parametrize("call", ["", ".start"])
@pytest.mark.parametrize("start_method", START_METHODS)
def test_a_kernel_that_is_closed_leaves_nothing(tmp_path, start_method, call):
    """Shut down from the menu while a cell or a background job is at work."""
    with kernel_with(tmp_path) as kernel:
        kernel.manager.shutdown_wait_time = 1
        kernel.client.execute(f"running = slow_job('reduce', {start_method!r}, 'closed'){call}({LINES}, 1)")
        assert until(there(tmp_path, "closed"), LONG)
        found, locks = workers_of(kernel.process), semaphores(kernel.process.pid)
        assert len(found) == 2
        kernel.manager.shutdown_kernel()
        assert until(lambda: gone(found), LONG), found
        assert until(lambda: not kernel.folders(), LONG)
        assert until(lambda: not exist(locks), LONG)


# 3. What the Stop button of the widget does.


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("start_method", START_METHODS)
def test_a_stop_in_each_phase(tmp_path, start_method, phase):
    def slowly(func):
        def slow(*arguments):
            (tmp_path / str(os.getpid())).touch()
            for _ in range(12000):
                time.sleep(0.01)
            return func(*arguments)

        return slow

    options = {"start_method": start_method, "num_partitions": 2}
    if phase == "combine":
        options["combiner"] = slowly(total)
    if phase == "partition":
        options["partitioner"] = slowly(lambda key, num_partitions: len(key) % num_partitions)
    map_func = slowly(words) if phase == "map" else words
    reduce_func = slowly(total) if phase == "reduce" else total
    if phase == "groups":
        options["group_by"] = lambda key: key[:2]
        reduce_func = lambda item: map(slowly(str), item[1])  # noqa: E731
    with nothing_left():
        running = MapReduce(map_func, reduce_func, 2, **options).start(TEXT, 1)
        assert until(lambda: len(os.listdir(tmp_path)) == 2 or running.done(), LONG)
        found = workers_of(psutil.Process())
        assert len(found) == 2
        running.cancel()
        assert gone(found)
        with pytest.raises(Cancelled):
            running.result(timeout=0)


# 4. A parent that is killed.

KILLED = f"""
def main(start_method, phase):
    slow_job(phase, start_method, phase)({LINES}, 1)

if __name__ == "__main__":
    main(*sys.argv[1:])
"""


@pytest.mark.parametrize("phase", ["partition", "reduce"])
@pytest.mark.parametrize("start_method", START_METHODS)
def test_a_parent_that_is_killed_in_a_phase_leaves_nothing(tmp_path, start_method, phase):
    """The map phase, and warm workers, are in test_leftovers.py."""
    with terminal(tmp_path, KILLED, start_method, phase) as it:
        it.wait_for(there(tmp_path, phase))
        found, locks = workers_of(it.process), semaphores(it.process.pid)
        assert len(found) == 2
        if sys.platform == "linux" and start_method != "fork":  # the counting itself must be able to find something
            assert exist(locks)
        os.kill(it.process.pid, signal.SIGKILL)
        assert until(it.ended, LONG)
        assert until(lambda: gone(found), LONG), found
        assert until(lambda: not list(it.temporary.glob("mrkit-*")), LONG)
        assert until(lambda: not exist(locks), LONG)
