"""The lookup service: search all sources of a profile for a text."""

import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing

from xivo_dird.caller import Caller
from xivo_dird.directory.contact import Contact
from xivo_dird.directory.fan_out import POLL_SECONDS, ask_all
from xivo_dird.directory.outcome import Outcome, too_late
from xivo_dird.directory.question import Fetch
from xivo_dird.directory.registry import Registry
from xivo_dird.lookup.asking import Steps, ask, ask_as_answered
from xivo_dird.lookup.merging import FoundContacts, merge_contacts
from xivo_dird.lookup.model import (
    DEFAULT_OPTIONS,
    ContactPosition,
    LookupAnswer,
    LookupOptions,
    People,
    SourceResult,
    StreamedAnswer,
    source_part,
)
from xivo_dird.lookup.relevance import sort_by_relevance
from xivo_dird.numbers.dial_plan import UNKNOWN_PLAN, DialPlan
from xivo_dird.profiles.model import NO_SERVICE, Profile, ServiceConfig
from xivo_dird.profiles.service import ProfileFinder
from xivo_dird.sources.model import Source
from xivo_dird.threads.deadline import NO_DEADLINE, Deadline, DeadlinePassed

SORTING_SHARE = 0.25
"""How much longer than its timeout a lookup may take to sort and merge the results, as a share of the timeout."""

MIN_SORTING_SECONDS = 0.1


class LookupService:
    """Queries all sources of the profile's `lookup` service in parallel."""

    def __init__(
        self,
        profiles: ProfileFinder,
        registry: Registry,
        timeout: float,
        dial_plan_of: Callable[[str], DialPlan],
    ) -> None:
        """Initialize the service.

        Args:
            profiles: The profiles of all tenants.
            registry: The open sources.
            timeout: The timeout of profiles without their own, in seconds.
            dial_plan_of: Returns how numbers are dialled at a tenant.
        """
        self._dial_plan_of = dial_plan_of
        self._profiles = profiles
        self._registry = registry
        self._timeout = timeout

    def find_profile(self, caller: Caller, profile_name: str) -> Profile:
        """Return a profile of the caller's tenant, within the timeout.

        Raises:
            UnknownProfile: The tenant has no profile with this name.
            StoreUnavailable: The database does not answer, and the profile was not read before.
        """
        deadline = Deadline.of_request(self._timeout)
        return self._profiles.find_by_name(caller.tenant_uuid, profile_name, deadline)

    def deadline_of(self, profile: Profile, asked_at: float | None = None) -> Deadline:
        """Return the end of a lookup in a profile that began at `asked_at` (`time.monotonic`), by default now."""
        return Deadline.of_request(_service(profile).timeout or self._timeout, asked_at)

    def lookup(
        self, caller: Caller, profile_name: str, term: str, options: LookupOptions = DEFAULT_OPTIONS
    ) -> LookupAnswer:
        """Return all contacts that match `term`, within the timeout.

        Raises:
            UnknownProfile: The tenant has no profile with this name.
        """
        asked_at = time.monotonic()
        profile = self.find_profile(caller, profile_name)
        service = _service(profile)
        sources = [self._registry.get(source) for source in service.sources]
        deadline = self.deadline_of(profile, asked_at)
        outcomes = ask(sources, caller, term, options, deadline)
        end = _end_of_sorting(deadline)
        outcomes = [
            _sorted_outcome(source, outcome, term, options, end)
            for source, outcome in zip(service.sources, outcomes, strict=True)
        ]
        if not options.merge:
            contacts = [contact for outcome in outcomes for contact in outcome.contacts][: options.limit]
            return LookupAnswer(profile, contacts, service.sources, outcomes, deadline)
        found = [outcome.contacts for outcome in outcomes]
        people, merged = _merge(service.sources, found, self._dial_plan_of(caller.tenant_uuid), end)
        outcomes[merged:] = [too_late(outcome, end) for outcome in outcomes[merged:]]
        people = people[: options.limit]
        contacts = [contact for person in people for contact in person]
        return LookupAnswer(profile, contacts, service.sources, outcomes, deadline, people)

    def same_people(
        self, answer: StreamedAnswer, found: Mapping[int, Sequence[Contact]]
    ) -> list[list[ContactPosition]]:
        """Return the contacts of a streamed answer that are one person, for each person with several contacts.

        Args:
            answer: The answer, all of whose results were read.
            found: The contacts of each source, by its position in the profile.
        """
        sources = _service(answer.profile).sources
        contacts = [found.get(position, ()) for position in range(len(sources))]
        people, _ = _merge(sources, contacts, answer.plan, _end_of_sorting(answer.deadline))
        positions = {
            id(contact): ContactPosition(source, index)
            for source, of_source in enumerate(contacts)
            for index, contact in enumerate(of_source)
        }
        return [[positions[id(contact)] for contact in person] for person in people if len(person) > 1]

    def fetch(
        self, caller: Caller, profile_name: str, source_name: str, entry_id: str, deadline: Deadline
    ) -> Outcome | None:
        """Return the outcome of the question for one contact by its id, None if the profile has no such source.

        Args:
            caller: The caller.
            profile_name: The profile.
            source_name: The name of a source.
            entry_id: The id of a contact in the source.
            deadline: The end of the lookup, if the timeout of the profile is not before.

        Raises:
            UnknownProfile: The tenant has no profile with this name.
        """
        profile = self.find_profile(caller, profile_name)
        service = _service(profile)
        sources = [self._registry.get(source) for source in service.sources if source.name == source_name]
        end = deadline.earlier(self.deadline_of(profile))
        outcomes = ask_all(sources, Fetch((entry_id,)), caller, end)
        return outcomes[0] if outcomes else None

    def stream(
        self,
        caller: Caller,
        profile_name: str,
        term: str,
        options: LookupOptions = DEFAULT_OPTIONS,
        deadline: Deadline = NO_DEADLINE,
        poll_seconds: float = POLL_SECONDS,
    ) -> StreamedAnswer:
        """Return all contacts that match `term`, those of each source as soon as it answers.

        Args:
            caller: The caller.
            profile_name: The profile.
            term: The text to look for.
            options: The options of the lookup.
            deadline: The end of the lookup, if the timeout of the profile is not before.
            poll_seconds: Longest time without a result after which None is yielded.

        Raises:
            UnknownProfile: The tenant has no profile with this name.
        """
        profile = self.find_profile(caller, profile_name)
        service = _service(profile)
        sources = [self._registry.get(source) for source in service.sources]
        end = deadline.earlier(self.deadline_of(profile))
        plan = self._dial_plan_of(caller.tenant_uuid) if options.merge else UNKNOWN_PLAN
        steps = ask_as_answered(sources, caller, term, options, end, poll_seconds)
        return StreamedAnswer(profile, self._source_results(service, steps, term, options, end), end, plan)

    def _source_results(
        self, service: ServiceConfig, steps: Steps, term: str, options: LookupOptions, deadline: Deadline
    ) -> Generator[SourceResult | None]:
        limit = options.limit
        with closing(steps):
            for step in steps:
                if step is None:
                    yield None
                    continue
                position, outcome = step
                source = service.sources[position]
                outcome = _sorted_outcome(source, outcome, term, options, _end_of_sorting(deadline))
                contacts = outcome.contacts[:limit]
                limit = None if limit is None else limit - len(contacts)
                yield SourceResult(position, source_part(source, outcome), contacts, outcome.is_cut)


