"""An index counts the entries with a value in each column."""

from index_factory import index_factory
from xivo_dird.backend import Entry, TextMatch
from xivo_dird.index.format import IndexShape

SHAPE = IndexShape(("name",), (), None, TextMatch.CASE_INSENSITIVE)


def test_empty_values_and_missing_columns_are_not_counted(tmp_path):
    entries: list[Entry] = [
        {"name": "Ada", "number": "", "tags": [], "age": 0, "home": {"town": "London"}, 'a"b.c[0]': "x"},
        {"name": "Ivo", "number": "1", "tags": ["x"], "age": None, "mobile": ""},
    ]
    with index_factory(tmp_path) as build:
        counts = build(entries, SHAPE).columns()
    assert counts == {
        "name": 2, "number": 1, "tags": 1, "age": 1, "home": 1, "mobile": 0, 'a"b.c[0]': 1,
    }  # fmt: skip


def test_an_index_without_entries_has_no_columns(tmp_path):
    with index_factory(tmp_path) as build:
        assert build([], SHAPE).columns() == {}


def test_texts_that_no_encoding_can_store_are_counted(tmp_path):
    with index_factory(tmp_path) as build:
        assert build([{"name": "\ud800\x00"}], SHAPE).columns() == {"name": 1}
