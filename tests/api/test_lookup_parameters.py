"""Parameters of a lookup beyond the contract (`sources`, `order`, `limit`, …), and answers in lines."""

import json

import pytest

from api.conftest import USER, Daemon, configuration, csv_source
from api.test_lookup import names

ROUTES = ["/directories/lookup/default", f"/directories/lookup/default/{USER}"]
ANNAS = (
    "id,firstname,lastname,number\n1,Hannah,Ross,1\n2,Annabel,Ross,2\n3,Rosanna,Ann,3\n4,Mary-Ann,Ross,4\n"
)
BROKEN = {"tenant": "main", "name": "broken", "backend": "ldap", "ldap_uri": "ldap://127.0.0.1:1"}


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    folder = tmp_path_factory.mktemp("parameters")
    annas = {**csv_source("annas.csv"), "name": "annas"}
    broken = {**BROKEN, "ldap_base_dn": "dc=example", "searched_columns": ["cn"]}
    config = configuration(folder, [annas, broken], ("broken", "annas", "crew"))
    (folder / "csv" / "annas.csv").write_text(ANNAS)
    with Daemon(config) as daemon:
        yield daemon


@pytest.mark.parametrize("path", ROUTES)
def test_without_parameters_the_answer_has_the_keys_of_the_contract(daemon, path):
    answer = daemon.get(path, term="stern", unknown="ignored")
    assert list(answer.json) == ["term", "column_headers", "column_types", "results"]
    assert answer.data == daemon.get(path, term="stern", sources="false", order="source").data


@pytest.mark.parametrize("path", ROUTES)
def test_sources_adds_reports_in_the_order_of_the_profile(daemon, path):
    answer = daemon.get(path, term="ann", sources="true").json
    reports = [(part["name"], part["backend"], part["contacts"]) for part in answer["sources"]]
    assert reports == [("broken", "ldap", 0), ("annas", "csv", 4), ("crew", "csv", 1)]
    assert [part["status"] for part in answer["sources"]][1:] == ["ok", "ok"]
    assert answer["sources"][0]["status"] in {"failed", "skipped"}
    assert all(part["seconds"] >= 0 for part in answer["sources"])


def test_contacts_keep_the_order_of_their_source_unless_by_relevance(daemon):
    assert names(daemon.get(ROUTES[0], term="ann")) == [
        "Hannah Ross",
        "Annabel Ross",
        "Rosanna Ann",
        "Mary-Ann Ross",
        'Anna "Nan" Adams',
    ]
    assert names(daemon.get(ROUTES[0], term="ann", order="relevance")) == [
        "Rosanna Ann",
        "Mary-Ann Ross",
        "Annabel Ross",
        "Hannah Ross",
        'Anna "Nan" Adams',
    ]


@pytest.mark.parametrize("path", ROUTES)
def test_limit_cuts_the_whole_answer_after_ordering(daemon, path):
    assert names(daemon.get(path, term="ann", limit="2")) == ["Hannah Ross", "Annabel Ross"]
    limited = daemon.get(path, term="ann", limit="1", order="relevance", sources="1")
    assert names(limited) == ["Rosanna Ann"]
    assert [part["contacts"] for part in limited.json["sources"]] == [0, 4, 1]
    assert len(names(daemon.get(path, term="", limit="9" * 40))) == 8
    for term in ("", "ann", "a", "2", "ann ross"):
        everybody = names(daemon.get(path, term=term))
        for limit in (1, 2, 3, 8, 9):
            assert names(daemon.get(path, term=term, limit=str(limit))) == everybody[:limit], term


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("term", ["ann", "a", "", "ann ross", "2"])
def test_source_limit_takes_the_first_contacts_of_each_source(daemon, path, term):
    everybody = daemon.get(path, term=term).json["results"]
    for limit in (1, 2, 4, 99):
        answer = daemon.get(path, term=term, sources="true", source_limit=str(limit)).json
        for part in answer["sources"][1:]:
            all_of_source = [result for result in everybody if result["source"] == part["name"]]
            first = [result for result in answer["results"] if result["source"] == part["name"]]
            assert first == all_of_source[:limit]
            assert (part["contacts"], part["truncated"]) == (len(first), len(all_of_source) > limit)


