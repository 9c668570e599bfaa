"""What is installed: a light import, a wheel with everything in it, and a README that tells the truth."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
import tomllib
import zipfile
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from mrkit.cli import commands as cli
from mrkit.installation import TESTED

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
HEAVY = [
    *("matplotlib", "IPython", "ipywidgets", "anywidget", "numpy", "pebble", "psutil", "tqdm", "typer", "rich"),
    *("simpy", "dask", "distributed", "pyspark"),
]


def python(*arguments, cwd=ROOT, **environment):
    """What a fresh Python prints."""
    command = [sys.executable, *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=100, **environment)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


# Import.


@pytest.mark.parametrize("module", ["mrkit", "mrkit.views", "mrkit.examples", "mrkit.datasets", "mrkit.cli.lab"])
def test_importing_loads_nothing_heavy(module):
    loaded = python("-c", f"import {module}, sys; print(*sys.modules)").split()
    assert module in loaded
    assert set(loaded) & set(HEAVY) == set()
    if module == "mrkit":
        assert not [name for name in loaded if name.startswith("mrkit.views")]


def test_the_serial_executor_needs_cloudpickle_alone(tmp_path):
    script = tmp_path / "serial.py"
    script.write_text(
        textwrap.dedent(f"""
        import sys
        for name in {HEAVY!r} + ["multiprocessing.pool"]:
            sys.modules[name] = None  # importing it fails
        from mrkit import MapReduce
        job = MapReduce(lambda line: [(word, 1) for word in line.split()], lambda item: (item[0], sum(item[1])),
                        executor="serial", num_partitions=1)
        run = job.run(["the cat", "the dog"])
        print(run.results, run.trace.num_pairs, str(run.explain("the"))[:14])
        """)
    )
    assert python(script) == "[('the', 2), ('cat', 1), ('dog', 1)] 4 'the': 2 pairs\n"


# The wheel.


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(command, cwd=ROOT, capture_output=True, timeout=100, check=True)
    with zipfile.ZipFile(*folder.glob("*.whl")) as archive:
        yield archive


def shipped(folder, *suffixes):
    """The files in a folder of the checkout that belong in the wheel."""
    paths = [path for path in (ROOT / folder).rglob("*") if path.suffix in suffixes]
    return {path.relative_to(ROOT).as_posix() for path in paths if ".ipynb_checkpoints" not in path.parts}


def test_the_wheel_has_the_package_the_lessons_and_the_data(wheel):
    package = shipped("mrkit", ".py", ".js", ".mjs", ".css", ".json", ".md", ".html", ".po")
    shared = shipped("notebooks", ".ipynb") | shipped("data", ".rst", ".md", ".png", ".json")
    shared.add("tests/bench/README.md")
    expected = package | {f"mrkit/_share/{name}" for name in shared}
    names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert names == expected
    assert {Path(name).suffix for name in package} == {".py", ".js", ".mjs", ".css", ".json", ".md", ".html", ".po"}
    for name in shared:
        assert wheel.read(f"mrkit/_share/{name}") == (ROOT / name).read_bytes()


def test_the_wheel_has_a_licence_and_a_command(wheel):
    information = {Path(name).name: wheel.read(name).decode() for name in wheel.namelist() if ".dist-info/" in name}
    assert "MIT License" in information["LICENSE"]
    assert "mrkit = mrkit.cli:main" in information["entry_points.txt"]


def test_the_wheel_alone_is_enough(wheel, tmp_path, monkeypatch):
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    wheel.extractall(site)
    elsewhere.mkdir()
    monkeypatch.setenv("PYTHONPATH", str(site))  # before the checkout, whichever way that is installed
    assert python("-c", "import mrkit; print(mrkit.__file__)", cwd=elsewhere).startswith(str(site))
    said = python("-m", "mrkit", "lab", "lessons", "--no-open", cwd=elsewhere).splitlines()
    assert "new: 00_tour.ipynb" in said
    assert len(list((elsewhere / "lessons").glob("*.ipynb"))) == len(shipped("notebooks", ".ipynb"))
    counted = python("-m", "mrkit", "wordcount", "--top", "3", cwd=elsewhere)
    read = re.findall(r"^worker-\d+ reading (\w+\.rst)$", counted, re.MULTILINE)
    assert sorted(read) == sorted(path.name for path in (ROOT / "data" / "handbook").glob("*.rst"))


def test_a_site_of_the_wheel_has_all_that_the_readme_leads_to(wheel, tmp_path, monkeypatch):
    wheel.extractall(tmp_path / "site")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    code = "from pathlib import Path; from mrkit.site import pages; pages.gather(Path('pages'))"
    python("-c", code, cwd=tmp_path)
    links = re.findall(r"\]\(([^):#]+)\)", (tmp_path / "pages" / "README.md").read_text(encoding="utf-8"))
    assert "tests/bench/README.md" in links
    assert [link for link in links if not (tmp_path / "pages" / link).exists()] == []


# The README.


def test_the_readme_is_short():
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 160


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


def installing(language):
    """The two commands that begin with nothing: to open the lessons, and to run the tests."""
    return [block for block in blocks(language) if " -m venv " in block]


def test_the_five_minute_example_prints_what_the_readme_says(tmp_path):
    program, (printed,) = blocks("python")[0], blocks("text")
    script = tmp_path / "example.py"
    script.write_text(program, encoding="utf-8")
    assert python(script, cwd=tmp_path) == printed
    assert (tmp_path / "run.json").stat().st_size > 1000


def test_each_command_of_the_readme_is_one_line_in_a_virtual_environment():
    lessons, tests = installing("sh")
    assert len(lessons.splitlines()) == len(tests.splitlines()) == 1
    install = "python3 -m venv .venv && .venv/bin/pip install -c constraints.txt"
    assert lessons.startswith(f"{install} '.[dask]' && .venv/bin/mrkit lab")
    assert tests.startswith(f"{install} -e '.[test]' && ")
    assert ".venv/bin/pytest" in tests


def test_the_workflow_has_the_readmes_commands_and_every_python():
    workflow = (ROOT / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8")
    for block in (installing("sh")[1], installing("bat")[1]):
        assert f"run: {block.strip()}" in workflow
    assert "python: [" + ", ".join(f'"{version}"' for version in TESTED) + "]" in workflow


def test_the_lock_pins_every_library_at_a_version_that_is_allowed_and_names_no_host():
    pinned = {}
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        requirement = Requirement(line)  # not a URL, an option or a comment
        assert not requirement.url
        assert not requirement.extras, "pip takes no extras here"
        pinned.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *chain.from_iterable(project["optional-dependencies"].values())]
    for wanted in map(Requirement, asked):
        if wanted.name == "mrkit":
            continue
        for requirement in pinned[canonicalize_name(wanted.name)]:
            (version,) = requirement.specifier
            assert version.operator == "=="
            assert version.version in wanted.specifier, f"{wanted} is locked at {version}"


@pytest.mark.skipif(sys.platform == "win32", reason="the file is for bash")
def test_ci_runs_the_readmes_command_for_tests():
    shown = subprocess.run(
        ["bash", ROOT / ".ci" / "run", "--show"], capture_output=True, text=True, timeout=20, check=True
    )
    assert shown.stdout == installing("sh")[1]


def test_every_mrkit_command_in_the_readme_exists(capsys):
    lines = [line.split()[2:] for block in blocks("console") for line in block.splitlines()]
    assert {words[0] for words in lines} == {"wordcount", "lab", "site", "doctor", "cluster"}
    for words in lines:
        command = words[:2] if words[0] == "cluster" else words[:1]
        assert cli.main([*command, "--help"]) == 0
        assert {word for word in words if word.startswith("--")} <= set(capsys.readouterr().out.split())
