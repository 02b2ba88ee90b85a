"""When the ids of a copy are compared with those of the directory."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from servers.ldap_people import BASE_DN
from servers.slapd import Slapd
from waiting import TIMEOUT
from xivo_dird.backend import Deadline, Environment
from xivo_dird.testing import CALLER
from xivo_dird_backends._certificates import CertificateSettings
from xivo_dird_backends.ldap.changes import MAX_IDS_PER_RUN, ChangeCursor, DirectoryChanges
from xivo_dird_backends.ldap.connections import LdapConnection
from xivo_dird_backends.ldap.credentials import PasswordGuard
from xivo_dird_backends.ldap.filters import LdapFilters
from xivo_dird_backends.ldap.listed_entries import ListedLdapEntries
from xivo_dird_backends.ldap.options import LdapOptions, servers_from_options


@pytest.fixture
def changes(slapd: Slapd, tmp_path: Path) -> Iterator[DirectoryChanges]:
    """Yield a run on a connection to a directory."""
    options = LdapOptions.model_validate(
        {
            "name": "people",
            "mode": "snapshot",
            "ldap_uri": slapd.uri,
            "ldap_base_dn": BASE_DN,
            "unique_column": "uid",
            "searched_columns": ["cn"],
        }
    )
    environment = Environment("source", CALLER.tenant_uuid, CertificateSettings(), tmp_path)
    (server,) = servers_from_options(options, CertificateSettings())
    connection = LdapConnection(environment.outgoing, PasswordGuard(), server, Deadline.after(TIMEOUT))
    everybody = LdapFilters(options).everybody()
    yield DirectoryChanges(connection, ListedLdapEntries(options), everybody, TIMEOUT)
    connection.close()


def test_ids_of_the_copy_are_read_only_if_they_are_compared(slapd: Slapd, changes: DirectoryChanges) -> None:
    *_, last = changes.everything()
    cursor = ChangeCursor.parse(last.cursor or "")
    ids = ["user0001", "gone"]
    reads: list[int] = []

    def known() -> list[str]:
        reads.append(1)
        return [*ids, *(f"user{number:04}" for number in range(cursor.count + 10))]

    large = replace(cursor, count=MAX_IDS_PER_RUN + 1, compared_at=time.time())
    pages = list(changes.since(large, known))
    assert (len(reads), [page for page in pages if ("gone", None) in page.changes]) == (0, [])
    assert ChangeCursor.parse(pages[-1].cursor or "").count == large.count
    for due in (cursor, replace(large, compared_at=0.0)):
        pages = list(changes.since(due, known))
        assert ("gone", None) in [change for page in pages for change in page.changes]
    assert len(reads) == 2
