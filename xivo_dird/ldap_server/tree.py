"""The tree of names: tenants and profiles below the base DN, and the people of a profile below it.

dc=directory                                    the tenant of the account
ou=default,dc=directory                         a profile of this tenant
uid=people:1,ou=default,dc=directory            an entry: source and entry id
ou=default,o=2c34c282-…,dc=directory            a profile of another tenant that the account may use
"""

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, unquote

from xivo_dird.distinguished_names import Name, comparable, parse_name, rdn
from xivo_dird.ldap_server.model import LdapFailure, ResultCode
from xivo_dird.validation import canonical_uuid

SCHEMA_DN = "cn=Subschema"

_SEPARATOR = ":"


class Place(NamedTuple):
    """A name in the tree.

    Attributes:
        tenant_uuid: The tenant that it names; None: that of the caller.
        profile: The profile that it names, None if it is a base.
        uid: The `uid` of an entry that it names.
    """

    tenant_uuid: str | None = None
    profile: str | None = None
    uid: str | None = None


class DirectoryTree:
    """The names below one base DN."""

    def __init__(self, base_dn: str) -> None:
        """Initialize with a valid DN."""
        self.base_dn = base_dn
        self._base = comparable(parse_name(base_dn))

    def place(self, name: str) -> Place:
        """Return where a name is in the tree; the root is the base.

        Raises:
            LdapFailure: It is not in the tree, or no name at all.
        """
        try:
            parsed = parse_name(name)
        except ValueError as error:
            raise LdapFailure(ResultCode.INVALID_DN_SYNTAX, str(error)) from error
        return self.locate(parsed)

    def locate(self, parsed: Name) -> Place:
        """Return where a parsed name is in the tree; see `place`."""
        below = len(parsed) - len(self._base)
        if parsed and (below < 0 or comparable(parsed)[below:] != self._base):
            raise no_such_object()
        place = _place(parsed[:below]) if parsed else Place()
        if place is None:
            raise no_such_object(self.base_dn)
        return place

    def place_dn(self, place: Place) -> str:
        """Return the name of a base, a profile or an entry."""
        rdns = [
            rdn(attribute, value)
            for attribute, value in (("uid", place.uid), ("ou", place.profile), ("o", place.tenant_uuid))
            if value is not None
        ]
        return ",".join((*rdns, self.base_dn))


def no_such_object(matched_dn: str = "") -> LdapFailure:
    """Return the failure for an unknown name; `matched_dn` is the nearest name that exists."""
    return LdapFailure(ResultCode.NO_SUCH_OBJECT, "there is no such entry", matched_dn)


def entry_uid(source: str, entry_id: str) -> str:
    """Return the `uid` of an entry, which is different for each source and id."""
    return f"{_quoted(source)}{_SEPARATOR}{entry_id}"


def parse_uid(uid: str) -> tuple[str, str] | None:
    """Return the source and the id of an entry, None if it is no such `uid`."""
    source, separator, entry_id = uid.partition(_SEPARATOR)
    return (unquote(source), entry_id) if separator else None


@lru_cache(maxsize=1024)
def _quoted(source: str) -> str:
    """Return the name of a source without the separator."""
    return source.replace("%", "%25").replace(_SEPARATOR, quote(_SEPARATOR))


def _place(relative: Name) -> Place | None:
    """Return the place of a name relative to the base, None if there is none."""
    parts = list(relative)
    values: list[str | None] = []
    for attributes in (("o", "organizationname"), ("ou", "organizationalunitname"), ("uid", "userid")):
        value = _value_of(parts[-1], attributes) if parts else None
        values.append(value)
        if value is not None:
            parts.pop()
    tenant, profile, uid = values
    if parts or (uid is not None and profile is None):
        return None
    return Place(None if tenant is None else canonical_uuid(tenant), profile, uid)


def _value_of(pairs: tuple[tuple[str, str], ...], attributes: tuple[str, ...]) -> str | None:
    """Return the value of a relative name that has one pair with one of these attributes."""
    (attribute, value), *more = pairs
    return value if attribute in attributes and not more else None
