"""GET /explanations: what each source of a profile answers, and why there is a name or none."""

import socket
import time

import pytest

from api.conftest import (
    OTHER,
    OTHER_TENANT_USER,
    SECOND_USER,
    TENANT,
    USER,
    Daemon,
    configuration,
    csv_source,
)
from servers.ports import ReservedPort
from xivo_dird.authenticator import hash_token
from xivo_dird.diagnosis import column_counts
from xivo_dird.diagnosis.model import MAX_ASKED_CHARACTERS, MAX_COMPARED_CONTACTS, MAX_SHOWN_CONTACTS

LOOKUP, REVERSE = "/explanations/lookup", "/explanations/reverse"
SECRET = "s3cret-of-the-source"
CROWD = 50
HUNG_SECONDS, ALLOWANCE_SECONDS = 0.5, 1.0
OTHERS = "id,firstname,lastname,number\n1,Ada,Stern,+33 1 99 00 20 45\n2,Ivo,Brandt,0199002046\n"
LDAP = {"tenant": "main", "backend": "ldap", "ldap_base_dn": "dc=x", "ldap_password": SECRET}
COLUMNS = {"searched_columns": ["cn"], "first_matched_columns": ["telephoneNumber"]}
PERSONAL = {key: csv_source()[key] for key in ("searched_columns", "first_matched_columns", "format_columns")}
RIGHTS = {
    "explains-lookups": ["dird.explanations.lookup.default.read"],
    "explains-of-second": [
        "dird.explanations.#",
        f"dird.directories.*.default.{SECOND_USER}.read",
    ],
    "not-of-second": ["#", f"!dird.directories.*.default.{SECOND_USER}.read"],
}


def profile(name, *sources, tenant="main", options=None, **display):
    service = {"sources": list(sources), "options": options or {}}
    return {"tenant": tenant, "name": name, "services": {"lookup": service, "reverse": service}, **display}


@pytest.fixture(scope="module")
def hung_port():
    with socket.create_server(("127.0.0.1", 0)) as server:  # accepts in its backlog, and never answers
        yield server.getsockname()[1]


@pytest.fixture(scope="module")
def closed_port():
    port = ReservedPort()
    yield port.number
    port.release()


def secretive_sources(port):
    """Return sources whose server can't be reached, and whose options have a password."""
    uri = f"postgresql://phones:{SECRET}@127.0.0.1:{port}/crm"
    url = f"http://phones:{SECRET}@127.0.0.1:{port}/people?key={SECRET}"
    columns = {"tenant": "main", "searched_columns": ["name"], "first_matched_columns": ["number"]}
    return [
        {**columns, "name": "sql", "backend": "sql", "uri": uri, "table": "people"},
        {**columns, "name": "csv_ws", "backend": "csv_ws", "lookup_url": url},
        {**LDAP, "name": "ldap", "ldap_uri": f"ldap://127.0.0.1:{port}", "ldap_username": "cn=x", **COLUMNS},
    ]


@pytest.fixture(scope="module")
def new_configuration(hung_port, closed_port):
    def build(folder, **changes):
        sources = [
            csv_source("others.csv", name="others"),
            csv_source("others.csv", name="twins"),
            csv_source("crowd.csv", name="crowd"),
            csv_source("mass.csv", name="mass"),
            csv_source(name="misspelled", searched_columns=["firstnam"], first_matched_columns=["nubmer"]),
            csv_source("gone.csv", name="gone"),
            {**LDAP, **COLUMNS, "name": "staff", "ldap_uri": f"ldap://127.0.0.1:{closed_port}"},
            {**LDAP, **COLUMNS, "name": "hung", "ldap_uri": f"ldap://127.0.0.1:{hung_port}"},
            {**COLUMNS, "tenant": "main", "name": "mine", "backend": "google"},
            {**PERSONAL, "tenant": "main", "name": "notebook", "backend": "personal"},
            csv_source(name="of-the-others", tenant="other"),
            *secretive_sources(closed_port),
        ]
        config = configuration(folder, sources, **changes)
        (folder / "csv" / "others.csv").write_text(OTHERS)
        for name, count in (("crowd", CROWD), ("mass", MAX_COMPARED_CONTACTS + 1)):
            lines = "".join(f"{number},Ada,Crowd,{number}\n" for number in range(count))
            (folder / "csv" / f"{name}.csv").write_text(f"id,firstname,lastname,number\n{lines}")
        config["provisioning"]["tenants"][0]["country"] = "FR"
        config["lookup"] |= {"breaker_failures": 2, "breaker_pause": 600, "breaker_longest_pause": 600}
        config["auth"]["tokens"] += [
            {"tenant_uuid": TENANT, "user_uuid": USER, "hash": hash_token(token), "acl": acl}
            for token, acl in RIGHTS.items()
        ]
        secretive = [source["name"] for source in secretive_sources(closed_port)]
        config["provisioning"]["profiles"] += [
            profile("all", "crew", "others", "misspelled", "gone", "notebook", display="desk"),
            profile("crowd", "crowd"),
            profile("mass", "mass"),
            profile("twins", "others", "twins"),
            profile("failing", "staff", "crew"),
            profile("hung", "hung", "crew", options={"timeout": HUNG_SECONDS}),
            profile("users", "mine", "notebook"),
            profile("secrets", *secretive),
            profile("plain", "crew"),
            profile("theirs", "of-the-others", tenant="other"),
        ]
        return config

    return build


