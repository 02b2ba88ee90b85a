"""The office365 backend with stand-ins for Microsoft Graph and the auth server (contract sections 3.5, 3.7 and 3.9)."""

from contextlib import closing

import pytest

from servers.graph import CONTACTS, GraphServer, contact, error
from waiting import wait_until
from xivo_dird.backend import Environment, Outgoing
from xivo_dird.exceptions import SourceUnavailable
from xivo_dird.outgoing import AllowedTargets
from xivo_dird.testing import CALLER, OTHER_CALLER, BackendContract, open_source
from xivo_dird_backends.office365 import Office365Backend

ADA = contact(
    "c1",
    "Ada",
    "Stern",
    mobilePhone="555 0199",
    businessPhones=["5550101", "5550102"],
    homePhones=["5550103"],
    emailAddresses=[{"name": "Ada", "address": "ada@example.org"}, {"address": "a@example.org"}],
)
BOB = contact("c2", "Bob", "Brandt", mobilePhone="5550200")
COLUMNS = {
    "searched_columns": ["givenName", "surname", "businessPhones", "mobilePhone"],
    "first_matched_columns": ["businessPhones", "mobilePhone", "homePhones"],
}


def names(contacts):
    return [found.fields["givenName"] for found in contacts]


class TestOffice365(BackendContract):
    """The tests of every backend."""

    backend, term, exten, other_term = Office365Backend, "ada", "5550101", "bob"

    @pytest.fixture(autouse=True)
    def servers(self, graph, auth_options, monkeypatch):
        graph.mailbox("access").put(ADA)
        graph.mailbox("other-access").put(BOB)
        options = {"auth": auth_options, "endpoint": graph.endpoint, **COLUMNS}
        monkeypatch.setattr(TestOffice365, "options", options, raising=False)


def test_a_contact_has_the_fields_of_graph_and_those_of_lookups(open_office365, graph):
    graph.mailbox("access").put(ADA)
    with open_office365() as source:
        (found,) = source.search("ada")
    assert found.source_entry_id == "c1"
    assert found.fields == {
        **ADA,
        "email": "ada@example.org",
        "numbers": ["555 0199", "5550101", "5550102", "5550103"],
        "numbers_except_label": {
            "mobilePhone": ["5550101", "5550102", "5550103"],
            "businessPhones": ["555 0199", "5550103"],
            "homePhones": ["555 0199", "5550101", "5550102"],
        },
        "reverse": "Ada",
    }
    assert {*found.fields} <= {*Office365Backend.entry_fields, "reverse"}
    assert {"email", "numbers", "companyName"} <= Office365Backend.entry_fields


def test_results_are_sorted_by_first_name(open_office365, graph):
    graph.mailbox("access").put(contact("c3", None, "Zed"), BOB, contact("c4", "cy"), ADA)
    with open_office365() as source:
        assert names(source.search("")) == ["Ada", "Bob", "cy", None]


@pytest.mark.parametrize(
    "strange",
    [
        {"givenName": 5, "mobilePhone": 5, "businessPhones": None, "homePhones": "5550103"},
        {"givenName": None, "emailAddresses": [None, {"address": None}], "businessPhones": [None, 7]},
        {"emailAddresses": "ada", "numbers": "x"},
    ],
)
def test_a_strange_contact_does_not_hide_the_others(open_office365, graph, strange):
    graph.mailbox("access").put({**contact("x", "X"), **strange}, ADA)
    with open_office365() as source:
        assert names(source.search("stern")) == ["Ada"]


@pytest.mark.parametrize("has_delta", [True, False])
def test_contacts_beyond_a_page_and_groups_are_no_problem(tmp_path, auth_options, has_delta):
    with GraphServer(max_page_size=100, has_delta=has_delta) as graph:
        mailbox = graph.mailbox("access")
        mailbox.put(*(contact(f"c{number}", f"Ada {number}") for number in range(1203)))
        mailbox.groups = 4
        options = {"auth": auth_options, "endpoint": graph.endpoint, **COLUMNS}
        with open_source(Office365Backend, options, tmp_path) as source:
            assert len(source.search("ada")) == 1203


def test_a_page_has_at_most_999_contacts(tmp_path, auth_options):
    with GraphServer(has_delta=False) as graph:
        graph.mailbox("access").put(*(contact(f"c{number}", "Ada") for number in range(1001)))
        options = {"auth": auth_options, "endpoint": graph.endpoint, **COLUMNS}
        with open_source(Office365Backend, options, tmp_path) as source:
            assert len(source.search("ada")) == 1001
        sizes = [request.query.get("$top") for request in graph.requests if request.path == CONTACTS]
    assert sizes == [None, "999", "999"]


def test_an_empty_mailbox_needs_one_request(open_office365, graph):
    with open_office365() as source:
        assert source.search("") == ()
    assert graph.calls() == ["count"]


def test_a_refresh_fetches_only_what_has_changed(open_office365, graph):
    mailbox = graph.mailbox("access")
    mailbox.put(ADA, BOB, contact("c3", "Cy"))
    with open_office365(refresh_seconds=1) as source:
        assert names(source.search("")) == ["Ada", "Bob", "Cy"]
        mailbox.put({**BOB, "givenName": "Robert"}, contact("c4", "Di"))
        mailbox.remove("c1")
        wait_until(lambda: names(source.search("")) == ["Cy", "Di", "Robert"])
    assert graph.calls()[:2] == ["count", "everything"]
    assert "3" in graph.calls()
    assert graph.calls().count("everything") == 1


