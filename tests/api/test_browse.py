"""GET /directories/browse: all contacts of a profile in one order, and the groups of the whole list."""

import pytest

from api.conftest import OTHER, PEOPLE, UNREACHABLE, Daemon, configuration, csv_source

BROWSE = "/directories/browse/default"
GROUPS = f"{BROWSE}/groups"
EVERYONE = ["Ada Stern", 'Anna "Nan" Adams', "Bob Ångström", "Éric Müller", "Zoë O'Neil", "Zoë O'Neil"]
STAFF = "id,firstname,lastname,number,floor\n1,Bob,Ångström,3001,2\n2,Zoë,O'Neil,3002,\n"


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    """Start a daemon with a second file, a server that can only be searched, and a profile of another tenant."""
    folder = tmp_path_factory.mktemp("daemon")
    staff, foreign = csv_source("staff.csv", name="staff"), csv_source(tenant="other")
    server = {**UNREACHABLE, "name": "server"}
    config = configuration(folder, (staff, foreign, server), ("crew", "staff", "server"))
    (folder / "csv" / "staff.csv").write_text(STAFF, encoding="utf-8")
    provisioning = config["provisioning"]
    columns = [{"title": "Name", "type": "name", "field": "name"}]
    provisioning["displays"].append({"tenant": "other", "name": "foreign", "columns": columns})
    services = {"lookup": {"sources": ["crew"]}}
    provisioning["profiles"].append(
        {"tenant": "other", "name": "default", "display": "foreign", "services": services}
    )
    with Daemon(config) as daemon:
        yield daemon


def names(response):
    assert response.status_code == 200, response.text
    return [result["column_values"][0] for result in response.json["results"]]


def outcomes(response):
    return [
        (one["name"], one["status"], one["contacts"], one["truncated"]) for one in response.json["sources"]
    ]


def test_contacts_of_all_sources_are_sorted_by_name(daemon):
    response = daemon.get(BROWSE)
    assert names(response) == EVERYONE
    answer = response.json
    assert (answer["by"], answer["next"]) == ("name", None)
    assert answer["column_headers"] == ["Name", "Phone", None, None, "Mobile", "Floor"]
    assert answer["column_types"] == ["name", "number", "favorite", "personal", "number", None]
    assert answer["column_fields"] == ["name", "number", None, None, "mobile", "floor"]
    assert outcomes(response) == [
        ("crew", "ok", 4, False),
        ("staff", "ok", 2, False),
        ("server", "refused", 0, False),
    ]
    assert (
        answer["results"][0] == daemon.get("/directories/lookup/default", term="ada stern").json["results"][0]
    )
    assert [(group["text"], group["result"]) for group in answer["groups"]] == [
        ("A", 0),
        ("B", 2),
        ("E", 3),
        ("Z", 4),
    ]


@pytest.mark.parametrize("limit", [1, 2, 4, 6, 500])
def test_next_continues_the_list_until_it_is_null(daemon, limit):
    found, query = [], {}
    while query is not None:
        response = daemon.get(BROWSE, limit=limit, **query)
        found.append(names(response))
        query = response.json["next"] and {"after": response.json["next"]}
    assert [name for part in found for name in part] == EVERYONE
    assert {len(part) for part in found[:-1]} <= {limit}


def test_a_list_may_be_sorted_by_another_column(daemon):
    response = daemon.get(BROWSE, by="floor", kind="values")
    assert names(response)[:2] == ["Bob Ångström", "Ada Stern"]
    groups = response.json["groups"]
    assert [(group["text"], group["result"]) for group in groups] == [("2", 0), ("", 1)]
    assert names(daemon.get(BROWSE, by="number"))[0] == "Ada Stern"
    assert names(daemon.get(BROWSE, by="floor", after=groups[1]["after"])) == names(response)[1:]


def test_a_list_may_begin_at_a_text(daemon):
    assert names(daemon.get(BROWSE, **{"from": "É"})) == EVERYONE[3:]
    assert names(daemon.get(BROWSE, **{"from": "eric n"})) == EVERYONE[4:]
    assert names(daemon.get(BROWSE, **{"from": "zz"})) == []


def test_groups_of_the_list_have_the_numbers_of_all_sources(daemon):
    response = daemon.get(GROUPS)
    answer = response.json
    assert (answer["by"], answer["kind"]) == ("name", "values")
    assert [(item["text"], item["count"]) for item in answer["items"]] == [
        *((name, 1) for name in EVERYONE[:4]),
        ("Zoë O'Neil", 2),
    ]
    initials = daemon.get(GROUPS, kind="initials").json
    assert [(item["text"], item["count"]) for item in initials["items"]] == [
        ("A", 2),
        ("B", 1),
        ("E", 1),
        ("Z", 2),
    ]
    assert names(daemon.get(BROWSE, after=initials["items"][3]["after"])) == EVERYONE[4:]
    assert outcomes(response) == [
        ("crew", "ok", 4, False),
        ("staff", "ok", 2, False),
        ("server", "refused", 0, False),
    ]


