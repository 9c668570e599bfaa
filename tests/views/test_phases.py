"""The four linked tables without a browser: which rows, in which order, and what they are related to."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrkit import MapReduce
from mrkit.views.widgets.phases.phases import COLUMNS, PAGE, TABLES, PhaseView, Query, Tables, phases


def run_words(lines, **options):
    options = {"num_partitions": 3, "executor": "serial"} | options
    job = MapReduce(lambda line: [(word, 1) for word in line.split()], lambda item: (item[0], sum(item[1])), **options)
    return job.run(lines, 2)


def all_rows(tables, table, query=None):
    """Every page of a table, one after the other."""
    query = query or Query()
    first = tables.page(table, query)
    pages = [tables.page(table, query._replace(page=number)) for number in range(first["pages"])]
    rows = [row for page in pages for row in page["rows"]]
    assert len(rows) == first["count"]
    assert all(len(page["rows"]) <= PAGE for page in pages)
    return rows


LINES = ["the cat sat", "the dog sat on the cat", "a cat", "the end"]
lines_of_words = st.lists(st.lists(st.sampled_from("abcdefghij"), max_size=8).map(" ".join), max_size=30)


@given(lines_of_words)
def test_the_pages_of_a_table_are_the_data(lines):
    tables = Tables(run_words(lines))
    assert [row[2] for row in all_rows(tables, "inputs")] == lines
    assert [row[1] for row in all_rows(tables, "pairs")] == " ".join(lines).split()
    counts = Counter(" ".join(lines).split())
    assert {row[1]: row[2] for row in all_rows(tables, "results")} == {w: str((w, n)) for w, n in counts.items()}
    assert {row[1]: int(row[3]) for row in all_rows(tables, "groups")} == counts


@given(lines_of_words, st.sampled_from(TABLES), st.data())
def test_relatives_are_mutual_and_share_the_key(lines, table, data):
    tables = Tables(run_words(lines))
    if not tables.page(table, Query())["count"]:
        return
    number = data.draw(st.integers(0, tables.page(table, Query())["count"] - 1))
    related = tables.relatives(table, number)
    assert number in related[table]
    for other, numbers in related.items():
        if other != table:
            assert all(number in tables.relatives(other, each)[table] for each in numbers)
    if table != "inputs":
        records = tables._records
        key = records.pairs[number].key if table == "pairs" else records.groups[number].key
        assert {records.pairs[pair].key for pair in related["pairs"]} == {key}


@given(lines_of_words, st.sampled_from(TABLES), st.booleans(), st.data())
def test_sorting_is_what_sorted_does(lines, table, down, data):
    tables = Tables(run_words(lines))
    column = data.draw(st.sampled_from(COLUMNS[table]))
    at = COLUMNS[table].index(column)
    number = column in ("task", "partition", "count", "pairs") or (table, column) == ("pairs", "input")
    before = [row[at] for row in all_rows(tables, table)]
    after = [row[at] for row in all_rows(tables, table, Query(sort=column, down=down))]
    if column == "values":
        assert sorted(after) == sorted(before)
    else:
        assert after == sorted(before, key=int if number else str, reverse=down)


def test_values_without_an_order_can_be_sorted_too():
    things = [3, "b", None, 2.5, (1, 2), "a", 1]
    run = MapReduce(lambda n: [("key", things[n])], lambda item: list(item[1]), executor="serial").run(range(7))
    texts = [row[2] for row in all_rows(Tables(run), "pairs", Query(sort="value"))]
    assert sorted(texts) == sorted(["3", "b", "None", "2.5", "(1, 2)", "a", "1"])
    assert texts.index("a") < texts.index("b")


def test_searching_and_filtering():
    tables = Tables(run_words(LINES))

    def found(table, **query):
        return [row[2 if table == "inputs" else 1] for row in all_rows(tables, table, Query(**query))]

    assert found("inputs", search="DOG") == ["the dog sat on the cat"]
    assert found("inputs", key="cat") == ["the cat sat", "the dog sat on the cat", "a cat"]
    assert found("pairs", key="cat") == ["cat", "cat", "cat"]
    assert found("results", key="a") == ["a"], "a key with exactly this text comes before those that contain it"
    assert set(found("results", key="AT")) == {"cat", "sat"}
    everything = Counter(found("pairs"))
    parts = [Counter(found("pairs", partition=str(number))) for number in range(3)]
    assert sum(parts, Counter()) == everything
    assert all(not (one & other) for one, other in [(parts[0], parts[1]), (parts[1], parts[2]), (parts[0], parts[2])])
    assert found("pairs", worker="main") == found("pairs")
    assert found("groups", worker="nobody") == []


def test_the_rows_of_each_worker_are_those_of_its_tasks():
    run = run_words(LINES, num_workers=2, executor="threads")
    tables = Tables(run)
    by_task = {task.task: task.worker for task in run.trace.tasks("map")}
    for worker in tables.workers:
        expected = [row.record for row in run.records.inputs if by_task[row.map_task] == worker]
        assert [row[2] for row in all_rows(tables, "inputs", Query(worker=worker))] == expected


def test_picking_shows_the_relatives_in_the_other_tables_only():
    tables = Tables(run_words(LINES))
    query = Query(picked=("inputs", 2))
    assert len(all_rows(tables, "inputs", query)) == len(LINES)
    assert [row[1] for row in all_rows(tables, "pairs", query)] == ["a", "cat"]
    assert {row[1] for row in all_rows(tables, "results", query)} == {"a", "cat"}


def test_every_row_is_told_in_words():
    tables = Tables(run_words(LINES))
    assert tables.say(None).replace("\u00a0", " ") == "4 inputs, 13 pairs, 7 groups, 7 results."
    assert "Input 3, 'a cat', was read by main in map task 1 and gave 2" in tables.say(("inputs", 2))
    assert "('the', 1) came from input 1" in tables.say(("pairs", 0))
    group = next(number for number in range(7) if all_rows(tables, "groups")[number][1] == "cat")
    assert "The key 'cat' met 3" in tables.say(("results", group))


def test_a_group_by_shows_each_group_with_its_keys_in_order():
    sales = [("a", 3, 5), ("b", 1, 4), ("a", 1, 6), ("a", 2, 7)]

    def days(item):
        yield from ((key, cents) for key, cents in item[1])

    job = MapReduce(lambda sale: [(sale[:2], sale[2])], days, group_by=lambda key: key[0], executor="serial")
    tables = Tables(job.run(sales, 2))
    rows = {row[1]: row for row in all_rows(tables, "groups")}
    assert set(rows) == {"a", "b"}
    shown = " ".join(map(str, rows["a"]))
    places = [shown.index(f"('a', {day})") for day in (1, 2, 3)]
    assert places == sorted(places), shown
    number = next(n for n, group in enumerate(tables._records.groups) if group.key == "a")
    assert tables.relatives("groups", number)["inputs"] == [0, 2, 3]
    assert "The group 'a' met 3" in tables.say(("groups", number))


def test_what_was_not_kept_is_counted():
    tables = Tables(run_words([f"w{number} the" for number in range(100)], sample=10))
    page = tables.page("inputs", Query())
    assert (page["kept"], page["total"]) == (10, 100)
    assert "10 of 100" in tables.say(None)
    assert "larger `sample`" in tables.say(None)
    group = next(n for n in range(11) if all_rows(tables, "groups")[n][1] == "the")
    assert "(10 of the pairs are shown)" in tables.say(("groups", group))


def test_only_a_page_travels():
    view = PhaseView(run_words([f"word{number} the" for number in range(300)]))
    assert all(len(view.answer[table]["rows"]) <= PAGE for table in TABLES)
    assert view.answer["pairs"]["count"] == 600


def test_the_browser_asks_and_gets_its_answer():
    view = phases(run_words(LINES))
    view.query = {"number": 1, "picked": ["inputs", 2], "results": {"sort": "key", "down": True}}
    assert view.answer["number"] == 1
    assert [row[1] for row in view.answer["results"]["rows"]] == ["cat", "a"]
    assert view.answer["said"].startswith("Input 3")
    view.query = {"number": 2, "pairs": {"page": 99}}
    assert view.answer["pairs"]["page"] == 1, "there is no page 99"


@pytest.mark.parametrize(
    "query", [{"picked": ["inputs", 99]}, {"picked": ["nothing", 0]}, {"pairs": {"sort": "colour"}}, {"search": None}]
)
def test_a_query_that_makes_no_sense_asks_for_everything(query):
    view = PhaseView(run_words(LINES))
    everything = view.answer["pairs"]["rows"]
    view.query = query | {"number": 1}
    expected = [] if query == {"search": None} else everything
    assert view.answer["pairs"]["rows"] == expected


def test_a_saved_notebook_has_the_first_rows_as_tables_and_nothing_of_a_widget():
    bundle = PhaseView(run_words(["<b>bold</b> & more"] * 20))._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    assert bundle["text/html"].count("<table") == 4
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; more" in bundle["text/html"]
    assert "<b>" not in bundle["text/html"]
    assert "(the first 10 of 20)" in bundle["text/html"]