def test_the_smaller_one_of_both_limits_is_valid(daemon):
    assert names(daemon.get(ROUTES[0], term="ann", limit="3", source_limit="1")) == [
        "Hannah Ross",
        'Anna "Nan" Adams',
    ]
    assert names(daemon.get(ROUTES[0], term="ann", limit="1", source_limit="3")) == ["Hannah Ross"]


def test_lines_say_which_sources_are_truncated(daemon):
    found, closing = lines(
        daemon.get(ROUTES[0], headers=LINES, term="ann", merge="true", order="relevance", source_limit="2")
    )
    shown = {line["source"]: [result["column_values"][0] for result in line["results"]] for line in found}
    assert shown == {"annas": ["Annabel Ross", "Hannah Ross"], "crew": ['Anna "Nan" Adams']}
    truncated = {part["name"]: part["truncated"] for part in closing["sources"]}
    assert truncated == {"broken": False, "annas": True, "crew": False}


@pytest.mark.parametrize("path", ROUTES)
def test_digits_may_be_letters_on_a_keypad(daemon, path):
    assert names(daemon.get(path, term="26622")) == []
    assert names(daemon.get(path, term="26622", t9="true")) == ["Annabel Ross"]
    assert names(daemon.get(path, term="3742", t9="true")) == ["Éric Müller"]
    assert names(daemon.get(path, term="6634", t9="true")) == ["Zoë O'Neil"]
    assert names(daemon.get(path, term="204", t9="true")) == names(daemon.get(path, term="204"))
    assert names(daemon.get(path, term="stern", t9="true")) == ["Ada Stern"]
    assert len(names(daemon.get(path, term="", t9="true"))) == 8
    assert names(daemon.get(path, term="1" * 5000, t9="true")) == []


@pytest.mark.parametrize("path", ROUTES)
def test_a_typing_error_is_tolerated_if_no_contact_has_the_term(daemon, path):
    assert names(daemon.get(path, term="stren")) == []
    answer = daemon.get(path, term="stren", fuzzy="true", sources="true")
    assert names(answer) == ["Ada Stern"]
    assert [part["contacts"] for part in answer.json["sources"]] == [0, 0, 1]
    assert names(daemon.get(path, term="ros", fuzzy="true")) == names(daemon.get(path, term="ros"))
    assert names(daemon.get(path, term="2040", fuzzy="true", t9="true")) == []
    found, closing = lines(daemon.get(path, headers=LINES, term="stren", fuzzy="true"))
    assert [len(line["results"]) for line in found] == [0, 0, 0, 1]
    assert [part["contacts"] for part in closing["sources"]] == [0, 0, 1]


@pytest.mark.parametrize("path", ROUTES)
def test_one_person_of_several_sources_is_one_result_that_names_them(daemon, path):
    separate = daemon.get(path, term="ann", fuzzy="true").json["results"]
    answer = daemon.get(path, term="ann", merge="true", sources="true").json
    assert [result["merged"] for result in answer["results"]] == [
        [
            {
                "source": result["source"],
                "backend": "csv",
                "source_entry_id": result["relations"]["source_entry_id"],
            }
        ]
        for result in separate
    ]
    merged = daemon.get(path, term="stern", merge="true").json["results"]
    assert [(result["source"], len(result["merged"])) for result in merged] == [("crew", 1)]


def test_columns_that_are_empty_show_what_the_others_have(tmp_path):
    config = configuration(tmp_path, [{**csv_source("more.csv"), "name": "more"}], ("crew", "more"))
    (tmp_path / "csv" / "more.csv").write_text(
        "id,firstname,lastname,number,mobile\n9,Éric,M.,2046,0699\n8,Eve,M.,1,2\n"
    )
    with Daemon(config) as daemon:
        answer = daemon.get(ROUTES[0], term="m", merge="true").json["results"]
    assert [(result["column_values"][0], result["column_values"][4]) for result in answer] == [
        ("Éric Müller", "0699"),
        ('Anna "Nan" Adams', ""),
        ("Eve M.", "2"),
    ]
    assert [part["source_entry_id"] for part in answer[0]["merged"]] == ["18", "9"]


