"""The lookup service: search all sources of a profile for a text."""

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing

from xivo_dird.caller import Caller
from xivo_dird.directory.contact import Contact
from xivo_dird.directory.outcome import Outcome
from xivo_dird.directory.registry import Registry
from xivo_dird.lookup.asking import ask, ask_as_answered
from xivo_dird.lookup.merging import FoundContacts, merge_contacts
from xivo_dird.lookup.model import (
    DEFAULT_OPTIONS,
    LookupAnswer,
    LookupOptions,
    SourceResult,
    StreamedAnswer,
    source_part,
)
from xivo_dird.lookup.relevance import sort_by_relevance
from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.profiles.model import NO_SERVICE, Profile, ServiceConfig
from xivo_dird.profiles.service import ProfileService
from xivo_dird.sources.model import Source
from xivo_dird.threads.deadline import Deadline


class LookupService:
    """Queries all sources of the profile's `lookup` service in parallel."""

    def __init__(
        self,
        profiles: ProfileService,
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
        """Return a profile of the caller's tenant.

        Raises:
            UnknownProfile: The tenant has no profile with this name.
        """
        return self._profiles.find_by_name(caller.tenant_uuid, profile_name)

    def lookup(
        self, caller: Caller, profile_name: str, term: str, options: LookupOptions = DEFAULT_OPTIONS
    ) -> LookupAnswer:
        """Return all contacts that match `term`, within the timeout.

        Raises:
            UnknownProfile: The tenant has no profile with this name.
        """
        profile = self._profiles.find_by_name(caller.tenant_uuid, profile_name)
        service = profile.services.get("lookup", NO_SERVICE)
        sources = [self._registry.get(source) for source in service.sources]
        deadline = Deadline.of_request(service.timeout or self._timeout)
        outcomes = ask(sources, caller, term, options, deadline)
        if not options.merge:
            contacts = _contacts(service.sources, outcomes, term, options)
            return LookupAnswer(profile, contacts, service.sources, outcomes)
        found = [
            FoundContacts(
                _sorted_contacts(source, outcome, term, options), _columns(source, "first_matched_columns")
            )
            for source, outcome in zip(service.sources, outcomes, strict=True)
        ]
        people = merge_contacts(found, self._dial_plan_of(caller.tenant_uuid))[: options.limit]
        contacts = [contact for person in people for contact in person]
        return LookupAnswer(profile, contacts, service.sources, outcomes, people)

    def stream(
        self, caller: Caller, profile_name: str, term: str, options: LookupOptions = DEFAULT_OPTIONS
    ) -> StreamedAnswer:
        """Return all contacts that match `term`, those of each source as soon as it answers.

        Raises:
            UnknownProfile: The tenant has no profile with this name.
        """
        profile = self._profiles.find_by_name(caller.tenant_uuid, profile_name)
        service = profile.services.get("lookup", NO_SERVICE)
        return StreamedAnswer(profile, self._source_results(service, caller, term, options))

    def _source_results(
        self, service: ServiceConfig, caller: Caller, term: str, options: LookupOptions
    ) -> Generator[SourceResult | None]:
        sources = [self._registry.get(source) for source in service.sources]
        limit = options.limit
        deadline = Deadline.of_request(service.timeout or self._timeout)
        with closing(ask_as_answered(sources, caller, term, options, deadline)) as steps:
            for step in steps:
                if step is None:
                    yield None
                    continue
                position, outcome = step
                source = service.sources[position]
                contacts = _sorted_contacts(source, outcome, term, options)[:limit]
                limit = None if limit is None else limit - len(contacts)
                yield SourceResult(position, source_part(source, outcome), contacts)


def _contacts(
    sources: Sequence[Source], outcomes: Sequence[Outcome], term: str, options: LookupOptions
) -> list[Contact]:
    contacts = [
        contact
        for source, outcome in zip(sources, outcomes, strict=True)
        for contact in _sorted_contacts(source, outcome, term, options)
    ]
    return contacts if options.limit is None else contacts[: options.limit]


def _sorted_contacts(
    source: Source, outcome: Outcome, term: str, options: LookupOptions
) -> Sequence[Contact]:
    if options.order == "source":
        return outcome.contacts
    return sort_by_relevance(outcome.contacts, term, _columns(source, "searched_columns"))


def _columns(source: Source, option: str) -> list[str]:
    columns = source.options.get(option)
    return [str(column) for column in columns] if isinstance(columns, Iterable) else []
