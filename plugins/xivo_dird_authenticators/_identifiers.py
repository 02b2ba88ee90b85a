"""What tokens and tenant identifiers look like, and how a foreign text is shown in an error."""

import re

HEADER_TEXT = re.compile(r"[\x21-\x7e]{1,4096}")
"""Visible ASCII, as header values carry it without quoting; longer than any real token."""

UUID_TEXT = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

SHOWN_CHARACTERS = 256


def is_header_text(text: str) -> bool:
    """Tell whether `text` can be a token or a tenant at all; nothing else is worth a question."""
    return HEADER_TEXT.fullmatch(text) is not None


def canonical_uuid(text: str) -> str:
    """Write a UUID in lower case (contract section 1.5); any other text stays as it is."""
    return text.lower() if UUID_TEXT.fullmatch(text) else text


def shown(text: str) -> str:
    """Answer `text` itself where it is a plausible token, else a short form of it in printable ASCII.

    An error's details become JSON and log lines: no lone surrogate, no control character, no megabyte of junk.
    """
    if is_header_text(text):
        return text
    return text[:SHOWN_CHARACTERS].encode("unicode_escape").decode("ascii")
