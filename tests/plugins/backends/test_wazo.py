"""The users of a telephone system as a source: search, numbers, favorites, relations and lists."""

from typing import ClassVar
from urllib.parse import quote

import pytest

from plugins.backends.many_numbers import match_all
from plugins.backends.network_faults import JsonNetworkFaults
from servers import http_faults
from servers.pbx import AUTH, CONFD, INSTALLATION, PASSWORD, USERNAME, Pbx, pbx_user, server_options
from xivo_dird.backend import (
    AlternateSpelling,
    AnyBackend,
    DialPlan,
    Listing,
    MatchRank,
    Page,
    RelatedIds,
    SourceUnavailable,
)
from xivo_dird.testing import CALLER, BackendContract, open_source
from xivo_dird_backends.wazo import WazoBackend

COLUMNS = {
    "searched_columns": ["firstname", "lastname", "full_name", "exten", "no-such-column"],
    "first_matched_columns": ["exten", "mobile_phone_number"],
}
FRANCE = DialPlan("FR")


@pytest.fixture
def make_backend(pbx, create_backend):
    """Return a function that creates a backend from options; it is closed after the test."""

    def make(plan=FRANCE, **options):
        return create_backend(WazoBackend, {"name": "pbx", **pbx.options(), **COLUMNS, **options}, plan)

    return make


@pytest.fixture
def backend(make_backend):
    return make_backend()


def last_names(entries):
    return [entry["lastname"] for entry in entries]


class TestWazo(BackendContract):
    backend = WazoBackend
    term, exten = "stern", "2045"

    @pytest.fixture
    def source(self, pbx, tmp_path):
        """Open a source with the users of a telephone system."""
        with open_source(self.backend, {**pbx.options(), **COLUMNS}, tmp_path) as source:
            yield source


class TestConfdFaults(JsonNetworkFaults):
    backend: ClassVar[type[AnyBackend]] = WazoBackend
    term = "Stern"
    secrets = (PASSWORD, USERNAME)
    faulty_path = CONFD

    @pytest.fixture(autouse=True)
    def healthy(self):
        """Run the telephone system that answers when there is no fault."""
        with Pbx() as self.pbx:
            self.pbx.users.append(pbx_user(7, lastname="Stern"))
            yield

    def options_for(self, server):
        common = {"verify_certificate": server.verify_certificate, "timeout": server.timeout}
        tls = {"https": server.is_https}
        account = {"username": USERNAME, "password": PASSWORD, **common, **tls}
        options = server_options(server.host, server.port, account, **common, **tls)
        return {**options, "searched_columns": ["lastname"]}

    def respond(self, request):
        return self.pbx.respond(request)


class TestAuthServerFaults(TestConfdFaults):
    faulty_path = AUTH


def test_a_user_has_the_fields_of_the_contract_and_relations(backend):
    (ada,) = backend.search("stern", CALLER)
    assert ada == {
        "id": 7,
        "exten": "2045",
        "firstname": "Ada",
        "lastname": "Stern",
        "full_name": "Ada Stern",
        **dict.fromkeys(("userfield", "email", "description", "mobile_phone_number", "voicemail_number")),
    }
    assert ada.related == RelatedIds(INSTALLATION, 3, 7, "user-7", 12)


def test_the_full_name_of_a_user_with_one_name_has_no_blank(backend):
    (found,) = backend.search("zürn", CALLER)
    assert found["full_name"] == "Zürn"


def test_a_search_is_one_request_and_ignores_case_and_accents(backend, pbx):
    assert last_names(backend.search("ERIC", CALLER)) == ["Müller"]
    assert last_names(backend.search("muller", CALLER)) == ["Müller"]
    assert pbx.queries("users") == [
        {"view": "directory", "recurse": "True", "search": term} for term in ("ERIC", "muller")
    ]
    assert len(pbx.queries("infos")) == len(pbx.token_requests()) == 1
    assert pbx.connections == 2  # one of each client


def test_what_confd_finds_in_another_column_is_not_found(backend):
    assert last_names(backend.search("user-7", CALLER)) == []
    assert last_names(backend.search("0612345678", CALLER)) == []


def test_every_user_is_found_with_an_empty_term(backend):
    assert last_names(backend.search("", CALLER)) == ["Stern", "Müller", "Zürn"]


def test_a_source_without_columns_is_never_asked(make_backend, pbx):
    backend = make_backend(searched_columns=[], first_matched_columns=[])
    assert list(backend.search("ada", CALLER)) == []
    assert backend.first_match("2045", CALLER) is None
    assert pbx.requests == []


