"""What a process remembers of favorites."""

import pytest

from xivo_dird.exceptions import StoreUnavailable
from xivo_dird.favorites.cache import TTL_SECONDS, FavoritesCache


class Store:
    """A store and a clock that the test moves."""

    def __init__(self):
        self.now = 100.0
        self.favorites = {"crew": {"17"}}
        self.error = None
        self.asked = []
        self.known = FavoritesCache(self._read, lambda: self.now)

    def _read(self, user):
        self.asked.append(user)
        if self.error is not None:
            raise self.error
        return self.favorites

    def get(self, user="ada"):
        return self.known.get(user)


@pytest.fixture
def store():
    return Store()


def test_the_store_is_asked_once_while_an_answer_is_fresh(store):
    for _ in range(3):
        assert store.get() == {"crew": {"17"}}
    assert store.asked == ["ada"]


def test_users_are_kept_apart(store):
    store.get("ada")
    store.get("bob")
    assert store.asked == ["ada", "bob"]


def test_a_change_made_elsewhere_is_seen_after_half_a_second(store):
    store.get()
    store.favorites = {}
    store.now += 0.49
    assert store.get() == {"crew": {"17"}}
    store.now += 0.01
    assert store.get() == {}


def test_a_change_made_here_is_seen_at_once_by_its_user_alone(store):
    store.get("ada")
    store.get("bob")
    store.now += 0.01
    store.favorites = {}
    store.known.invalidate("ada")
    store.now += 0.01
    assert store.get("ada") == {}
    assert store.get("bob") == {"crew": {"17"}}


def test_an_answer_that_was_on_its_way_during_a_change_is_not_trusted(store):
    answers = [{"crew": {"17"}}, {}]

    def overtaken(user):
        store.now += 0.01
        known.invalidate(user)
        store.now += 0.01
        return answers.pop(0)

    known = FavoritesCache(overtaken, lambda: store.now)
    assert known.get("ada") == {"crew": {"17"}}
    assert known.get("ada") == {}


def test_while_the_store_is_down_the_last_answer_stands(store):
    store.get("ada")
    store.now += TTL_SECONDS
    store.error = StoreUnavailable("down")
    assert store.get("ada") == {"crew": {"17"}}
    assert store.get("bob") == {}
    store.get("bob")
    assert len(store.asked) == 3, "it is not asked more often because it is down"
    store.error = None
    store.now += TTL_SECONDS
    assert store.get("bob") == {"crew": {"17"}}
