"""The mode `snapshot`: a copy of all entries, kept in step with the directory, and an index of it."""

import json
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from typing_extensions import override

from xivo_dird.backend import (
    Caller,
    Deadline,
    Entry,
    Environment,
    SnapshotBackend,
    SourceUnavailable,
    SyncPage,
    SyncState,
)
from xivo_dird_backends._certificates import CertificateSettings
from xivo_dird_backends.ldap.changes import ChangeCursor, DirectoryChanges
from xivo_dird_backends.ldap.connections import LdapConnection
from xivo_dird_backends.ldap.credentials import CredentialsRejected, PasswordGuard
from xivo_dird_backends.ldap.directory_state import read_state
from xivo_dird_backends.ldap.filters import LdapFilters
from xivo_dird_backends.ldap.listed_entries import ListedLdapEntries, more
from xivo_dird_backends.ldap.options import LdapOptions, servers_from_options
from xivo_dird_backends.ldap.presets import PRESET_ATTRIBUTES
from xivo_dird_backends.ldap.server_list import ServerList

HALF_A_DAY = 43_200
"""Seconds after which an unchanged directory is read all the same, so that the daily full run takes place."""


class LdapSnapshotBackend(SnapshotBackend[LdapOptions]):
    """Lists a directory. A server is used until it fails, since each one numbers the changes in its own way."""

    Options = LdapOptions
    Settings = CertificateSettings
    entry_fields = PRESET_ATTRIBUTES

    def __init__(self, options: LdapOptions, environment: Environment) -> None:
        """Check the options; nothing is opened yet.

        Raises:
            InvalidSource: The options can't work.
        """
        super().__init__(_with_further_values(options), environment)
        self.unique_column = options.unique_column
        self.check_interval = min(30.0, options.refresh_seconds)
        self._filter = LdapFilters(options).everybody()
        self._entries = ListedLdapEntries(options)
        servers = servers_from_options(options, environment.settings_of(CertificateSettings))
        for server in servers:
            environment.outgoing.check_named("ldap_uri", server.host, server.port)
        self._servers = ServerList(
            [replace(each, operation_timeout=options.ldap_list_timeout) for each in servers]
        )
        self._connect = partial(LdapConnection, environment.outgoing, PasswordGuard())
        self._open: set[LdapConnection] = set()
        self._is_closed = False
        self._has_context_csn = True
        self._checked, self._version = -1, ""

    @override
    def version(self, caller: Caller | None) -> str:
        """Return what the server says about its last change, asked once in `refresh_seconds`; else the time itself.

        Raises:
            SourceUnavailable: No server answers.
        """
        period = int(time.time() // self.options.refresh_seconds)
        if self._checked != period:
            self._version, self._checked = self._read_version(period), period
        return self._version

    def _read_version(self, period: int) -> str:
        if self._has_context_csn:
            with self._connection() as connection:
                csn = read_state(connection, self._deadline()).context_csn
            if csn:
                return f"{csn} {time.time() // HALF_A_DAY:.0f}"
            self._has_context_csn = False
        return f"period {period}"

    @override
    def entries(self, caller: Caller | None) -> Iterable[Entry]:
        """Return the entries of the copy, after reading what has changed.

        Raises:
            SourceUnavailable: No server answers; the copy stays as it is.
        """
        state = SyncState(self.environment.state_directory, self._fingerprint)
        return state.synchronized(partial(self._pages, state))

    @override
    def close(self) -> None:
        """Close the connections; a list that is being read ends with an error."""
        self._is_closed = True
        for connection in list(self._open):
            connection.abort()

    @property
    def _fingerprint(self) -> str:
        """Return what decides which entries and fields the server lists."""
        options = self.options
        account = (options.ldap_username, options.ldap_base_dn, options.ldap_dereference_aliases)
        ids = (options.unique_column, options.unique_column_format)
        columns = (options.searched_columns, options.first_matched_columns)
        return json.dumps([account, self._filter, self._entries.attributes, ids, columns])

    def _pages(self, state: SyncState, text: str | None) -> Iterator[SyncPage]:
        """Yield the changes since a cursor, or everything."""
        with self._connection() as connection:
            timeout = self.options.ldap_list_timeout
            changes = DirectoryChanges(connection, self._entries, self._filter, timeout)
            if text is None:
                yield from changes.everything()
            else:
                yield from changes.since(ChangeCursor.parse(text), state.ids)

    @contextmanager
    def _connection(self) -> Iterator[LdapConnection]:
        """Yield a connection to the first server that works; the one that worked last comes first.

        Raises:
            SourceUnavailable: None works, or the source is closed.
        """
        connection = self._connected()
        try:
            self._open.add(connection)
            if self._is_closed:
                raise SourceUnavailable("the source was closed")
            yield connection
        finally:
            self._open.discard(connection)
            connection.close()

    def _connected(self) -> LdapConnection:
        errors: list[str] = []
        for server in self._servers.candidates():
            try:
                return self._connect(server, self._deadline())
            except CredentialsRejected:
                raise
            except SourceUnavailable as error:
                self._servers.record_failure(server, error)
                errors.append(error.message)
        raise SourceUnavailable("; ".join(errors))

    def _deadline(self) -> Deadline:
        return Deadline.after(self.options.ldap_list_timeout)


def _with_further_values(options: LdapOptions) -> LdapOptions:
    """Return options with which an index finds an entry by all values of a column, not only by the first one."""
    searched, matched = options.searched_columns, options.first_matched_columns
    return options.model_copy(
        update={
            "searched_columns": (*searched, *map(more, searched)),
            "first_matched_columns": (*matched, *map(more, matched)),
        }
    )
