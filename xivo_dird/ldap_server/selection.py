"""The attributes that a search requests (RFC 4511 section 4.5.1.8)."""

from collections.abc import Iterable, Mapping, Sequence

from xivo_dird.ldap_server.attributes import ATTRIBUTES, attribute_key
from xivo_dird.ldap_server.model import LdapEntry

ALL, ALL_OPERATIONAL = "*", "+"
"""Requests for all attributes. `1.1`, for none, is the name of no attribute."""

_SERVER_ATTRIBUTES = {
    name.lower(): name
    for name in (
        "namingContexts",
        "supportedLDAPVersion",
        "supportedControl",
        "supportedExtension",
        "subschemaSubentry",
        "vendorName",
        "ldapSyntaxes",
        "matchingRules",
        "attributeTypes",
        "objectClasses",
        "dc",
        "c",
    )
}
_NAMES: Mapping[str, str] = {**_SERVER_ATTRIBUTES, **ATTRIBUTES}


class RequestedAttributes:
    """The attributes of the entries of one search."""

    def __init__(self, names: Sequence[str], *, types_only: bool) -> None:
        """Prepare the selection.

        Args:
            names: The names in the request; none: all attributes.
            types_only: Whether values are left out.
        """
        self._is_all = not names or ALL in names or ALL_OPERATIONAL in names
        self._names = {key: name for name in names if (key := _key(name)) is not None}
        self._types_only = types_only

    def of(self, entry: LdapEntry) -> list[tuple[str, Sequence[str]]]:
        """Return the requested attributes that an entry has, each by the name that the client used."""
        values = entry.values
        return [
            (name, () if self._types_only else values[key])
            for key, name in (self._all(values) if self._is_all else self._names).items()
            if key in values
        ]

    def _all(self, keys: Iterable[str]) -> Mapping[str, str]:
        return {key: self._names.get(key) or _NAMES.get(key, key) for key in keys}


def _key(name: str) -> str | None:
    key = name.lower()
    return key if key in _SERVER_ATTRIBUTES else attribute_key(name)
