"""Attribute types in the schema of a directory (RFC 4512 section 4.1.2), and their rules of equality."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

MAX_SUPERTYPES = 16
"""Maximum number of supertypes that are followed; the schema of a faulty server may have a loop."""

TOKEN = re.compile(r"'[^']*'|[()]|[^\s()']+")


@dataclass(frozen=True)
class AttributeType:
    """What one definition says; texts are in lower case, since names in a schema ignore it."""

    names: frozenset[str]
    superior: str | None
    equality: str | None


def equality_rule(attribute: str, definitions: Sequence[bytes]) -> str | None:
    """Return the rule of equality of an attribute, in lower case, as the schema names it: by name or OID.

    A type without a rule has that of its supertype (RFC 4512 section 2.5.1). ldap3's reader of schemas is not used: it
    reads all definitions (18 ms for 1000), fails if one is malformed, and takes words in a DESC for keywords.

    Args:
        attribute: A name or OID, also with options (`;lang-fr`).
        definitions: The values of `attributeTypes`.

    Returns:
        None if the schema has no such attribute, or no rule for it.
    """
    name: str | None = attribute.partition(";")[0].lower()
    for _ in range(MAX_SUPERTYPES):
        found = _find(name, definitions) if name else None
        if found is None or found.equality:
            return found.equality if found else None
        name = found.superior
    return None


def parse_attribute_type(definition: str) -> AttributeType:
    """Read one definition. A malformed one has fewer names or no rule; keywords within a quoted text don't count."""
    tokens = TOKEN.findall(definition.lower())
    after = {keyword: tokens[index + 1 :] for index, keyword in reversed(list(enumerate(tokens)))}
    names = after.get("name", [])
    names = names[1:] if names[:1] == ["("] else names[:1]
    quoted = takewhile(lambda token: token.startswith("'"), names)
    return AttributeType(
        frozenset([*tokens[1:2], *(name.strip("'") for name in quoted)]),
        _first(after.get("sup", [])),
        _first(after.get("equality", [])),
    )


def _find(name: str, definitions: Sequence[bytes]) -> AttributeType | None:
    encoded = name.encode()
    candidates = (definition for definition in definitions if encoded in definition.lower())
    parsed = (parse_attribute_type(definition.decode(errors="replace")) for definition in candidates)
    return next((found for found in parsed if name in found.names), None)


def _first(tokens: Sequence[str]) -> str | None:
    return tokens[0].strip("'") if tokens and tokens[0] not in {"(", ")"} else None