def test_an_answer_in_lines_tells_which_results_are_one_person(tmp_path):
    config = configuration(tmp_path, [csv_source("more.csv", name="more")], profile_sources=["more", "crew"])
    (tmp_path / "csv" / "more.csv").write_text(
        "id,firstname,lastname,number,mobile\n8,Eve,M.,1,2\n9,Éric,M.,2046,0699\n"
    )
    with Daemon(config) as daemon:
        found, closing = lines(daemon.get(ROUTES[0], headers=LINES, term="m", merge="true"))
        results = {line["source"]: line["results"] for line in found}
        (person,) = closing["people"]
        names = [results[part["source"]][part["result"]]["column_values"][0] for part in person]
        assert (names, [part["source"] for part in person]) == (["Éric M.", "Éric Müller"], ["more", "crew"])
        _, nobody = lines(daemon.get(ROUTES[0], headers=LINES, term="nobody", merge="true"))
        _, cut = lines(daemon.get(ROUTES[0], headers=LINES, term="m", merge="true", limit="1"))
        assert (nobody["people"], cut["people"]) == ([], [])


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "0"),
        ("limit", "-1"),
        ("limit", "x"),
        ("limit", ""),
        ("source_limit", "0"),
        ("source_limit", "x"),
        ("order", "name"),
        ("sources", "maybe"),
        ("t9", "2"),
        ("fuzzy", ""),
    ],
)
def test_a_wrong_parameter_is_a_400_that_names_it(daemon, path, name, value):
    response = daemon.get(path, term="a", **{name: value})
    assert response.status_code == 400
    assert list(response.json["message"]) == [name]


def test_each_parameter_is_described(daemon):
    described = daemon.get("/api/openapi.yml").text
    assert "name: sources" in described
    assert "LookupWithSources" in described


LINES = {"Accept": "application/x-ndjson"}


def lines(response):
    assert (response.status_code, response.content_type) == (200, "application/x-ndjson")
    *found, closing = [json.loads(line) for line in response.text.splitlines()]
    return found, closing


@pytest.mark.parametrize("path", ROUTES)
def test_lines_are_the_answers_of_the_sources_and_a_final_report(daemon, path):
    whole = daemon.get(path, term="ann", sources="true").json
    found, closing = lines(daemon.get(path, headers=LINES, term="ann"))
    assert [line["source"] for line in found] == ["annas", "crew"]
    assert [result for line in found for result in line["results"]] == whole["results"]
    assert all({**whole, **line} == {**whole, **line, "term": "ann"} for line in found)
    assert [part["name"] for part in closing["sources"]] == ["broken", "annas", "crew"]
    assert [part["contacts"] for part in closing["sources"]] == [0, 4, 1]


def test_lines_are_ordered_within_a_source_and_cut_as_a_whole(daemon):
    found, closing = lines(daemon.get(ROUTES[0], headers=LINES, term="ann", order="relevance", limit="2"))
    shown = [[result["column_values"][0] for result in line["results"]] for line in found]
    assert shown == [["Rosanna Ann", "Mary-Ann Ross"], []]
    assert [part["contacts"] for part in closing["sources"]] == [0, 4, 1]


@pytest.mark.parametrize(
    "accept", ["*/*", "application/json", "application/json, application/x-ndjson;q=0.5", "", ";,="]
)
def test_a_client_that_does_not_prefer_lines_gets_one_body(daemon, accept):
    answer = daemon.get(ROUTES[0], headers={"Accept": accept}, term="stern")
    assert (answer.status_code, answer.content_type) == (200, "application/json")


def test_errors_before_the_first_line_keep_their_shapes(daemon):
    unknown = daemon.get("/directories/lookup/nowhere", headers=LINES, term="a")
    assert (unknown.status_code, unknown.json["status_code"]) == (404, 404)
    modern = daemon.get(f"/directories/lookup/nowhere/{USER}", headers=LINES, term="a")
    assert (modern.status_code, modern.json["error_id"]) == (404, "unknown-profile")
    assert daemon.get(ROUTES[0], headers=LINES).json["message"].keys() == {"term"}
    assert daemon.get(ROUTES[0], headers=LINES, token="no-rights", term="a").status_code == 401
    assert daemon.get(ROUTES[0], headers=LINES, term="a", limit="0").status_code == 400
