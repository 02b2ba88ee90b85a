"""Searches in a directory and their results."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from xivo_dird.backend import QuestionRefused, SourceUnavailable
from xivo_dird_backends.ldap.entries import RawEntry
from xivo_dird_backends.ldap.options import LdapServer
from xivo_dird_backends.ldap.result_codes import BUSY, LIMITS_EXCEEDED, SUCCESS, UNAVAILABLE

SERVER_FAILURE_CODES = {BUSY, UNAVAILABLE}

ESCAPED_BYTES = re.compile(r"(?:\\[0-9a-fA-F]{2})+")
WORD = re.compile(r"\w+")
MIN_PART_CHARACTERS = 3
"""Length from which a word of a filter is also recognized as a part of another word."""


@dataclass(frozen=True)
class LdapSearch:
    """One search below the base DN of the source, or of one other entry.

    Attributes:
        filter: The filter.
        attributes: The attributes to return.
        size_limit: Maximum number of entries; 0 means no limit.
        entry_dn: The DN of the only entry to search; empty: the root DSE, None: the base DN and all entries below.
        page_size: Maximum number of entries in a page (RFC 2696); 0: the search is not paged.
        cookie: What the server returned with the page before; empty: the first page.
    """

    filter: str
    attributes: tuple[str, ...]
    size_limit: int = 0
    entry_dn: str | None = None
    page_size: int = 0
    cookie: bytes = b""


@dataclass(frozen=True)
class LdapResult:
    """The result of a search (RFC 4511 section 4.1.9).

    Attributes:
        entries: The entries found, also those before a limit was exceeded.
        code: The result code.
        description: The name of the code and the server's diagnostic message, for errors.
        cookie: What the request for the next page has to have; empty: this is the last page, or the only one.
    """

    entries: Sequence[RawEntry]
    code: int
    description: str
    cookie: bytes = b""


def without_words_of(search_filter: str, text: str) -> str:
    """Return a diagnostic message without the words of a filter, which has what was searched for.

    Args:
        search_filter: The filter, in which a byte may be escaped (RFC 4515 section 3).
        text: The message; a server may quote the filter, the term in it, or the whole request, in any encoding.
    """
    unescaped = ESCAPED_BYTES.sub(_decode_bytes, search_filter)
    asked = set(WORD.findall(f"{search_filter} {unescaped}".casefold()))
    parts = [word for word in asked if len(word) >= MIN_PART_CHARACTERS]

    def shown(match: re.Match[str]) -> str:
        word = match[0].casefold()
        is_asked = word in asked or any(part in word for part in parts)
        return "…" if asked and (is_asked or not word.isascii()) else match[0]

    return WORD.sub(shown, text)


def _decode_bytes(escaped: re.Match[str]) -> str:
    return bytes.fromhex(escaped[0].replace("\\", "")).decode(errors="replace")


def entries_from_result(result: LdapResult, server: LdapServer, search: LdapSearch) -> Sequence[RawEntry]:
    """Return the entries of a result, also those found before a size or time limit was exceeded.

    Raises:
        SourceUnavailable: The server can't answer any search at the moment.
        QuestionRefused: The search failed for any other reason.
    """
    if result.code == SUCCESS or (result.code in LIMITS_EXCEEDED and result.entries):
        return result.entries
    error_type = SourceUnavailable if result.code in SERVER_FAILURE_CODES else QuestionRefused
    place = f"below {server.base_dn!r}" if search.entry_dn is None else f"in {search.entry_dn!r}"
    raise error_type(f"{server.uri}: search {place} failed: {result.description}")