@pytest.fixture(scope="module")
def shared(tmp_path_factory, new_configuration):
    with Daemon(new_configuration(tmp_path_factory.mktemp("daemon"))) as daemon:
        yield daemon


@pytest.fixture
def stored(emptied_daemon):
    """Return the daemon on each kind of store."""
    return emptied_daemon


def explain(daemon, path, token="admin", **query):
    response = daemon.get(path, token, **query)
    assert response.status_code == 200, response.text
    return response.json


def rows(answer):
    return {row["source"]: row for row in answer["sources"]}


def results(answer):
    return {row["source"]: row["result"] for row in answer["sources"]}


def test_a_lookup_tells_what_each_source_found_and_why_others_did_not(shared):
    answer = explain(shared, f"{LOOKUP}/all", term="stern")
    assert (answer["service"], answer["profile"], answer["asked"]) == ("lookup", "all", "stern")
    assert results(answer) == {
        "crew": "found",
        "others": "found",
        "misspelled": "nothing",
        "gone": "nothing",
        "notebook": "nothing",
    }
    assert [row["count"] for row in answer["sources"]] == [1, 1, 0, 0, 0]
    assert rows(answer)["misspelled"]["reason"] == "not in firstnam"
    assert rows(answer)["gone"]["cause"] == "no such file"
    assert answer["columns"] == ["Name", "Phone", "Mobile", "Floor"]
    assert answer["contacts"][1] == {
        "source": "others",
        "values": ["Ada Stern", "+33 1 99 00 20 45", "none", "ground"],
    }
    assert (answer["contact_count"], answer["name"]) == (2, None)


def test_hints_name_misspelled_columns_and_sources_that_are_not_asked(shared):
    hints = explain(shared, f"{LOOKUP}/all", term="stern")["hints"]
    similar = "no such column: 'firstnam' (searched_columns) is in no entry; is it 'firstname'?"
    assert f"misspelled: {similar}" in hints
    (unused,) = [hint for hint in hints if hint.startswith("not asked")]
    assert unused.endswith("for lookup: crowd, csv_ws, hung, ldap, mass, mine, sql, staff, twins")


def test_a_reverse_lookup_tells_which_source_wins(shared):
    answer = explain(shared, f"{REVERSE}/all", exten="0033199002045")
    assert answer["name"] == "Ada Stern"
    assert results(answer)["others"] == "wins"
    assert rows(answer)["others"]["reason"].startswith("alternate (rank 1): the same number")
    assert answer["contacts"] == [
        {"source": "others", "values": ["Ada Stern", "+33 1 99 00 20 45", "Ada Stern"]}
    ]
    assert "in the country FR, the number is read as +33199002045" in answer["hints"]


def test_a_match_that_loses_and_a_source_that_is_not_needed_are_told(shared):
    answer = explain(shared, f"{REVERSE}/twins", exten="0033199002045")
    assert results(answer) == {"others": "wins", "twins": "found"}
    assert rows(answer)["others"]["reason"].endswith("; the first of equal matches in the profile")
    answer = explain(shared, f"{REVERSE}/all", exten="2045")
    assert results(answer)["crew"] == "wins"
    row = rows(answer)["notebook"]
    assert (row["result"], row["seconds"]) == ("not-needed", None)
    assert row["reason"] == "'crew' has a match that it could not beat in time"


