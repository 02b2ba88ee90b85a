"""Domain events: every name has a class."""

import pytest

from xivo_dird.events.domain_event import EVENT_NAMES, DomainEvent


def named_events(base=DomainEvent):
    """Yield every subclass that has an event name."""
    for subclass in base.__subclasses__():
        yield from named_events(subclass)
        if getattr(subclass, "name", None):
            yield subclass


def test_every_name_has_one_event_with_a_matching_subject():
    import xivo_dird.services  # noqa: F401 - imports the modules that define all events

    subjects = {event.name: event.subject for event in named_events()}
    assert subjects.keys() == EVENT_NAMES
    subjects["favorite_added"] = "favorite.added"  # the only one whose routing key has another verb
    assert all(subject.replace(".", "_") == name for name, subject in subjects.items())


def test_an_unknown_event_name_is_rejected():
    with pytest.raises(TypeError, match="EVENT_NAMES has no 'favorite_lost'"):

        class FavoriteLost(DomainEvent):
            name = "favorite_lost"
