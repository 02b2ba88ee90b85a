"""The mode `query`: statements that are built, and those of the options."""

import pytest
from sqlalchemy import Engine, event

from plugins.backends.sql.conftest import change_database, names
from xivo_dird.backend import QuestionRefused
from xivo_dird_backends.sql.queried import MAX_COMPARED_VALUES


@pytest.fixture
def source(uri, opened):
    with opened(uri, table="people", mode="query") as source:
        yield source


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("ADA", ["Ada Stern"]),
        ("stern ada", ["Ada Stern"]),
        ("müller", ["Élodie Müller"]),
        ("ÉLODIE", ["Élodie Müller"]),
        ("100%", ["100%_sure"]),
        ("%_", ["100%_sure"]),
        ("%", ["100%_sure"]),
        ("_", ["100%_sure"]),
        ("d_", []),
        ("\\", []),
        ("'", []),
        ("'; DELETE FROM people; --", []),
        ("--", []),
        ("!", []),
        ("/", []),
        (":term", []),
    ],
)
def test_a_term_is_only_text(source, term, expected):
    assert names(source.search(term)) == expected


def test_a_term_of_digits_finds_numbers_however_they_are_written(uri, opened):
    options = {"table": "people", "mode": "query", "searched_columns": ["name", "number"]}
    with opened(uri, **options) as source:
        for term in ("61234", "0612 34", "+33 6 12", "12.34.56.78"):
            assert "Élodie Müller" in names(source.search(term)), term


def test_a_number_is_found_in_other_spellings(source):
    for exten in ("+33612345678", "0612345678", "0033612345678"):
        assert names([source.first_match(exten)]) == ["Élodie Müller"]
    assert source.first_match("0612345679").fields["name"] == "100%_sure"
    assert source.first_match("061234567") is None


def test_the_entry_with_the_requested_text_wins(uri, opened):
    change_database(
        uri, "INSERT INTO people VALUES (6, 'Spelled', '0612345678'), (7, 'Twin', '+33612345678')"
    )
    with opened(uri, table="people", mode="query") as source:
        assert names([source.first_match("+33612345678")]) == ["Twin"]
        assert names([source.first_match("0612345678")]) == ["Spelled"]


def test_a_query_may_take_the_place_of_a_table(uri, opened):
    query = "SELECT id, name, number FROM people WHERE id < 3 AND :tenant IS NOT NULL"
    with opened(uri, query=query.replace(":tenant", "CAST(:tenant AS VARCHAR)"), mode="query") as source:
        assert names(source.search("ada")) == ["Ada Stern"]
        assert not source.search("sure")
        assert source.first_match("2045")
        assert source.fetch(["1", "3"])


@pytest.mark.parametrize("parameter", ["number", "e164", "digits", "national", "last9"])
def test_each_form_of_a_number_is_a_parameter(uri, opened, parameter):
    forms = {
        "number": "0033 612345678",
        "e164": "+33612345678",
        "digits": "0033612345678",
        "national": "0612345678",
        "last9": "612345678",
    }
    query = f"SELECT id, name FROM people WHERE id = 1 AND :{parameter} = '{forms[parameter]}'"
    with opened(uri, mode="query", reverse_query=query) as source:
        assert names([source.first_match("0033 612345678")]) == ["Ada Stern"]
        assert source.first_match("2045") is None


def test_rows_that_show_their_numbers_are_compared(uri, opened):
    query = "SELECT * FROM people WHERE number LIKE '%56 78' OR number = :number"
    with opened(uri, mode="query", reverse_query=query) as source:
        assert names([source.first_match("0612345678")]) == ["Élodie Müller"]
        assert source.first_match("0712345678") is None


def test_a_lookup_query_decides_what_matches(uri, opened):
    query = "SELECT * FROM people WHERE :term = 'boss' AND id = 2"
    with opened(uri, mode="query", lookup_query=query) as source:
        assert names(source.search("boss")) == ["Élodie Müller"]
        assert not source.search("ada")
        assert source.first_match("2045") is None
        assert not source.fetch(["1"])


def test_the_limit_is_that_of_rows(uri, opened):
    with opened(uri, table="people", mode="query", limit=1) as source:
        assert len(source.search("")) == 1
    with opened(uri, mode="query", limit=2, lookup_query="SELECT * FROM people") as source:
        assert len(source.search("a")) == 2


