"""What comes back: from LDAP attributes to the fields that the source's options name."""

import string
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from ldap3 import ALL_ATTRIBUTES, NO_ATTRIBUTES

from xivo_dird_backends.ldap.options import ATTRIBUTE_DESCRIPTION, LdapOptions, check_attributes

RawEntry = Mapping[str, Sequence[bytes] | None]
"""An entry as the server sent it: attribute name in the server's spelling -> its values."""

# RFC 4519: asked by one name, a server may answer with the other.
SYNONYMS = (
    ("c", "countryname"),
    ("cn", "commonname"),
    ("givenname", "gn"),
    ("homephone", "hometelephonenumber"),
    ("l", "localityname"),
    ("mail", "rfc822mailbox"),
    ("mobile", "mobiletelephonenumber"),
    ("o", "organizationname"),
    ("ou", "organizationalunitname"),
    ("pager", "pagertelephonenumber"),
    ("sn", "surname"),
    ("st", "stateorprovincename"),
    ("uid", "userid"),
)
SYNONYM = {name: other for pair in SYNONYMS for name, other in (pair, pair[::-1])}


class LdapEntries:
    """Knows which attributes to ask for, and gives them the names that the options use.

    Attribute names ignore case (RFC 4512), fields don't: an attribute appears under every spelling asked for.
    """

    def __init__(self, options: LdapOptions) -> None:
        """Raise `InvalidSource` when the unique column can't be an attribute."""
        unique = (options.unique_column,) if options.unique_column else ()
        check_attributes("unique_column", unique)
        self._all = not options.format_columns
        wanted = fields_of(options.format_columns.values())
        self._matched = options.first_matched_columns
        self.attributes = self._selection((*wanted, *unique))
        self.attributes_with_numbers = self._selection((*wanted, *unique, *self._matched))
        known = (*unique, *options.searched_columns, *self._matched) if self._all else (*wanted, *unique)
        self._fields = _by_name(known)
        self._synonyms = _by_name(known, synonyms=True)
        binary = options.unique_column_format == "binary_uuid"
        self._binary = options.unique_column.lower() if options.unique_column and binary else None
        self._number_names = {name for field in self._matched for name in _names_of(field)}

    def entry(self, raw: RawEntry) -> dict[str, str]:
        """Keep the first value of each attribute as text; what is empty or no UTF-8 is left out."""
        entry: dict[str, str] = {}
        for name, values in raw.items():
            key = name.lower()
            value = next(filter(None, values or ()), b"")
            text = _uuid_text(value) if key == self._binary else _text(value)
            if not text:
                continue
            for field in self._fields.get(key, (name,) if self._all else ()):
                entry[field] = text
            for field in self._synonyms.get(key.partition(";")[0], ()):
                entry.setdefault(field, text)
        return entry

    def numbers(self, raw: RawEntry) -> list[str]:
        """List every value of the first matched columns, also those beyond the first."""
        named = [
            values for name, values in raw.items() if name.lower().partition(";")[0] in self._number_names
        ]
        return [text for values in named for value in values or () if (text := _text(value))]

    def _selection(self, fields: Sequence[str]) -> tuple[str, ...]:
        """List the attributes to ask for. Operational ones (entryUUID) come only when they are named."""
        if self._all:
            return (ALL_ATTRIBUTES, *fields)
        return tuple(dict.fromkeys(fields)) or (NO_ATTRIBUTES,)


def fields_of(templates: Iterable[str]) -> tuple[str, ...]:
    """List the fields that format templates name, less those that can't be attributes."""
    found = dict.fromkeys(field for template in templates for field in _fields_of_one(template))
    return tuple(field for field in found if ATTRIBUTE_DESCRIPTION.fullmatch(field))


def _fields_of_one(template: str) -> list[str]:
    try:
        parsed = list(string.Formatter().parse(template))
    except ValueError:
        return []  # a malformed template makes its column null (contract section 3.2), and names nothing
    return [name.partition("[")[0] for _, name, _, _ in parsed if name]


def _by_name(fields: Iterable[str], *, synonyms: bool = False) -> dict[str, tuple[str, ...]]:
    """Index the fields by lower-case attribute name; several spellings of one name stay together."""
    found: dict[str, dict[str, None]] = {}
    for field in fields:
        for name in _names_of(field) if synonyms else (field.lower(),):
            found.setdefault(name, {})[field] = None
    return {name: tuple(spellings) for name, spellings in found.items()}


def _names_of(field: str) -> tuple[str, ...]:
    name = field.lower()
    return (name, SYNONYM[name]) if name in SYNONYM else (name,)


def _text(value: bytes) -> str | None:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return None


def _uuid_text(value: bytes) -> str | None:
    return str(UUID(bytes=value)) if len(value) == 16 else None
