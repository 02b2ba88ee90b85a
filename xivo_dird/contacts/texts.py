"""Which characters the texts of a file of contacts may have."""

from collections.abc import Iterator

from xivo_dird.validation import NUL, NUL_REFUSED

NOT_UNICODE = "The row has characters that are no Unicode."


def text_errors(text: str) -> Iterator[str]:
    """Yield why a contact can't have a text: it has a NUL, or lone surrogates, which some charsets can decode to."""
    if NUL in text:
        yield NUL_REFUSED
    try:
        text.encode()
    except UnicodeEncodeError:
        yield NOT_UNICODE
