"""The arguments of a path, and the rule that an id has one spelling, for the access list and for the method alike."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

from xivo_dird.exceptions import NotFound
from xivo_dird.validation import canonical_uuid

ID = "id"
"""The converter of ids: `<id:name>` in the path of a resource."""

_ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>")
_ARGUMENT_TEXT = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class PathRule:
    """The path of a resource, such as `/displays/<id:uuid>`.

    Attributes:
        path: The path.
        names: The names of all arguments, in order.
        ids: The names of those that are UUIDs, which clients may spell in several ways.
    """

    path: str
    names: tuple[str, ...]
    ids: frozenset[str]

    @classmethod
    def parse(cls, path: str) -> Self:
        """Read the arguments of a path."""
        found: list[tuple[str, str]] = _ARGUMENT.findall(path)
        return cls(
            path,
            tuple(name for _, name in found),
            frozenset(name for converter, name in found if converter == ID),
        )

    def pattern(self, prefix: str) -> re.Pattern[str]:
        """Return a pattern that the paths of the resource match, each behind a prefix."""
        parts = (re.escape(part) for part in _ARGUMENT_TEXT.split(self.path))
        return re.compile(re.escape(prefix) + "[^/]+".join(parts))

    def canonical(self, sent: Mapping[str, str]) -> dict[str, str]:
        """Return the arguments of a request with ids in their canonical spelling; malformed ids are unchanged."""
        return {name: canonical_uuid(text) if name in self.ids else text for name, text in sent.items()}

    def repeat_as_sent(self, error: NotFound, sent: Mapping[str, str]) -> None:
        """Replace the id in the details of an error by what the client sent (contract section 1.4)."""
        for text in (sent[name] for name in self.ids):
            if error.details.get("uuid") == canonical_uuid(text):
                error.details = {**error.details, "uuid": text}


def fill_path(path: str, text_of: Callable[[str], str]) -> str:
    """Return the path of a resource with the text that `text_of` returns for the name of each argument."""
    return _ARGUMENT.sub(lambda argument: text_of(argument[2]), path)