def _service(profile: Profile) -> ServiceConfig:
    return profile.services.get("lookup", NO_SERVICE)


def _merge(
    sources: Sequence[Source], found: Sequence[Sequence[Contact]], plan: DialPlan, end: Deadline
) -> tuple[People, int]:
    """Return the persons whom sources found, and how many sources could be merged until `end`."""
    numbered = [
        FoundContacts(contacts, _columns(source, "first_matched_columns"))
        for source, contacts in zip(sources, found, strict=True)
    ]
    return merge_contacts(numbered, plan, end)


def _end_of_sorting(deadline: Deadline) -> Deadline:
    """Return until when results may be sorted and merged: a late source has used up the whole time of the lookup."""
    return deadline.extended(max(MIN_SORTING_SECONDS, deadline.timeout * SORTING_SHARE))


def _sorted_outcome(
    source: Source, outcome: Outcome, term: str, options: LookupOptions, deadline: Deadline
) -> Outcome:
    """Return an outcome with its contacts in the requested order; it is late if they are too many to sort in time."""
    if options.order == "source":
        return outcome
    columns = _columns(source, "searched_columns")
    try:
        contacts = sort_by_relevance(outcome.contacts, term, columns, deadline)
    except DeadlinePassed:
        return too_late(outcome, deadline)
    return outcome._replace(contacts=tuple(contacts))


def _columns(source: Source, option: str) -> list[str]:
    columns = source.options.get(option)
    return [str(column) for column in columns] if isinstance(columns, Iterable) else []
