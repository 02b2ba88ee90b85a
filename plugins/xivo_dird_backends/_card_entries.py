"""What the cards of a source say about people."""

from xivo_dird.backend import Card, Entry, entry_of, find_error, is_person


def person_of(card: Card) -> Entry | None:
    """Return the entry of a card, without an id; None if it is no person, but a group.

    Raises:
        ValueError: The card can't be used; the message says why.
    """
    if not is_person(card):
        return None
    error = find_error(card)
    if error is not None:
        raise ValueError(error)
    return entry_of(card)
