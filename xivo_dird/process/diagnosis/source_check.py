"""Asks one source as the daemon does, step by step."""

import re
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

from xivo_dird.caller import Caller
from xivo_dird.diagnosis.columns import ColumnProblem, column_problems, texts_of_option
from xivo_dird.directory.contact import Contact
from xivo_dird.directory.outcome import Outcome, Status
from xivo_dird.directory.question import Fetch, FirstMatch, Question, Search
from xivo_dird.directory.registry import Registry
from xivo_dird.directory.source import DirectorySource
from xivo_dird.exceptions import InvalidSource, describe_error
from xivo_dird.index.state import SnapshotState
from xivo_dird.process.diagnosis.progress import ask_showing_progress
from xivo_dird.sources.model import Source
from xivo_dird.threads.deadline import Deadline

HARMLESS_TERM = "xivo-dird source check"
"""What a source that can't be listed is asked without a term: nobody is called so."""

HARMLESS_NUMBER = "000"

_NUMBER = re.compile(r"[+(]*\d[\d\s()/.+-]*")

StepName = Literal["open", "read", "connect", "search", "reverse"]


@dataclass(frozen=True, slots=True)
class CheckStep:
    """One step of a check.

    Attributes:
        name: What was done.
        seconds: How long it took.
        error: Why it failed, None if it did not.
        is_misconfigured: True if the source can never work with these options.
    """

    name: StepName
    seconds: float
    error: str | None = None
    is_misconfigured: bool = False


@dataclass(slots=True)
class SourceCheck:
    """What a source answered.

    Attributes:
        source: The source.
        steps: The steps, until the first that failed.
        snapshot: What was read; None for a source that answers each question itself.
        missing: The columns of the options that no entry has, as far as the entries are known.
        empty: What the options read fields from that no entry has, as far as the entries are known.
        contacts: The contacts found with the term.
        match: The contact with the number; None if the term is none, or no entry has it.
    """

    source: Source
    steps: list[CheckStep] = field(default_factory=list)
    snapshot: SnapshotState | None = None
    missing: list[ColumnProblem] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    contacts: tuple[Contact, ...] = ()
    match: Contact | None = None

    @property
    def failure(self) -> CheckStep | None:
        """Return the step that failed, None if none did."""
        return next((step for step in self.steps if step.error is not None), None)


class SourceChecker:
    """Checks one source."""

    def __init__(
        self,
        registry: Registry,
        source: Source,
        caller: Caller,
        timeout: float,
        fields: Collection[str] = (),
        origins: Mapping[str, str] | None = None,
    ) -> None:
        """Open nothing yet.

        Args:
            registry: Opens the source.
            source: The source.
            caller: On whose behalf it is asked.
            timeout: Seconds that each step may take.
            fields: Columns that entries may have, whether or not one has them.
            origins: What its options read each field from.
        """
        self._registry = registry
        self._source = source
        self._caller = caller
        self._timeout = timeout
        self._fields = fields
        self._origins = origins or {}
        self._check = SourceCheck(source)

    def check(self, term: str | None, *, is_snapshot: bool) -> SourceCheck:
        """Open the source, read or connect, and search for the term and for the number that it is."""
        check = self._check
        if not self._open():
            return check
        directory_source = self._registry.get(self._source)
        connected = self._read(directory_source) if is_snapshot else self._connect(directory_source, term)
        if connected and term is not None:
            self._find(directory_source, term)
        if connected and not is_snapshot:
            fields = [item for each in self._found() for item in each.fields.items()]
            self._compare_columns({name: 1 for name, value in fields if value is not None}, are_all=False)
        return check

    def _open(self) -> bool:
        started_at = time.monotonic()
        is_misconfigured = False
        try:
            error = self._registry.check(self._source)
        except InvalidSource as invalid:
            error, is_misconfigured = invalid.message, True
        self._add("open", time.monotonic() - started_at, error, is_misconfigured=is_misconfigured)
        return error is None

    def _read(self, directory_source: DirectorySource) -> bool:
        """Wait until all entries are read and indexed, and look at their columns."""
        outcome = self._ask("read", directory_source, Fetch(()))
        snapshot = self._check.snapshot = directory_source.report().snapshot
        if outcome.status is not Status.OK:
            return False
        if snapshot is not None and snapshot.error is not None:  # a directory that is missing has no entries
            self._check.steps[-1] = CheckStep("read", outcome.seconds, snapshot.error)
            return False
        try:
            columns = directory_source.columns(self._caller, Deadline.after(self._timeout))
        except Exception as error:  # noqa: BLE001 - an index that can't be read is shown, too
            self._check.steps[-1] = CheckStep("read", outcome.seconds, describe_error(error))
            return False
        if columns:
            self._compare_columns(columns, are_all=True)
        return True

    def _connect(self, directory_source: DirectorySource, term: str | None) -> bool:
        """Send the first question, for which a connection is opened."""
        options = self._source.options
        question: Question = Search(term or HARMLESS_TERM)
        if not texts_of_option(options, "searched_columns") and texts_of_option(
            options, "first_matched_columns"
        ):
            question = FirstMatch(HARMLESS_NUMBER)
        return self._ask("connect", directory_source, question).status in (Status.OK, Status.REFUSED)

    def _find(self, directory_source: DirectorySource, term: str) -> None:
        outcome = self._ask("search", directory_source, Search(term))
        self._check.contacts = outcome.contacts
        if _NUMBER.fullmatch(term.strip()) and outcome.status is Status.OK:
            found = self._ask("reverse", directory_source, FirstMatch(term))
            self._check.match = found.contacts[0] if found.contacts else None

    def _found(self) -> list[Contact]:
        match = [] if self._check.match is None else [self._check.match]
        return [*self._check.contacts, *match]

    def _compare_columns(self, columns: Mapping[str, int], *, are_all: bool) -> None:
        if columns:
            unique = self._source.options.get("unique_column")
            chosen = unique if isinstance(unique, str) else None
            self._check.missing = column_problems(
                self._source, chosen, columns, are_all=are_all, fields=self._fields
            )
            self._check.empty = [origin for name, origin in self._origins.items() if not columns.get(name)]

    def _ask(self, name: StepName, directory_source: DirectorySource, question: Question) -> Outcome:
        description = f"{self._source.name}: {name}"
        outcome = ask_showing_progress(
            directory_source, question, self._caller, Deadline.after(self._timeout), description
        )
        self._add(name, outcome.seconds, outcome.error)
        return outcome

    def _add(
        self, name: StepName, seconds: float, error: str | None, *, is_misconfigured: bool = False
    ) -> None:
        self._check.steps.append(CheckStep(name, seconds, error, is_misconfigured))
