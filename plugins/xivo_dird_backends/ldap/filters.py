"""Search filters (RFC 4515): what a source's options and a term ask the server for."""

import re
from collections.abc import Sequence
from uuid import UUID

from ldap3 import DEREF_NEVER, NO_ATTRIBUTES, SUBTREE
from ldap3.core.exceptions import LDAPException
from ldap3.operation.search import search_operation

from xivo_dird.backend import InvalidSource
from xivo_dird_backends.ldap.options import LdapOptions, check_attributes

TERM = "%Q"

# More than RFC 4515 asks for: ldap3 strips blanks at the ends of a value, so these are escaped as well.
NEEDS_ESCAPE = re.compile(rb"[^0-9A-Za-z@.,_+:' -]|^ +| +$")


class LdapFilters:
    """Writes the filters of one source; None means that nothing can match, so the server needn't be asked."""

    def __init__(self, options: LdapOptions) -> None:
        """Raise `InvalidSource` when there is nothing to search by, or when the custom filter is malformed."""
        self._searched = options.searched_columns
        self._matched = options.first_matched_columns
        self._custom = options.ldap_custom_filter
        self._unique = options.unique_column
        self._binary_ids = options.unique_column_format == "binary_uuid"
        if not (self._searched or self._matched or self._custom):
            raise InvalidSource("searched_columns, first_matched_columns or ldap_custom_filter is needed")
        check_attributes("searched_columns", self._searched)
        check_attributes("first_matched_columns", self._matched)
        if self._custom is not None:
            _check_custom_filter(self._custom)

    @property
    def names_numbers(self) -> bool:
        """Whether the columns of a found entry tell which number it was found by."""
        return bool(self._matched)

    def search(self, term: str) -> str | None:
        """Find `term` as a substring of any searched column; an empty one matches whoever has such a column."""
        value = escape(term)
        if value is None:
            return None
        pattern = f"*{value}*" if value else "*"
        return self._compose([f"({column}={pattern})" for column in self._searched], value)

    def match(self, extens: Sequence[str]) -> str | None:
        """Find the entries with any of the numbers in any of the first matched columns."""
        values = [value for value in map(escape, extens) if value]
        return _any_of([found for value in values if (found := self._match_one(value))])

    def ids(self, ids: Sequence[str]) -> str | None:
        """Find the entries with these ids; one that can't be an id of this source is left out."""
        if self._unique is None:
            return None
        write = _escape_uuid if self._binary_ids else escape
        return _any_of([f"({self._unique}={value})" for value in map(write, ids) if value])

    def _match_one(self, value: str) -> str | None:
        return self._compose([f"({column}={value})" for column in self._matched], value)

    def _compose(self, conditions: list[str], value: str) -> str | None:
        """OR the columns' conditions, AND the custom filter; the custom filter alone without columns."""
        columns = _any_of(conditions)
        if self._custom is None:
            return columns
        custom = self._custom.replace(TERM, value)
        if not value:
            custom = custom.replace("**", "*")  # `*%Q*` around an empty term: a test of presence
        return f"(&{custom}{columns})" if columns else custom


def escape(text: str) -> str | None:
    r"""Write `text` as a filter value, `\xx` per special byte; None for what has no UTF-8 (lone surrogates)."""
    try:
        encoded = text.encode()
    except UnicodeEncodeError:
        return None
    return NEEDS_ESCAPE.sub(lambda found: _escape_bytes(found[0]), encoded).decode()


def _escape_uuid(text: str) -> str | None:
    try:
        return _escape_bytes(UUID(text).bytes).decode()
    except ValueError:
        return None


def _escape_bytes(value: bytes) -> bytes:
    return b"".join(b"\\%02x" % byte for byte in value)


def _any_of(conditions: list[str]) -> str | None:
    if len(conditions) > 1:
        return f"(|{''.join(conditions)})"
    return conditions[0] if conditions else None


def _check_custom_filter(custom: str) -> None:
    """Let ldap3 parse the filter now, so that the administrator learns of a slip before the first lookup."""
    probe = custom.replace(TERM, "term")
    try:
        search_operation("", probe, SUBTREE, DEREF_NEVER, [NO_ATTRIBUTES], 0, 0, False, True, True)
    except (LDAPException, AttributeError, LookupError, RecursionError, ValueError) as error:
        # Anything but LDAPException is how ldap3's parser stumbles over filters such as "(!)".
        raise InvalidSource(f"ldap_custom_filter is no LDAP filter (RFC 4515): {custom!r}") from error
