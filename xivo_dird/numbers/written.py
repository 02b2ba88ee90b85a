"""Reads the phone numbers in a text as people, address books, spreadsheets, phones and trunks write them.

Nothing here depends on a country: an index stores the `digit_keys` of its texts, and a lookup reads the few candidates
with the dial plan of its tenant (`readings`).
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from xivo_dird.numbers.characters import plain_text

MAX_CHARACTERS = 256
"""Maximum length of a text with numbers, in characters; a longer text has none."""

MAX_DIGITS = 18
"""Maximum digits of a number with its prefix: ITU-T E.164 allows 15, and two national numbers have more than 18."""

MIN_LOCAL_DIGITS = 7
"""Minimum digits of a number that is compared by its digits alone; a shorter one is an extension or a service."""

MIN_STEM_DIGITS = 6
"""Minimum digits of a company block in front of the extensions."""

KEY_DIGITS = 6
"""Last digits that all spellings of a number share; prefixes of the country, trunk or carrier may precede them."""

STEM_KEYS = range(1_200_000, 2_200_000)
"""The keys of company blocks; all other keys are less."""

_MIN_PART_DIGITS = 5
_SHORT_KEYS = 10**KEY_DIGITS

_DIGITS_ONLY = re.compile(r"\+?([0-9]{1,18})")
_USUAL = re.compile(r"[+(]?[0-9][0-9 ().-]*[0-9]")
_BLOCK_ENDS = ("-0", "-00", "-000")
_AROUND_HYPHEN = re.compile(r" *- *")
_SIGNS = str.maketrans("", "", "+ ()[]./-")

_FLOAT = re.compile(r"(?<![\d.])(\d{7,})\.0(?=\D*$)")
_CARRIER_PLACEHOLDER = re.compile(r"(?<!\w)0[ -]?xx[ -]?(?=[(\d])", re.IGNORECASE)
_HOST = re.compile(r"@[^\s;>,]*")
_CONTEXT = re.compile(r";phone-context=([^;>\s]*)", re.IGNORECASE)
_PARAMETER = re.compile(r";(?!ext=)[a-z-]+=[^;>\s]*", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w*#@+])[+(\[]?[+(\[ ]*\d(?>(?:[ ()\[\]./-]*+\d)*)\*?")
_EXTENSION = re.compile(
    r"(?:[ ,;]*(?:ext=|(?:ext(?:ension|n)?|x|int(?:ern[eo]?)?|anexo|durchwahl|dw|poste|доб|[pw])(?![^\W\d_])|\#)"
    r"|,,[, ]*)[ .:=]*(?P<digits>\d{1,7})\#?(?!\w)",
    re.IGNORECASE,
)
_BARE = re.compile(r"[\s\"'`=\u2018\u2019]*(\d{1,6})[\s\"']*")
_VANITY = re.compile(r"(?<![\w ().-])[+(]?\d[\d ().-]*+(?<!\()[A-Z](?=[A-Z0-9-]*[A-Z]{2})[A-Z0-9-]*+(?!\w)")
_MIN_VANITY_DIGITS = 10
_KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")


class WrittenNumber(NamedTuple):
    """One number of a text.

    Attributes:
        digits: Its digits, 1 to `MAX_DIGITS`, as ASCII.
        has_plus: True if it is written in international format.
        extension: The digits of its extension, "" without one.
        stem: For a company block (`…-0`, `…*`) the digits in front of the extensions, "" for other numbers.
        is_bare: True if the text has nothing but these digits, apart from what a spreadsheet adds.
        parts: The numbers between slashes, in case `digits` are not one number.
    """

    digits: str
    has_plus: bool = False
    extension: str = ""
    stem: str = ""
    is_bare: bool = False
    parts: tuple["WrittenNumber", ...] = ()


def read_numbers(text: str) -> tuple[WrittenNumber, ...]:
    """Return the numbers in a text, in its order; none for a text that is not about a number.

    A number consists of digits, of the signs of E.123, RFC 3966 and the address books between them, and of a `+`. It
    may have an extension (`x12`, `;ext=12`). Everything else in the text is ignored: words (`Tel. 0171 … (office)`),
    what a spreadsheet adds (`'+49…`, `="0221…"`, `49171….0`), the scheme and the host of an address (`sip:…@…`).
    Other signs separate numbers, and so does a slash between two complete numbers.

    Digits next to a letter, `*` or `#` are not read: these are codes (`*31#610`, `**610`, `AB1234567`).
    """
    match = _DIGITS_ONLY.fullmatch(text)
    if match is not None:
        return (WrittenNumber(match[1], text[0] == "+", is_bare=text[0] != "+"),)
    if len(text) > MAX_CHARACTERS:
        return ()
    plain = plain_text(text)
    bare = _BARE.fullmatch(plain)
    if bare is not None:
        return (WrittenNumber(bare[1], is_bare=True),)
    numbers = tuple(_numbers(_without_address(plain)))
    if any(len(number.digits) >= MIN_LOCAL_DIGITS for number in numbers):
        return numbers
    return numbers + _vanity_numbers(plain)


def digit_keys(text: str) -> tuple[int, ...]:
    """Return the keys, of the numbers in a text.

    All spellings of a number share a key, and different numbers may share one. This must be fast, since it is called
    for millions of entries. A number of up to five digits has a key of its own; a company block has the key of its
    stem, too (see `stem_key`).
    """
    digits = text[1:] if text[:1] == "+" else text
    if not (digits.isascii() and digits.isdecimal()):
        if _USUAL.fullmatch(text) is None or text.rstrip("0 ").endswith(("-", ".")):  # a block, a fraction
            return tuple(dict.fromkeys(_keys(read_numbers(text))))
        digits = text.translate(_SIGNS)
    return (digit_key(digits),) if len(digits) <= MAX_DIGITS else ()


def digit_key(digits: str) -> int:
    """Return the key of a number with these ASCII digits."""
    return int(digits[-KEY_DIGITS:]) if len(digits) >= KEY_DIGITS else _SHORT_KEYS + int(f"1{digits}")


def stem_key(stem: str) -> int:
    """Return the key of the company blocks with these digits in front of the extensions."""
    return STEM_KEYS.start + int(stem[-KEY_DIGITS:])


def _keys(numbers: Iterable[WrittenNumber]) -> Iterator[int]:
    for number in numbers:
        yield digit_key(number.digits)
        if number.stem:
            yield stem_key(number.stem)
        yield from _keys(number.parts)


def _without_address(text: str) -> str:
    """Return a text without the host and the parameters of a tel or sip URI, and without carrier placeholders.

    The context of a local number (RFC 3966 section 5.1.5) is written in front of it if it is part of a number.
    """
    if ";" in text or "@" in text:
        context = _CONTEXT.search(text)
        text = _PARAMETER.sub("", _HOST.sub("", text))
        if context is not None and context[1].startswith("+"):
            text = re.sub(r"\d", lambda digit: f"{context[1]}{digit[0]}", text, count=1)
    if "%" in text:
        text = re.sub("%2b", "+", text, flags=re.IGNORECASE)
    if ".0" in text:
        text = _FLOAT.sub(r"\1", text)
    return _CARRIER_PLACEHOLDER.sub("0", text)


def _numbers(text: str) -> Iterator[WrittenNumber]:
    position = 0
    while (match := _NUMBER.search(text, position)) is not None:
        extension = _EXTENSION.match(text, match.end())
        position = match.end() if extension is None else extension.end()
        if extension is not None or re.match(r"[\w*#]", text[position : position + 1]) is None:
            yield from _between_slashes(match[0], extension["digits"] if extension else "")


def _between_slashes(token: str, extension: str) -> Iterator[WrittenNumber]:
    """Yield the numbers of a token: several if all parts between slashes are long enough to be numbers.

    If only some are, the slash may be in a number (`0221 / 4710125`), which depends on the country.
    """
    parts = [_number(part, "") for part in token.split("/") if any(map(str.isdigit, part))]
    if len(parts) > 1 and all(len(part.digits) >= MIN_LOCAL_DIGITS for part in parts):
        yield from (part for part in parts if len(part.digits) <= MAX_DIGITS)
        return
    number = _number(token, extension)
    if len(number.digits) <= MAX_DIGITS:
        complete = tuple(part for part in parts if len(part.digits) >= _MIN_PART_DIGITS)
        yield number._replace(parts=complete) if len(complete) > 1 else number


def _number(token: str, extension: str) -> WrittenNumber:
    written = token.rstrip("*").rstrip()
    digits = written.translate(_SIGNS)
    stem = digits if "*" in token else _switchboard_stem(written)
    return WrittenNumber(digits, "+" in written, extension, stem if len(stem) >= MIN_STEM_DIGITS else "")


def _switchboard_stem(written: str) -> str:
    """Return the digits in front of the `-0` of a switchboard (DIN 5008), "" if there is none.

    Several zeros are a switchboard only behind the only hyphen: `01-44-55-66-00` is a number.
    """
    written = _AROUND_HYPHEN.sub("-", written)
    stem = next((written.removesuffix(end) for end in _BLOCK_ENDS if written.endswith(end)), "")
    return "" if written.endswith("00") and "-" in stem else stem.translate(_SIGNS)


def _vanity_numbers(text: str) -> tuple[WrittenNumber, ...]:
    """Return the number that a text has in letters of the keypad (ITU-T E.161), such as `1-800-FLOWERS`."""
    match = _VANITY.search(text.upper())
    digits = "" if match is None else match[0].translate(_KEYPAD).translate(_SIGNS)
    if match is None or not _MIN_VANITY_DIGITS <= len(digits) <= MAX_DIGITS:
        return ()
    return (WrittenNumber(digits, "+" in match[0]),)
