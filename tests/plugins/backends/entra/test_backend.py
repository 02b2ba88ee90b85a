"""The entra backend with a stand-in for Microsoft Entra ID."""

import pytest

from plugins.backends.entra.conftest import COLUMNS
from servers.entra import ACCOUNT, EntraServer, user
from servers.graph import error
from servers.web_server import WebAnswer
from waiting import wait_until
from xivo_dird.exceptions import SourceUnavailable
from xivo_dird.testing import BackendContract, open_source
from xivo_dird_backends.entra.backend import EntraBackend

ADA = user(
    "u1",
    "Ada",
    "Stern",
    mail="ada@example.org",
    userPrincipalName="ada@example.onmicrosoft.com",
    mobilePhone="+49 170 5550199",
    businessPhones=["5550101"],
    faxNumber="5550109",
    companyName="Acme",
    department="Sales",
    jobTitle="Head",
    officeLocation="2.17",
)
BOB = user("u2", "Bob", "Brandt", businessPhones=["5550200"])
CARRIER = {
    "id": "k1",
    "displayName": "Carrier",
    "mail": "carrier@example.com",
    "phones": [
        {"type": "mobile", "number": "+49 171 5550301"},
        {"type": "business", "number": "5550302"},
        {"type": "businessFax", "number": "5550303"},
        {"type": "business", "number": None},
    ],
    "addresses": [{"officeLocation": "Gate 3"}],
}


def names(contacts):
    return sorted(str(found.fields["displayName"]) for found in contacts)


class TestEntra(BackendContract):
    """The tests of every backend."""

    backend, term, exten = EntraBackend, "ada", "5550101"

    @pytest.fixture(autouse=True)
    def server(self, entra, settings, monkeypatch):
        entra.users.put(ADA, BOB)
        monkeypatch.setattr(
            TestEntra,
            "options",
            {**ACCOUNT, **COLUMNS, "graph_url": entra.url, "login_url": entra.url},
            raising=False,
        )
        monkeypatch.setattr(TestEntra, "settings", settings)


def test_a_user_has_the_fields_of_graph_and_those_of_lookups(open_entra, entra):
    entra.users.put(ADA)
    with open_entra() as source:
        (found,) = source.search("stern")
    shown = {name: value for name, value in ADA.items() if name != "accountEnabled"}
    assert found.source_entry_id == "u1"
    assert found.fields == {
        **shown,
        "email": "ada@example.org",
        "numbers": ["+49 170 5550199", "5550101"],
        "numbers_except_label": {
            "mobilePhone": ["5550101"],
            "businessPhones": ["+49 170 5550199"],
            "homePhones": ["+49 170 5550199", "5550101"],
        },
        "reverse": "Ada Stern",
    }


@pytest.mark.parametrize(
    "strange",
    [
        {"givenName": 5, "mobilePhone": 5, "businessPhones": None, "userType": None, "accountEnabled": None},
        {"displayName": None, "businessPhones": [None, 7], "mail": ["x"], "numbers": "x"},
        {"displayName": {"a": "b"}, "businessPhones": "5550101", "department": [[[]]]},
    ],
)
def test_a_strange_user_does_not_hide_the_others(open_entra, entra, strange):
    entra.users.put({**user("x", "X"), **strange}, ADA)
    with open_entra() as source:
        assert names(source.search("stern")) == ["Ada Stern"]
        assert len(source.fetch(["x"])) == 1


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ({}, ["Ada Stern", "Bob Brandt", "Room 1"]),
        ({"include_guests": True}, ["Ada Stern", "Bob Brandt", "Gus Guest", "Room 1"]),
        ({"include_disabled": True}, ["Ada Stern", "Bob Brandt", "Di Gone", "Room 1"]),
        ({"only_with_numbers": True}, ["Ada Stern", "Bob Brandt"]),
        ({"exclude": {"displayName": ["room *"], "department": ["SALES"]}}, ["Bob Brandt"]),
        ({"exclude": {"numbers": ["*0200"]}}, ["Ada Stern", "Room 1"]),
    ],
)
def test_options_decide_who_is_shown(open_entra, entra, options, shown):
    guest = user("u3", "Gus", "Guest", userType="Guest")
    gone = user("u4", "Di", "Gone", accountEnabled=False)
    entra.users.put(ADA, BOB, guest, gone, user("u5", "Room 1"))
    with open_entra(**options) as source:
        assert names(source.search("")) == shown


