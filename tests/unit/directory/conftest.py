"""Scripted sources, opened by the registry as in the daemon."""

import threading
from dataclasses import dataclass, field
from itertools import count
from typing import ClassVar

from waiting import TIMEOUT, wait_until
from xivo_dird.backend import (
    CachedOptions,
    Caller,
    QueryBackend,
    QuestionRefused,
    SourceOptions,
    SourceUnavailable,
)
from xivo_dird.directory.fan_out import ask_all
from xivo_dird.directory.opening import InstalledBackend, SourceOpener
from xivo_dird.directory.question import Search
from xivo_dird.directory.registry import Registry
from xivo_dird.directory.source_calls import SourceLimits
from xivo_dird.exceptions import RequestAbandoned
from xivo_dird.sources.model import Source
from xivo_dird.threads.breaker import BreakerLimits
from xivo_dird.threads.deadline import Deadline

CALLER = Caller("token", "tenant", "user")
OTHER_CALLER = Caller("another token", "tenant", "another user")

within = Deadline.after

SHORT_TIMEOUT = 0.02
"""Seconds; shorter than a hanging source takes."""


def entry(name):
    return {"id": name, "name": name}


def names(outcomes):
    return [contact.fields["name"] for outcome in outcomes for contact in outcome.contacts]


def statuses(outcomes):
    return [outcome.status for outcome in outcomes]


def ask_one(source, term, timeout=TIMEOUT):
    """Return the outcome of a search in one source."""
    (outcome,) = ask_all([source], Search(term), CALLER, within(timeout))
    return outcome


def ask_until_skipped(source):
    """Search until late answers have opened the breaker; a busy machine may not even start some calls."""
    for number in count():
        if source.report().breaker == "open":
            return
        ask_one(source, f"late {number}", SHORT_TIMEOUT)


@dataclass
class Script:
    """What a scripted source does; tests change it while the source is in use."""

    hangs: bool = False
    hangs_for: tuple = ()
    fails: bool = False
    fails_for: tuple = ()
    refuses: tuple = ()
    quotes: bool = False
    exits: bool = False
    leaves: Caller | None = None
    entries: list = field(default_factory=list)
    matches: dict | None = None
    gate: threading.Event = field(default_factory=threading.Event)
    calls: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    questions: list = field(default_factory=list)
    callers: list = field(default_factory=list)


class ScriptedOptions(SourceOptions):
    script: str


class Scripted(QueryBackend[ScriptedOptions]):
    """Answers every question as its script says."""

    Options = ScriptedOptions
    unique_column = "id"
    scripts: ClassVar[dict] = {}

    def search(self, term, caller):
        script = self.scripts[self.options.script]
        script.questions.append(term)
        script.callers.append(caller)
        script.calls.release()
        if script.hangs or term in script.hangs_for:
            script.gate.wait()
        if script.fails or term in script.fails_for:
            raise SourceUnavailable("out of order")
        if term in script.refuses:
            raise QuestionRefused("too many matches")
        if script.exits:
            raise SystemExit
        if script.leaves == caller:
            raise RequestAbandoned("the client has gone")
        if script.quotes:
            raise SourceUnavailable(f"no answer to {term!r}: {term} failed")
        return list(script.entries)

    def first_match(self, exten, caller):
        return next(iter(self.search(exten, caller)), None)

    def match_all(self, extens, caller):
        matches = self.scripts[self.options.script].matches
        if matches is None:
            return None
        self.search(extens, caller)
        return {exten: entry for exten, entry in matches.items() if exten in extens}

    def fetch(self, ids, caller):
        return self.search(ids, caller)


class CachedScriptedOptions(ScriptedOptions, CachedOptions):
    pass


class ScriptedCached(Scripted):
    """A scripted backend whose answers can be cached."""

    Options = CachedScriptedOptions


class ScriptedInMemory(Scripted):
    """A scripted backend that is queried in the calling thread."""

    is_blocking = False


class Sources:
    """Opens scripted sources by name, and closes them all at the end."""

    def __init__(self, folder):
        limits = SourceLimits(workers=4, queue=256, breaker=BreakerLimits(3, 0.01, 0.05))
        kinds = {"blocking": Scripted, "memory": ScriptedInMemory, "cached": ScriptedCached}
        installed = {name: InstalledBackend(kind, kind.Settings()) for name, kind in kinds.items()}
        self.registry = Registry(SourceOpener(installed, folder), limits)
        self.scripts = {}

    def open(self, name, backend="blocking", options=None, **script):
        key = f"{id(self)}-{name}"
        self.scripts[name] = Scripted.scripts[key] = Script(**script)
        source = self.registry.get(Source(name, "tenant", name, backend, {"script": key, **(options or {})}))
        source.warm()
        if backend == "memory":
            wait_until(lambda: not source.is_blocking)
        return source

    def close(self):
        for script in self.scripts.values():
            script.gate.set()
        self.registry.close()
