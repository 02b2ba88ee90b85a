"""Cursors: positions in the list of all contacts, which clients send back as they are."""

import json
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Annotated, NamedTuple

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from xivo_dird.bounds import MAX_INTEGER
from xivo_dird.exceptions import InvalidArgument
from xivo_dird.text.sort_key import next_key, value_key

MAX_CHARACTERS = 4096
"""Maximum length of a cursor; that of the longest key is about half of it."""

_Key = Annotated[str, Field(max_length=512)]
_Uuid = Annotated[str, Field(max_length=64)]
_Given = Annotated[int, Field(ge=0, le=MAX_INTEGER)]
_PARTS = TypeAdapter(tuple[_Key, _Uuid, _Given], config=ConfigDict(strict=True))


class SourceStart(NamedTuple):
    """Where a list goes on in one source: at a sort key, after so many contacts; see `Browse`."""

    from_key: str
    skip: int


class Cursor(NamedTuple):
    """A position in the list of all contacts, which are in the order of their sort keys, then of their sources.

    Contacts that are added or removed elsewhere do not move it.

    Attributes:
        key: A sort key; all contacts with a lower one are before the position.
        source_uuid: The source of the contact before the position; "" if the list goes on with all that have `key`.
        given: The number of contacts of that source with exactly this key that are before the position.
    """

    key: str = ""
    source_uuid: str = ""
    given: int = 0

    def encode(self) -> str:
        """Return the text for clients."""
        text = json.dumps(self, ensure_ascii=False, separators=(",", ":"))
        return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()

    def starts(self, source_uuids: Sequence[str]) -> list[SourceStart]:
        """Return where the list goes on in each source of a profile, which are in the order of equal contacts.

        If the source of the cursor is no longer among them, all contacts with its key come (again).
        """
        before = source_uuids.index(self.source_uuid) if self.source_uuid in source_uuids else 0
        starts = [SourceStart(next_key(self.key), 0)] * before
        starts += [SourceStart(self.key, 0)] * (len(source_uuids) - before)
        if self.source_uuid in source_uuids:
            starts[before] = SourceStart(self.key, self.given)
        return starts


def start_of(begin: str, after: str) -> Cursor:
    """Return the position where a part of the list begins; see `BrowseOptions`.

    Raises:
        InvalidArgument: `after` is no cursor, or there are both.
    """
    if begin and after:
        raise InvalidArgument("Two positions", {"after": "Pass either `from` or `after`, not both"})
    if after:
        return _parse(after)
    return Cursor(value_key(begin)) if begin.strip() else Cursor()


def _parse(text: str) -> Cursor:
    try:
        return Cursor(*_PARTS.validate_json(_decoded(text)))
    except (ValueError, ValidationError) as error:
        reason = "This is no position of a list: pass `next` of an answer, or `after` of a group, unchanged"
        raise InvalidArgument("Invalid cursor", {"after": reason}) from error


def _decoded(text: str) -> bytes:
    if len(text) > MAX_CHARACTERS:
        raise ValueError(text[:MAX_CHARACTERS])
    return b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
