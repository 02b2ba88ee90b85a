"""What a card says about a person: flat fields, as contacts have them, and lists for sources."""

import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import islice
from typing import NamedTuple, Self
from urllib.parse import unquote

from xivo_dird.vcards.properties import Property
from xivo_dird.vcards.reader import Card
from xivo_dird.vcards.telephones import FAXES, KINDS, Telephone, first_to_dial, telephones

EXACT_FIELD = "X-XIVO-DIRD-FIELD"
"""A field that our own export can't write otherwise: `name=text`, percent-encoded; `name` alone if there is none."""

CARD_FIELDS = frozenset(
    (
        *("id", "name", "firstname", "lastname", "middlename", "prefix", "suffix", "nickname", "phonetic"),
        *("company", "department", "title", "email", "emails", "sip", "categories"),
        *("number", "numbers", "phones", *KINDS),
    )
)
"""The fields that an entry may have, without the numbered ones of further values: `mobile_2`."""

MAX_TEXTS = 1000
"""Maximum number of categories and of nicknames that are read."""

_ID_BYTES = 12
_GROUP_KINDS = frozenset(("group", "location", "application"))
_PHONETIC = (
    *("X-PHONETIC-FIRST-NAME", "X-PHONETIC-MIDDLE-NAME", "X-PHONETIC-LAST-NAME"),
    *("SORT-STRING", "SOUND"),
)
_NAMING = ("FN", "N", "ORG", "NICKNAME", "EMAIL", "TEL", "X-MS-TEL", "X-SIP", EXACT_FIELD)
"""The properties of which a card must have one with a text."""

_URN = "urn:uuid:"
_COMMA = re.compile(r"\s*,\s*")


def is_person(card: Card) -> bool:
    """Return False for a card that is a group of cards, a place or a program."""
    return not any(
        found.text.strip().lower() in _GROUP_KINDS for found in card.find("KIND", "X-ADDRESSBOOKSERVER-KIND")
    )


def find_error(card: Card) -> str | None:
    """Return why a card can't be used, None if it can."""
    if card.error is None and not any(part.strip() for found in card.find(*_NAMING) for part in found.parts):
        return "it has no name, number or address"
    return card.error


def contact_fields(card: Card) -> dict[str, str]:
    """Return the fields of a contact: one text each, `email_2` for a second address, in the order of a form."""
    return _contact_fields(card, telephones(card))


def _contact_fields(card: Card, numbers: Sequence[Telephone]) -> dict[str, str]:
    fields = {**_name_fields(card), **_number_fields(numbers)}
    fields.update(_numbered("email", _emails(card)))
    fields.update(_numbered("sip", _sip_addresses(card)))
    display_name = _display_name(card, fields)
    if display_name:
        fields = {"name": display_name, **fields}
        if "firstname" not in fields:
            fields.setdefault("lastname", display_name)
    return _with_exact_fields(card, fields)


def _with_exact_fields(card: Card, fields: dict[str, str]) -> dict[str, str]:
    """Return the fields with those that our own export wrote; a long text is in several lines."""
    exact: dict[str, list[str]] = {}
    for found in card.find(EXACT_FIELD):
        name, has_text, text = found.text.partition("=")
        parts = exact.setdefault(unquote(name), [])
        if has_text:
            parts.append(unquote(text))
    for name, parts in exact.items():
        if parts:
            fields[name] = "".join(parts)
        else:
            fields.pop(name, None)
    return fields


def entry_of(card: Card) -> dict[str, object]:
    """Return the entry of a source: the fields of the contact, and lists.

    `numbers` and `emails` are all numbers and addresses; `phones` has the `number`, `kind` and `label` of each number.
    """
    numbers = telephones(card)
    fields: dict[str, object] = {**_contact_fields(card, numbers)}
    fields.pop("id", None)
    phones = [{"number": part.number, "kind": part.kind, "label": part.label} for part in numbers]
    lists: dict[str, object] = {
        "numbers": [*dict.fromkeys(part.number for part in numbers)],
        "phones": phones,
        "emails": _emails(card),
        "categories": _list(card, "CATEGORIES"),
    }
    return {**fields, **{name: found for name, found in lists.items() if found}}


def uid_of(card: Card) -> str:
    """Return the UID of a card, without `urn:uuid:`; "" without one."""
    uid = next((found.text.strip() for found in card.find("UID") if found.text.strip()), "")
    return uid[len(_URN) :] if uid.lower().startswith(_URN) else uid


def hash_of(card: Card) -> str:
    """Return a hash of what is read of a card, which does not depend on the order of its lines."""
    lines = sorted(
        "\0".join((found.name, *sorted(found.types), *found.parts))
        for found in card.properties
        if found.name != "UID"
    )
    return blake2b("\1".join(lines).encode("utf-8", "replace"), digest_size=_ID_BYTES).hexdigest()


