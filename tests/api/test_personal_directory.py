"""Personal contacts in lookups, reverse, favorites and profiles (contract sections 2.1, 3.3, 3.5, 3.6)."""

from functools import partial

import pytest

from api.conftest import CHILD, SECOND_USER, TENANT, USER, Daemon, configuration
from api.favorites import LOOKUP, favorite, favorites, marked, results
from api.personal import assert_refused, create, personal

REVERSE = "/directories/reverse/default"
ALL = "/directories/personal/default"
ADA = {"firstname": "Zoé", "lastname": "Straße", "number": "+33 1 44", "mobile": "0777", "floor": ""}


def personal_source(name="notebook", **options):
    return {
        "tenant": "main",
        "name": name,
        "backend": "personal",
        "searched_columns": ["firstname", "lastname", "number", "missing"],
        "first_matched_columns": ["number", "mobile"],
        "format_columns": {"name": "{firstname} {lastname}", "reverse": "{lastname}"},
        **options,
    }


@pytest.fixture(scope="module")
def new_configuration():
    return partial(configuration, sources=[personal_source()], profile_sources=["notebook", "crew"])


@pytest.fixture
def daemon(emptied_daemon):
    return emptied_daemon


def names(daemon, term, path=LOOKUP, **arguments):
    found = results(daemon, path, term=term, **arguments)
    return [values[0] for source, _, values in found if source == "notebook"]


def test_a_lookup_shows_the_contacts_of_its_user_formatted_by_the_source(daemon):
    contact = create(daemon, ADA)
    response = daemon.get(LOOKUP, term="zoe")
    assert response.json["results"][0] == {
        "column_values": ["Zoé Straße", "+33 1 44", False, True, "0777", "ground"],
        "relations": {
            "xivo_id": None,
            "agent_id": None,
            "user_id": None,
            "user_uuid": None,
            "endpoint_id": None,
            "source_entry_id": contact["id"],
        },
        "source": "notebook",
        "backend": "personal",
    }
    assert names(daemon, "zoe", token="second") == []
    assert names(daemon, "zoe", token="userless") == []
    assert names(daemon, "zoe", f"{LOOKUP}/{USER}", token="userless") == ["Zoé Straße"]
    assert names(daemon, "zoe", f"{LOOKUP}/{SECOND_USER}") == []
    assert names(daemon, "zoe", f"{LOOKUP}/%00") == []


TERMS = [
    ("ZOÉ", True),
    ("zo", True),
    ("z", True),
    ("strasse", True),
    ("STRAẞE", True),
    ("44", True),
    ("", True),
    ("z%e", True),
    ("z_é", True),
    ("%", True),
    ("zoé straße", True),
    ("str zo", True),
    ("zoé ground", False),
    ("0777", False),
    ("\\%", False),
    ("z*e", False),
    ('"zoe"', False),
    ("ground", False),
]


def test_a_search_ignores_case_and_accents_in_searched_columns_only(daemon):
    create(daemon, ADA)
    for term, is_found in TERMS:
        assert names(daemon, term) == (["Zoé Straße"] if is_found else []), term


def test_a_source_without_searched_columns_finds_no_contact(tmp_path, db_uri):
    unsearchable = personal_source(searched_columns=[], first_matched_columns=[])
    config = configuration(tmp_path, [unsearchable], ["notebook"], db_uri=db_uri)
    with Daemon(config) as daemon:
        create(daemon, ADA)
        assert names(daemon, "zoe") == names(daemon, "") == []
        assert daemon.get(f"{REVERSE}/{USER}", exten="0777").json["display"] is None
        assert len(results(daemon, ALL)) == 1


def test_a_reverse_lookup_matches_the_whole_number_of_the_user_of_the_path(daemon):
    contact = create(daemon, {**ADA, "number": "abC"})
    shown = {name: text for name, text in contact.items() if text}
    response = daemon.get(f"{REVERSE}/{USER}", token="userless", exten="0777")
    assert response.json == {
        "display": "Straße",
        "exten": "0777",
        "source": "notebook",
        "fields": {**shown, "name": "Zoé Straße", "reverse": "Straße"},
    }
    for user, exten in ((USER, "061"), (USER, "ABC"), (USER, "Zoé"), (SECOND_USER, "0777"), ("x", "0777")):
        assert daemon.get(f"{REVERSE}/{user}", exten=exten).json["display"] is None, exten
    assert daemon.get(f"{REVERSE}/{USER}", exten="abC").json["display"] == "Straße"


