"""`mrkit cluster`: what the virtual cluster says, in a terminal. All of it is reckoned, and says so.

Serves whoever wants to see how near the model is to the paper, on which figures it stands, and what moves its totals.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mrkit.cli.terminal import say, say_each
from mrkit.errors import BadArgument

app = typer.Typer(help="A virtual cluster: reckon a job on machines that are not there.", no_args_is_help=True)

Seeds = Annotated[int, typer.Option(min=1, metavar="N", help="How many runs of each, by as many seeds.")]


@app.command()
def osdi04(
    seeds: Seeds = 5,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw the rates over time, as figures 2 and 3, as PNG or SVG.")
    ] = None,
) -> None:
    """Show section 5 of the MapReduce paper (2004): four totals, reckoned, beside the paper's."""
    from mrkit.cluster import report

    if plot and plot.suffix not in (".png", ".svg"):
        raise BadArgument(f"The picture is written as .png or .svg; you gave {plot.name}.")
    if plot and not plot.absolute().parent.is_dir():
        raise BadArgument(f"The picture cannot be written to {plot}: there is no such folder.")
    say_each(report.paper_table(seeds))
    if plot:
        from mrkit.views.charts.rates import paper_figures

        figure = paper_figures()
        figure.savefig(plot, dpi=150)
        say(f"\nThe rates over time are in {plot}")


@app.command()
def figures() -> None:
    """Show all figures of the model: values, and whether they are from the paper, of the period, fitted or chosen."""
    from mrkit.cluster import report

    say_each(f"{name:<18}{value:<22}{meaning}. {source}." for name, value, source, meaning in report.figures_table())


@app.command()
def sensitivity(seeds: Seeds = 3) -> None:
    """Show how the four totals move if each figure is 20 % smaller or larger. It takes some minutes."""
    from mrkit.cluster import report

    say_each(report.sensitivity_table(report.sensitivity(seeds), seeds))
