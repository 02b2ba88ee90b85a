"""The entries that describe the server: the root DSE and the schema (RFC 4512), and those of the tree."""

from xivo_dird.distinguished_names import parse_name
from xivo_dird.ldap_server.attributes import ALIASES, NUMBERS, OIDS
from xivo_dird.ldap_server.model import START_TLS_OID, WHO_AM_I_OID, LdapEntry
from xivo_dird.ldap_server.tree import SCHEMA_DN, DirectoryTree, Place

_SYNTAX = "1.3.6.1.4.1.1466.115.121.1"
_TEXT, _NUMBER = f"{_SYNTAX}.15", f"{_SYNTAX}.50"
_CLASSES = [
    "( 2.5.6.0 NAME 'top' ABSTRACT MUST objectClass )",
    "( 2.5.6.6 NAME 'person' SUP top STRUCTURAL MUST ( sn $ cn ) MAY ( telephoneNumber $ description ) )",
    "( 2.5.6.7 NAME 'organizationalPerson' SUP person STRUCTURAL MAY ( title $ ou $ l $ facsimileTelephoneNumber ) )",
    "( 2.16.840.1.113730.3.2.2 NAME 'inetOrgPerson' SUP organizationalPerson STRUCTURAL MAY ( displayName $ givenName"
    " $ homePhone $ mail $ mobile $ o $ pager $ uid $ ipPhone ) )",
    "( 2.5.6.5 NAME 'organizationalUnit' SUP top STRUCTURAL MUST ou )",
]


def root_dse(tree: DirectoryTree, controls: list[str], *, has_tls: bool) -> LdapEntry:
    """Return the root DSE: what the server can do."""
    return LdapEntry(
        "",
        {
            "objectclass": ["top"],
            "namingcontexts": [tree.base_dn],
            "supportedldapversion": ["3"],
            "supportedcontrol": controls,
            "supportedextension": [WHO_AM_I_OID, *([START_TLS_OID] if has_tls else [])],
            "subschemasubentry": [SCHEMA_DN],
            "vendorname": ["xivo-dird"],
        },
    )


def schema_entry() -> LdapEntry:
    """Return the entry with the schema of people."""
    return LdapEntry(
        SCHEMA_DN,
        {
            "objectclass": ["top", "subentry", "subschema"],
            "cn": ["Subschema"],
            "objectclasses": _CLASSES,
            "attributetypes": [_attribute_type(name, oid) for name, oid in OIDS.items()],
            "ldapsyntaxes": [
                f"( {_TEXT} DESC 'Directory String' )",
                f"( {_NUMBER} DESC 'Telephone Number' )",
            ],
            "matchingrules": [
                f"( 2.5.13.2 NAME 'caseIgnoreMatch' SYNTAX {_TEXT} )",
                f"( 2.5.13.20 NAME 'telephoneNumberMatch' SYNTAX {_NUMBER} )",
            ],
        },
    )


def place_entry(tree: DirectoryTree, place: Place) -> LdapEntry:
    """Return the entry of a base or a profile."""
    dn = tree.place_dn(place)
    if place.profile is not None:
        return LdapEntry(dn, {"objectclass": ["top", "organizationalUnit"], "ou": [place.profile]})
    attribute, value = parse_name(dn)[0][0]
    return LdapEntry(dn, {"objectclass": ["top", "extensibleObject"], attribute: [value]})


def _attribute_type(name: str, oid: str) -> str:
    names = [name, *(alias for alias, key in ALIASES.items() if key == name.lower() and alias.isalnum())]
    described = f"'{name}'" if len(names) == 1 else "( '" + "' '".join(names) + "' )"
    if name in NUMBERS:
        return (
            f"( {oid} NAME {described} EQUALITY telephoneNumberMatch SUBSTR telephoneNumberSubstringsMatch"
            f" SYNTAX {_NUMBER} )"
        )
    return (
        f"( {oid} NAME {described} EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch SYNTAX {_TEXT} )"
    )
