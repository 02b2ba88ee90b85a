"""Values that are cached until the revision changes."""

import pytest
from typing_extensions import override

from xivo_dird.database.engine import Database
from xivo_dird.database.revision import Revision
from xivo_dird.database.revision_cache import MAX_VALUES, MAX_WAIT_SECONDS, RevisionCache
from xivo_dird.exceptions import StoreUnavailable, UnknownProfile
from xivo_dird.shared_counters import REVISION, SharedCounters
from xivo_dird.threads.deadline import Deadline


class SlowDatabase(Database):
    """A database whose answers come at the last moment."""

    def __init__(self):
        super().__init__("sqlite://")
        self.waits = []

    @override
    def read_by(self, deadline, read):
        self.waits.append(deadline.remaining())
        return read()


class FakeStore:
    """Values that the cache reads, and the revision."""

    def __init__(self, database):
        self.values = {"a": 1}
        self.error = None
        self.reads = []
        self.during_read = lambda: None
        self.counters = SharedCounters()
        self.cache = RevisionCache(database, Revision(database, self.counters), self.read)

    def read(self, key):
        self.reads.append(key)
        if self.error is not None:
            raise self.error
        value = self.values.get(key, 0)
        if len(self.reads) == 1:
            self.during_read()
        return value

    def change(self, **values):
        self.values.update(values)
        self.counters.publish(REVISION, self.counters.latest(REVISION) + 1)


@pytest.fixture
def store():
    database = Database("sqlite://")
    yield FakeStore(database)
    database.close()


def test_a_value_is_read_once_per_revision(store):
    assert [store.cache.get("a"), store.cache.get("a")] == [1, 1]
    store.change(a=2)
    assert [store.cache.get("a"), store.cache.get("a")] == [2, 2]
    assert store.reads == ["a", "a"]


def test_the_former_value_is_used_while_the_database_does_not_answer(store):
    store.cache.get("a")
    store.change(a=2)
    store.error = StoreUnavailable("down")
    assert store.cache.get("a") == 1
    store.error = None
    assert store.cache.get("a") == 2


@pytest.mark.parametrize(("timeout", "waited"), [(8, 4), (60, MAX_WAIT_SECONDS)])
def test_half_of_the_time_is_waited_for_a_newer_value(timeout, waited):
    database = SlowDatabase()
    counters = SharedCounters()
    cache: RevisionCache[str, int] = RevisionCache(
        database, Revision(database, counters), lambda key: counters.latest(REVISION)
    )
    assert cache.get("a", Deadline.after(timeout)) == 0
    counters.publish(REVISION, 1)
    assert cache.get("a", Deadline.after(timeout)) == 1
    database.close()
    first, second = database.waits
    assert 0 < second <= waited < first


def test_without_a_former_value_the_error_is_raised_and_not_cached(store):
    store.error = StoreUnavailable("down")
    with pytest.raises(StoreUnavailable):
        store.cache.get("a")
    store.error = None
    assert store.cache.get("a") == 1


def test_a_removed_value_is_not_used_when_the_database_fails_later(store):
    store.cache.get("a")
    store.change()
    store.error = UnknownProfile("a")
    with pytest.raises(UnknownProfile):
        store.cache.get("a")
    store.error = StoreUnavailable("down")
    with pytest.raises(StoreUnavailable):
        store.cache.get("a")


def test_a_value_that_changes_while_it_is_read_is_read_again(store):
    store.during_read = lambda: store.change(a=2)
    assert store.cache.get("a") == 1
    assert store.cache.get("a") == 2


def test_at_most_so_many_values_are_kept(store):
    for number in range(MAX_VALUES + 1):
        store.cache.get(str(number))
    store.cache.get(str(MAX_VALUES))
    assert len(store.reads) == MAX_VALUES + 1
    store.cache.get("0")
    assert len(store.reads) == MAX_VALUES + 2, "the values before the limit was reached are dropped"