def test_favorites_are_marked(daemon):
    assert daemon.request("PUT", "/0.1/directories/favorites/crew/18").status_code == 204
    marks = {
        result["column_values"][0]: result["column_values"][2]
        for result in daemon.get(BROWSE).json["results"]
    }
    assert [name for name, is_favorite in marks.items() if is_favorite] == ["Éric Müller"]
    others = daemon.get(BROWSE, token="second").json["results"]
    assert not any(result["column_values"][2] for result in others)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"by": "nothing"}, "by"),
        ({"by": "favorite"}, "by"),
        ({"by": "\x00"}, "by"),
        ({"after": "!"}, "after"),
        ({"after": "x" * 5000}, "after"),
        ({"from": "a", "after": "WyIwYSIsIiIsMF0"}, "after"),
        ({"limit": 0}, "limit"),
        ({"limit": 501}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"limit": ""}, "limit"),
        ({"kind": "words"}, "kind"),
    ],
)
def test_an_invalid_parameter_is_a_400_that_names_it(daemon, query, name):
    response = daemon.get(BROWSE, **query)
    assert (response.status_code, list(response.json["message"])) == (400, [name])


@pytest.mark.parametrize(("query", "name"), [({"by": "nothing"}, "by"), ({"kind": "words"}, "kind")])
def test_an_invalid_parameter_of_groups_is_a_400_that_names_it(daemon, query, name):
    response = daemon.get(GROUPS, **query)
    assert (response.status_code, list(response.json["message"])) == (400, [name])


def test_an_unknown_field_is_answered_with_the_known_ones(daemon):
    message = daemon.get(BROWSE, by="nothing").json["message"]
    assert message == {"by": "No column has this field; they have: name, number, mobile, floor"}


@pytest.mark.parametrize(
    "query",
    ["from=%00", "from=%ED%A0%80", "from=%F0%9F%98%80", "from=%1F", "from=" + "%C3%89" * 5000, "by=&after="],
)
def test_hostile_texts_are_positions(daemon, query):
    for path in (BROWSE, GROUPS):
        response = daemon.request("GET", f"/0.1{path}?{query}")
        assert response.status_code == 200, response.text


@pytest.mark.parametrize("path", ["/directories/browse/{}", "/directories/browse/{}/groups"])
def test_an_unknown_profile_is_a_404_and_a_missing_right_a_401(daemon, path):
    response = daemon.get(path.format("nobody"))
    assert (response.status_code, response.json["reason"]) == (404, ["No such profile: nobody"])
    assert daemon.get(path.format("default"), token="no-rights").status_code == 401
    assert daemon.get(path.format("default"), token="reader").status_code == 200
    assert daemon.get(path.format("bare"), token="reader").status_code == 401


def test_a_profile_without_sources_has_an_empty_list(daemon):
    answer = daemon.get("/directories/browse/empty").json
    assert (answer["results"], answer["groups"], answer["next"], answer["sources"]) == ([], [], None, [])
    groups = daemon.get("/directories/browse/empty/groups").json
    assert (groups["items"], groups["sources"]) == ([], [])


def test_a_profile_without_a_display_has_nothing_to_sort_by(daemon):
    for path in ("/directories/browse/bare", "/directories/browse/bare/groups"):
        response = daemon.get(path)
        assert (response.status_code, list(response.json["message"])) == (400, ["by"])


def test_a_position_in_the_list_of_another_tenant_shows_nothing_of_it(daemon):
    position = daemon.get(BROWSE, limit=2).json["next"]
    response = daemon.get(BROWSE, "other-tenant-user", after=position)
    assert names(response) == ['Anna "Nan" Adams', "Éric Müller", "Zoë O'Neil"]
    assert outcomes(response) == [("crew", "ok", 3, False)]
    sources = daemon.get("/sources", "other-tenant-user").json["items"]
    assert {source["tenant_uuid"] for source in sources} == {OTHER}


def test_people_who_come_and_go_move_no_others(tmp_path):
    with Daemon(configuration(tmp_path)) as daemon:
        position = daemon.get(BROWSE, limit=2).json["next"]
        lines = [line for line in PEOPLE.splitlines() if "Anna" not in line and "Ada" not in line]
        people = "\n".join([*lines, "21,Abe,First,1,", "22,Max,New,2,", ""])
        (tmp_path / "csv" / "crew.csv").write_text(people, encoding="utf-8")
        assert names(daemon.get(BROWSE, after=position)) == ["Éric Müller", "Max New", "Zoë O'Neil"]