class CardKey(NamedTuple):
    """What identifies a card: its UID, "" without one, and its hash."""

    uid: str
    digest: str

    @classmethod
    def of(cls, card: Card) -> Self:
        """Return the key of a card."""
        return cls(uid_of(card), hash_of(card))


class CardIds:
    """Gives each card of a source an id: its UID, else its hash; both if another card has the UID."""

    def __init__(self) -> None:
        """Create a register without any id."""
        self._ids: set[str] = set()

    def add(self, key: CardKey) -> str | None:
        """Return the id of a card; None if the same card was added before."""
        uid, digest = key
        for candidate in (uid or digest, f"{uid}:{digest}"):
            digest_key = f"{candidate}\0{digest}"
            if digest_key in self._ids:
                return None
            if candidate not in self._ids:
                self._ids.update((candidate, digest_key))
                return candidate
        return None


def _name_fields(card: Card) -> dict[str, str]:
    parts = [_line(part) for part in next((found.parts for found in card.find("N")), [])]
    family, given, additional, prefix, suffix, *_ = [*parts, *[""] * 5]
    organisation, *units = [_line(part) for found in card.find("ORG") for part in found.parts] or [""]
    phonetic = (_line(" ".join(found.parts)) for found in card.find(*_PHONETIC) if _is_text(found))
    fields = {
        "firstname": given,
        "lastname": family,
        "middlename": additional,
        "prefix": prefix,
        "suffix": suffix,
        "company": organisation,
        "department": ", ".join(filter(None, units)),
        "title": _first_text(card, "TITLE"),
        "nickname": ", ".join(_list(card, "NICKNAME")),
        "phonetic": " ".join(filter(None, phonetic)),
    }
    return {name: text for name, text in fields.items() if text}


def _is_text(found: Property) -> bool:
    """Return False for a sound that is one; Japanese phones write the pronunciation of the name as SOUND;X-IRMC-N."""
    return found.name != "SOUND" or "x-irmc-n" in found.types


def _display_name(card: Card, fields: dict[str, str]) -> str:
    """Return FN, or a name made of what there is."""
    if (
        any(found.text.strip().upper() == "COMPANY" for found in card.find("X-ABSHOWAS"))
        and "company" in fields
    ):
        return fields["company"]
    parts = (fields.get(name, "") for name in ("prefix", "firstname", "middlename", "lastname", "suffix"))
    alternatives = (fields.get(name, "") for name in ("nickname", "company", "email", *_NAMING_NUMBERS))
    return _first_text(card, "FN") or " ".join(filter(None, parts)) or next(filter(None, alternatives), "")


_NAMING_NUMBERS = ("number", "fax", "pager", "sip")


def _number_fields(numbers: Sequence[Telephone]) -> dict[str, str]:
    """Return `number`, the first to dial, and a field for each kind: `mobile`, `mobile_2`, `fax_work`.

    `mobile` and `fax` are also a work mobile and any fax, if there is no other.
    """
    fields: dict[str, str] = {}
    first = first_to_dial(numbers)
    if first is not None:
        fields["number"] = first.number
    by_kind: dict[str, list[str]] = {}
    for part in numbers:
        if part.kind != "other" or part.number != fields.get("number"):
            by_kind.setdefault(part.kind, []).append(part.number)
    for kind, texts in by_kind.items():
        fields.update(_numbered(kind, dict.fromkeys(texts)))
    if "work_mobile" in fields:
        fields.setdefault("mobile", fields["work_mobile"])
    faxes = [part.number for part in numbers if part.kind in FAXES]
    if faxes:
        fields.setdefault("fax", faxes[0])
    return fields


def _numbered(name: str, texts: Iterable[str]) -> dict[str, str]:
    return {name if index == 1 else f"{name}_{index}": text for index, text in enumerate(texts, 1)}


def _emails(card: Card) -> list[str]:
    ordered = sorted(card.find("EMAIL"), key=lambda found: "pref" not in found.types)
    texts = (_line(found.text.removeprefix("mailto:")) for found in ordered)
    return list(dict.fromkeys(filter(None, texts)))


def _sip_addresses(card: Card) -> Iterator[str]:
    for found in card.find("X-SIP", "IMPP"):
        text = _line(found.text)
        if text and (found.name == "X-SIP" or text.lower().startswith(("sip:", "sips:"))):
            yield text


def _first_text(card: Card, name: str) -> str:
    return next(filter(None, (_line(found.text) for found in card.find(name))), "")


def _list(card: Card, name: str) -> list[str]:
    texts = (text for found in card.find(name) for text in _COMMA.split(_line(found.text)))
    return list(dict.fromkeys(islice(filter(None, texts), MAX_TEXTS)))


def _line(text: str) -> str:
    """Return a text as one line with single blanks."""
    return " ".join(text.split())
