"""Facts: what the code tells of a change."""

import pytest

from xivo_dird.events.domain_event import EVENT_NAMES, DomainEvent


def facts(kind=DomainEvent):
    """List every kind of fact that has a name."""
    for each in kind.__subclasses__():
        yield from facts(each)
        if getattr(each, "name", None):
            yield each


def test_every_name_has_one_fact_and_a_subject_that_fits_it():
    import xivo_dird.services  # noqa: F401 - defines all of them

    kinds = {kind.name: kind.subject for kind in facts()}
    assert kinds.keys() == EVENT_NAMES
    kinds["favorite_added"] = "favorite.added"  # the only one whose routing key has another verb
    assert all(subject.replace(".", "_") == name for name, subject in kinds.items())


def test_a_name_that_consumers_do_not_know_is_refused():
    with pytest.raises(TypeError, match="EVENT_NAMES has no 'favorite_lost'"):

        class FavoriteLost(DomainEvent):
            name = "favorite_lost"
