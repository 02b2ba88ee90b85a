"""The wazo backend: the users of a telephone system, read from its confd (contract section 3.6)."""

from collections.abc import Iterable, Mapping, Sequence

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
    SourceUnavailable,
    requested_number,
    spellings,
    texts_in,
)
from xivo_dird_backends._confd import ConfdBackend, page_of
from xivo_dird_backends._json_fields import JsonObject
from xivo_dird_backends._number_matches import best_match
from xivo_dird_backends._remote_options import ConfdOptions

USERS = "users"
DIRECTORY_VIEW = (("view", "directory"),)
ALL_USERS = (*DIRECTORY_VIEW, ("recurse", "True"))
NUMBER_COLUMNS = ("exten", "mobile_phone_number")
"""The columns that confd can filter by several numbers."""

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
    def match_all(self, extens: Sequence[str], caller: Caller) -> Mapping[str, Entry]:
        """Return a user per number, with one request per column if confd can filter by all columns."""
        columns = self.options.first_matched_columns
        has_commas = any("," in exten for exten in extens)
        if has_commas or not set(columns) <= set(NUMBER_COLUMNS) or len(extens) < len(columns):
            return super().match_all(extens, caller)
        wanted = frozenset(extens)
        return {
            text: user
            for column in columns
            for user in self._users((column, ",".join(extens)))
            for text in texts_in(user, [column])
            if text in wanted
        }

    @override
    def all_entries(self) -> Iterable[Entry]:
        """Return all users."""
        return self._users()

    @override
    def list_contacts(self, listing: Listing, caller: Caller) -> Page[Entry]:
        """Return a part of the users as confd sorts and counts them."""
        listed = self.list_items(USERS, listing, DIRECTORY_VIEW)
        return page_of(listed, [{name: user.get(name) for name in LISTED_FIELDS} for user in listed.items])

    def _users_with_numbers(self, numbers: Sequence[str]) -> list[Entry]:
        """Return the users with one of the numbers in a column that confd can filter."""
        columns = [column for column in NUMBER_COLUMNS if column in self.options.first_matched_columns]
        return [user for column in columns for user in self._users((column, ",".join(numbers)))]

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
