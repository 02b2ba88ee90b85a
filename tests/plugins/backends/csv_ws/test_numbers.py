"""Numbers in other spellings than the one that was dialled."""

import pytest

from plugins.backends.csv_ws.conftest import MakeBackend
from servers.csv_service import CsvService, equals
from xivo_dird.backend import AlternateSpelling, DialPlan, Entry, MatchRank, QuestionRefused
from xivo_dird.testing import CALLER
from xivo_dird_backends._asked_numbers import (
    MAX_ASKED_SPELLINGS,
    MAX_COMPARED_ROWS,
    asked_spellings,
    ranked_rows,
)
from xivo_dird_backends._number_matches import best_match


def book(*numbers: str) -> list[dict[str, str]]:
    """Return a row for each number."""
    return [{"id": str(index), "number": number, "mobile": ""} for index, number in enumerate(numbers)]


@pytest.mark.parametrize("stored", ["+493023125040", "00493023125040", "03023125040"])
@pytest.mark.parametrize("dialled", ["+493023125040", "00493023125040", "03023125040"])
def test_a_service_that_compares_exactly_finds_the_usual_spellings(
    make_backend: MakeBackend, stored: str, dialled: str
) -> None:
    with CsvService(book("2045", stored), matches=equals) as service:
        found = make_backend(service.lookup_url, country="DE").first_match(dialled, CALLER)
        assert found is not None
        assert found["number"] == stored
        assert isinstance(found, AlternateSpelling) == (stored != dialled)
        assert len(service.http.requests) <= MAX_ASKED_SPELLINGS


@pytest.mark.parametrize(
    ("dialled", "country", "asked"),
    [
        ("2045", "DE", ["2045"]),
        ("*31#", "DE", ["*31#"]),
        ("anonymous", "DE", ["anonymous"]),
        ("03023125040", None, ["03023125040"]),
        ("03023125040", "DE", ["03023125040", "+493023125040", "00493023125040"]),
        ("+33144556677", "FR", ["+33144556677", "0144556677", "0033144556677"]),
        ("+33144556677", "DE", ["+33144556677", "0033144556677"]),
        ("4185550123", "CA", ["4185550123", "+14185550123", "14185550123"]),
    ],
)
def test_a_service_is_asked_for_few_spellings_the_dialled_one_first(
    dialled: str, country: str | None, asked: list[str]
) -> None:
    assert list(asked_spellings(dialled, DialPlan(country))) == asked


def test_an_unknown_number_costs_few_requests_on_one_connection(make_backend: MakeBackend) -> None:
    with CsvService(book("2045"), matches=equals) as service:
        backend = make_backend(service.lookup_url, country="DE")
        assert backend.first_match("03023125040", CALLER) is None
        assert (len(service.http.requests), service.http.connections) == (MAX_ASKED_SPELLINGS, 1)
        assert backend.first_match("2046", CALLER) is None
        assert len(service.http.requests) == MAX_ASKED_SPELLINGS + 1


def test_a_404_for_one_spelling_is_no_answer_for_the_others(make_backend: MakeBackend) -> None:
    with CsvService(book("+493023125040"), matches=equals, status_of_nothing=404) as service:
        backend = make_backend(service.lookup_url, country="DE")
        found = backend.first_match("03023125040", CALLER)
        assert found is not None
        assert found["number"] == "+493023125040"
        with pytest.raises(QuestionRefused, match="answered 404"):
            backend.first_match("03023125041", CALLER)


def test_an_exact_row_wins_over_other_spellings(make_backend: MakeBackend) -> None:
    with CsvService(book("+49 30 23125040", "030/23125040", "03023125040")) as service:
        backend = make_backend(service.list_url, country="DE")
        assert backend.first_match("03023125040", CALLER) == {
            "id": "2",
            "number": "03023125040",
            "mobile": "",
        }
        found = backend.first_match("+493023125040", CALLER)
        assert isinstance(found, AlternateSpelling)
        assert (found["id"], found.rank) == ("0", MatchRank.DIALLED)
        assert len(service.http.requests) == 2


def test_the_best_spelling_wins(make_backend: MakeBackend) -> None:
    with CsvService(book("493023125040", "030 23125040")) as service:
        found = make_backend(service.list_url, country="DE").first_match("03023125040", CALLER)
        assert isinstance(found, AlternateSpelling)
        assert found["id"] == "1"


def test_a_number_of_another_country_is_no_spelling(make_backend: MakeBackend) -> None:
    with CsvService(book("+33 30 23125040", "+43 30 23125040")) as service:
        assert make_backend(service.list_url, country="DE").first_match("03023125040", CALLER) is None


def test_an_exact_row_is_found_behind_more_rows_than_are_compared() -> None:
    plan, spelled = DialPlan("DE"), {"number": "+49 30 23125040"}
    others = [{"number": f"0171 {5_000_000 + index}"} for index in range(MAX_COMPARED_ROWS)]
    exact = {"number": "03023125040"}

    def match(rows: list[dict[str, str]]) -> Entry | None:
        return best_match(ranked_rows("03023125040", plan, ["number"], rows))

    assert match([*others, exact]) == exact
    assert match([*others[1:], spelled]) == spelled
    assert match([*others, spelled]) is None
