"""The conferences of a telephone system as a source: search, numbers, favorites and lists."""

import pytest

from plugins.backends import test_wazo
from plugins.backends.many_numbers import match_all
from servers.pbx import Pbx, pbx_conference
from xivo_dird.backend import AlternateSpelling, DialPlan, Listing, MatchRank, Page
from xivo_dird.testing import CALLER, BackendContract, open_source
from xivo_dird_backends.conference import ConferenceBackend

COLUMNS = {
    "searched_columns": ["name", "extensions", "incalls"],
    "first_matched_columns": ["extensions", "incalls"],
}


@pytest.fixture
def make_backend(pbx, create_backend):
    """Return a function that creates a backend from options; it is closed after the test."""

    def make(**options):
        complete = {"name": "rooms", **pbx.options(), **COLUMNS, **options}
        return create_backend(ConferenceBackend, complete, DialPlan("FR"))

    return make


@pytest.fixture
def backend(make_backend):
    return make_backend()


def room_names(entries):
    return [entry["name"] for entry in entries]


class TestConference(BackendContract):
    backend = ConferenceBackend
    term, exten = "board", "4003"

    @pytest.fixture
    def source(self, pbx, tmp_path):
        """Open a source with the conferences of a telephone system."""
        with open_source(self.backend, {**pbx.options(), **COLUMNS}, tmp_path) as source:
            yield source


class TestConferenceFaults(test_wazo.TestConfdFaults):
    backend = ConferenceBackend

    @pytest.fixture(autouse=True)
    def healthy(self):
        """Run the telephone system that answers when there is no fault."""
        with Pbx() as self.pbx:
            self.pbx.conferences.append(pbx_conference(1, "Stern", ["4001"]))
            yield

    def options_for(self, server):
        return {**super().options_for(server), "searched_columns": ["name"]}


def test_a_conference_has_its_numbers_as_lists(backend, pbx):
    (found,) = backend.search("ELAN", CALLER)
    assert found == {"id": 1, "name": "Élan", "extensions": ["4001", "4002"], "incalls": ["0144556677"]}
    assert pbx.queries("conferences") == [{}]


@pytest.mark.parametrize(
    ("term", "found"),
    [("400", ["Élan", "Board"]), ("4455", ["Élan"]), ("roomx", ["Board"]), ("élan", ["Élan"]), ("x y", [])],
)
def test_a_term_is_found_in_any_element_of_a_list(backend, term, found):
    assert room_names(backend.search(term, CALLER)) == found


@pytest.mark.parametrize(
    ("exten", "found"), [("4001", "Élan"), ("ROOMX", "Board"), ("0144556677", "Élan"), ("4003", "Board")]
)
def test_the_first_conference_with_a_number_is_found(backend, exten, found):
    match = backend.first_match(exten, CALLER)
    assert (match["name"], type(match) is AlternateSpelling) == (found, False)


def test_a_number_is_found_in_another_spelling(backend):
    match = backend.first_match("+33144556677", CALLER)
    assert (match["name"], type(match) is AlternateSpelling) == ("Élan", True)


def test_of_many_numbers_each_has_its_last_conference(backend, pbx):
    found = backend.match_all(["4001", "4002", "400"], CALLER)
    assert {exten: room["name"] for exten, room in found.items()} == {"4001": "Board", "4002": "Élan"}
    assert len(pbx.queries("conferences")) == 1


def test_a_source_without_columns_is_never_asked(make_backend, pbx):
    backend = make_backend(searched_columns=[], first_matched_columns=[])
    assert [*backend.search("", CALLER), *backend.match_all(["4001"], CALLER)] == []
    assert backend.first_match("4001", CALLER) is None
    assert pbx.requests == []


def test_favorites_are_found_by_the_text_of_their_ids(backend):
    assert room_names(backend.fetch(["2", "20"], CALLER)) == ["Board"]


def test_a_list_has_the_numbers_with_their_contexts(backend, pbx):
    page = backend.list_contacts(Listing("name", search="é", filters={"id": "1"}, recurse=True), CALLER)
    extensions = [{"context": "default", "exten": exten} for exten in ("4001", "4002")]
    incalls = [{"context": "from", "exten": "0144556677"}]
    item = {"id": 1, "name": "Élan", "extensions": extensions, "incalls": incalls}
    assert page == Page([item], 1, 1)
    assert pbx.queries("conferences") == [
        {"order": "name", "direction": "asc", "search": "é", "recurse": "True", "id": "1"}
    ]


def test_strange_items_of_confd_cost_only_themselves(backend, pbx):
    strange = {**pbx_conference(3, "odd", ["4005"]), "incalls": [7, {"extensions": [None]}], "name": 5}
    pbx.conferences[:0] = [{"name": "no id"}, strange]
    (found,) = backend.search("4005", CALLER)
    assert found == {"id": 3, "name": 5, "extensions": ["4005"], "incalls": []}


def test_many_numbers_are_found_in_other_case_and_spellings(backend, pbx):
    found = match_all(backend, ["+33144556677", "ROOMX", "0144556677", "+33144556678"], CALLER)
    assert {exten: (room["name"], getattr(room, "rank", 0)) for exten, room in found.items()} == {
        "ROOMX": ("Board", MatchRank.EXACT),
        "0144556677": ("Élan", MatchRank.EXACT),
        "+33144556677": ("Élan", MatchRank.DIALLED),
    }
    assert len(pbx.queries("conferences")) == 1