def test_a_withheld_number_asks_no_source_and_says_so(shared):
    before = shared.get("/status").json["sources"]
    answer = explain(shared, f"{REVERSE}/all", exten='"Anonymous" <sip:anonymous@anonymous.invalid>')
    assert (answer["sources"], answer["contacts"], answer["name"]) == ([], [], None)
    assert answer["hints"] == ["a withheld, unknown or missing number: no source is asked"]
    after = shared.get("/status").json["sources"]
    assert {uuid: each["counts"] for uuid, each in after.items()} == {
        uuid: each["counts"] for uuid, each in before.items()
    }


def test_without_a_display_the_columns_are_those_of_the_sources(shared):
    answer = explain(shared, f"{LOOKUP}/plain", term="stern")
    assert answer["columns"] == ["name", "number", "mobile", "reverse"]
    assert "the profile has no display: clients see no columns" in answer["hints"]


def test_a_source_that_fails_is_explained_then_skipped(shared):
    first, _, third = (explain(shared, f"{LOOKUP}/failing", term="stern") for _ in range(3))
    row = rows(first)["staff"]
    assert (row["result"], row["cause"], row["count"]) == ("failed", "refused", 0)
    assert "can't connect" in row["error"]
    assert row["action"] == "nothing listens there: check host and port, and that the server runs"
    assert rows(third)["staff"]["result"] == rows(third)["staff"]["cause"] == "skipped"
    assert results(third)["crew"] == "found"


def test_an_answer_does_not_wait_longer_for_a_hung_source_than_its_timeout(shared):
    explain(shared, f"{LOOKUP}/plain", term="stern")
    started_at = time.monotonic()
    answer = explain(shared, f"{LOOKUP}/hung", term="stern")
    seconds = time.monotonic() - started_at
    assert HUNG_SECONDS * 0.8 < seconds < HUNG_SECONDS + ALLOWANCE_SECONDS
    assert (answer["timeout"], results(answer)["crew"]) == (HUNG_SECONDS, "found")
    row = rows(answer)["hung"]
    assert (row["result"], row["cause"]) == ("late", "timeout")
    assert "--timeout" not in row["action"]


def test_a_source_that_refuses_the_question_says_whom_to_name(shared):
    answer = explain(shared, f"{LOOKUP}/users", "userless", term="stern")
    row = rows(answer)["mine"]
    assert (row["result"], row["cause"]) == ("refused", "no user")
    assert row["action"] == "name the user on whose behalf it is asked"
    assert "contacts of single users are left out: name a user with user_uuid" in answer["hints"]


def test_at_most_twenty_contacts_are_shown_and_all_are_counted(shared):
    answer = explain(shared, f"{LOOKUP}/crowd", term="crowd")
    assert (len(answer["contacts"]), answer["contact_count"]) == (MAX_SHOWN_CONTACTS, CROWD)
    assert rows(answer)["crowd"]["count"] == CROWD


def test_of_a_term_that_very_many_have_only_the_first_are_read(shared):
    row = rows(explain(shared, f"{LOOKUP}/mass", term="a"))["mass"]
    assert (row["result"], row["count"]) == ("found", MAX_COMPARED_CONTACTS)
    assert row["reason"] == f"only the first {MAX_COMPARED_CONTACTS} were read"


def test_columns_of_a_large_source_are_not_counted_and_a_hint_says_so(shared, monkeypatch):
    monkeypatch.setattr(column_counts, "MAX_COUNTED_ENTRIES", 3)
    hints = explain(shared, f"{LOOKUP}/all", term="stern")["hints"]
    assert not [hint for hint in hints if "firstnam'" in hint]
    assert any(hint.startswith("misspelled: its columns are not compared") for hint in hints)
    assert not any(hint.startswith("others: its columns") for hint in hints)


@pytest.mark.parametrize(("path", "parameter"), [(LOOKUP, "term"), (REVERSE, "exten")])
@pytest.mark.parametrize("asked", [None, "", " \t", "9" * (MAX_ASKED_CHARACTERS + 1)])
def test_what_is_missing_blank_or_too_long_is_a_400_that_names_it(shared, path, parameter, asked):
    response = shared.get(f"{path}/default", **({} if asked is None else {parameter: asked}))
    assert response.status_code == 400
    assert list(response.json["message"]) == [parameter]
    assert len(response.text) < 200


@pytest.mark.parametrize(("path", "parameter"), [(LOOKUP, "term"), (REVERSE, "exten")])
@pytest.mark.parametrize(
    "asked", ["0", "\0", "%", "\u202e\u200b\u0301", "'\";--", "9" * MAX_ASKED_CHARACTERS]
)
def test_hostile_texts_are_answered(shared, path, parameter, asked):
    answer = explain(shared, f"{path}/default", **{parameter: asked})
    assert answer["asked"] == asked
    assert all(row["error"] is None for row in answer["sources"])