def test_other_options_lead_to_a_full_run(open_entra, entra):
    entra.users.put(ADA, user("u3", "Gus", "Guest", userType="Guest"))
    for is_included, shown in ((False, ["Ada Stern"]), (True, ["Ada Stern", "Gus Guest"])):
        with open_entra(include_guests=is_included) as source:
            assert names(source.search("")) == shown
    assert entra.calls() == ["everything", "everything"]


def test_users_beyond_a_page_are_found(tls, settings, tmp_path):
    with EntraServer(tls, page_size=100) as entra:
        entra.users.put(*(user(f"u{number}", f"Ada {number}") for number in range(1203)))
        options = {**ACCOUNT, **COLUMNS, "graph_url": entra.url, "login_url": entra.url}
        with open_source(EntraBackend, options, tmp_path, settings) as source:
            assert len(source.search("ada")) == 1203
        assert entra.issued() == 1


def test_a_refresh_fetches_only_what_has_changed(open_entra, entra):
    entra.users.put(ADA, BOB, user("u3", "Cy"), user("u4", "Di"))
    with open_entra(refresh_seconds=1) as source:
        assert names(source.search("")) == ["Ada Stern", "Bob Brandt", "Cy", "Di"]
        entra.users.put({**BOB, "displayName": "Robert"}, user("u5", "Ed"))
        entra.users.put(user("u4", "Di", accountEnabled=False))
        entra.users.remove("u1")
        entra.users.remove("u3", "changed")
        wait_until(lambda: names(source.search("")) == ["Ed", "Robert"])
    assert entra.calls()[:2] == ["everything", "4"]
    assert entra.calls().count("everything") == 1


def test_a_restart_continues_where_the_last_run_ended(open_entra, entra):
    entra.users.put(ADA)
    with open_entra(refresh_seconds=900) as source:
        assert source.search("ada")
    entra.users.put(BOB)
    with open_entra(refresh_seconds=901) as source:
        wait_until(lambda: names(source.search("")) == ["Ada Stern", "Bob Brandt"])
    assert entra.calls()[-1] == "1"


@pytest.mark.parametrize(
    "refusal",
    [
        error(410, "syncStateNotFound"),
        error(410, "x"),
        error(400, "x", "resyncRequired"),
        error(404, "SyncStateNotFound"),
    ],
)
def test_a_refused_delta_link_leads_to_a_full_run(open_entra, entra, refusal):
    entra.users.put(ADA)
    with open_entra() as source:
        assert source.search("ada")
    entra.users.put(BOB)
    entra.failures.append(refusal)
    with open_entra(refresh_seconds=800) as source:
        assert names(source.search("")) == ["Ada Stern", "Bob Brandt"]
    assert entra.calls() == ["everything", "1", "everything"]


def test_an_aborted_run_changes_nothing(open_entra, entra):
    entra.page_size = 1
    entra.users.put(ADA)
    with open_entra() as source:
        assert source.search("ada")
    entra.users.put(BOB, user("u3", "Cy"))
    entra.users.remove("u1")
    entra.failures += [WebAnswer(200, {"value": [BOB], "@odata.nextLink": f"{entra.url}/v1.0/users/delta"})]
    entra.failures += [error(500, "InternalServerError")]
    with open_entra(refresh_seconds=800) as source, pytest.raises(SourceUnavailable, match="status 500"):
        source.search("")
    with open_entra(refresh_seconds=700) as source:
        assert names(source.search("")) == ["Bob Brandt", "Cy"]
    assert entra.calls()[-1] == "1"


@pytest.mark.parametrize("is_full", [True, False])
def test_pages_that_link_to_each_other_are_an_error(open_entra, entra, is_full):
    entra.users.put(ADA)
    if not is_full:
        with open_entra() as source:
            assert source.search("ada")
    entra.next_link = f"{entra.url}/v1.0/users/delta?$skiptoken=0"
    with open_entra(refresh_seconds=800) as source, pytest.raises(SourceUnavailable, match="twice"):
        source.search("")


