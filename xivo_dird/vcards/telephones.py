"""The numbers of a card: how they are written, and of which kind they are."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from urllib.parse import unquote

from xivo_dird.text.folding import fold
from xivo_dird.vcards.properties import Property
from xivo_dird.vcards.reader import Card

_KINDS_BY_TYPES: tuple[tuple[str, frozenset[str]], ...] = tuple(
    (kind, frozenset(types.split()))
    for kind, types in (
        ("fax_work", "fax work"),
        ("fax_home", "fax home"),
        ("fax", "fax"),
        ("fax_work", "workfax"),
        ("fax_home", "homefax"),
        ("pager", "pager"),
        ("work_mobile", "cell work"),
        ("work_mobile", "mobile work"),
        ("work_mobile", "workmobile"),
        ("mobile", "cell"),
        ("mobile", "mobile"),
        ("mobile", "iphone"),
        ("mobile", "pcs"),
        ("assistant", "assistant"),
        ("callback", "callback"),
        ("car", "car"),
        ("main", "x-company-main"),
        ("main", "main"),
        ("work", "work"),
        ("home", "home"),
    )
)
"""Kinds by the words of TYPE; the first row of which a number has all words decides, so that a fax is a fax."""

KINDS = frozenset(kind for kind, _ in _KINDS_BY_TYPES) | {"other"}

_LABELS = {
    "fax_work": "workfax, work fax, fax arbeit",
    "fax_home": "homefax, home fax, fax privat",
    "fax": "otherfax, other fax, fax",
    "pager": "pager",
    "work_mobile": "work mobile, diensthandy",
    "mobile": "mobile, iphone, mobil, handy, natel, portable, cell",
    "assistant": "assistantphone, assistant",
    "callback": "callback",
    "car": "car",
    "main": "main, haupt, company",
    "work": "work, arbeit, büro, bureau, travail",
    "home": "home, privat, domicile",
}
_KINDS_BY_LABEL = {
    fold(label.strip()): kind for kind, labels in _LABELS.items() for label in labels.split(",")
}
_TYPE_WORDS = frozenset(word for _, words in _KINDS_BY_TYPES for word in words) | frozenset(
    ("voice", "msg", "isdn", "video", "text", "textphone", "other", "pref")
)

MAX_LABEL_CHARACTERS = 256
"""Length to which a label is cut."""

MAX_NUMBERS = 3000
"""Maximum number of the numbers of a card that are read: one property may have ten thousand."""

FAXES = frozenset(("fax_work", "fax_home", "fax"))
_NOT_DIALLED = FAXES | {"pager"}
_DIALLED_LAST = frozenset(("assistant", "callback", "car"))
_MULTIPLE = ":::"
_NO_PREFERENCE = 101


@dataclass(frozen=True, slots=True)
class Telephone:
    """A number of a card.

    Attributes:
        number: The number as text; a `tel:` URI without its scheme.
        kind: One of work, mobile, home, main, fax_work, fax_home, fax, other, pager, work_mobile, assistant, car and
            callback.
        label: The label that a person chose, "" without one.
        preference: 1 for the best, up to 100; 101 without a preference.
    """

    number: str
    kind: str
    label: str = ""
    preference: int = _NO_PREFERENCE


def telephones(card: Card) -> list[Telephone]:
    """Return the numbers of a card, in its order, each once."""
    labels = {found.group: found.text for found in card.find("X-ABLABEL") if found.group}
    found: dict[Telephone, None] = {}
    for part in card.find("TEL", "X-MS-TEL"):
        label = _clean_label(part.parameters.get("LABEL") or labels.get(part.group, ""))
        kind = _kind(part.types & _TYPE_WORDS, label)  # a cached set of any words could have megabytes
        shown = label if label and fold(label) not in _KINDS_BY_LABEL and not _types_in(label) else ""
        for number in islice(_numbers(part), MAX_NUMBERS - len(found)):
            found[Telephone(number, kind, shown, _preference(part))] = None
    return list(found)


def first_to_dial(numbers: Iterable[Telephone]) -> Telephone | None:
    """Return the number to dial first: a preferred one, never a fax or a pager."""
    dialled = (number for number in numbers if number.kind not in _NOT_DIALLED)
    return min(dialled, key=lambda number: (number.kind in _DIALLED_LAST, number.preference), default=None)


def _numbers(part: Property) -> Iterator[str]:
    """Yield the numbers of a property: Google writes several in one."""
    for text in part.text.split(_MULTIPLE):
        number = " ".join(_without_scheme(text.strip()).split())
        if number:
            yield number


def _without_scheme(text: str) -> str:
    """Return a number without `tel:`, with its extension, and with the prefix that a phone context names.

    A number with a trunk prefix can be dialled as it is; which digits the prefix would replace depends on the country.
    """
    if text[:4].lower() != "tel:":
        return text
    number, *parameters = unquote(text[4:]).strip().split(";")
    values: Mapping[str, str] = {
        name.strip().lower(): value.strip()
        for name, _, value in (parameter.partition("=") for parameter in parameters)
    }
    context = values.get("phone-context", "")
    if context.startswith("+") and not number.startswith(("+", "0")):
        number = f"{context}{number}"
    extension = values.get("ext")
    return f"{number};ext={extension}" if extension else number


@lru_cache(maxsize=1024)
def _kind(types: frozenset[str], label: str) -> str:
    types |= _types_in(label)
    by_types = next((kind for kind, words in _KINDS_BY_TYPES if words <= types), "other")
    if by_types in FAXES:
        return by_types
    return _KINDS_BY_LABEL.get(fold(label), by_types)


def _types_in(label: str) -> frozenset[str]:
    """Return the words of a label such as `WORK;VOICE;PREF`, into which some programs write types."""
    words = frozenset(word.strip().lower() for word in label.replace(",", ";").split(";"))
    return words if len(words) > 1 and words <= _TYPE_WORDS else frozenset()


def _clean_label(label: str) -> str:
    """Return a label without the marks of Apple's built-in ones, `_$!<Mobile>!$_`."""
    return " ".join(label[:MAX_LABEL_CHARACTERS].removeprefix("_$!<").removesuffix(">!$_").split())


def _preference(part: Property) -> int:
    text = part.parameters.get("PREF", "")
    if text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= 100:
        return int(text[:4])
    return 1 if "pref" in part.types else _NO_PREFERENCE
