"""The shuffle as a matrix to point at: its numbers are the trace's, its records those that went that way."""

import pytest

from mrkit import MapReduce
from mrkit.errors import BadArgument
from mrkit.views.widgets.buckets.buckets import MOST, RECORDS, Buckets, contents


def words(line):
    return [(word, 1) for word in line.split()]


def total(item):
    return item[0], sum(item[1])


def run(lines, partitions=3, chunksize=2, **options):
    job = MapReduce(words, total, num_partitions=partitions, executor="serial", **options)
    return job.run(lines, chunksize)


def test_the_cells_are_the_buckets():
    done = run(["the cat", "the dog", "a cat", "the end"])
    shown = contents(done)
    assert shown["cells"] == [list(row) for row in done.trace.matrix]
    assert (shown["rows"], shown["columns"]) == (["0", "1"], ["0", "1", "2"])
    assert f"sent {sum(shown['cells'][1])}\u00a0values" in shown["rows_said"][1]
    assert "to partition 2." in shown["cells_said"][0][2]


def test_one_place_is_one_place():
    assert contents(run(["the"], partitions=1))["rows_said"][0].endswith("sent 1\u00a0value to 1\u00a0place.")


def test_each_record_stands_where_it_went():
    done = run([f"the cat w{n}" for n in range(40)])
    placed = {(str(pair.key), done.records.inputs[pair.input].map_task, pair.partition) for pair in done.records.pairs}
    shown = contents(done)
    assert 0 < len(shown["records"]) <= RECORDS
    for record in shown["records"]:
        tall = -(-20 // MOST)
        assert any(
            record["text"].startswith(f"{key}:") and (task // tall, part) == (record["row"], record["column"])
            for key, task, part in placed
        )


def test_of_many_cells_some_are_shown_from_every_row_and_column():
    shown = contents(run([" ".join(f"w{n}" for n in range(60))] * MOST, partitions=MOST, chunksize=1))
    filled = [(r, c) for r, row in enumerate(shown["cells"]) for c, value in enumerate(row) if value]
    assert len(filled) > RECORDS
    assert len(shown["records"]) == RECORDS
    for which, side in enumerate(("row", "column")):
        assert {record[side] for record in shown["records"]} == {cell[which] for cell in filled}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "12 of the 12\u00a0pairs that the map function made, chosen evenly from the cells"),
        ({"combiner": total}, "12 of the 12\u00a0pairs that the map function made, chosen evenly from the cells"),
        ({"sample": 0}, "None of the 12\u00a0pairs that the map function made was kept."),
    ],
)
def test_how_many_of_what_are_shown(options, said):
    assert contents(run(["a a b"] * 4, **options))["some"].startswith(said)


def test_many_tasks_share_rows_and_columns():
    shown = contents(run([f"w{n} the" for n in range(200)], partitions=40, chunksize=1))
    assert len(shown["cells"]) <= MOST
    assert len(shown["cells"][0]) <= MOST
    assert sum(map(sum, shown["cells"])) == 400
    assert "–" in shown["rows"][0]


def test_a_saved_notebook_keeps_the_chart():
    kept = Buckets(run(["the cat"]))._repr_mimebundle_()
    assert set(kept) == {"text/html", "text/plain"}
    assert "<img alt=" in kept["text/html"]


def test_a_run_without_pairs_is_one_sentence():
    with pytest.raises(BadArgument, match="shuffled something"):
        contents(run([""]))
