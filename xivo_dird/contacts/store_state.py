"""What tells whether the contacts of an owner have changed, for what is cached about them."""

from collections.abc import Callable
from typing import NamedTuple

from xivo_dird.contacts.dao import ContactTable
from xivo_dird.database.engine import Session


class StoreState(NamedTuple):
    """What a change of a contact changes.

    Attributes:
        sequence: The sequence number of the last event; each change of a contact records one.
        contact_count: The number of contacts of the owner.
    """

    sequence: int
    contact_count: int


def read_state(
    session: Session, last_sequence: Callable[[Session], int], table: ContactTable, owner_uuid: str
) -> StoreState:
    """Return the state of the contacts of an owner, as a transaction sees it.

    Args:
        session: The transaction.
        last_sequence: Returns the sequence number of the last event.
        table: The contacts of all owners of this kind.
        owner_uuid: The owner.
    """
    return StoreState(last_sequence(session), table.count(session, owner_uuid))
