"""Opens the sources of a plugin as the daemon does, with a registry and without HTTP."""

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from waiting import TIMEOUT
from xivo_dird.backend import AnyBackend, Caller
from xivo_dird.directory.fan_out import ask_all
from xivo_dird.directory.opening import InstalledBackend, SourceOpener
from xivo_dird.directory.outcome import Outcome, SourceReport
from xivo_dird.directory.question import Question, Search
from xivo_dird.directory.registry import Registry
from xivo_dird.directory.source_calls import SourceLimits
from xivo_dird.index.limits import DEFAULT_INDEX_LIMITS, IndexLimits
from xivo_dird.sources.model import Source
from xivo_dird.threads.breaker import BreakerLimits
from xivo_dird.threads.deadline import Deadline

TENANT = "11111111-1111-4111-8111-111111111111"
OTHER_TENANT = "33333333-3333-4333-8333-333333333333"
ADA = Caller("token of ada", TENANT, "44444444-4444-4444-8444-444444444444")
BOB = Caller("token of bob", TENANT, "55555555-5555-4555-8555-555555555555")
NOBODY = Caller("token of nobody", TENANT)


class PluginSources:
    """The sources of one plugin, which tests add, edit, remove and ask."""

    def __init__(
        self,
        folder: Path,
        backend: type[AnyBackend],
        owner: str = "database",
        index_limits: IndexLimits = DEFAULT_INDEX_LIMITS,
        max_check_seconds: float = TIMEOUT,
    ) -> None:
        installed = {"plugin": InstalledBackend(backend, backend.Settings())}
        self.opener = SourceOpener(installed, folder, owner=owner, index_limits=index_limits)
        limits = SourceLimits(workers=4, queue=64, breaker=BreakerLimits(3, 0.01, 0.05))
        self.registry = Registry(self.opener, limits, max_check_seconds=max_check_seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.registry.close()

    def ask(
        self, source: Source, question: Question | str, caller: Caller = ADA, timeout: float = TIMEOUT
    ) -> Outcome:
        """Return the outcome of a question, or of the search for a text."""
        asked = Search(question) if isinstance(question, str) else question
        (outcome,) = ask_all([self.registry.get(source)], asked, caller, Deadline.after(timeout))
        return outcome

    def names(self, source: Source, term: str, caller: Caller = ADA) -> list[object]:
        """Return the names that a search finds; fail if it fails."""
        outcome = self.ask(source, term, caller)
        assert outcome.status == "ok", outcome.error
        return [contact.fields["name"] for contact in outcome.contacts]

    def report(self, source: Source) -> SourceReport:
        """Return what the status page shows of a source."""
        return self.registry.reports(source.tenant_uuid)[source.uuid]


def source(
    uuid: str = "crew", options: Mapping[str, object] | None = None, name: str | None = None
) -> Source:
    """Return a source of the plugin, whose uuid is its name, too."""
    columns = {"searched_columns": ["name"], "first_matched_columns": ["number"]}
    return Source(uuid, TENANT, name or uuid, "plugin", {**columns, **(options or {})})


def threads_of(name: str) -> list[str]:
    """Return the names of the threads that work for a source."""
    return [thread.name for thread in threading.enumerate() if thread.name.endswith(f" {name}")]
