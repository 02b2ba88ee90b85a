"""Finds out which columns the server compares as phone numbers, so that fewer spellings have to be asked for."""

import logging
from collections.abc import Callable, Sequence
from threading import Lock

from xivo_dird.backend import Backoff, Deadline, SourceUnavailable
from xivo_dird_backends.ldap.entries import RawEntry
from xivo_dird_backends.ldap.schema import equality_rule
from xivo_dird_backends.ldap.searches import LdapSearch

TELEPHONE_NUMBER_MATCH = {"telephonenumbermatch", "2.5.13.20"}

MIN_PAUSE_SECONDS, MAX_PAUSE_SECONDS = 60.0, 3600.0
"""Pauses before a schema that could not be read is read again."""

SHARE_OF_DEADLINE = 1 / 3
"""Largest share of the time left that reading the schema may take."""

IGNORED_IN_NUMBERS = str.maketrans("", "", " -")

logger = logging.getLogger(__name__)

Search = Callable[[LdapSearch, Deadline], Sequence[RawEntry]]
"""Searches the directory; raises SourceUnavailable."""


class PhoneColumns:
    """The columns whose rule of equality is telephoneNumberMatch, which ignores blanks and hyphens (RFC 4517).

    `names` is empty until the schema was read. Columns without a rule (Active Directory has none in its schema) or with
    another one are compared as texts.
    """

    def __init__(self, columns: Sequence[str], search: Search) -> None:
        """Store the columns; nothing is read yet.

        Args:
            columns: The columns with numbers.
            search: Searches the directory.
        """
        self._columns = columns
        self._search = search
        self._lock = Lock()
        self._backoff = Backoff(MAX_PAUSE_SECONDS, MIN_PAUSE_SECONDS)
        self._retry: Deadline | None = Deadline.after(0)
        self.names: frozenset[str] = frozenset()

    def learn(self, deadline: Deadline) -> None:
        """Read the schema unless that was done. A failure is not raised; a later call tries again after a pause."""
        if self._retry is None or not self._retry.is_expired or not self._lock.acquire(blocking=False):
            return
        try:
            self.names = self._read(deadline.within(deadline.remaining() * SHARE_OF_DEADLINE))
            self._retry = None
        except SourceUnavailable as error:
            self._retry = Deadline.after(self._backoff.next_pause())
            logger.info("Numbers are compared as texts: the schema can't be read: %s", error)
        finally:
            self._lock.release()

    def _read(self, deadline: Deadline) -> frozenset[str]:
        """Read the schema that the root DSE names (RFC 4512 sections 4.4 and 5.1)."""
        root = self._values(LdapSearch("(objectClass=*)", ("subschemaSubentry",), entry_dn=""), deadline)
        schema = root[0].decode(errors="replace")
        search = LdapSearch("(objectClass=subschema)", ("attributeTypes",), entry_dn=schema)
        definitions = self._values(search, deadline)
        return frozenset(
            column for column in self._columns if equality_rule(column, definitions) in TELEPHONE_NUMBER_MATCH
        )

    def _values(self, search: LdapSearch, deadline: Deadline) -> Sequence[bytes]:
        """Return the values of the attribute that a search is for, at least one."""
        (wanted,) = search.attributes
        for entry in self._search(search, deadline):
            for name, values in entry.items():
                if name.lower() == wanted.lower() and values:
                    return values
        raise SourceUnavailable(f"no {wanted} in {search.entry_dn!r}")


def number_key(number: str) -> str:
    """Return a number without what telephoneNumberMatch ignores on every server (RFC 4518 section 2.6.3 has more)."""
    return number.translate(IGNORED_IN_NUMBERS)
