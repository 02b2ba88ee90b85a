"""What the options of a source are for a kind of directory server, unless the administrator gives them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

Preset = Literal["active_directory", "openldap", "389ds"]

_NAMES = ["givenName", "sn", "mail"]
_PEOPLE_WITH_NUMBERS = "(|(telephoneNumber=*)(mobile=*)(homePhone=*))"
_PERSON_FIELDS = {
    "firstname": "{givenName}",
    "lastname": "{sn}",
    "number": "{telephoneNumber}",
    "mobile": "{mobile}",
    "home": "{homePhone}",
    "fax": "{facsimileTelephoneNumber}",
    "email": "{mail}",
    "title": "{title}",
}
_INET_ORG_PERSON = {
    "searched_columns": ["cn", *_NAMES, "telephoneNumber", "mobile"],
    "first_matched_columns": ["telephoneNumber", "mobile", "homePhone"],
    "format_columns": {
        "name": "{cn}",
        "reverse": "{cn}",
        **_PERSON_FIELDS,
        "company": "{o}",
        "department": "{ou}",
    },
}

PRESETS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        # People and contacts with a number, neither disabled (bit 2) nor hidden; objectClass=user has computers, too.
        "active_directory": {
            "ldap_custom_filter": (
                "(&(|(&(objectCategory=person)(objectClass=user)"
                "(!(userAccountControl:1.2.840.113556.1.4.803:=2)))(objectClass=contact))"
                "(!(msExchHideFromAddressLists=TRUE))"
                "(|(telephoneNumber=*)(mobile=*)(homePhone=*)(ipPhone=*)(otherTelephone=*)(otherMobile=*)"
                "(msRTCSIP-Line=*)))"
            ),
            "searched_columns": ["displayName", *_NAMES, "company", "telephoneNumber", "mobile", "ipPhone"],
            "first_matched_columns": [
                "telephoneNumber",
                "otherTelephone",
                "mobile",
                "otherMobile",
                "homePhone",
                "otherHomePhone",
                "ipPhone",
                "otherIpPhone",
                "msRTCSIP-Line",
            ],
            "format_columns": {
                "name": "{displayName}",
                "reverse": "{displayName}",
                **_PERSON_FIELDS,
                "extension": "{ipPhone}",
                "company": "{company}",
                "department": "{department}",
                "room": "{physicalDeliveryOfficeName}",
            },
            "ldap_dereference_aliases": "never",
            "unique_column": "objectGUID",
            "unique_column_format": "binary_guid_le",
        },
        "openldap": {
            **_INET_ORG_PERSON,
            "ldap_custom_filter": f"(&(objectClass=inetOrgPerson){_PEOPLE_WITH_NUMBERS})",
            "unique_column": "entryUUID",
        },
        # FreeIPA, too; an account without nsAccountLock is not locked.
        "389ds": {
            **_INET_ORG_PERSON,
            "ldap_custom_filter": (
                f"(&(objectClass=inetOrgPerson)(!(nsAccountLock=TRUE)){_PEOPLE_WITH_NUMBERS})"
            ),
            "ldap_dereference_aliases": "never",
            "unique_column": "nsUniqueId",
        },
    }
)

PRESET_ATTRIBUTES = frozenset(
    name.strip("{}")
    for preset in PRESETS.values()
    for name in (
        *preset["searched_columns"],
        *preset["first_matched_columns"],
        *preset["format_columns"].values(),
    )
)
"""The attributes that a preset names: a directory in which nobody has one of them is no mistake of its source."""


def with_preset(options: Mapping[str, object]) -> Mapping[str, object]:
    """Return options in which the preset has filled in what was not given; an empty list, map or null is not given.

    Options that belong together are filled in together: the format of the unique column is not that of another column.
    """
    name = options.get("preset")
    preset = PRESETS.get(name) if isinstance(name, str) else None
    if preset is None:
        return options
    given = {
        key: value for key, value in options.items() if key not in preset or value not in (None, [], (), {})
    }
    if "unique_column" in given:
        return {**preset, "unique_column_format": "string", **given}
    return {**preset, **given, **{key: preset[key] for key in preset if key.startswith("unique_column")}}
