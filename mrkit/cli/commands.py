"""The command `mrkit`: what can be done without opening a notebook.

Serves people in a terminal and scripts. Results go to stdout. What goes wrong goes to stderr, in one line, and into
the exit status: 1 for an error, 2 for a wrong command, 130 for Ctrl-C, 141 when nobody reads the output any
more; never a traceback. Each command imports what it needs when it runs, so that `mrkit --help` is quick.
"""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from mrkit import MapReduce, __version__
from mrkit.cli import cluster, teacher
from mrkit.cli.terminal import CannotWrite, ReaderGone, reader_is_gone, say, say_each
from mrkit.errors import MrkitError
from mrkit.events import WorkerOutput
from mrkit.installation import address_of_site, explained, faults

app = typer.Typer(name="mrkit", add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
app.add_typer(cluster.app, name="cluster")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a console that lacks a letter still shows the rest
    try:
        return _invoke(sys.argv[1:] if arguments is None else list(arguments))
    except _WrongCommand as error:
        return _fail(error.format_message(), error.exit_code)
    except MrkitError as error:
        return _fail(str(error), 1)
    except KeyboardInterrupt:
        return 130
    except ReaderGone:
        return _go_unread(141)
    except CannotWrite as error:
        _go_unread(1)
        return _fail(str(error), 1)
    except OSError as error:
        if reader_is_gone(error):
            return _go_unread(141)
        if isinstance(error, FileNotFoundError) and not _is_in_a_folder():
            return _fail("The current folder is gone. Change to one that is there: `cd`.", 1)
        where = f"{error.filename}: " if error.filename else ""
        return _fail(f"{where}{error.strerror or error}", 1)
    except Exception as error:
        if isinstance(error, ImportError | AttributeError) and any(faults()):
            return _fail(explained("This command", error), 1)
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(last.filename).name}, line {last.lineno}"
        return _fail(f"This is a fault of mrkit, please report it: {type(error).__name__}: {error} ({place})", 1)


@app.callback(invoke_without_command=True)
def mrkit(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    """MapReduce you can see: lessons in JupyterLab, and the word count of the first of them."""
    if version:
        say(f"mrkit {__version__}")
    elif context.invoked_subcommand is None:
        say(context.get_help())


@app.command()
def wordcount(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILES", help="Text files, folders, URLs or patterns like '*.rst'; or the handbook."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Worker processes; or one for each core.")
    ] = None,
    executor: Annotated[
        str,
        typer.Option(
            metavar="WHERE", help="processes, threads, serial, or a cluster: tcp://HOST:PORT (Dask), spark://HOST:PORT."
        ),
    ] = "processes",
    top: Annotated[int, typer.Option(min=1, metavar="N", help="How many words to show.")] = 20,
    trace: Annotated[Path | None, typer.Option(metavar="FILE", help="Write what happened as JSON.")] = None,
    chrome: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the timeline for ui.perfetto.dev.")] = None,
    timeline: Annotated[bool, typer.Option("--timeline", help="Show which worker did what, when.")] = False,
) -> None:
    """Count the words of files with a pool of workers: the program of the article."""
    from mrkit.datasets import handbook
    from mrkit.examples import count_words, file_to_words
    from mrkit.inputs import expand

    here, paths = os.curdir, files and expand(files)
    if not paths:  # as in the article: in the folder of the files, so that their names are short
        here, paths = str(handbook()[0].parent), [path.name for path in handbook()]
    if "://" in executor:  # workers elsewhere know nothing of our folder
        paths = [os.path.abspath(os.path.join(here, path)) for path in paths]
    with contextlib.chdir(here):
        run = _WordCount(file_to_words, count_words, workers, executor=executor).run(paths, chunksize=1)
    say(top_words(run.results, top))
    if timeline:
        from mrkit.views import terminal

        say(f"\n{terminal.timeline(run.trace)}")
    if trace:
        run.trace.to_json(trace)
    if chrome:
        run.trace.to_chrome(chrome)


