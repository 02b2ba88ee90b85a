"""The wazo backend: the users of a telephone system, read from its confd (contract section 3.6)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from urllib.parse import quote

from more_itertools import constrained_batches
from typing_extensions import override

from xivo_dird.backend import (
    Caller,
    ContactList,
    Deadline,
    Entry,
    Environment,
    Listing,
    MatchRank,
    Page,
    RelatedEntry,
    RelatedIds,
    RequestedNumbers,
    SourceUnavailable,
    requested_number,
    spellings,
    texts_in,
)
from xivo_dird_backends._asked_numbers import asked_spellings
from xivo_dird_backends._confd import ConfdBackend, page_of
from xivo_dird_backends._json_fields import JsonObject
from xivo_dird_backends._number_matches import best_match, best_matches
from xivo_dird_backends._remote_options import ConfdOptions

USERS = "users"
DIRECTORY_VIEW = (("view", "directory"),)
ALL_USERS = (*DIRECTORY_VIEW, ("recurse", "True"))
NUMBER_COLUMNS = ("exten", "mobile_phone_number")
"""The columns that confd can filter by several numbers."""

MAX_NUMBERS_PER_REQUEST, MAX_QUERY_CHARACTERS = 100, 2000
"""Maximum number of numbers in a request for many of them, and of their characters: servers refuse long URLs."""

MAX_ASKED_ALONE = 5
"""Maximum number of numbers with a comma, each of which takes a request of its own, beside many others."""

COMMON_FIELDS = ("id", "firstname", "lastname", "email", *NUMBER_COLUMNS, "voicemail_number")
FIELDS = (*COMMON_FIELDS, "userfield", "description")
LISTED_FIELDS = (*COMMON_FIELDS, "uuid")

INFOS_RETRY_SECONDS = 60.0
"""Seconds after which the uuid of the installation is requested again, if that has failed."""


class WazoOptions(ConfdOptions):
    """The options of a wazo source (contract section 2.9)."""


class WazoBackend(ConfdBackend):
    """Finds users with one request to confd; for a number that may be stored in other spellings, with up to three."""

    Options = WazoOptions
    backend = "wazo"
    contact_list = ContactList(("firstname", "lastname"), ("uuid", "firstname", "lastname"), True)

    def __init__(self, options: WazoOptions, environment: Environment) -> None:
        """Create it; the first question opens a connection.

        Raises:
            InvalidSource: A server can't be asked.
        """
        super().__init__(options, environment)
        self._installation: str | None = None
        self._next_infos = Deadline.after(0.0)

    @override
    def search(self, term: str, caller: Caller) -> Iterable[Entry]:
        """Return the users that confd finds and that have the term in a searched column."""
        if not self.options.searched_columns:
            return ()
        return self.matching(term, self._users(("search", term)))

    @override
    def first_match(self, exten: str, caller: Caller) -> Entry | None:
        """Return the first user with the number, otherwise one with another spelling of it."""
        columns, plan = self.options.first_matched_columns, self.environment.dial_plan()
        if not columns:
            return None
        number, users = requested_number(exten, plan), self._users(("search", exten))
        if all(number.lowest_rank(texts_in(user, columns)) != MatchRank.EXACT for user in users):
            texts = [text for text in spellings(exten, plan) if "," not in text]
            if len(texts) > 1:
                users += self._users_with_numbers(texts)
        return best_match((number.lowest_rank(texts_in(user, columns)), user) for user in users)

    @override
    def match_all(self, extens: Sequence[str], caller: Caller) -> Mapping[str, Entry] | None:
        """Return a user per number, with one request per column for many numbers.

        It is the last user with the number in the last column, otherwise one with another spelling without blanks and
        signs. None if confd can't filter by all columns. A text that is too long for a URL is no number.
        """
        columns, plan = self.options.first_matched_columns, self.environment.dial_plan()
        asked = [one for one in extens if "," not in one and _query_length(one) <= MAX_QUERY_CHARACTERS]
        if not asked or not set(columns) <= set(NUMBER_COLUMNS) or len(extens) < len(columns):
            return None
        found = self._last_users(asked, columns)
        missing = [exten for exten in asked if exten not in found]
        others = [spelling for exten in missing for spelling in asked_spellings(exten, plan)[1:]]
        users = [(texts_in(user, columns), user) for user in self._users_with(columns, others)]
        found |= best_matches(RequestedNumbers(requested_number(one, plan) for one in missing), users)
        for exten in islice((one for one in extens if "," in one), MAX_ASKED_ALONE):
            user = self.first_match(exten, caller)
            if user is not None:
                found[exten] = user
        return found

    @override
    def all_entries(self) -> Iterable[Entry]:
        """Return all users."""
        return self._users()

    @override
    def list_contacts(self, listing: Listing, caller: Caller) -> Page[Entry]:
        """Return a part of the users as confd sorts and counts them."""
        listed = self.list_items(USERS, listing, DIRECTORY_VIEW)
        return page_of(listed, [{name: user.get(name) for name in LISTED_FIELDS} for user in listed.items])

    def _last_users(self, extens: Sequence[str], columns: Sequence[str]) -> dict[str, Entry]:
        """Return the last user with exactly each number in the last column that has it."""
        wanted = frozenset(extens)
        return {
            text: user
            for column in columns
            for user in self._users_with([column], extens)
            for text in texts_in(user, [column])
            if text in wanted
        }

    def _users_with_numbers(self, numbers: Sequence[str]) -> list[Entry]:
        """Return the users with one of the numbers in a column that confd can filter."""
        columns = [column for column in NUMBER_COLUMNS if column in self.options.first_matched_columns]
        return [user for column in columns for user in self._users((column, ",".join(numbers)))]

    def _users_with(self, columns: Sequence[str], numbers: Sequence[str]) -> Iterator[Entry]:
        """Yield the users with one of many numbers in each of the columns, which confd can filter."""
        batches = list(
            constrained_batches(
                numbers, MAX_QUERY_CHARACTERS, MAX_NUMBERS_PER_REQUEST, _query_length, strict=False
            )
        )
        for column in columns:
            for batch in batches:
                yield from self._users((column, ",".join(batch)))

    def _users(self, *parameters: tuple[str, str]) -> list[Entry]:
        users = self.get_items(USERS, (*ALL_USERS, *parameters)).items
        installation = self._installation_uuid() if users else None
        return [_entry(user, installation) for user in users if user.get("id") is not None]

    def _installation_uuid(self) -> str | None:
        """Return the uuid of the telephone system, None while confd does not give it."""
        if self._installation is None and self._next_infos.is_expired:
            self._next_infos = Deadline.after(INFOS_RETRY_SECONDS)
            try:
                uuid = self.get("infos").get("uuid")
            except SourceUnavailable:  # the users are more important
                return None
            self._installation = uuid if isinstance(uuid, str) else None
        return self._installation


def _query_length(number: str) -> int:
    """Return the length of a number in a URL, where other characters than ASCII take up to twelve."""
    return len(quote(number, errors="replace"))


def _entry(user: JsonObject, installation: str | None) -> Entry:
    fields = {name: user.get(name) for name in FIELDS}
    names = (fields["firstname"], fields["lastname"])
    fields["full_name"] = " ".join(name for name in names if isinstance(name, str) and name)
    uuid = user.get("uuid")
    related = RelatedIds(
        installation,
        _number(user, "agent_id"),
        _number(user, "id"),
        uuid if isinstance(uuid, str) else None,
        _number(user, "line_id"),
    )
    return RelatedEntry(fields, related)


def _number(user: JsonObject, name: str) -> int | None:
    value = user.get(name)
    return value if isinstance(value, int) else None
