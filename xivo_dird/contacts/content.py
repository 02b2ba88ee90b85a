"""What is stored of a contact's fields beside the fields: how duplicates, texts and numbers are found."""

from dataclasses import dataclass
from hashlib import blake2b

import orjson

from xivo_dird.contacts.model import Fields
from xivo_dird.database.contact_keys import has_key, key_of
from xivo_dird.text.folding import SEPARATOR, fold, storable

DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class Content:
    """The stored form of a contact's fields.

    `fields` is a JSON object; `digest` is equal for equal sets of fields, whatever their order; `search` has every
    value, folded; `keys` has one number per value that `has_key`, equal for values that differ in case only.
    """

    fields: str
    digest: bytes
    search: str
    keys: frozenset[int]


def content_of(owner_uuid: str, fields: Fields) -> Content:
    """Make the stored form of what `owner_uuid` wrote down."""
    texts = [text for text in fields.values() if text]
    canonical = orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)
    return Content(
        fields=orjson.dumps(fields).decode(),
        digest=blake2b(canonical, digest_size=DIGEST_BYTES).digest(),
        search=fold(SEPARATOR.join(map(storable, texts))),
        keys=frozenset([key_of(owner_uuid, text) for text in texts if has_key(text)]),
    )


def fields_of(stored: str) -> Fields:
    """Read fields back."""
    fields: dict[str, str | None] = orjson.loads(stored)
    return fields


def index_text(text: str) -> str:
    """Make a text, or a piece of a term, as the index holds it.

    Case and accents are gone, so the index finds candidates for accent-sensitive rules too; those are judged again.
    """
    return fold(storable(text))
