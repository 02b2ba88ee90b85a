"""Asks the sources of a profile with the fan-out of the daemon, and keeps what each of them answered."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from xivo_dird.caller import Caller
from xivo_dird.directory.contact import Contact
from xivo_dird.directory.outcome import Outcome
from xivo_dird.directory.question import Fetch
from xivo_dird.index.state import SnapshotState
from xivo_dird.lookup.service import LookupService
from xivo_dird.process.diagnosis.inspection import Inspection
from xivo_dird.process.diagnosis.progress import ask_showing_progress
from xivo_dird.profiles.model import NO_SERVICE, Profile, ServiceConfig, ServiceOptions
from xivo_dird.reverse.service import ReverseService
from xivo_dird.sources.model import Source
from xivo_dird.threads.deadline import Deadline

MAX_COUNT_SECONDS = 60.0
"""Seconds to wait until the columns of a source that was read are counted."""

MAX_READ_SECONDS = 600.0
"""Seconds to wait until all entries of a source are read; the daemon has read them long before a lookup."""


@dataclass(frozen=True, slots=True)
class InquiryAnswer:
    """What a source of the profile answered.

    Attributes:
        source: The source.
        outcome: The outcome; None if it was not asked, or not waited for.
        snapshot: The state of its index; None for a source that answers each question itself.
        is_personal: Whether it has contacts of single users.
        columns: The number of entries with a value in each column; None if they can't be counted.
        fields: Columns that entries may have, whether or not one has them.
    """

    source: Source
    outcome: Outcome | None
    snapshot: SnapshotState | None
    is_personal: bool = False
    columns: Mapping[str, int] | None = None
    fields: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question to the sources of a profile, and the answers.

    Attributes:
        service: The service of the profile, `lookup` or `reverse`.
        profile: The profile.
        asked: The term or the number.
        timeout: Seconds that the sources had.
        answers: What each source of the service answered, in the order of the profile.
        contacts: The result: all contacts, or the one with the number.
        winner: For a number, the position of the source with the best match; None if there is none.
    """

    service: str
    profile: Profile
    asked: str
    timeout: float
    answers: Sequence[InquiryAnswer]
    contacts: Sequence[Contact]
    winner: int | None = None


class ProfileInquirer:
    """Asks the sources of one profile."""

    def __init__(self, inspection: Inspection, profile: Profile, user_uuid: str | None) -> None:
        """Open nothing yet; `user_uuid` is the user on whose behalf the sources are asked, if any."""
        self._inspection = inspection
        self._registry = inspection.parts.registry
        self._limits = inspection.parts.config.lookup
        self._profile = profile
        self._user_uuid = user_uuid
        self._caller = Caller("", profile.tenant_uuid, user_uuid, profile.tenant_uuid)

    def lookup(self, term: str, timeout: float | None) -> Inquiry:
        """Look up a term; `timeout` replaces that of the profile."""
        profile = self._prepared("lookup", timeout)
        dial_plan_of = self._inspection.parts.services.tenants.dial_plan
        service = LookupService(GivenProfile(profile), self._registry, self._limits.timeout, dial_plan_of)
        answer = service.lookup(self._caller, profile.name, term)
        answers = self._answers(answer.sources, answer.outcomes)
        seconds = _service(profile, "lookup").timeout or self._limits.timeout
        return Inquiry("lookup", profile, term, seconds, answers, answer.contacts)

    def reverse(self, number: str, timeout: float | None) -> Inquiry:
        """Look up a number; `timeout` replaces that of the profile."""
        profile = self._prepared("reverse", timeout)
        seconds = _service(profile, "reverse").timeout or self._limits.reverse_timeout
        service = ReverseService(
            GivenProfile(profile), self._registry, self._limits.reverse_timeout, self._limits.reverse_grace
        )
        answer = service.answer(self._caller, profile.name, number)
        winner = None if answer.best is None else [*answer.outcomes].index(answer.best)
        contacts = () if answer.contact is None else (answer.contact,)
        answers = self._answers(answer.sources, answer.outcomes)
        return Inquiry("reverse", profile, number, seconds, answers, contacts, winner)

    def _prepared(self, name: str, timeout: float | None) -> Profile:
        """Return the profile with the timeout, after all sources of the service are read that are read in advance."""
        service = _service(self._profile, name)
        listed = [source for source in service.sources if self._inspection.is_snapshot(source)]
        self._inspection.link_indexes(listed, self._user_uuid)
        for source in listed:
            deadline = Deadline.after(MAX_READ_SECONDS)
            opened = self._registry.get(source)
            ask_showing_progress(opened, Fetch(()), self._caller, deadline, f"{source.name}: read")
        if timeout is not None:
            service = ServiceConfig(service.sources, ServiceOptions(timeout=timeout))
        return replace(self._profile, services={**self._profile.services, name: service})

    def _answers(self, sources: Sequence[Source], outcomes: Sequence[Outcome | None]) -> list[InquiryAnswer]:
        return [
            InquiryAnswer(
                source,
                outcome,
                self._registry.get(source).report().snapshot,
                is_personal=self._inspection.is_personal(source),
                columns=self._columns(source),
                fields=self._inspection.fields_of(source),
            )
            for source, outcome in zip(sources, outcomes, strict=True)
        ]

    def _columns(self, source: Source) -> Mapping[str, int] | None:
        """Return the columns of the entries of a source that was read; None if they can't be counted."""
        if not self._inspection.is_snapshot(source):
            return None
        try:
            return self._registry.get(source).columns(self._caller, Deadline.after(MAX_COUNT_SECONDS))
        except Exception:  # noqa: BLE001 - what is wrong with the source is in its answer
            return None


class GivenProfile:
    """Finds one profile, whatever its name."""

    def __init__(self, profile: Profile) -> None:
        """Store the profile."""
        self._profile = profile

    def find_by_name(self, tenant_uuid: str, name: str, deadline: Deadline) -> Profile:  # noqa: ARG002
        """Return the profile."""
        return self._profile


def _service(profile: Profile, name: str) -> ServiceConfig:
    return profile.services.get(name, NO_SERVICE)
