"""GET /directories/reverse (contract section 2.1)."""

import pytest

from api.conftest import ADA, USER
from xivo_dird.testing import HOSTILE_NUMBERS

REVERSE = f"/directories/reverse/default/{USER}"


@pytest.fixture
def daemon(emptied_daemon):
    return emptied_daemon


@pytest.mark.parametrize("exten", ["2045", "+33 1 44 55"])
def test_a_number_in_any_first_matched_column_finds_the_whole_contact(daemon, exten):
    response = daemon.get(REVERSE, exten=exten)
    assert response.status_code == 200
    assert response.json == {"display": "Ada Stern", "exten": exten, "source": "crew", "fields": ADA}


@pytest.mark.parametrize("exten", ["204", "20455", "", "331445"])
def test_an_unknown_number_is_a_200_with_nulls(shared_daemon, exten):
    response = shared_daemon.get(REVERSE, exten=exten)
    assert response.status_code == 200
    assert response.json == {"display": None, "exten": exten, "fields": {}, "source": None}


def test_a_missing_exten_is_a_400_that_names_it(shared_daemon):
    response = shared_daemon.get(REVERSE)
    assert response.status_code == 400
    assert list(response.json["message"]) == ["exten"]


def test_a_number_and_a_profile_have_no_maximum_in_json(shared_daemon):
    assert shared_daemon.get(REVERSE, exten="9" * 7000).json["exten"] == "9" * 7000
    response = shared_daemon.get(f"/directories/reverse/{'9' * 7000}/{USER}", exten="1")
    assert (response.status_code, "9" * 7000 in response.json["reason"][0]) == (404, True)


def test_an_unknown_profile_is_a_legacy_404(daemon):
    response = daemon.get(f"/directories/reverse/nowhere/{USER}", exten="1")
    assert response.status_code == response.json["status_code"] == 404
    assert isinstance(response.json["timestamp"], list)


def test_the_display_of_the_profile_is_not_used(daemon):
    assert daemon.get(f"/directories/reverse/bare/{USER}", exten="2045").json["display"] == "Ada Stern"


@pytest.mark.parametrize("exten", [exten for exten in HOSTILE_NUMBERS if exten != "\ud800"], ids=ascii)
def test_a_hostile_number_is_an_unknown_number(shared_daemon, exten):
    response = shared_daemon.get(REVERSE, exten=exten)
    assert response.status_code == 200
    assert response.json["source"] is None
