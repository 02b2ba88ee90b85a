"""The labels in documents for desk phones, in the language of the phone. The only file that imports Babel."""

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from threading import Lock

SOURCE_LANGUAGE = "en"
"""The language of the message ids, which has no catalogue."""

LANGUAGES = (SOURCE_LANGUAGE, "de", "es", "fr", "it", "nl", "pt_BR")
"""All languages of the labels."""

MAX_HEADER_CHARACTERS = 1000
"""Number of characters of an `Accept-Language` header that are read; the rest is ignored."""

_TRANSLATIONS = Path(__file__).with_name("translations")
_ANY = "*"
_LANGUAGE_OF_SUBTAG = {_ANY: _ANY} | {language.partition("_")[0]: language for language in LANGUAGES}
_ENTRY = re.compile(
    r"(?P<range>\*|[A-Za-z]{1,8}(?:[-_][A-Za-z0-9]{1,8})*)"
    r"(?:[ \t]*;[ \t]*[Qq]=(?P<quality>0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?"
)
_lock = Lock()


def language_of(accept_language: str, default: str = SOURCE_LANGUAGE) -> str:
    """Return the language of the labels for an `Accept-Language` header (RFC 9110 section 12.5.4).

    A territory is ignored, and may follow an underscore: `fr-CA` and `fr_CA` find `fr`, `pt-PT` finds `pt_BR`.

    Args:
        accept_language: The value of the header. Malformed entries are ignored.
        default: One of `LANGUAGES`, for a header that accepts none of them.

    Raises:
        ValueError: The labels have no language `default`.
    """
    _check(default)
    header = accept_language[:MAX_HEADER_CHARACTERS]
    if len(accept_language) > MAX_HEADER_CHARACTERS:
        header = header.rpartition(",")[0]  # the last entry may be incomplete
    return _negotiated(header, default)


def labels(language: str) -> Callable[[str], str]:
    """Return the function that translates a label; a text that is no label stays as it is.

    Args:
        language: One of `LANGUAGES`. Its catalogue is read once.

    Raises:
        ValueError: The labels have no such language.
    """
    _check(language)
    with _lock:
        return _catalogue(language).gettext


def _check(language: str) -> None:
    if language not in LANGUAGES:
        raise ValueError(f"the labels of phones have no language {language!r}, only {', '.join(LANGUAGES)}")


@lru_cache(maxsize=256)  # a phone sends the same header with every request
def _negotiated(header: str, default: str) -> str:
    qualities: dict[str, float] = {}
    for language, quality in _entries(header):
        qualities[language] = max(quality, qualities.get(language, 0))
    quality_of_others = qualities.pop(_ANY, 0)
    for language in (default, *LANGUAGES):
        qualities.setdefault(language, quality_of_others)
    best = max(qualities, key=qualities.__getitem__)  # the first of several
    return best if qualities[best] else default


def _entries(header: str) -> Iterator[tuple[str, float]]:
    """Yield the languages of a header that have labels, and `*`, with their quality from 0 to 1."""
    for entry in header.split(","):
        match = _ENTRY.fullmatch(entry.strip(" \t"))
        if match is None:
            continue
        subtag = match["range"].lower().replace("_", "-").partition("-")[0]
        if subtag in _LANGUAGE_OF_SUBTAG:
            yield _LANGUAGE_OF_SUBTAG[subtag], float(match["quality"] or 1)


@cache
def _catalogue(language: str) -> NullTranslations:
    if language == SOURCE_LANGUAGE:
        return NullTranslations()
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - 25 ms, only for phones
    from babel.messages.pofile import read_po  # noqa: PLC0415

    compiled = BytesIO()
    with (_TRANSLATIONS / language / "LC_MESSAGES" / "phones.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