@pytest.mark.parametrize(("path", "parameter"), [(LOOKUP, "term"), (REVERSE, "exten")])
def test_a_profile_that_is_unknown_or_of_another_tenant_is_the_same_404(shared, path, parameter):
    for name in ("nowhere", "theirs"):
        response = shared.get(f"{path}/{name}", **{parameter: "1"})
        assert response.status_code == response.json["status_code"] == 404
        assert response.json["reason"] == [f"No such profile: {name}"]


def test_no_answer_names_a_source_of_another_tenant(shared):
    ours = shared.get(f"{LOOKUP}/all", term="stern").text + shared.get(f"{REVERSE}/all", exten="1").text
    assert "of-the-others" not in ours
    theirs = shared.get(f"{LOOKUP}/theirs", "other-tenant", term="stern")
    assert results(theirs.json) == {"of-the-others": "found"}
    assert not [name for name in ("crew", "others.csv", "staff", "not asked") if name in theirs.text]
    assert shared.get(f"{LOOKUP}/default", "other-tenant", term="stern").status_code == 404


def test_a_right_is_needed_for_each_service_profile_and_user(shared):
    assert shared.get(f"{LOOKUP}/default", None, term="x").status_code == 401
    assert shared.get(f"{LOOKUP}/default", "reader", term="x").status_code == 401
    assert shared.get(f"{LOOKUP}/default", "explains-lookups", term="x").status_code == 200
    assert shared.get(f"{LOOKUP}/all", "explains-lookups", term="x").status_code == 401
    assert shared.get(f"{REVERSE}/default", "explains-lookups", exten="1").status_code == 401


@pytest.mark.parametrize(("path", "asked"), [(LOOKUP, {"term": "x"}), (REVERSE, {"exten": "1"})])
def test_another_user_needs_the_right_to_look_up_for_that_user(shared, path, asked):
    def status(token, user):
        return shared.get(f"{path}/default", token, user_uuid=user, **asked).status_code

    assert status("explains-lookups", SECOND_USER) == 401
    assert status("explains-of-second", SECOND_USER) == 200
    assert status("explains-of-second", SECOND_USER.upper()) == 200
    assert status("explains-of-second", USER) == 401
    for spelling in (SECOND_USER, SECOND_USER.upper(), f"{{{SECOND_USER}}}", f"urn:uuid:{SECOND_USER}"):
        assert status("not-of-second", spelling) == 401
    assert status("admin", "") == status("admin", "x" * 513) == 400


def add_contact(daemon, token, name):
    body = {"firstname": name, "lastname": "Zwölf", "number": "0199007777"}
    assert daemon.request("POST", "/0.1/personal", token, json=body).status_code == 201


def found(daemon, token="admin", **query):
    lookup = explain(daemon, f"{LOOKUP}/all", token, term="zwölf", **query)
    reverse = explain(daemon, f"{REVERSE}/all", token, exten="0199007777", **query)
    return [contact["values"][0] for contact in lookup["contacts"]], reverse["name"]


def test_personal_contacts_are_those_of_the_user_on_whose_behalf_is_asked(stored):
    add_contact(stored, "second", "Eve")
    add_contact(stored, "admin", "Ada")
    add_contact(stored, "other-tenant-user", "Zoe")
    assert found(stored) == found(stored, user_uuid=USER) == (["Ada Zwölf"], "Ada Zwölf")
    assert found(stored, "second") == found(stored, user_uuid=SECOND_USER) == (["Eve Zwölf"], "Eve Zwölf")
    assert found(stored, user_uuid=OTHER_TENANT_USER) == ([], None)
    assert found(stored, "userless") == ([], None)
    other = stored.get(f"{LOOKUP}/all", headers={"Wazo-Tenant": OTHER}, term="zwölf")
    assert "Zoe" not in other.text


def test_no_secret_of_a_source_is_in_an_answer(shared):
    for path, query in ((LOOKUP, {"term": "canary"}), (REVERSE, {"exten": "0199003333"})):
        answer = shared.get(f"{path}/secrets", **query)
        assert set(results(answer.json).values()) <= {"failed", "skipped"}
        assert all(row["error"] and row["action"] for row in answer.json["sources"])
        assert SECRET not in answer.text
    status = shared.get("/status")
    reports = {each["name"]: each for each in status.json["sources"].values()}
    assert all(reports[name]["cause"] for name in ("sql", "csv_ws", "ldap"))
    assert SECRET not in status.text
