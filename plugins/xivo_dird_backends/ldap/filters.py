"""Search filters (RFC 4515), built from the options of a source and a term, number or id."""

import logging
import re
from collections.abc import Collection, Sequence
from uuid import UUID

from more_itertools import unique_everseen

from xivo_dird.backend import InvalidSource, SearchTerm
from xivo_dird_backends.ldap.options import LdapOptions, UniqueColumnFormat, check_attributes
from xivo_dird_backends.ldap.phone_columns import number_key
from xivo_dird_backends.ldap.search_request import is_filter
from xivo_dird_backends.ldap.tel_uris import uri_conditions

TERM = "%Q"
PHONE_TERM = re.compile(r"%s?(?=[*)])")
"""What stands for the term in the filters of phones."""

# More than RFC 4515 requires: ldap3 strips blanks at the ends of a value, so they are escaped as well.
NEEDS_ESCAPE = re.compile(rb"[^0-9A-Za-z@.,_+:' -]|^ +| +$")


logger = logging.getLogger(__name__)


class LdapFilters:
    """Builds the filters of one source; None means that nothing can match, so no search is needed."""

    def __init__(self, options: LdapOptions) -> None:
        """Check the columns and the custom filter.

        Raises:
            InvalidSource: There is nothing to search by, a column can't be an attribute, or the custom filter is
                malformed.
        """
        self._searched = options.searched_columns
        self._matched = options.first_matched_columns
        self._custom = options.ldap_custom_filter
        self._unique = options.unique_column
        self._id_format = options.unique_column_format
        if not (self._searched or self._matched or self._custom):
            raise InvalidSource("searched_columns, first_matched_columns or ldap_custom_filter is needed")
        check_attributes("searched_columns", self._searched)
        check_attributes("first_matched_columns", self._matched)
        if self._custom is not None:
            _check_custom_filter(self._custom, options.name)

    @property
    def has_number_columns(self) -> bool:
        """Return True if the attributes of an entry show which number it was found by."""
        return bool(self._matched)

    def everybody(self) -> str:
        """Return a filter for all entries of the source.

        Raises:
            InvalidSource: The custom filter needs a term.
        """
        if self._custom is None:
            return (
                _any_of([f"({column}=*)" for column in dict.fromkeys((*self._searched, *self._matched))])
                or ""
            )
        if TERM in self._custom:
            raise InvalidSource(
                f"ldap_custom_filter: {TERM} stands for a term, which mode: snapshot does not have"
            )
        return self._custom

    def search(self, term: str) -> str | None:
        """Return a filter for `term` as a substring of any searched column; an empty term requires only the column."""
        value = escape(term)
        if value is None:
            return None
        pattern = f"*{value}*" if value else "*"
        return self._compose([f"({column}={pattern})" for column in self._searched], value)

    def search_parts(self, term: SearchTerm) -> str | None:
        """Return a filter for entries that may match `term` in another way than by containing it as it was typed.

        These are entries with the term in another spelling, with each word of it in any of the searched columns, or
        with a number that contains its digits. None if there is no other way; the filter may find the same entries as
        `search`. A server compares texts by its own rules, so only what it can compare is found: no number with
        punctuation that its matching rule for the attribute does not ignore.
        """
        spelling = term.normalized.strip()
        alternatives = [self.search(spelling)] if spelling and spelling != term.text.lower() else []
        pairs = zip(term.word_patterns, term.words, strict=True)
        words = [self._spelled(pattern.text, normalized) for pattern, normalized in pairs]
        alternatives.append(_all_of([*filter(None, words)]))
        if term.number is not None:
            alternatives.append(self.search(term.number.digits))
            alternatives += map(self._begins, term.number.written_beginnings)
        return _any_of([*dict.fromkeys(filter(None, alternatives))])

    def _spelled(self, word: str, normalized: str) -> str | None:
        """Return a filter for a word as it was typed, or normalized."""
        return _any_of([*dict.fromkeys(filter(None, map(self.search, (word, normalized))))])

    def _begins(self, digits: str) -> str | None:
        value = escape(digits)
        return value and self._compose([f"({column}={value}*)" for column in self._searched], value)

    def match(self, extens: Sequence[str], phone_columns: Collection[str] = ()) -> str | None:
        """Return a filter for entries with any of the numbers in any of the first matched columns.

        Args:
            extens: The numbers, in all spellings.
            phone_columns: Columns that the server compares as phone numbers: spellings that differ only in blanks and
                hyphens are one condition there.
        """
        values = {exten: value for exten in extens if (value := escape(exten))}
        if self._custom is not None and TERM in self._custom:
            return _any_of([found for value in values.values() if (found := self._match_number(value))])
        if not values:
            return None
        distinct = list(unique_everseen(values, number_key))
        conditions = [
            f"({column}={values[exten]})"
            for column in self._matched
            for exten in (distinct if column in phone_columns else values)
        ]
        conditions += uri_conditions(self._matched, list(values.values()))
        return self._compose(conditions, TERM)  # the custom filter doesn't have it

    def ids(self, ids: Sequence[str]) -> str | None:
        """Return a filter for entries with these ids, without the ids that this source can't have."""
        if self._unique is None:
            return None
        values = (escape_id(text, self._id_format) for text in ids)
        return _any_of([f"({self._unique}={value})" for value in values if value])

    def _match_number(self, value: str) -> str | None:
        return self._compose([f"({column}={value})" for column in self._matched], value)

    def _compose(self, conditions: list[str], value: str) -> str | None:
        """Return any of the conditions, restricted by the custom filter; without conditions, the custom filter."""
        columns = _any_of(conditions)
        if self._custom is None:
            return columns
        custom = self._custom.replace(TERM, value)
        return f"(&{custom}{columns})" if columns else custom


def escape(text: str) -> str | None:
    r"""Return `text` as a filter value, with `\xx` for special bytes; None if it can't be encoded (lone surrogates)."""
    try:
        encoded = text.encode()
    except UnicodeEncodeError:
        return None
    return NEEDS_ESCAPE.sub(lambda match: _escape_bytes(match[0]), encoded).decode()


def escape_id(text: str, value_format: UniqueColumnFormat) -> str | None:
    """Return an id as a filter value; None if no entry can have it."""
    if value_format == "string":
        return escape(text)
    try:
        uuid = UUID(text)
    except ValueError:
        return None
    return _escape_bytes(uuid.bytes if value_format == "binary_uuid" else uuid.bytes_le).decode()


def _escape_bytes(value: bytes) -> bytes:
    return b"".join(b"\\%02x" % byte for byte in value)


def _all_of(conditions: list[str]) -> str | None:
    return f"(&{''.join(conditions)})" if len(conditions) > 1 else _any_of(conditions)


def _any_of(conditions: list[str]) -> str | None:
    if len(conditions) > 1:
        return f"(|{''.join(conditions)})"
    return conditions[0] if conditions else None


def _check_custom_filter(custom: str, source: str) -> None:
    """Parse the filter, so that a mistake is reported before the first lookup."""
    if not is_filter(custom.replace(TERM, "term")):
        raise InvalidSource(f"ldap_custom_filter is no LDAP filter (RFC 4515): {custom!r}")
    if PHONE_TERM.search(custom) and TERM not in custom:
        logger.warning(
            "source %r: ldap_custom_filter has %% or %%s, which stands for the term in filters of phones:"
            " write %s instead, or leave it out and name the attributes in searched_columns",
            source,
            TERM,
        )
