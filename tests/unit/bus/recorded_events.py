"""Fakes of what the bus sends: recorded events, and the lock of who sends them."""

import threading

from xivo_dird.database.exclusive import ProcessLock
from xivo_dird.events.model import Counters, RecordedEvent


def event(sequence, data='{"a":1}', **changes):
    fields = {
        "id": f"id-{sequence}",
        "recorded_at": 0.0,
        "name": "favorite_added",
        "subject": "favorite.created",
        "tenant_uuid": "tenant",
        "user_uuid": "user",
        **changes,
    }
    return RecordedEvent(sequence, data=data, **fields)


class Events:
    """The recorded events, as the relay sees them; also their watch."""

    origin_uuid = "origin"

    def __init__(self):
        self.recorded = []
        self.published = 0
        self.marks = []
        self.waits = []
        self.page = 500
        self.error = None
        self.threads = set()
        self.limits = set()
        self.timeouts = set()
        self._new = threading.Event()

    @property
    def watch(self):
        return self

    def add(self, *events):
        self.recorded += events
        self._new.set()

    def find_unpublished(self, limit):
        self.threads.add(threading.current_thread().name)
        self.limits.add(limit)
        if self.error:
            raise self.error
        waiting = [event for event in self.recorded if event.sequence > self.published]
        size = min(limit, self.page)
        return waiting[:size], len(waiting) > size

    def mark_published(self, sequence):
        self.marks.append(sequence)
        self.published = sequence

    def counters(self):
        return Counters(len(self.recorded), self.published, 0)

    def wait_for_newer(self, sequence, deadline):
        self.waits.append(sequence)
        self.timeouts.add(deadline.timeout)
        is_new = self._new.wait(min(0.005, deadline.remaining()))
        self._new.clear()
        return is_new


class Lock(ProcessLock):
    """The lock of all relays of a database."""

    def __init__(self):
        self.is_free = True
        self.is_released = False

    def try_acquire(self):
        return self.is_free

    def release(self):
        self.is_released = True