def test_an_edit_is_used_by_the_next_lookup(daemon):
    contact = create(daemon, ADA)
    personal(daemon, "PUT", f"/{contact['id']}", json={"firstname": "Nova", "number": "7"})
    assert names(daemon, "zoe") == []
    assert names(daemon, "nova") == ["Nova"]
    assert daemon.get(f"{REVERSE}/{USER}", exten="0777").json["display"] is None
    assert daemon.get(f"{REVERSE}/{USER}", exten="7").json["fields"]["firstname"] == "Nova"
    personal(daemon, "DELETE")
    assert names(daemon, "nova") == []
    assert daemon.get(f"{REVERSE}/{USER}", exten="7").json["source"] is None


def test_a_personal_contact_can_be_a_favorite(daemon):
    contact = create(daemon, ADA)
    assert favorite(daemon, "PUT", f"notebook/{contact['id']}").status_code == 204
    assert marked(daemon) == {contact["id"]}
    assert favorites(daemon) == [("notebook", contact["id"])]
    assert [values[2] for _, _, values in results(daemon, ALL)] == [True]
    personal(daemon, "DELETE", f"/{contact['id']}")
    assert favorites(daemon) == []


def test_a_contact_that_is_imported_again_is_still_a_favorite(daemon):
    contact = create(daemon, ADA)
    create(daemon, {"firstname": "Bea", "note": "first line\nsecond line"})
    assert favorite(daemon, "PUT", f"notebook/{contact['id']}").status_code == 204
    exported = personal(daemon, path="?format=text/csv").data
    personal(daemon, "DELETE")
    assert favorites(daemon) == []
    response = personal(daemon, "POST", "/import", data=exported, headers={"Content-Type": "text/csv"})
    assert response.status_code == 201
    assert favorites(daemon) == [("notebook", contact["id"])]
    assert marked(daemon) == {contact["id"]}


def test_all_personal_contacts_are_shown_through_any_profile(daemon):
    first, second = create(daemon, ADA), create(daemon, {"firstname": "Ivo"})
    response = daemon.get(ALL)
    assert list(response.json) == ["column_headers", "column_types", "results"]
    assert response.json["column_types"] == ["name", "number", "favorite", "personal", "number", None]
    assert results(daemon, ALL) == [
        ("notebook", first["id"], ["Zoé Straße", "+33 1 44", False, True, "0777", "ground"]),
        ("notebook", second["id"], ["Ivo", None, False, True, "none", "ground"]),
    ]
    assert [entry for _, entry, _ in results(daemon, "/directories/personal/empty")] == [
        first["id"],
        second["id"],
    ]
    assert results(daemon, "/directories/personal/bare")[0] == ("notebook", first["id"], [])
    assert results(daemon, ALL, token="second") == results(daemon, ALL, token="userless") == []


def test_an_unknown_profile_of_personal_contacts_is_a_legacy_404(daemon):
    for arguments in ({}, {"headers": {"Wazo-Tenant": CHILD}}, {"token": "userless"}):
        response = daemon.get("/directories/personal/nowhere", **arguments)
        assert_refused(response, 404, "profile", "nowhere")


def test_without_a_personal_source_in_the_tenant_there_are_no_results(tmp_path, db_uri):
    with Daemon(configuration(tmp_path, db_uri=db_uri)) as daemon:
        create(daemon, ADA)
        assert results(daemon, ALL) == []
        assert daemon.get(ALL).json["column_headers"][0] == "Name"


def test_the_first_personal_source_of_the_tenant_formats_contacts(tmp_path, db_uri):
    other = personal_source("a-notebook", format_columns={"name": "Dr {lastname}"})
    config = configuration(tmp_path, [personal_source(), other], ["notebook"], db_uri=db_uri)
    with Daemon(config) as daemon:
        create(daemon, ADA)
        [(source, _, values)] = results(daemon, ALL)
        assert (source, values[0]) == ("a-notebook", "Dr Straße")


def test_sources_of_the_personal_backend_are_created_over_rest(daemon):
    body = {"name": "mine", "searched_columns": ["firstname"], "format_columns": {"name": "{firstname}"}}
    response = daemon.request("POST", "/0.1/backends/personal/sources", json=body)
    assert response.status_code == 200
    assert response.json == {
        **body,
        "uuid": response.json["uuid"],
        "tenant_uuid": TENANT,
        "first_matched_columns": [],
    }