@app.command()
def lab(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="FOLDER", help="Where your lessons are or shall be; or mrkit-lessons in your home."),
    ] = None,
    reset: Annotated[
        str | None, typer.Option(metavar="NAME", help="Put this lesson back to how it came; keep yours as a backup.")
    ] = None,
    instructor: Annotated[bool, typer.Option("--instructor", help="Lessons with their solutions and notes.")] = False,
    no_open: Annotated[bool, typer.Option("--no-open", help="Copy the lessons, but do not start JupyterLab.")] = False,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Start JupyterLab without a browser.")] = False,
    language: Annotated[
        str, typer.Option(metavar="CODE", help="Lessons and sentences in this language, such as de, where there are.")
    ] = "en",
) -> int:
    """Copy the lessons to a folder of yours, where nothing is overwritten, and open them in JupyterLab."""
    from mrkit.cli import lab
    from mrkit.lessons import editions

    folder = (folder or lab.default_folder()).expanduser()
    editions.check_language(language)
    if reset is not None:
        say_each(editions.reset(folder, reset, instructor, language))
    say_each(editions.install(folder, instructor, language))
    say(f"The lessons are in {folder.absolute()}")
    if address := address_of_site():
        say(f"In a browser, where nothing is installed: {address}")
    return 0 if no_open else lab.open_jupyterlab(folder, browser=not no_browser, language=language)


@app.command()
def site(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new folder, or a site that is made anew.")],
    lessons: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Notebooks of your own, to stand beside the lessons.")
    ] = None,
    repository: Annotated[
        str,
        typer.Option(metavar="OWNER/NAME", help="The place on GitHub from which Binder and Colab take the lessons."),
    ] = "",
) -> None:
    """Make a web site: the lessons in a browser without Python, the same to read, and the handbook."""
    from mrkit import site

    say_each(site.build(folder.expanduser(), lessons, repository))


@app.command()
def doctor(
    students: Annotated[
        int | None, typer.Option("--class", min=1, metavar="N", help="What N students at once on this machine need.")
    ] = None,
) -> int:
    """Say what this machine has, and what would go wrong."""
    from mrkit.cli import doctor

    problems = 0
    for finding in doctor.findings(students):
        say(f"{finding.level:<8} {finding.text}")
        problems += finding.level == "problem"
    say("\nNothing that mrkit needs is missing." if not problems else f"\nProblems: {problems}.")
    return min(problems, 1)


for command in teacher.COMMANDS:
    app.command()(command)


def top_words(counts: Iterable[tuple[str, int]], top: int) -> str:
    """The article's table: the most frequent words, ties in alphabetical order.

    >>> print(top_words([("shuffle", 2), ("map", 10), ("key", 2)], top=2))
    <BLANKLINE>
    TOP 2 WORDS BY FREQUENCY
    <BLANKLINE>
    map :    10
    key :     2
    """
    rows = sorted(counts, key=lambda pair: (-pair[1], pair[0]))[:top]
    width = max((len(word) for word, _ in rows), default=0)
    lines = [f"{word:<{width + 1}}: {count:>5}" for word, count in rows]
    return "\n".join(["", f"TOP {top} WORDS BY FREQUENCY", "", *lines])


class _WordCount(MapReduce):
    _ordered = True  # as in the article

    def _print(self, output: WorkerOutput) -> None:
        say(output.text, end="")


# Talking to the terminal.


# Typer's errors have a class that is not public: it says "no such option" and the like.
_WrongCommand: Any = next(kind for kind in reversed(typer.BadParameter.__mro__) if hasattr(kind, "format_message"))


def _invoke(arguments: list[str]) -> int:
    command = typer.main.get_command(app)
    try:
        with command.make_context("mrkit", arguments) as context:
            return command.invoke(context) or 0
    except typer.Exit as end:  # after --help
        return end.exit_code
    finally:
        say("", end="")


def _go_unread(status: int) -> int:
    # Python flushes stdout once more at its end: let that go nowhere.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status


def _is_in_a_folder() -> bool:
    try:
        return bool(os.getcwd())
    except OSError:
        return False


def _fail(message: str, status: int) -> int:
    print("mrkit:", " ".join(message.split()), file=sys.stderr)
    return status
