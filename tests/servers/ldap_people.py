"""Generated entries of an LDAP directory, and their LDIF form (RFC 2849)."""

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
"""Values by attribute name; the attribute `dn` has one value."""


def guid(number: int) -> UUID:
    """Return the `guid` of the person with this number."""
    return uuid5(NAMESPACE, str(number))


def person(number: int) -> LdapEntry:
    """Create a person; number 7 has uid `user0007`, telephone 1007, mobile +3361000007, and a binary photo."""
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
    """Create the persons 0 to `count` - 1."""
    return [person(number) for number in range(count)]


def roots() -> list[LdapEntry]:
    """Create the parent entries of the people."""
    return [
        {"dn": [BASE_DN], "objectClass": ["dcObject", "organization"], "dc": ["example"], "o": ["Example"]},
        {"dn": [PEOPLE_DN], "objectClass": ["organizationalUnit"], "ou": ["people"]},
    ]


def referral(uri: str) -> LdapEntry:
    """Create an entry `ou=elsewhere` that refers clients to `uri`."""
    dn = f"ou=elsewhere,{BASE_DN}"
    return {
        "dn": [dn],
        "objectClass": ["referral", "extensibleObject"],
        "ou": ["elsewhere"],
        "ref": [f"{uri}/{dn}"],
    }


def ldif(entries: Sequence[LdapEntry]) -> str:
    """Return the entries as LDIF, each value in base64."""
    return "\n".join(
        "".join(_line(name, value) for name, values in entry.items() for value in values) for entry in entries
    )


def _line(name: str, value: str | bytes) -> str:
    encoded = value.encode() if isinstance(value, str) else value
    return f"{name}:: {base64.b64encode(encoded).decode()}\n"
