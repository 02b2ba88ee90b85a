"""The cache of favorites."""

import pytest

from xivo_dird.exceptions import StoreUnavailable
from xivo_dird.favorites.cache import TTL_SECONDS, FavoritesCache
from xivo_dird.shared_counters import SharedCounters
from xivo_dird.threads.deadline import NO_DEADLINE, Deadline

MEBIBYTE = "x" * 1024 * 1024


class FakeStore:
    """A store with a clock that the test moves, and a cache of it."""

    def __init__(self):
        self.now = 100.0
        self.favorites = {"crew": {"17"}}
        self.error = None
        self.reads = []
        self.deadlines = []
        self.counters = SharedCounters()
        self.cache = FavoritesCache(self._read, self.counters, lambda: self.now)

    def _read(self, user, deadline):
        self.reads.append(user)
        self.deadlines.append(deadline)
        if self.error is not None:
            raise self.error
        return self.favorites

    def get(self, user="ada"):
        return self.cache.get(user)


@pytest.fixture
def store():
    return FakeStore()


def test_the_store_is_read_once_while_the_cached_favorites_are_fresh(store):
    for _ in range(3):
        assert store.get() == {"crew": {"17"}}
    assert store.reads == ["ada"]


def test_each_user_has_their_own_favorites(store):
    store.get("ada")
    store.get("bob")
    assert store.reads == ["ada", "bob"]


def test_a_change_on_another_machine_is_seen_after_half_a_second(store):
    store.get()
    store.favorites = {}
    store.now += 0.49
    assert store.get() == {"crew": {"17"}}
    store.now += 0.01
    assert store.get() == {}


def test_a_change_by_another_worker_is_seen_at_once(store):
    store.get("ada")
    store.now += 0.01
    store.favorites = {}
    FavoritesCache(store.favorites.get, store.counters).invalidate("ada")
    assert store.get("ada") == {}


def test_a_change_by_this_process_is_seen_at_once_for_its_user_only(store):
    store.get("ada")
    store.get("bob")
    store.now += 0.01
    store.favorites = {}
    store.cache.invalidate("ada")
    store.now += 0.01
    assert store.get("ada") == {}
    assert store.get("bob") == {"crew": {"17"}}


def test_a_read_that_overlaps_with_a_change_is_not_cached(store):
    results = [{"crew": {"17"}}, {}]

    def read_during_change(user, _deadline):
        store.now += 0.01
        cache.invalidate(user)
        store.now += 0.01
        return results.pop(0)

    cache = FavoritesCache(read_during_change, store.counters, lambda: store.now)
    assert cache.get("ada") == {"crew": {"17"}}
    assert cache.get("ada") == {}


def test_while_the_store_is_down_the_last_favorites_are_returned(store):
    store.get("ada")
    store.now += TTL_SECONDS
    store.error = StoreUnavailable("down")
    assert store.get("ada") == {"crew": {"17"}}
    assert store.get("bob") == {}
    store.get("bob")
    assert len(store.reads) == 3, "the store is not read more often while it is down"
    store.error = None
    store.now += TTL_SECONDS
    assert store.get("bob") == {"crew": {"17"}}


def test_the_store_is_waited_for_until_the_deadline(store):
    deadline = Deadline.after(7)
    store.cache.get("ada", deadline)
    store.get("bob")
    assert store.deadlines == [deadline, NO_DEADLINE]


@pytest.mark.parametrize(
    ("ids", "kept"),
    [
        ([MEBIBYTE] * 31, 2),
        ([MEBIBYTE] * 33, 1),
        ([MEBIBYTE] * 64, 0),
        (["x"] * 300_000, 2),
        (["x"] * 340_000, 1),
    ],
    ids=["two", "one", "none", "many ids", "too many ids"],
)
def test_the_cache_has_64_mebibytes_for_favorites_that_were_used_last(store, ids, kept):
    store.favorites = {"crew": ids[1:], "far": ids[:1]}
    for user in ("ada", "bob"):
        assert store.get(user) is store.favorites
    reads = len(store.reads)
    store.get("bob")
    store.get("ada")
    assert len(store.reads) - reads == 2 - kept


def test_any_text_names_a_user(store):
    store.get("\ud800")
    store.cache.invalidate("\ud800")
    store.get("\ud800")
    assert store.reads == ["\ud800", "\ud800"]
