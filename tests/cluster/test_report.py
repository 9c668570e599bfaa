"""The tables of `mrkit cluster`: they say that they are reckoned, and hold what they promise."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mrkit.cli import commands as cli
from mrkit.cluster import osdi04, report
from mrkit.cluster.parameters import CHOSEN, FITTED, PAPER, PERIOD, Cluster, parameters, shown
from mrkit.cluster.work import Job


def lines(capsys, *arguments):
    assert cli.main(["cluster", *arguments]) == 0
    return capsys.readouterr().out.splitlines()


def test_the_four_totals_beside_the_papers(capsys, tmp_path):
    said = lines(capsys, "osdi04", "--seeds", "1", "--plot", str(tmp_path / "figures.png"))
    assert said[0].startswith("Reckoned by a model, not measured")
    for line, experiment in zip(said[2:6], osdi04.EXPERIMENTS, strict=True):
        assert line.startswith(experiment.name)
        assert f"{experiment.seconds:,.0f} s" in line
        errors = [float(number) for number in re.findall(r"([+-]\d+\.\d) %", line)]
        assert len(errors) == 2
        assert all(abs(error) < 10 for error in errors)
    assert (tmp_path / "figures.png").stat().st_size > 50_000


def test_a_picture_of_another_kind_is_refused(capsys, tmp_path):
    assert cli.main(["cluster", "osdi04", "--plot", str(tmp_path / "figures.doc")]) == 1
    assert "written as .png or .svg" in capsys.readouterr().err
    assert cli.main(["cluster", "osdi04", "--seeds", "0"]) == 2


def test_every_figure_has_a_meaning_and_a_source(capsys):
    said = lines(capsys, "figures")
    for about in parameters():
        assert about.meaning
        assert about.source
        assert about.kind in (PAPER, PERIOD, FITTED, CHOSEN)
        line = next(line for line in said if line.startswith(f"{about.name} "))
        assert about.meaning in line
        assert f"`{about.name}` ({shown(about.default, about.unit)})" in Cluster.__doc__
        assert about.meaning in Cluster.__doc__


def test_the_page_of_the_docs_has_every_figure_and_every_change():
    page = Path(report.__file__).with_name("FIGURES.md").read_text("utf-8")
    for name, value, source, meaning in report.figures_table():
        assert f"| {name} | {value} | {source} | {meaning} |" in page
    for name, value in report._cases()[1:]:
        change = shown(value) if isinstance(value, bool) else f"{value - 1:+.0%}".replace("%", " %")
        assert f"{name} {change}" in page


def test_the_sensitivity_is_that_of_changed_figures(monkeypatch):
    small = [
        osdi04.Experiment(name, Cluster(machines=10, start_up=100), Job.even(1e8, 20, 5), 1)
        for name in ("one", "two", "three", "four")
    ]
    monkeypatch.setattr(osdi04, "EXPERIMENTS", tuple(small))
    monkeypatch.setattr(report, "MapReduce", lambda *a, **k: _Here(a[0], a[1]))
    rows = dict(report.sensitivity(1))
    assert rows["start_up +20 %"][0] > 0.1
    assert rows["start_up -20 %"][0] < -0.1
    assert abs(rows["chunk_copies +20 %"][0]) < 0.03
    said = list(report.sensitivity_table(rows.items(), 1))
    assert said[0].startswith("Reckoned")
    assert re.search(r"start_up \+20 %\s+\+\d+\.\d %", "\n".join(said))


class _Here:
    """A job in this process, where the experiments were changed."""

    def __init__(self, map_func, reduce_func):
        self._map, self._reduce = map_func, reduce_func

    def __call__(self, inputs):
        groups = {}
        for each in inputs:
            for key, value in self._map(each):
                groups.setdefault(key, []).append(value)
        return [self._reduce(item) for item in groups.items()]


@pytest.mark.parametrize("name", ["map_rate", "reduce_rate"])
def test_the_rates_of_a_job_are_changed_in_its_tasks(name):
    cluster, job = report._changed(osdi04.sort, name, 2.0)
    assert cluster == osdi04.sort.cluster
    stage = "maps" if name == "map_rate" else "reduces"
    assert getattr(job, stage)[0].seconds == getattr(osdi04.sort.job, stage)[0].seconds / 2
