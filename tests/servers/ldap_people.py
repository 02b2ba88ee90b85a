"""Generated entries of an LDAP directory, and how LDIF (RFC 2849) writes them."""

import base64
from collections.abc import Mapping, Sequence
from uuid import UUID, uuid5

BASE_DN = "dc=example,dc=org"
PEOPLE_DN = f"ou=people,{BASE_DN}"
NAMESPACE = UUID("5d1ab6a1-8a3f-4b53-9d3c-0c5b3a4c6f10")
NOT_TEXT = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x80\x81"

FIRST_NAMES = (
    "Alice",
    "Björn",
    "Chloé",
    "Dvořák",
    "Élodie",
    "François",
    "Günther",
    "Hélène",
    "İpek",
    "Jürgen",
)
LAST_NAMES = (
    "Adams",
    "Bélanger",
    "Côté",
    "Durand",
    "Strauß",
    "Lefèvre",
    "Müller",
    "Núñez",
    "Ødegård",
    "O'Neil",
)

LdapEntry = Mapping[str, Sequence[str | bytes]]
"""Attribute name -> values; the attribute `dn` has one value."""


def guid(number: int) -> UUID:
    """Answer the `guid` of the person with this number."""
    return uuid5(NAMESPACE, str(number))


def person(number: int) -> LdapEntry:
    """Make the person `number`: uid `user0007`, telephone 1007, mobile +3361000007, and a photo that is no text."""
    first, last = FIRST_NAMES[number % 10], LAST_NAMES[number // 10 % 10]
    return {
        "dn": [f"uid=user{number:04},{PEOPLE_DN}"],
        "objectClass": ["inetOrgPerson", "guidHolder"],
        "uid": [f"user{number:04}"],
        "cn": [f"{first} {last} {number}"],
        "givenName": [first],
        "sn": [last],
        "mail": [f"user{number:04}@example.org", f"alias{number:04}@example.org"],
        "telephoneNumber": [str(1000 + number), f"+33 1 00 00 {number:04}"],
        "mobile": [f"+3361{number:06}"],
        "jpegPhoto": [NOT_TEXT],
        "guid": [guid(number).bytes],
    }


def people(count: int = 200) -> list[LdapEntry]:
    """Make the persons 0 to `count` - 1."""
    return [person(number) for number in range(count)]


def roots() -> list[LdapEntry]:
    """Make the entries that the people are below."""
    return [
        {"dn": [BASE_DN], "objectClass": ["dcObject", "organization"], "dc": ["example"], "o": ["Example"]},
        {"dn": [PEOPLE_DN], "objectClass": ["organizationalUnit"], "ou": ["people"]},
    ]


def referral(uri: str) -> LdapEntry:
    """Make an entry `ou=elsewhere` that sends whoever asks for it to `uri`."""
    dn = f"ou=elsewhere,{BASE_DN}"
    return {
        "dn": [dn],
        "objectClass": ["referral", "extensibleObject"],
        "ou": ["elsewhere"],
        "ref": [f"{uri}/{dn}"],
    }


def ldif(entries: Sequence[LdapEntry]) -> str:
    """Write the entries as LDIF, each value in base64."""
    return "\n".join(
        "".join(_line(name, value) for name, values in entry.items() for value in values) for entry in entries
    )


def _line(name: str, value: str | bytes) -> str:
    encoded = value.encode() if isinstance(value, str) else value
    return f"{name}:: {base64.b64encode(encoded).decode()}\n"
