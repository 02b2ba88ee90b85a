"""Converts LDAP attributes into the fields named by the options of a source."""

import string
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from xivo_dird_backends.ldap.options import (
    ATTRIBUTE_DESCRIPTION,
    LdapOptions,
    UniqueColumnFormat,
    check_attributes,
)
from xivo_dird_backends.ldap.tel_uris import numbers_in

UUID_BYTES = 16

ALL_ATTRIBUTES, NO_ATTRIBUTES = "*", "1.1"
"""Names that request all attributes but the operational ones, and none (RFC 4511 section 4.5.1.8)."""

RawEntry = Mapping[str, Sequence[bytes] | None]
"""An entry as the server sent it: attribute name in the server's spelling -> values."""

# RFC 4519: a server may return an attribute under a different name than the requested one.
SYNONYM_PAIRS = (
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
SYNONYMS = {name: other for pair in SYNONYM_PAIRS for name, other in (pair, pair[::-1])}


class LdapEntries:
    """Selects the attributes to request and converts them into fields with the names used in the options.

    Attribute names ignore case (RFC 4512), field names don't: an attribute appears under each requested spelling.
    """

    def __init__(self, options: LdapOptions, *, is_listed: bool = False) -> None:
        """Work out the requested attributes and their fields.

        Args:
            options: The options.
            is_listed: Whether the fields by which an entry is found are needed as well.

        Raises:
            InvalidSource: The unique column can't be the name of an attribute.
        """
        unique = (options.unique_column,) if options.unique_column else ()
        check_attributes("unique_column", unique)
        self._has_all_attributes = not options.format_columns
        formatted = fields_in_templates(options.format_columns.values())
        self._matched = options.first_matched_columns
        if is_listed:
            formatted = (*formatted, *options.searched_columns, *self._matched)
        self.attributes = self._select_attributes((*formatted, *unique))
        self.attributes_with_numbers = self._select_attributes((*formatted, *unique, *self._matched))
        fields = (*formatted, *unique)
        if self._has_all_attributes:
            fields = (*unique, *options.searched_columns, *self._matched)
        self._fields = _index_by_name(fields)
        self._synonyms = _index_by_name(fields, synonyms=True)
        self._unique_name = (options.unique_column or "").lower()
        self._unique_format = options.unique_column_format
        self._number_names = {name for field in self._matched for name in attribute_names(field)}

    def entry(self, raw: RawEntry) -> dict[str, str]:
        """Return the first non-empty value of each attribute as text; values that are not UTF-8 are omitted."""
        entry: dict[str, str] = {}
        for name, values in raw.items():
            key = name.lower()
            value = next(filter(None, values or ()), b"")
            text = id_text(value, self._unique_format) if key == self._unique_name else text_of(value)
            if not text:
                continue
            for field in self._fields.get(key, (name,) if self._has_all_attributes else ()):
                entry[field] = text
            for field in self._synonyms.get(key.partition(";")[0], ()):
                entry.setdefault(field, text)
        return entry

    def numbers(self, raw: RawEntry) -> list[str]:
        """Return all values of the first matched columns, not just the first value of each."""
        values_by_column = [
            values for name, values in raw.items() if name.lower().partition(";")[0] in self._number_names
        ]
        texts = [text_of(value) for values in values_by_column for value in values or ()]
        return [number for text in texts if text for number in numbers_in(text)]

    def _select_attributes(self, fields: Sequence[str]) -> tuple[str, ...]:
        """Return the attributes to request; servers return operational ones (entryUUID) only if they are named."""
        if self._has_all_attributes:
            return (ALL_ATTRIBUTES, *fields)
        return tuple(dict.fromkeys(fields)) or (NO_ATTRIBUTES,)


def fields_in_templates(templates: Iterable[str]) -> tuple[str, ...]:
    """Return the fields named in format templates, except those that can't be attributes."""
    found = dict.fromkeys(field for template in templates for field in _fields_in_template(template))
    return tuple(field for field in found if ATTRIBUTE_DESCRIPTION.fullmatch(field))


def _fields_in_template(template: str) -> list[str]:
    try:
        parsed = list(string.Formatter().parse(template))
    except ValueError:
        return []  # a malformed template makes its column null (contract section 3.2)
    return [name.partition("[")[0] for _, name, _, _ in parsed if name]


def _index_by_name(fields: Iterable[str], *, synonyms: bool = False) -> dict[str, tuple[str, ...]]:
    """Return the fields by lower-case attribute name; a name may have fields in several spellings."""
    found: dict[str, dict[str, None]] = {}
    for field in fields:
        for name in attribute_names(field) if synonyms else (field.lower(),):
            found.setdefault(name, {})[field] = None
    return {name: tuple(spellings) for name, spellings in found.items()}


def attribute_names(field: str) -> tuple[str, ...]:
    """Return the names, in lower case, that a server may use for the attribute of a field."""
    name = field.lower()
    return (name, SYNONYMS[name]) if name in SYNONYMS else (name,)


def text_of(value: bytes) -> str | None:
    """Return a value as text; None if it is not UTF-8."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return None


def id_text(value: bytes, value_format: UniqueColumnFormat) -> str | None:
    """Return an id as text; Active Directory stores the first three groups of a GUID in little-endian order."""
    if value_format == "string":
        return text_of(value)
    if len(value) != UUID_BYTES:
        return None
    return str(UUID(bytes=value) if value_format == "binary_uuid" else UUID(bytes_le=value))
