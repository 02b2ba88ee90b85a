"""The syntax of tokens and tenant identifiers, and a printable form of untrusted text for errors."""

import re

HEADER_VALUE = re.compile(r"[\x21-\x7e]{1,4096}")
"""Visible ASCII, which needs no quoting in a header value; no real token is as long as the maximum."""

UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

MAX_EXCERPT_CHARACTERS = 256


def is_header_value(text: str) -> bool:
    """Return whether `text` can be a token or a tenant; nothing else needs to be looked up."""
    return HEADER_VALUE.fullmatch(text) is not None


def is_uuid(text: str) -> bool:
    """Return whether `text` is a UUID in its canonical spelling."""
    return UUID_TEXT.fullmatch(text) is not None


def printable_excerpt(text: str) -> str:
    """Return `text` unchanged if it can be a token, otherwise its first characters in printable ASCII.

    The details of errors become JSON and log lines: they must be short, without lone surrogates or control characters.
    """
    if is_header_value(text):
        return text
    return text[:MAX_EXCERPT_CHARACTERS].encode("unicode_escape").decode("ascii")
