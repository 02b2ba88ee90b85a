"""The watch: an event wakes the threads that it concerns, and no others."""

import pytest

from waiting import LONG_TIMEOUT, wait_until
from xivo_dird.events.model import ALL_TENANTS, Address, EventScope
from xivo_dird.events.watch import EventWatch, NewEvents
from xivo_dird.threads.deadline import Deadline

USER = EventScope("ada")
TENANT = EventScope("ada", "acme")
NO_TIME = Deadline.after(0)
LATER = Deadline.after(LONG_TIMEOUT)


class Store:
    """A database with the events of other processes."""

    def __init__(self) -> None:
        self.addresses: list[Address] | None = []
        self.last = 0
        self.read = 0

    def add(self, *addresses: Address) -> None:
        self.addresses, self.last = list(addresses), addresses[-1].sequence

    def read_new(self, sequence: int) -> NewEvents:
        self.read += 1
        if self.addresses is None:
            return NewEvents(self.last, None)
        return NewEvents(self.last, [each for each in self.addresses if each.sequence > sequence])


@pytest.fixture
def store():
    return Store()


@pytest.fixture
def watch(store):
    """Return a watch that does not poll before it is started."""
    return EventWatch(store.read_new, poll_seconds=0.001)


@pytest.fixture
def polling_watch(store, watch):
    watch.start()
    wait_until(lambda: store.read)
    yield watch
    watch.stop()


def event(sequence=1, name="favorite_added", tenant="acme", user="ada"):
    return Address(sequence, name, tenant, user)


@pytest.mark.parametrize(
    ("scope", "address", "is_woken"),
    [
        (USER, event(), True),
        (USER, event(tenant=None), True),
        (USER, event(user="eva"), False),
        (USER, event(user=None), False),
        (TENANT, event(user="eva"), True),
        (TENANT, event(user=None), True),
        (TENANT, event(tenant="other", user="eva"), False),
        (TENANT, event(tenant=None, user=None), False),
        (EventScope(None), event(tenant=None, user=None), False),
        (ALL_TENANTS, event(tenant=None, user=None), True),
    ],
)
def test_only_the_owners_of_an_event_are_woken(watch, scope, address, is_woken):
    with watch.waiter(scope, (), after=0) as waiter:
        watch.report([address])
        assert waiter.wait(NO_TIME) is is_woken


@pytest.mark.parametrize(("names", "is_woken"), [((), True), (["favorite_added"], True), (["other"], False)])
def test_only_requested_names_wake(watch, names, is_woken):
    with watch.waiter(USER, names, after=0) as waiter:
        watch.report([event()])
        assert waiter.wait(NO_TIME) is is_woken


def test_an_event_that_was_read_already_does_not_wake(watch):
    with watch.waiter(USER, (), after=5) as waiter:
        watch.report([event(5)])
        assert not waiter.wait(NO_TIME)
        watch.report([event(6)])
        assert waiter.wait(NO_TIME)


def test_an_event_between_reading_and_waiting_is_not_missed(watch):
    watch.report([event(7)])
    with watch.waiter(USER, (), after=6) as waiter:
        assert waiter.wait(NO_TIME)
        assert not waiter.wait(NO_TIME)


def test_the_end_of_a_wait_is_its_last_wake(watch):
    with watch.waiter(USER, (), after=0) as waiter:
        pass
    watch.report([event()])
    assert not waiter.wait(NO_TIME)


def test_events_of_other_processes_are_polled(store, polling_watch):
    with polling_watch.waiter(USER, (), after=0) as ours, polling_watch.waiter(TENANT, (), after=2) as other:
        store.add(event(1, user="eva"), event(2))
        assert ours.wait(LATER)
        assert not other.wait(NO_TIME)


def test_after_too_many_new_events_every_thread_looks_for_its_own(store, polling_watch):
    with polling_watch.waiter(USER, (), after=0) as waiter:
        store.addresses, store.last = None, 100_000
        assert waiter.wait(LATER)


def test_an_older_database_wakes_every_thread_and_counts_from_its_end(store, polling_watch):
    store.add(event(50, user="eva"))
    assert polling_watch.wait_for_newer(49, LATER)
    with polling_watch.waiter(USER, (), after=50) as waiter:
        store.add(event(3, user="eva"))
        assert waiter.wait(LATER)
    assert not polling_watch.wait_for_newer(3, NO_TIME)


def test_a_stopped_watch_ends_all_waits(watch):
    with watch.waiter(USER, (), after=0) as waiter:
        watch.stop()
        assert not waiter.wait(LATER)
    assert not watch.wait_for_newer(0, LATER)
