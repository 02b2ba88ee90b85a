"""GET /directories/lookup, its user variant and its headers (contract section 2.1)."""

import pytest

from api.conftest import CHILD, OTHER, TENANT, USER
from xivo_dird.testing import HOSTILE_TERMS

LOOKUP = "/directories/lookup/default"
NO_RELATIONS = {"xivo_id": None, "agent_id": None, "user_id": None, "user_uuid": None, "endpoint_id": None}


@pytest.fixture
def daemon(emptied_daemon):
    return emptied_daemon


def names(response):
    assert response.status_code == 200, response.text
    return [result["column_values"][0] for result in response.json["results"]]


def test_a_lookup_answers_the_columns_of_the_display_and_a_value_for_each(daemon):
    response = daemon.get(LOOKUP, term="ada")
    assert response.content_type == "application/json"
    assert response.json == {
        "term": "ada",
        "column_headers": ["Name", "Phone", None, None, "Mobile", "Floor"],
        "column_types": ["name", "number", "favorite", "personal", "number", None],
        "results": [
            {
                "column_values": ["Ada Stern", "2045", False, False, "+33 1 44 55", "ground"],
                "relations": {**NO_RELATIONS, "source_entry_id": "17"},
                "source": "crew",
                "backend": "csv",
            },
            {
                "column_values": ['Anna "Nan" Adams', "2048", False, False, "", "ground"],
                "relations": {**NO_RELATIONS, "source_entry_id": "20"},
                "source": "crew",
                "backend": "csv",
            },
        ],
    }


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("stern", ["Ada Stern"]),
        ("204", ["Ada Stern", "Éric Müller", "Zoë O'Neil", 'Anna "Nan" Adams']),
        ("", ["Ada Stern", "Éric Müller", "Zoë O'Neil", 'Anna "Nan" Adams']),
        ("ÉRIC", ["Éric Müller"]),
        ("eric", []),
        ("o'n", ["Zoë O'Neil"]),
        ('"nan"', ['Anna "Nan" Adams']),
        ("ada stern", ["Ada Stern"]),
        ("stern ad", ["Ada Stern"]),
        ("ada muller", []),
    ],
)
def test_csv_search_finds_the_term_or_its_words_ignoring_only_case(shared_daemon, term, found):
    assert names(shared_daemon.get(LOOKUP, term=term)) == found


def test_the_user_variant_answers_the_same_contacts_for_any_user_text(daemon):
    assert names(daemon.get(f"{LOOKUP}/{USER}", term="stern")) == ["Ada Stern"]
    assert names(daemon.get(f"{LOOKUP}/not-a-uuid", term="stern")) == ["Ada Stern"]


@pytest.mark.parametrize("path", [LOOKUP, f"{LOOKUP}/{USER}", "/directories/lookup/nowhere"])
def test_a_missing_term_is_a_400_that_names_it_whatever_the_profile(shared_daemon, path):
    response = shared_daemon.get(path)
    assert response.status_code == 400
    assert list(response.json) == ["message"]
    assert list(response.json["message"]) == ["term"]


def test_an_unknown_profile_is_a_legacy_404_that_names_it(daemon):
    for path in ("/directories/lookup/nowhere", "/directories/lookup/nowhere/headers"):
        response = daemon.get(path, term="a")
        assert response.status_code == response.json["status_code"] == 404
        assert isinstance(response.json["timestamp"], list)
        assert "profile" in response.json["reason"][0]
        assert "nowhere" in response.json["reason"][0]


def test_an_unknown_profile_is_a_modern_404_on_the_user_variant(daemon):
    response = daemon.get(f"/directories/lookup/nowhere/{USER}", term="a")
    assert response.status_code == 404
    assert response.json["error_id"] == "unknown-profile"
    assert response.json["details"] == {"uuid": "nowhere"}
    assert response.json["resource"] == "profiles"
    assert isinstance(response.json["timestamp"], float)


def test_headers_are_the_columns_alone(daemon):
    response = daemon.get(f"{LOOKUP}/headers")
    assert response.json == {
        "column_headers": ["Name", "Phone", None, None, "Mobile", "Floor"],
        "column_types": ["name", "number", "favorite", "personal", "number", None],
    }


def test_a_profile_without_a_display_shows_no_column(daemon):
    response = daemon.get("/directories/lookup/bare", term="stern")
    assert response.status_code == 200
    assert response.json["column_headers"] == response.json["column_types"] == []
    assert [result["column_values"] for result in response.json["results"]] == [[]]


def test_a_profile_without_sources_finds_no_contact(daemon):
    assert names(daemon.get("/directories/lookup/empty", term="a")) == []


def test_profiles_are_found_in_the_scope_tenant_only(daemon):
    assert daemon.get(LOOKUP, token="other-tenant", term="a").status_code == 404
    assert daemon.get(LOOKUP, headers={"Wazo-Tenant": CHILD}, term="a").status_code == 404
    assert daemon.get(LOOKUP, headers={"Wazo-Tenant": TENANT}, term="a").status_code == 200
    assert daemon.get(LOOKUP, headers={"Wazo-Tenant": ""}, term="a").status_code == 200
    assert daemon.get(LOOKUP, headers={"Wazo-Tenant": OTHER}, term="a").status_code == 401


def test_an_appended_line_is_found_at_once(new_daemon, tmp_path):
    with (tmp_path / "csv" / "crew.csv").open("a") as file:
        file.write("21,Nova,Newman,2050,\n")
    assert names(new_daemon.get(LOOKUP, term="nova")) == ["Nova Newman"]


def test_a_deleted_file_has_no_contact_and_is_no_error(new_daemon, tmp_path):
    file = tmp_path / "csv" / "crew.csv"
    text = file.read_text()
    file.unlink()
    assert names(new_daemon.get(LOOKUP, term="stern")) == []
    file.write_text(text)
    assert names(new_daemon.get(LOOKUP, term="stern")) == ["Ada Stern"]


@pytest.mark.parametrize("term", [term for term in HOSTILE_TERMS if term != "\ud800"], ids=ascii)
def test_a_hostile_term_is_only_text(shared_daemon, term):
    response = shared_daemon.get(LOOKUP, term=term)
    assert response.status_code == 200
    assert response.json["term"] == term


def test_bytes_that_are_not_text_find_nothing(shared_daemon):
    response = shared_daemon.request("GET", f"/0.1{LOOKUP}?term=%ED%A0%80%FF")
    assert response.status_code == 200
    assert response.json["results"] == []
