"""Columns that the options of a source name and no entry has."""

from xivo_dird.diagnosis.columns import (
    MAX_COMPARED_COLUMNS,
    MAX_PROBLEMS,
    ColumnProblem,
    column_problems,
    similar_column,
)
from xivo_dird.sources.model import Source


def problems(columns, unique_column=None, are_all=True, fields=(), **options):
    source = Source("uuid", "tenant", "people", "csv", options)
    return column_problems(source, unique_column, columns, are_all=are_all, fields=fields)


def test_columns_of_every_option_are_compared():
    found = problems(
        {"First name": 2, "Phone": 1, "Zip": 0},
        unique_column="Id",
        searched_columns=["Firstname"],
        first_matched_columns=["Phone", "Zip"],
        format_columns={"name": "{First nam}", "number": "{Phone}"},
    )
    assert found == [
        ColumnProblem("searched_columns", "Firstname", False, "First name"),
        ColumnProblem("first_matched_columns", "Zip", True, None),
        ColumnProblem("unique_column", "Id", False, None),
        ColumnProblem("format_columns.name", "First nam", False, "First name"),
    ]


def test_formatted_columns_and_elements_of_columns_are_no_missing_columns():
    options = {"format_columns": {"a": "{name}", "reverse": "{a} {tags[0]} {name:.5}", "broken": "{"}}
    assert problems({"name": 1, "tags": 1}, **options) == []


def test_of_a_few_entries_only_the_columns_to_format_are_compared():
    options = {"searched_columns": ["cn"], "format_columns": {"name": "{sn}"}}
    (problem,) = problems({"mail": 1}, are_all=False, **options)
    assert problem.option == "format_columns.name"


def test_a_field_of_the_backend_is_not_missing_if_no_entry_has_it():
    options = {
        "searched_columns": ["name", "nickname", "mobile_2", "nikname"],
        "format_columns": {"reverse": "{phonetic}"},
    }
    fields = {"name", "nickname", "phonetic", "mobile"}
    (problem,) = problems({"name": 1}, fields=fields, **options)
    assert problem == ColumnProblem("searched_columns", "nikname", False, "nickname")


def test_of_very_many_columns_the_first_ones_are_compared():
    names = [f"{number:08}" for number in range(MAX_COMPARED_COLUMNS)]
    assert similar_column("Firstname", ["firstname", *names]) == "firstname"
    assert similar_column("Firstname", [*names, "firstname"]) is None
    wrong = [f"wrong {number}" for number in range(2 * MAX_PROBLEMS)]
    assert len(problems({"name": 1}, searched_columns=wrong)) == MAX_PROBLEMS