def test_a_number_in_a_first_matched_column_is_one_request(backend, pbx):
    found = backend.first_match("2045", CALLER)
    assert (found["lastname"], type(found) is AlternateSpelling) == ("Stern", False)
    assert pbx.queries("users") == [{"view": "directory", "recurse": "True", "search": "2045"}]


@pytest.mark.parametrize("exten", ["204", "12045", "2o47", "Stern", "7"])
def test_another_text_is_not_the_number(backend, exten):
    assert backend.first_match(exten, CALLER) is None


@pytest.mark.parametrize(
    ("exten", "lastname"),
    [("+33612345678", "Müller"), ("0033 6 12 34 56 78", "Müller"), ("0699999999", "Zürn")],
)
def test_a_number_is_found_in_another_spelling(backend, pbx, exten, lastname):
    found = backend.first_match(exten, CALLER)
    assert (found["lastname"], found.rank) == (lastname, MatchRank.DIALLED)
    assert found.related.user_uuid
    assert len(pbx.queries("users")) == 3


def test_the_first_of_several_users_with_a_number_is_found(backend, pbx):
    pbx.users.append(pbx_user(10, lastname="Second", exten="2045"))
    assert backend.first_match("2045", CALLER)["lastname"] == "Stern"


def test_many_numbers_are_one_request_per_column(backend, pbx):
    pbx.users.append(pbx_user(10, lastname="Last", exten="2045"))
    found = backend.match_all(["2045", "0612345678", "1"], CALLER)
    assert {exten: user["lastname"] for exten, user in found.items()} == {
        "2045": "Last",
        "0612345678": "Müller",
    }
    assert [query.keys() - {"view", "recurse"} for query in pbx.queries("users")] == [
        {"exten"},
        {"mobile_phone_number"},
    ]


@pytest.mark.parametrize(
    ("columns", "extens"),
    [(["exten", "lastname"], ["2045", "2046"]), (["exten", "mobile_phone_number"], ["2045"])],
    ids=["a column that confd can not filter", "fewer numbers than columns"],
)
def test_otherwise_many_numbers_are_found_one_by_one(make_backend, pbx, columns, extens):
    found = match_all(make_backend(first_matched_columns=columns), extens, CALLER)
    assert [*found] == extens
    assert [query["search"] for query in pbx.queries("users")] == extens


def test_a_number_with_a_comma_is_no_two_numbers(backend, pbx):
    assert match_all(backend, ["2045,2046", "2046"], CALLER).keys() == {"2046"}


def test_numbers_with_commas_leave_one_request_per_column_for_the_others(backend, pbx):
    pbx.users.append(pbx_user(10, lastname="Pause", exten="1,2"))
    extens = ["1,2", *(str(number) for number in range(2000, 2050)), *(f"{number},7" for number in range(50))]
    found = match_all(backend, extens, CALLER)
    assert [found[exten]["lastname"] for exten in ("1,2", "2045")] == ["Pause", "Stern"]
    filters = [query.keys() - {"view", "recurse"} for query in pbx.queries("users")]
    assert filters[:2] == [{"exten"}, {"mobile_phone_number"}]
    assert 2 < len(filters) < 20


def test_a_number_that_no_url_can_have_hides_no_other(backend, pbx):
    """A character of another script takes up to twelve in a URL."""
    extens = ["2045", "\U0001f600" * 1000, *(str(number) + "٢" * 50 for number in range(200))]
    found = match_all(backend, extens, CALLER)
    assert found.keys() == {"2045"}
    values = [value for query in pbx.queries("users") for value in query.values()]
    assert max(len(quote(value)) for value in values) < 2500


def test_favorites_are_found_by_the_text_of_their_ids(backend, pbx):
    assert last_names(backend.fetch(["9", "7", "x", "70"], CALLER)) == ["Stern", "Zürn"]
    assert pbx.queries("users") == [{"view": "directory", "recurse": "True"}]


def test_users_are_found_without_the_uuid_of_the_installation(backend, pbx):
    pbx.infos_status = 500
    for _ in range(2):
        (ada,) = backend.search("stern", CALLER)
        assert ada.related == RelatedIds(None, 3, 7, "user-7", 12)
    assert len(pbx.queries("infos")) == 1  # not for each question


