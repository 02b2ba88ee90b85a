"""The contacts that an import created are stored as JSON, in a temporary file if there are many."""

import json
import tempfile

import pytest

from xivo_dird.contacts.created import MAX_MEMORY_BYTES, CreatedContacts
from xivo_dird.contacts.model import StoredContact
from xivo_dird.exceptions import TemporaryFilesUnavailable


@pytest.mark.parametrize("count", [0, 1, 3, 2 * MAX_MEMORY_BYTES // 4000])
def test_any_number_of_contacts_is_returned_in_order(count):
    contacts = [
        StoredContact(str(number), {"firstname": "é" * 2000, "note": None}) for number in range(count)
    ]
    with CreatedContacts() as created:
        for start in range(0, count, 7):
            created.extend(contacts[start : start + 7])
        assert len(created) == count
        assert json.loads(b"".join(created.json())) == [contact.entry() for contact in contacts]


def of_bytes(size):
    """Return a contact that needs so many bytes, with the bracket or comma before it."""
    return StoredContact("1", {"a": "x" * (size - len('[{"a":"","id":"1"}'))})


def test_up_to_a_mebibyte_is_kept_in_memory(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    half = 512 * 1024
    with CreatedContacts() as created:
        created.extend([of_bytes(half)])
        created.extend([of_bytes(half)])
        with pytest.raises(TemporaryFilesUnavailable):
            created.extend([of_bytes(20)])


def test_the_contacts_can_be_read_again_and_in_chunks():
    with CreatedContacts() as created:
        created.extend([of_bytes(400_000)])
        first = list(created.json())
        assert first == list(created.json())
        assert max(map(len, first)) <= 64 * 1024
    with pytest.raises(ValueError, match="closed file"):
        list(created.json())
