"""The attributes of entries (RFC 4519, RFC 4524, RFC 2798): their names, and the fields of contacts that they have."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from xivo_dird.directory.contact import Contact
from xivo_dird.displays.model import Display, DisplayColumn
from xivo_dird.ldap_server.model import LdapEntry
from xivo_dird.phones.contacts import number_kind
from xivo_dird.phones.texts import one_line
from xivo_dird.text.values import texts_of

OBJECT_CLASSES = ["top", "person", "organizationalPerson", "inetOrgPerson"]

NUMBERS = (
    "telephoneNumber",
    "mobile",
    "homePhone",
    "ipPhone",
    "facsimileTelephoneNumber",
    "pager",
)
"""The attributes whose values are phone numbers, with `ipPhone` of Active Directory."""

DEFAULT_FIELDS: Mapping[str, Sequence[str]] = {
    "givenName": ("firstname", "first_name", "givenname", "given_name"),
    "sn": ("lastname", "last_name", "sn", "surname", "family_name"),
    "mail": ("email", "mail", "e_mail"),
    "o": ("company", "organisation", "organization", "o"),
    "ou": ("department", "ou"),
    "title": ("title", "job_title"),
    "l": ("city", "locality", "l"),
    "description": ("description", "note"),
}
"""The fields of attributes that no column of a display gives, unless the configuration names others."""

NAMES = ("cn", "displayName", "givenName", "sn")

_OF_COLUMN_TYPE = {
    "name": ("cn", "displayName"),
    "firstname": ("givenName",),
    "lastname": ("sn",),
    "email": ("mail",),
}
_OF_NUMBER_KIND = {"mobile": "mobile", "home": "homePhone"}
_NUMBER_WORDS = (
    ("facsimileTelephoneNumber", re.compile("fax|facsimile|télécopie", re.IGNORECASE)),
    ("pager", re.compile("pager|beeper", re.IGNORECASE)),
    ("ipPhone", re.compile(r"ip.?phone|softphone|\bsip\b", re.IGNORECASE)),
)

ATTRIBUTES = {name.lower(): name for name in (*NAMES, *NUMBERS, *DEFAULT_FIELDS, "uid", "objectClass")}
"""The name of each attribute, by its name in lower case."""

FIXED = frozenset(("objectclass", "uid"))
"""Attributes, in lower case, whose values are not those of fields."""

OIDS = {
    "cn": "2.5.4.3",
    "sn": "2.5.4.4",
    "givenName": "2.5.4.42",
    "displayName": "2.16.840.1.113730.3.1.241",
    "telephoneNumber": "2.5.4.20",
    "mobile": "0.9.2342.19200300.100.1.41",
    "homePhone": "0.9.2342.19200300.100.1.20",
    "ipPhone": "1.2.840.113556.1.4.721",
    "facsimileTelephoneNumber": "2.5.4.23",
    "pager": "0.9.2342.19200300.100.1.42",
    "mail": "0.9.2342.19200300.100.1.3",
    "o": "2.5.4.10",
    "ou": "2.5.4.11",
    "title": "2.5.4.12",
    "l": "2.5.4.7",
    "description": "2.5.4.13",
    "uid": "0.9.2342.19200300.100.1.1",
}
"""The object identifiers of attributes."""

ALIASES = {
    "commonname": "cn",
    "surname": "sn",
    "gn": "givenname",
    "userid": "uid",
    "rfc822mailbox": "mail",
    "email": "mail",
    "organizationname": "o",
    "organizationalunitname": "ou",
    "localityname": "l",
    "mobiletelephonenumber": "mobile",
    "hometelephonenumber": "homephone",
    "pagertelephonenumber": "pager",
    "fax": "facsimiletelephonenumber",
    "2.5.4.0": "objectclass",
    **{oid: name.lower() for name, oid in OIDS.items()},
}
"""The further names and the object identifiers of attributes, in lower case."""

_NUMBER_KEYS = frozenset(name.lower() for name in NUMBERS)
_INSTEAD_OF_NAME = (*(name.lower() for name in NUMBERS), "mail")
"""What names an entry without a name."""


def attribute_key(name: str) -> str | None:
    """Return the name of a known attribute in lower case, by any of its names; None for an unknown one.

    Options behind a semicolon (`cn;lang-de`) are no attributes of these entries.
    """
    key = name.lower()
    key = ALIASES.get(key, key)
    return key if key in ATTRIBUTES else None


def is_number(name: str) -> bool:
    """Return whether the values of an attribute, by any of its names, are phone numbers."""
    return attribute_key(name) in _NUMBER_KEYS


class _Column(NamedTuple):
    key: str
    field: str
    default: str | None


class AttributeMap:
    """Converts contacts into the attributes of entries, for one display."""

    def __init__(
        self,
        display: Display | None,
        configured: Mapping[str, Sequence[str]],
        dialled: Callable[[str], str],
    ) -> None:
        """Prepare the columns.

        Args:
            display: The display of the profile.
            configured: The fields of attributes, in place of the columns of the display and the default ones.
            dialled: Returns the digits to dial of a phone number, empty if it has none.
        """
        configured = {attribute_key(name) or name: fields for name, fields in configured.items()}
        keys = set(configured)
        columns = [
            column
            for column in _display_columns(display.columns if display else ())
            if column.key not in keys
        ]
        keys.update(column.key for column in columns)
        columns += _columns(
            {name: fields for name, fields in DEFAULT_FIELDS.items() if name.lower() not in keys}
        )
        columns += _columns(configured)
        self._texts = [column for column in columns if not is_number(column.key)]
        self._numbers = [column for column in columns if is_number(column.key)]
        self._dialled = dialled

    def entry(self, contact: Contact, dn: str, uid: str) -> LdapEntry:
        """Return the entry of a contact, which has what a person must have: `cn` and `sn` (RFC 4519 section 3.12)."""
        values: dict[str, list[str]] = {"objectclass": OBJECT_CLASSES, "uid": [uid]}
        for key, text in _texts(contact.fields, self._texts):
            if shown := one_line(text):
                values.setdefault(key, []).append(shown)
        for key, text in _texts(contact.fields, self._numbers):
            number = self._dialled(text)
            if number and number not in values.setdefault(key, []):
                values[key].append(number)
        _complete_names(values, uid)
        return LdapEntry(dn, values)


def _texts(fields: Mapping[str, object], columns: Iterable[_Column]) -> Iterator[tuple[str, str]]:
    """Yield the attribute and each text of some columns."""
    for key, field, default in columns:
        value = fields.get(field, default)
        if value is not None:  # most contacts lack most of them
            for text in texts_of(value):
                yield key, text


def _complete_names(values: dict[str, list[str]], uid: str) -> None:
    """Add the names that a person has from those that are there."""
    if "cn" not in values:
        parts = [values[key][0] for key in ("givenname", "sn") if key in values]
        instead = next((values[key][0] for key in _INSTEAD_OF_NAME if values.get(key)), uid)
        values["cn"] = [" ".join(parts) or instead]
    values.setdefault("displayname", values["cn"])
    if "sn" not in values:
        first, _, last = values["cn"][0].partition(" ")
        values["sn"] = [last or first]
        if last:
            values.setdefault("givenname", [first])
    for key in [key for key, texts in values.items() if not texts]:
        del values[key]


def _columns(fields_of: Mapping[str, Sequence[str]]) -> list[_Column]:
    return [_Column(name.lower(), field, None) for name, fields in fields_of.items() for field in fields]


def _display_columns(columns: Sequence[DisplayColumn]) -> Iterator[_Column]:
    for column in columns:
        if column.field is None:
            continue
        if column.type in {"number", "callable"}:
            yield _Column(_number_attribute(column).lower(), column.field, column.default)
        for name in _OF_COLUMN_TYPE.get(column.type or "", ()):
            yield _Column(name.lower(), column.field, column.default)


def _number_attribute(column: DisplayColumn) -> str:
    """Return the attribute of a column with numbers, `telephoneNumber` if neither field nor title names another."""
    text = f"{column.field} {column.title or ''}"
    special = next((name for name, words in _NUMBER_WORDS if words.search(text)), None)
    return special or _OF_NUMBER_KIND.get(number_kind(column), "telephoneNumber")