def test_an_id_that_the_column_can_not_have_is_unknown(postgresql_uri, opened):
    query = "SELECT * FROM people WHERE id IN :ids"
    with opened(postgresql_uri, table="people", mode="query", get_query=query) as source:
        assert names(source.fetch(["1", "x", "99999999999999999999", "\0", "2"])) == [
            "Ada Stern",
            "Élodie Müller",
        ]


def test_a_value_that_no_column_can_have_is_refused(postgresql_uri, opened):
    query = "SELECT * FROM people WHERE id = CAST(:term AS INTEGER)"
    with opened(postgresql_uri, mode="query", lookup_query=query) as source:
        with pytest.raises(QuestionRefused) as error:
            source.search("Ada Stern")
        assert "Ada" not in str(error.value)
        assert "lookup_query" in str(error.value)
        assert source.search("1")


@pytest.mark.parametrize("length", [256, 257])
def test_a_term_that_takes_too_long_to_compare_is_refused(source, length):
    if length == 256:
        assert not source.search("%" * length)
        return
    with pytest.raises(QuestionRefused, match="the term has more than 256 bytes; ask for a part of it"):
        source.search("a" * length)


def test_a_pattern_that_takes_too_long_is_refused_by_a_file(sqlite_uri, opened):
    query = "SELECT * FROM people WHERE name LIKE :pattern || :pattern || :pattern"
    with opened(sqlite_uri, mode="query", lookup_query=query) as source:
        with pytest.raises(QuestionRefused, match="it can't be compared with this text"):
            source.search("a" * 200)
        assert not source.search("a" * 100)


def test_numbers_in_a_column_of_numbers_are_found(uri, opened):
    change_database(
        uri,
        "CREATE TABLE staff (id INTEGER, name TEXT, number BIGINT)",
        "INSERT INTO staff VALUES (1, 'Ada', 33612345678)",
    )
    with opened(uri, table="staff", mode="query") as source:
        assert names([source.first_match("+33612345678")]) == ["Ada"]
        assert source.fetch(["1"])


@pytest.fixture
def statements():
    """Yield the SELECTs that are sent while the test runs, each with the number of its parameters."""
    sent = []

    def record(connection, cursor, statement, parameters, *_rest):
        if "people" in statement:
            sent.append(len(parameters))

    event.listen(Engine, "before_cursor_execute", record)
    yield sent
    event.remove(Engine, "before_cursor_execute", record)


def test_many_extensions_are_one_statement(uri, opened, statements):
    with opened(uri, table="people", mode="query") as source:
        assert names([*source.match_all([*map(str, range(2000, 2100)), "2045"]).values()]) == ["Ada Stern"]
    assert len(statements) == 1


def test_many_numbers_are_statements_with_few_parameters(uri, opened, statements):
    numbers = [f"+336{number:08}" for number in range(12345600, 12345700)]
    with opened(uri, table="people", mode="query") as source:
        found = source.match_all(numbers)
        assert names([*found.values()]) == ["Élodie Müller", "100%_sure"]
        assert found == {exten: source.first_match(exten) for exten in found}
    assert 1 < len(statements) - 2 < 10  # without those of two numbers that are asked for alone
    assert max(statements) <= MAX_COMPARED_VALUES + 2


def test_numbers_with_more_rows_than_the_limit_are_asked_for_apart(uri, opened):
    change_database(
        uri, *(f"INSERT INTO people VALUES ({id_}, 'Twin {id_}', '7001')" for id_ in range(10, 20))
    )
    for limit in (1, 2, 10, 11):
        with opened(uri, table="people", mode="query", limit=limit) as source:
            asked = ["7001", "2045", "7002", "0612345678"]
            alone = {exten: found for exten in asked if (found := source.first_match(exten)) is not None}
            assert source.match_all(asked) == alone, limit
            assert alone.keys() == {"7001", "2045", "0612345678"}


def test_an_own_reverse_query_is_asked_for_each_number(uri, opened, statements):
    query = "SELECT * FROM people WHERE number IN (:spellings)"
    with opened(uri, mode="query", reverse_query=query) as source:
        found = source.match_all(["2045", "0612345678", "9"])
    assert {exten: one.fields["name"] for exten, one in found.items()} == {
        "2045": "Ada Stern",
        "0612345678": "Élodie Müller",
    }
    assert len(statements) == 3