def test_strange_items_of_confd_cost_only_themselves(backend, pbx):
    pbx.users[:0] = [{"lastname": "no id"}, pbx_user(1, firstname=5, lastname=["Stern"], agent_id="x")]
    found = list(backend.search("stern", CALLER))
    assert [user["id"] for user in found] == [1, 7]
    assert (found[0]["full_name"], found[0].related.agent_id) == ("", None)


def test_a_list_has_the_items_and_the_counts_of_confd(backend, pbx):
    listing = Listing("lastname", "desc", 1, 1, "e", {"uuid": "user-7,user-8"}, recurse=True)
    page = backend.list_contacts(listing, CALLER)
    item = {
        "id": 8,
        "uuid": "user-8",
        "firstname": "Éric",
        "lastname": "Müller",
        "email": None,
        "exten": "2046",
        "mobile_phone_number": "0612345678",
        "voicemail_number": None,
    }
    assert page == Page([item], 2, 2)
    assert pbx.queries("users") == [
        {
            "view": "directory",
            "order": "lastname",
            "direction": "desc",
            "limit": "1",
            "offset": "1",
            "search": "e",
            "recurse": "True",
            "uuid": "user-7,user-8",
        }
    ]


def test_a_short_list_sends_no_more_than_was_asked(backend, pbx):
    backend.list_contacts(Listing("firstname", limit=0), CALLER)
    assert pbx.queries("users") == [
        {"view": "directory", "order": "firstname", "direction": "asc", "limit": "0"}
    ]


def test_an_error_for_clients_names_the_server_and_the_cause(backend, pbx):
    error = backend.contacts_unavailable(SourceUnavailable("it is down"))
    assert (error.error_id, error.details) == (
        "wazo-confd-error",
        {
            "wazo_confd_config": {"host": "127.0.0.1", "port": pbx.port, "timeout": 10.0},
            "original_error": "it is down",
        },
    )


def test_an_error_of_the_authentication_server_does_not_blame_confd(backend, pbx):
    pbx.faulty_path, pbx.fault = f"{AUTH}/token", http_faults.status(500)
    with pytest.raises(SourceUnavailable, match=r"^no token of the service account: http") as raised:
        backend.list_contacts(Listing("firstname"), CALLER)
    error = backend.contacts_unavailable(raised.value)
    assert error.message.endswith("the service account of `auth` has no token")
    pbx.faulty_path = CONFD
    pbx.tokens.clear()
    with pytest.raises(SourceUnavailable, match=r"^http:") as raised:
        backend.list_contacts(Listing("firstname"), CALLER)
    assert backend.contacts_unavailable(raised.value).message == "Failed to get the contacts from confd"


def test_a_token_that_confd_refuses_is_replaced_once(backend, pbx):
    assert last_names(backend.search("stern", CALLER)) == ["Stern"]
    pbx.tokens.clear()
    assert last_names(backend.search("stern", CALLER)) == ["Stern"]
    assert len(pbx.token_requests()) == 2
    pbx.faulty_path, pbx.fault = f"{CONFD}/users", http_faults.status(401)
    with pytest.raises(SourceUnavailable, match="401"):
        backend.search("stern", CALLER)
    assert len(pbx.token_requests()) == 3


def test_a_timeout_of_0_is_the_default(make_backend, pbx):
    options = pbx.options(timeout=0)
    auth = {**options["auth"], "timeout": 0}
    assert last_names(make_backend(**{**options, "auth": auth}).search("stern", CALLER)) == ["Stern"]


def test_many_numbers_are_found_in_another_spelling(backend, pbx):
    found = match_all(backend, ["+33612345678", "2045", "0612345678"], CALLER)
    assert {exten: (user["lastname"], getattr(user, "rank", 0)) for exten, user in found.items()} == {
        "2045": ("Stern", MatchRank.EXACT),
        "0612345678": ("Müller", MatchRank.EXACT),
        "+33612345678": ("Müller", MatchRank.DIALLED),
    }
    assert len(pbx.queries("users")) == 4


def test_a_thousand_numbers_are_requests_of_limited_length(backend, pbx):
    pbx.users.append(pbx_user(10, lastname="Last", exten="2999"))
    found = match_all(backend, [str(number) for number in range(2000, 3000)], CALLER)
    assert [found[exten]["lastname"] for exten in ("2045", "2999")] == ["Stern", "Last"]
    queries = pbx.queries("users")
    assert len(queries) == 20
    assert max(len(value) for query in queries for value in query.values()) < 1000
