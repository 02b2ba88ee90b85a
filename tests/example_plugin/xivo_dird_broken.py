"""Plugins with every kind of defect that the daemon must survive."""

import threading
from itertools import count

from xivo_dird.backend import Environment, QueryBackend, SnapshotBackend, SourceOptions
from xivo_dird.listener import EventData, Listener

NOT_A_BACKEND = 42


class RaisingBackend(QueryBackend[SourceOptions]):
    Options = SourceOptions

    def search(self, term, caller):
        raise RuntimeError("this backend always raises")

    first_match = fetch = search


class HangingBackend(RaisingBackend):
    def search(self, term, caller):
        threading.Event().wait()

    first_match = fetch = search


class UnmakableBackend(RaisingBackend):
    def __init__(self, options: SourceOptions, environment: Environment) -> None:
        raise RuntimeError("this backend can't be made")


class NonsenseBackend(RaisingBackend):
    def search(self, term, caller):
        return [1, None, "text"]

    first_match = fetch = search


class HangingVersionBackend(SnapshotBackend[SourceOptions]):
    """A backend whose `version` hangs from the third call on, as on a dead file server.

    The first load calls it twice.
    """

    Options = SourceOptions
    check_interval = 0.0

    def __init__(self, options: SourceOptions, environment: Environment) -> None:
        super().__init__(options, environment)
        self._calls = count(1)

    def version(self, caller):
        if next(self._calls) > 2:
            threading.Event().wait()
        return "1"

    def entries(self, caller):
        return [{"name": "Ada Last-Good"}]


class BadSettingsBackend(RaisingBackend):
    Settings = 42


class BadOptionsBackend(RaisingBackend):
    Options = dict


class NoOptionsBackend(QueryBackend[SourceOptions]):
    first_match = search = fetch = RaisingBackend.search


def hanging_view(routes, services):
    threading.Event().wait()


def broken_view(routes, services):
    raise RuntimeError("this view can't register")


class RaisingListener(Listener[EventData]):
    events = ("ping",)
    Data = EventData

    def handle(self, name, data):
        raise RuntimeError("this listener always raises")


class UnmakableListener(RaisingListener):
    def __init__(self, services):
        raise RuntimeError("this listener can't be made")
