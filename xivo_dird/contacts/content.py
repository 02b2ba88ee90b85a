"""The stored form of a contact: its fields, and what finds duplicates, texts and numbers."""

from dataclasses import dataclass
from hashlib import blake2b

import orjson

from xivo_dird.contacts.model import Fields
from xivo_dird.database.contact_keys import keys_of
from xivo_dird.database.contact_texts import search_text

DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class Content:
    """The stored form of a contact's fields.

    Attributes:
        fields: The fields as a JSON object.
        digest: The hash of the fields (`digest_of`).
        search: The text that the text index has for the contact.
        keys: The keys of all values that have one (`has_key`).
    """

    fields: str
    digest: bytes
    search: str
    keys: frozenset[int]


def content_of(owner_uuid: str, fields: Fields) -> Content:
    """Return the stored form of the fields of a contact of this owner."""
    texts = [text for text in fields.values() if text]
    return Content(
        fields=orjson.dumps(fields).decode(),
        digest=digest_of(fields),
        search=search_text(texts),
        keys=keys_of(owner_uuid, texts),
    )


def digest_of(fields: Fields) -> bytes:
    """Return a hash of fields, which does not depend on their order."""
    return blake2b(orjson.dumps(fields, option=orjson.OPT_SORT_KEYS), digest_size=DIGEST_BYTES).digest()


def fields_of(stored: str) -> Fields:
    """Return the fields of a contact from their stored JSON."""
    fields: dict[str, str | None] = orjson.loads(stored)
    return fields
