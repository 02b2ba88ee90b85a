"""The google_directory backend with a stand-in for Google."""

import pytest

from plugins.backends.google_directory.conftest import COLUMNS
from servers.google_directory import SUBJECT
from servers.google_people import error, person
from servers.web_server import WebAnswer
from waiting import wait_until
from xivo_dird.exceptions import SourceUnavailable
from xivo_dird.testing import BackendContract
from xivo_dird_backends.google_directory.backend import GoogleDirectoryBackend

ADA = person(
    "p1",
    "Ada Stern",
    [("work", "+49 30 5550101"), ("work", "555-0102"), ("mobile", "0170 5550199"), (None, "5550103")],
    emailAddresses=[
        {"value": "a@example.org"},
        {"value": "ada@example.org", "metadata": {"primary": True}},
    ],
    organizations=[{"name": "Acme", "department": "Sales", "title": "Head"}],
)
BOB = person("p2", "Bob Brandt", [("work", "5550200")])


def names(contacts):
    return sorted(str(found.fields["name"]) for found in contacts)


def test_a_person_has_the_fields_of_contacts_and_those_of_a_company(open_directory, google):
    google.people.put(ADA)
    with open_directory() as source:
        (found,) = source.search("stern")
        assert source.first_match("+49 30 5550101") == found._replace(exten="+49 30 5550101")
        assert source.fetch(["p1"]) == (found,)
    assert found.source_entry_id == "p1"
    assert found.fields["numbers"] == ["+49 30 5550101", "555-0102", "0170 5550199", "5550103"]
    shown = ("name", "firstname", "lastname", "email", "company", "department", "title", "reverse")
    assert [found.fields[name] for name in shown] == [
        "Ada Stern",
        "Ada",
        "Stern",
        "ada@example.org",
        "Acme",
        "Sales",
        "Head",
        "Ada Stern",
    ]


class TestGoogleDirectory(BackendContract):
    """The tests of every backend."""

    backend, term, exten = GoogleDirectoryBackend, "ada", "5550103"

    @pytest.fixture(autouse=True)
    def server(self, google, monkeypatch):
        google.people.put(ADA, BOB)
        options = {"service_account_key": google.key_file(), "subject": SUBJECT, **COLUMNS}
        monkeypatch.setattr(TestGoogleDirectory, "options", options, raising=False)
        settings = {"endpoint": google.url, "token_uri": google.token_uri}
        monkeypatch.setattr(TestGoogleDirectory, "settings", settings)


@pytest.mark.parametrize(
    "strange",
    [
        {"names": [None, {"displayName": 5}], "phoneNumbers": "x", "organizations": [[]]},
        {"names": {}, "phoneNumbers": [{"value": 5}, {"canonicalForm": "+49305550104"}], "metadata": []},
        {"names": [{"metadata": {"primary": "x", "source": 5}}], "emailAddresses": [{"value": None}]},
    ],
)
def test_a_strange_person_does_not_hide_the_others(open_directory, google, strange):
    google.people.put({**person("x", "X"), **strange}, ADA)
    with open_directory() as source:
        assert names(source.search("stern")) == ["Ada Stern"]
        assert len(source.fetch(["people/x"])) == 1


def test_numbers_as_google_reads_them_are_found(open_directory, google):
    """Google knows the country of the domain, which may be another one than that of the tenant."""
    phones = [{"value": "030 555-0104", "canonicalForm": "+49305550104"}, {"canonicalForm": "+49305550105"}]
    google.people.put({**person("x", "X"), "phoneNumbers": phones})
    with open_directory(first_matched_columns=["e164_numbers"]) as source:
        found = source.first_match("+49305550104")
    assert found.fields["numbers"] == ["030 555-0104", "+49305550105"]
    assert found.fields["e164_numbers"] == ["+49305550104", "+49305550105"]


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ({}, ["Ada Stern", "Bob Brandt", "Cy"]),
        ({"only_with_numbers": True}, ["Ada Stern", "Bob Brandt"]),
        ({"exclude": {"department": ["sal*"], "name": ["cy"]}}, ["Bob Brandt"]),
        ({"domain_contacts": True}, ["Ada Stern", "Bob Brandt", "Carrier", "Cy"]),
    ],
)
def test_options_decide_who_is_shown(open_directory, google, options, shown):
    google.people.put(ADA, BOB, person("p3", "Cy"))
    google.shared.put(person("k1", "Carrier"))
    with open_directory(**options) as source:
        assert names(source.search("")) == shown


def test_other_options_lead_to_a_full_run(open_directory, google):
    google.people.put(ADA, BOB)
    for excluded, shown in (("bob*", ["Ada Stern"]), ("ada*", ["Bob Brandt"])):
        with open_directory(exclude={"name": [excluded]}) as source:
            assert names(source.search("")) == shown
    assert google.syncs() == [None, None]


