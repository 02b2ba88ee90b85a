"""The answer of an import is kept as JSON, on disk when it is long."""

import json

import pytest

from xivo_dird.contacts.created import IN_MEMORY, CreatedContacts
from xivo_dird.contacts.model import StoredContact


@pytest.mark.parametrize("count", [0, 1, 3, 2 * IN_MEMORY // 100])
def test_contacts_come_back_in_their_order_however_many_they_are(count):
    contacts = [StoredContact(str(number), {"firstname": "é" * 40, "note": None}) for number in range(count)]
    with CreatedContacts() as created:
        for start in range(0, count, 7):
            created.extend(contacts[start : start + 7])
        assert len(created) == count
        assert json.loads(b"".join(created.json())) == [contact.entry() for contact in contacts]
