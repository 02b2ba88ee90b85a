"""The conference backend: the conference rooms of a telephone system, read from its confd (contract section 3.6)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from typing_extensions import override

from xivo_dird.backend import (
    Caller,
    ContactList,
    Entry,
    Listing,
    MatchRank,
    Page,
    RequestedNumbers,
    requested_number,
    texts_in,
)
from xivo_dird_backends._confd import ConfdBackend, page_of
from xivo_dird_backends._json_fields import JsonObject, json_objects
from xivo_dird_backends._number_matches import best_match, best_matches
from xivo_dird_backends._remote_options import ConfdOptions

CONFERENCES = "conferences"


class ConferenceOptions(ConfdOptions):
    """The options of a conference source (contract section 2.9)."""


class ConferenceBackend(ConfdBackend):
    """Reads all conferences for each question, since there are few of them."""

    Options = ConferenceOptions
    backend = "conference"
    contact_list = ContactList(("name",), ("id", "name"), True)

    @override
    def search(self, term: str, caller: Caller) -> Iterable[Entry]:
        """Return the conferences with the term in a searched column."""
        return self.matching(term, self.all_entries()) if self.options.searched_columns else ()

    @override
    def first_match(self, exten: str, caller: Caller) -> Entry | None:
        """Return the first conference with the number, otherwise one with another spelling of it."""
        if not self.options.first_matched_columns:
            return None
        return best_match((self._rank(exten, entry), entry) for entry in self.all_entries())

    @override
    def match_all(self, extens: Sequence[str], caller: Caller) -> Mapping[str, Entry]:
        """Return a conference per number with one request: the last with the number, else one with another spelling."""
        columns, plan = self.options.first_matched_columns, self.environment.dial_plan()
        if not columns:
            return {}
        entries = [(texts_in(entry, columns), entry) for entry in self.all_entries()]
        last = {text.lower(): entry for texts, entry in entries for text in texts}
        found = {exten: last[exten.lower()] for exten in extens if exten.lower() in last}
        others = RequestedNumbers(requested_number(exten, plan) for exten in extens if exten not in found)
        return found | best_matches(others, entries)

    @override
    def all_entries(self) -> Iterable[Entry]:
        """Return all conferences with their numbers."""
        conferences = self.get_items(CONFERENCES).items
        return [_entry(conference) for conference in conferences if conference.get("id") is not None]

    @override
    def list_contacts(self, listing: Listing, caller: Caller) -> Page[Entry]:
        """Return a part of the conferences as confd sorts and counts them."""
        listed = self.list_items(CONFERENCES, listing)
        return page_of(listed, [_listed(conference) for conference in listed.items])

    def _rank(self, exten: str, entry: Entry) -> int | None:
        """Return how a conference has a number; case does not matter (contract section 3.5)."""
        texts = texts_in(entry, self.options.first_matched_columns)
        if exten.lower() in map(str.lower, texts):
            return MatchRank.EXACT
        return requested_number(exten, self.environment.dial_plan()).lowest_rank(texts)


def _entry(conference: JsonObject) -> Entry:
    return {
        "id": conference["id"],
        "name": conference.get("name"),
        "extensions": _numbers(json_objects(conference.get("extensions"))),
        "incalls": _numbers(_incall_extensions(conference)),
    }


def _listed(conference: JsonObject) -> Entry:
    return {
        "id": conference.get("id"),
        "name": conference.get("name"),
        "extensions": _extensions(json_objects(conference.get("extensions"))),
        "incalls": _extensions(_incall_extensions(conference)),
    }


def _incall_extensions(conference: JsonObject) -> Iterator[JsonObject]:
    """Yield the extensions of the incoming calls that reach a conference."""
    for incall in json_objects(conference.get("incalls")):
        yield from json_objects(incall.get("extensions"))


def _extensions(extensions: Iterable[JsonObject]) -> list[Entry]:
    return [{"context": found.get("context"), "exten": found.get("exten")} for found in extensions]


def _numbers(extensions: Iterable[JsonObject]) -> list[object]:
    return [exten for found in extensions if (exten := found.get("exten")) is not None]
