"""Sources that the tests control, opened by the registry as the daemon does."""

import threading
from dataclasses import dataclass, field
from typing import ClassVar

import pytest

from xivo_dird.backend import (
    CachedOptions,
    Caller,
    QueryBackend,
    QuestionRefused,
    SourceOptions,
    SourceUnavailable,
)
from xivo_dird.directory.breaker import BreakerLimits
from xivo_dird.directory.opening import InstalledBackend, SourceOpener
from xivo_dird.directory.registry import Registry
from xivo_dird.directory.source import SourceLimits
from xivo_dird.sources.model import Source

CALLER = Caller("token", "tenant", "user")


@dataclass
class Script:
    """What a scripted source does; changed by tests while it is in use."""

    hangs: bool = False
    hangs_for: tuple = ()
    fails: bool = False
    fails_for: tuple = ()
    refuses: tuple = ()
    entries: list = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    asked: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    questions: list = field(default_factory=list)


class ScriptedOptions(SourceOptions):
    script: str


class Scripted(QueryBackend[ScriptedOptions]):
    """Answers what its script says, to any question."""

    Options = ScriptedOptions
    unique_column = "id"
    scripts: ClassVar[dict] = {}

    def search(self, term, caller):
        script = self.scripts[self.options.script]
        script.questions.append(term)
        script.asked.release()
        if script.hangs or term in script.hangs_for:
            script.gate.wait()
        if script.fails or term in script.fails_for:
            raise SourceUnavailable("out of order")
        if term in script.refuses:
            raise QuestionRefused("too many matches")
        return list(script.entries)

    def first_match(self, exten, caller):
        return next(iter(self.search(exten, caller)), None)

    def fetch(self, ids, caller):
        return self.search(ids, caller)


class CachedScriptedOptions(ScriptedOptions, CachedOptions):
    """The same for a source whose answers may be kept."""


class ScriptedCached(Scripted):
    """The same, with answers that may be kept."""

    Options = CachedScriptedOptions


class ScriptedInMemory(Scripted):
    """The same, asked in the calling thread."""

    waits = False


class Sources:
    """Opens scripted sources by name, and lets them all go at the end."""

    def __init__(self, folder):
        limits = SourceLimits(workers=4, queue=256, breaker=BreakerLimits(3, 0.01, 0.05))
        kinds = {"waiting": Scripted, "memory": ScriptedInMemory, "cached": ScriptedCached}
        installed = {name: InstalledBackend(kind, kind.Settings()) for name, kind in kinds.items()}
        self.registry = Registry(SourceOpener(installed, folder), limits)
        self.scripts = {}

    def open(self, name, backend="waiting", options=None, **script):
        key = f"{id(self)}-{name}"
        self.scripts[name] = Scripted.scripts[key] = Script(**script)
        live = self.registry.live(Source(name, "tenant", name, backend, {"script": key, **(options or {})}))
        live.warm()
        while backend == "memory" and live.waits:
            self.scripts[name].gate.wait(0.001)
        return live

    def close(self):
        for script in self.scripts.values():
            script.gate.set()
        self.registry.close()


@pytest.fixture
def sources(tmp_path):
    sources = Sources(tmp_path)
    yield sources
    sources.close()
