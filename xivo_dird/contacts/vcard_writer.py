"""Writes contacts as the vCards that clients export: version 3.0, which phones and mail programs import."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import quote

from xivo_dird.exceptions import InvalidQuery
from xivo_dird.vcards.fields import EXACT_FIELD, contact_fields
from xivo_dird.vcards.reader import read_cards

MAX_LINE_OCTETS = 75
"""Length in bytes from which a line is folded (RFC 2426)."""

MAX_PROPERTY_CHARACTERS = 1000
"""Maximum length of a text that is written as a property of the standard."""

_EXACT_CHARACTERS = 10_000
_TYPES = {
    "number": "VOICE,PREF",
    "phone": "VOICE",
    "telephone": "VOICE",
    "mobile": "CELL",
    "work_mobile": "CELL,WORK",
    "work": "WORK,VOICE",
    "home": "HOME,VOICE",
    "main": "MAIN",
    "other": "VOICE",
    "fax": "FAX",
    "fax_work": "WORK,FAX",
    "fax_home": "HOME,FAX",
    "pager": "PAGER",
    "assistant": "ASSISTANT",
    "callback": "CALLBACK",
    "car": "CAR",
}
_DIALLED = ("mobile", "work_mobile", "work", "home", "main", "assistant", "callback", "car")
_MORE_EXACT = {
    "number": _DIALLED,
    "phone": ("number", *_DIALLED),
    "telephone": ("phone", "number", *_DIALLED),
    "other": ("telephone", "phone", "number", *_DIALLED),
    "mobile": ("work_mobile",),
    "fax": ("fax_work", "fax_home"),
}
"""Kinds that say more about a number: a line of one of them, with the same text, replaces that of the key."""

_NUMBERED = re.compile(r"([a-z_]+?)(?:_[0-9]+)?")
_SPECIAL = re.compile(r"([\\,;])")
_UNCHANGED = re.compile(r"[\w/@+().:-]*")

Fields = Mapping[str, str | None]


def vcard_text(contacts: Sequence[Fields]) -> str:
    """Return contacts as vCards. An import of the text has the same fields, whatever their names are.

    Fields that a card has are properties of the standard. What a reader would not get from them, such as fields with
    other names, is written as `X-XIVO-DIRD-FIELD`, which other programs ignore.

    Args:
        contacts: The contacts, with their ids.

    Raises:
        InvalidQuery: A contact is too large for a card.
    """
    return "".join(_card(contact) for contact in contacts)


def _card(contact: Fields) -> str:
    fields = {name: text for name, text in contact.items() if text is not None}
    lines = ["BEGIN:VCARD", "VERSION:3.0", *_properties(fields)]
    lines += _exact_lines(fields, _read_back(lines))
    if _read_back(lines) != fields:
        reason = f"the contact {contact.get('id')!r} is too large for a vCard"
        raise InvalidQuery(f"{reason}; export it as JSON", {"format": [reason]})
    return "".join(map(_folded, [*lines, "END:VCARD"]))


def _properties(fields: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines of the properties that other programs read."""
    plain = {name: text for name, text in map(_plain_item, fields.items()) if text}
    names = ("lastname", "firstname", "middlename", "prefix", "suffix")
    yield f"N:{';'.join(_escape(plain.get(name, '')) for name in names)}"
    yield f"FN:{_escape(_display_name(plain))}"
    if "company" in plain or "department" in plain:
        yield f"ORG:{_escape(plain.get('company', ''))};{_escape(plain.get('department', ''))}"
    for name, text in plain.items():
        if name in {"title", "nickname"}:
            yield f"{name.upper()}:{_escape(text)}"
        if _kind(name) == "email":
            yield f"EMAIL;TYPE=INTERNET:{_escape(text)}"
    for types, text in _numbers(plain):
        yield f"TEL;TYPE={types}:{_escape(text)}"
    if "id" in plain:
        yield f"UID:{_escape(plain['id'])}"


def _numbers(plain: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """Return the types and the text of each number: one line for `number` and `mobile` with the same text.

    The reader gets both fields from this line; other programs would show two lines as two numbers.
    """
    kinds = [(_kind(name), text) for name, text in plain.items()]
    numbers = dict.fromkeys((kind, text) for kind, text in kinds if kind in _TYPES)
    preferred = plain.get("number")
    lines: dict[tuple[str, str], None] = {}
    for kind, text in numbers:
        if any((better, text) in numbers for better in _MORE_EXACT.get(kind, ())):
            continue
        is_preferred = text == preferred and kind in _MORE_EXACT["number"]
        lines[f"{_TYPES[kind]},PREF" if is_preferred else _TYPES[kind], text] = None
    return lines


def _kind(name: str) -> str:
    """Return the name of a field without the number of a further one: `mobile` for `mobile_2`."""
    found = _NUMBERED.fullmatch(name)
    return found[1] if found else ""


def _exact_lines(fields: Mapping[str, str], read: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines of the fields that are not read as they are, and of those that there are not."""
    for name, text in fields.items():
        if read.get(name) != text:
            for start in range(0, len(text) or 1, _EXACT_CHARACTERS):
                yield f"{EXACT_FIELD}:{_quote(name)}={_quote(text[start : start + _EXACT_CHARACTERS])}"
    for name in read:
        if name not in fields:
            yield f"{EXACT_FIELD}:{_quote(name)}"


def _read_back(lines: Sequence[str]) -> dict[str, str]:
    (card,) = read_cards("\r\n".join([*lines, "END:VCARD"]).encode("utf-8", "replace"))
    return contact_fields(card)


def _display_name(plain: Mapping[str, str]) -> str:
    """Return the text of FN, which a card must have."""
    if "name" in plain:
        return plain["name"]
    parts = (plain.get(name, "") for name in ("firstname", "lastname"))
    others = (plain.get(name, "") for name in ("company", "email", "number", "mobile", "id"))
    return " ".join(filter(None, parts)) or next(filter(None, others), "?")


def _plain_item(item: tuple[str, str]) -> tuple[str, str]:
    """Return a field with its text as one line; an empty one for a text that is too long."""
    name, text = item
    return name, " ".join(text.split()) if len(text) <= MAX_PROPERTY_CHARACTERS and text.isprintable() else ""


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _quote(text: str) -> str:
    """Return a text without any character that a program could change, percent-encoded if it has one."""
    return text if _UNCHANGED.fullmatch(text) else quote(text, safe="/@+():")


def _folded(line: str) -> str:
    """Return a line in parts of a bounded length in bytes, which begin with whole characters."""
    data = line.encode("utf-8", "replace")
    parts = []
    start, size = 0, MAX_LINE_OCTETS
    while start < len(data):
        end = min(start + size, len(data))
        while end < len(data) and data[end] & 0xC0 == 0x80:
            end -= 1
        parts.append(data[start:end])
        start, size = end, MAX_LINE_OCTETS - 1  # the blank of a fold counts, too
    return (b"\r\n ".join(parts) + b"\r\n").decode()