@pytest.mark.parametrize(
    "refusal", [error(410, "syncStateNotFound"), error(410, "x"), error(400, "x", "resyncRequired")]
)
def test_a_refused_delta_link_leads_to_a_full_run(open_office365, graph, refusal):
    graph.mailbox("access").put(ADA)
    with open_office365() as source:
        assert source.search("ada")
    graph.mailbox("access").put(BOB)
    graph.failures.append(refusal)
    with open_office365(refresh_seconds=800) as source:
        assert names(source.search("")) == ["Ada", "Bob"]
    assert graph.calls() == ["count", "everything", "1", "count", "everything"]


def test_a_server_without_delta_queries_lists_everything(tmp_path, auth_options):
    with GraphServer(has_delta=False) as graph:
        graph.mailbox("access").put(ADA)
        options = {"auth": auth_options, "endpoint": graph.endpoint, **COLUMNS}
        with open_source(Office365Backend, options, tmp_path) as source:
            assert source.search("ada")
        assert graph.calls() == ["count", "everything", "list"]


def test_a_page_that_links_to_itself_is_an_error(open_office365, graph):
    graph.mailbox("access").put(ADA)
    graph.next_link = graph.endpoint
    with open_office365() as source, pytest.raises(SourceUnavailable, match="twice"):
        source.search("ada")


def test_the_access_token_is_sent_to_no_other_server(open_office365, graph):
    graph.mailbox("access").put(ADA)
    with GraphServer() as other:
        graph.next_link = other.endpoint
        with open_office365() as source, pytest.raises(SourceUnavailable, match="not the configured server"):
            source.search("ada")
        assert not other.requests


def test_an_error_of_graph_is_named_with_its_codes(open_office365, graph):
    graph.failures += [error(403, "ErrorAccessDenied", "Denied")] * 1000
    message = r"status 403 \(Denied, ErrorAccessDenied\)$"
    with open_office365() as source, pytest.raises(SourceUnavailable, match=message):
        source.search("ada")


def test_a_user_without_a_mailbox_has_no_contacts(open_office365, graph):
    graph.failures += [error(404, "MailboxNotEnabledForRESTAPI")] * 1000
    graph.mailbox("other-access").put(BOB)
    with open_office365() as source:
        assert source.search("ada") == ()
        graph.failures.clear()
        assert source.search("bob", OTHER_CALLER)


def test_a_user_without_an_account_has_no_contacts(open_office365, graph, auth):
    del auth.access_tokens[CALLER.user_uuid, "microsoft"]
    with open_office365() as source:
        assert source.search("ada") == ()
    assert not graph.requests


@pytest.mark.parametrize(
    ("endpoint", "hosts"),
    [
        ("https://graph.microsoft.com/v1.0/me/contacts", []),
        ("https://GRAPH.microsoft.us/v1.0/me/contacts", []),
        ("https://dod-graph.microsoft.us./v1.0/me/contacts", []),
        ("https://microsoftgraph.chinacloudapi.cn:443/v1.0/me/contacts", []),
        ("http://localhost:8080/me/contacts", []),
        ("http://[::1]/me/contacts", []),
        ("http://crm.example/contacts", ["CRM.example"]),
    ],
)
def test_an_endpoint_may_be_graph_loopback_or_allowed(use_endpoint, endpoint, hosts):
    assert "can't connect to" in use_endpoint(endpoint, hosts)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://graph.microsoft.com/v1.0/me/contacts",
        "https://graph.microsoft.com.example.org/contacts",
        "https://graph.microsoft.com@example.org/contacts",
        "https://example.org\\@graph.microsoft.com/contacts",
        "https://example.org/#@graph.microsoft.com",
        "https://localhost.example.org/",
        "graph.microsoft.com",
        "https://",
        "https://[::1/",
        "ftp://localhost/",
    ],
)
def test_access_tokens_are_sent_nowhere_else(use_endpoint, endpoint):
    assert use_endpoint(endpoint, []).startswith("endpoint: ")


def test_a_refused_endpoint_names_the_setting(use_endpoint):
    text = use_endpoint("https://example.org/contacts", [])
    assert text.endswith("add it to backends.office365.endpoint_hosts")


@pytest.fixture
def use_endpoint(tmp_path):
    """Return a function that returns the error of an endpoint: no name has an address."""

    def resolve(host, port):
        raise OSError("unknown")

    def use_endpoint(endpoint, hosts):
        options = Office365Backend.Options.model_validate({"name": "n", "endpoint": endpoint})
        settings = Office365Backend.Settings.model_validate({"endpoint_hosts": hosts})
        outgoing = Outgoing(AllowedTargets.parse(["crm.example", "localhost", "::1"]), resolve=resolve)
        environment = Environment("source", "tenant", settings, tmp_path, outgoing=outgoing)
        with closing(Office365Backend(options, environment)) as backend:
            with pytest.raises(SourceUnavailable) as raised:
                list(backend.pages("token", None))
            return raised.value.message

    return use_endpoint
