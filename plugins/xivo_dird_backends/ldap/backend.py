"""The LDAP backend: queries a directory server such as OpenLDAP or Active Directory (contract section 3.6)."""

import logging
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import partial

from more_itertools import chunked
from typing_extensions import override

from xivo_dird.backend import (
    AnyBackend,
    Caller,
    Deadline,
    DialPlan,
    Entry,
    Environment,
    QueryBackend,
    QuestionRefused,
    SearchTerm,
    SourceOptions,
    SourceUnavailable,
    TextMatch,
)
from xivo_dird_backends._certificates import CertificateSettings
from xivo_dird_backends.ldap.connections import LdapConnection
from xivo_dird_backends.ldap.credentials import PasswordGuard
from xivo_dird_backends.ldap.entries import LdapEntries, RawEntry
from xivo_dird_backends.ldap.filters import LdapFilters
from xivo_dird_backends.ldap.listed import LdapSnapshotBackend
from xivo_dird_backends.ldap.number_search import NumberSearch
from xivo_dird_backends.ldap.options import LdapOptions, servers_from_options
from xivo_dird_backends.ldap.phone_columns import PhoneColumns
from xivo_dird_backends.ldap.pool import ConnectionPool
from xivo_dird_backends.ldap.presets import PRESET_ATTRIBUTES
from xivo_dird_backends.ldap.searches import LdapSearch

logger = logging.getLogger(__name__)

MAX_IDS_PER_SEARCH = 50
"""Maximum number of ids in one filter."""


class LdapBackend(QueryBackend[LdapOptions]):
    """Answers from the first of its servers that works; a call takes at most `LdapServer.call_timeout` seconds."""

    Options = LdapOptions
    Settings = CertificateSettings
    is_caller_independent = True
    entry_fields = PRESET_ATTRIBUTES

    def __init__(self, options: LdapOptions, environment: Environment) -> None:
        """Check the options; the first question connects to the server.

        Raises:
            InvalidSource: The options can't work.
        """
        super().__init__(options, environment)
        settings = environment.settings_of(CertificateSettings)
        self.unique_column = options.unique_column
        servers = servers_from_options(options, settings)
        self._filters = LdapFilters(options)
        self._entries = LdapEntries(options)
        for server in servers:
            environment.outgoing.check_named("ldap_uri", server.host, server.port)
        connect = partial(LdapConnection, environment.outgoing, PasswordGuard())
        self._pool = ConnectionPool(servers, connect, is_paged=options.preset == "active_directory")
        columns = PhoneColumns(options.first_matched_columns, self._pool.search)
        self._numbers = NumberSearch(self._query, self._filters, self._entries, columns, self._dial_plan)
        self._call_timeout = servers[0].call_timeout

    @classmethod
    @override
    def of_options(cls, options: SourceOptions) -> type[AnyBackend]:
        """Return the class for `mode`."""
        is_snapshot = isinstance(options, LdapOptions) and options.mode == "snapshot"
        return LdapSnapshotBackend if is_snapshot else cls

    @override
    def search(self, term: str, caller: Caller) -> Iterable[Entry]:
        """Find the entries that contain `term`, by the server's matching rule for each attribute, then further ones.

        Further entries match by the words of the term, by another spelling of it, or by the digits of a number. They
        need a second search: the server may limit or refuse a search for short words, and only the server knows which
        entries contain the term.
        """
        deadline, limit = self._deadline(), self.options.ldap_size_limit
        found = self._query(self._filters.search(term), self._entries.attributes, deadline, limit)
        parts = self._filters.search_parts(SearchTerm(term, TextMatch.CASE_INSENSITIVE, self._dial_plan()))
        if parts is not None and not 0 < limit <= len(found):
            more = self._further_entries(parts, found, deadline, limit)
            found = [*found, *more[: limit - len(found) if limit else None]]
        return [self._entries.entry(raw) for raw in found]

    def _further_entries(
        self, search_filter: str, known: Sequence[RawEntry], deadline: Deadline, limit: int
    ) -> list[RawEntry]:
        """Return what the filter finds beside the entries that are known already; nothing if the server refuses it."""
        try:
            entries = self._query(search_filter, self._entries.attributes, deadline, limit)
        except (QuestionRefused, SourceUnavailable) as error:
            logger.info("source %r: no search for the words of a term: %s", self.options.name, error)
            return []
        remaining = Counter(map(_content, known))
        further: list[RawEntry] = []
        for entry in entries:
            content = _content(entry)
            if remaining[content]:
                remaining[content] -= 1
            else:
                further.append(entry)
        return further

    @override
    def first_match(self, exten: str, caller: Caller) -> Entry | None:
        """Find the first entry with the number, otherwise the first with an alternate spelling of it."""
        return self._numbers.first_match(exten, self._deadline())

    @override
    def match_all(self, extens: Sequence[str], caller: Caller) -> Mapping[str, Entry] | None:
        """Find an entry for each number; None if the entries don't show which numbers they have."""
        if not self._filters.has_number_columns:
            return None
        return self._numbers.match_all(extens, self._deadline())

    @override
    def fetch(self, ids: Sequence[str], caller: Caller) -> Iterable[Entry]:
        """Return the entries with these ids."""
        deadline, attributes = self._deadline(), self._entries.attributes
        return [
            self._entries.entry(raw)
            for batch in chunked(dict.fromkeys(ids), MAX_IDS_PER_SEARCH)
            for raw in self._query(self._filters.ids(batch), attributes, deadline, 0)
        ]

    @override
    def close(self) -> None:
        """Close all connections; a running call fails at once."""
        self._pool.close()

    def _dial_plan(self) -> DialPlan:
        return self.environment.dial_plan()

    def _deadline(self) -> Deadline:
        return Deadline.after(self._call_timeout)

    def _query(
        self, search_filter: str | None, attributes: tuple[str, ...], deadline: Deadline, size_limit: int
    ) -> Sequence[RawEntry]:
        if search_filter is None:
            return ()
        return self._pool.search(LdapSearch(search_filter, attributes, size_limit), deadline)


def _content(raw: RawEntry) -> Hashable:
    """Return what distinguishes an entry from others in the results of two searches for the same attributes."""
    return frozenset((name, tuple(values or ())) for name, values in raw.items())
