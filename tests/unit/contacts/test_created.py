"""The contacts that an import created are stored as JSON, in a temporary file if there are many."""

import json

import pytest

from xivo_dird.contacts.created import MAX_MEMORY_BYTES, CreatedContacts
from xivo_dird.contacts.model import StoredContact


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