@pytest.mark.parametrize("link", ["https://evil.example/v1.0/users/delta", "http://127.0.0.1:1/x", "x"])
def test_a_link_to_another_server_is_not_followed(open_entra, entra, link):
    entra.users.put(ADA)
    entra.next_link = link
    with open_entra() as source, pytest.raises(SourceUnavailable, match="link"):
        source.search("")


def test_a_pause_that_graph_asks_for_is_kept(open_entra, entra, caplog):
    entra.users.put(ADA)
    entra.failures.append(error(429, "TooManyRequests", **{"Retry-After": "300"}))
    with open_entra() as source:
        # On a slow machine it has been tried again before the error is read, and names the pause.
        with pytest.raises(SourceUnavailable, match=r"answered status 429 \(|asked for a pause"):
            source.search("")
        wait_until(lambda: "answered status 429 (TooManyRequests)" in caplog.text)
        asked = len(entra.requests)
        with pytest.raises(SourceUnavailable):
            source.search("")
    assert len(entra.requests) == asked


def test_shared_contacts_are_only_read_if_they_are_wanted(open_entra, entra):
    entra.users.put(ADA)
    entra.contacts.put(CARRIER)
    with open_entra() as source:
        assert names(source.search("")) == ["Ada Stern"]
    with open_entra(organization_contacts=True) as source:
        (found,) = source.search("carrier")
        assert source.first_match("5550302") is not None
        shown = ("businessPhones", "mobilePhone", "faxNumber", "email", "officeLocation")
        assert [found.fields[name] for name in shown] == [
            ["5550302"],
            "+49 171 5550301",
            "5550303",
            "carrier@example.com",
            "Gate 3",
        ]


@pytest.mark.parametrize(
    ("refusal", "advice"),
    [
        (error(403, "Authorization_RequestDenied"), "OrgContact.Read.All"),
        (error(501, "NotImplemented"), "501"),
    ],
)
def test_refused_contacts_take_nobody_away(open_entra, entra, caplog, refusal, advice):
    entra.users.put(ADA)
    entra.contacts.put(CARRIER)
    with open_entra(organization_contacts=True) as source:
        assert names(source.search("")) == ["Ada Stern", "Carrier"]
    assert advice not in caplog.text
    entra.contacts.refusal = refusal
    entra.users.put(BOB)
    with open_entra(organization_contacts=True, refresh_seconds=800) as source:
        wait_until(lambda: names(source.search("")) == ["Ada Stern", "Bob Brandt", "Carrier"])
    assert advice in caplog.text


def test_contacts_that_were_never_allowed_leave_the_users(open_entra, entra):
    entra.users.put(ADA)
    entra.contacts.refusal = error(403, "Authorization_RequestDenied")
    with open_entra(organization_contacts=True) as source:
        assert names(source.search("")) == ["Ada Stern"]


def test_contacts_that_fail_for_a_moment_are_an_error(open_entra, entra):
    entra.users.put(ADA)
    entra.contacts.refusal = error(500, "InternalServerError")
    with open_entra(organization_contacts=True) as source, pytest.raises(SourceUnavailable, match="500"):
        source.search("")


def test_a_missing_permission_is_named(open_entra, entra):
    entra.users.refusal = error(403, "Authorization_RequestDenied", **{"request-id": "0123abcd-0123"})
    message = r"request-id 0123abcd-0123: .*User\.Read\.All.*admin consent"
    with open_entra() as source, pytest.raises(SourceUnavailable, match=message):
        source.search("")


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"error": {"code": "x"}},
        {"value": None},
        {"value": {"id": "u1"}},
        {"value": [ADA], "@odata.nextLink": 5},
    ],
)
def test_an_answer_that_is_no_list_removes_nobody(open_entra, entra, answer):
    entra.users.put(ADA, BOB)
    with open_entra() as source:
        assert len(source.search("")) == 2
    entra.failures += [error(410, "syncStateNotFound"), WebAnswer(200, answer)]
    with open_entra(refresh_seconds=800) as source, pytest.raises(SourceUnavailable, match="answered"):
        source.search("")
    with open_entra(refresh_seconds=700) as source:
        assert names(source.search("")) == ["Ada Stern", "Bob Brandt"]