def test_people_beyond_a_page_are_found(open_directory, google):
    google.page_size = 100
    google.people.put(*(person(f"p{number}", f"Ada {number}") for number in range(1203)))
    with open_directory() as source:
        assert len(source.search("ada")) == 1203
    assert google.issued() == 1


def test_a_refresh_fetches_only_what_has_changed(open_directory, google):
    google.people.put(ADA, BOB, person("p3", "Cy"), person("p4", "Old Name"))
    with open_directory(refresh_seconds=1) as source:
        assert len(source.search("")) == 4
        google.people.put(person("p2", "Robert"), person("p5", "Ed"))
        google.people.remove("p1")
        google.people.remove("p3")
        moved = person("p6", "New Name", metadata={"previousResourceNames": ["people/p4"]})
        google.people.put(moved)
        wait_until(lambda: names(source.search("")) == ["Ed", "New Name", "Robert"])
    assert google.syncs()[:2] == [None, "sync-4"]
    assert google.syncs().count(None) == 1


def test_a_restart_continues_where_the_last_run_ended(open_directory, google):
    google.people.put(ADA)
    with open_directory(refresh_seconds=900) as source:
        assert source.search("ada")
    google.people.put(BOB)
    with open_directory(refresh_seconds=901) as source:
        wait_until(lambda: names(source.search("")) == ["Ada Stern", "Bob Brandt"])
    assert google.syncs()[-1] == "sync-1"


@pytest.mark.parametrize(
    "refusal", [error(400, "FAILED_PRECONDITION", "EXPIRED_SYNC_TOKEN"), error(410, "ABORTED")]
)
def test_an_expired_sync_token_leads_to_a_full_run(open_directory, google, refusal):
    google.people.put(ADA)
    with open_directory() as source:
        assert source.search("ada")
    google.people.put(BOB)
    google.failures.append(refusal)
    with open_directory(refresh_seconds=800) as source:
        assert names(source.search("")) == ["Ada Stern", "Bob Brandt"]
    assert google.syncs() == [None, "sync-1", None]


def test_an_aborted_run_changes_nothing(open_directory, google):
    google.people.put(ADA)
    with open_directory() as source:
        assert source.search("ada")
    google.people.remove("p1")
    google.failures += [WebAnswer(200, {"people": [BOB], "nextPageToken": "1"}), error(500, "INTERNAL")]
    with open_directory(refresh_seconds=800) as source, pytest.raises(SourceUnavailable, match="status 500"):
        source.search("")
    with open_directory(refresh_seconds=700) as source:
        assert names(source.search("")) == []
    assert google.syncs()[-1] == "sync-1"


def test_pages_that_name_each_other_are_an_error(open_directory, google):
    google.people.put(ADA)
    google.repeats_pages = True
    with open_directory() as source, pytest.raises(SourceUnavailable, match="twice"):
        source.search("")


@pytest.mark.parametrize(
    "refusal",
    [
        error(429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED"),
        error(403, "PERMISSION_DENIED", "rateLimitExceeded"),
    ],
)
def test_a_quota_stops_the_requests_for_a_while(open_directory, google, refusal):
    google.people.put(ADA)
    google.failures.append(refusal)
    with open_directory() as source:
        for _ in range(2):
            with pytest.raises(SourceUnavailable):
                source.search("")
    assert len([request for request in google.requests if request.path.startswith("/v1/")]) == 1


@pytest.mark.parametrize(
    ("refusal", "advice"),
    [
        (error(403, "PERMISSION_DENIED", "SERVICE_DISABLED"), "enable the People API"),
        (error(403, "PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"), "directory.readonly"),
        (error(403, "PERMISSION_DENIED"), "contact sharing"),
        (error(403, "OTHER"), r"403 \(OTHER\)$"),
    ],
)
def test_a_missing_permission_is_explained(open_directory, google, refusal, advice):
    google.failures.append(refusal)
    with open_directory() as source, pytest.raises(SourceUnavailable, match=advice):
        source.search("")


@pytest.mark.parametrize(
    "answer", [{"people": None}, {"people": {"x": 1}}, {"people": [ADA], "nextPageToken": 5}]
)
def test_an_answer_that_is_no_list_removes_nobody(open_directory, google, answer):
    google.people.put(ADA, BOB)
    with open_directory() as source:
        assert len(source.search("")) == 2
    google.failures += [error(410, "ABORTED"), WebAnswer(200, answer)]
    with open_directory(refresh_seconds=800) as source, pytest.raises(SourceUnavailable, match="answered"):
        source.search("")
    with open_directory(refresh_seconds=700) as source:
        assert names(source.search("")) == ["Ada Stern", "Bob Brandt"]
