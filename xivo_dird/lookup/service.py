"""Lookup: everybody with a text, from every source of a profile."""

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing

from xivo_dird.caller import Caller
from xivo_dird.directory.contact import Contact
from xivo_dird.directory.outcome import Outcome
from xivo_dird.directory.registry import Registry
from xivo_dird.lookup.asking import ask, ask_in_turn
from xivo_dird.lookup.merging import FoundContacts, merged
from xivo_dird.lookup.model import PLAIN, Arrival, ArrivingAnswer, LookupAnswer, LookupOptions, part_of
from xivo_dird.lookup.relevance import by_relevance
from xivo_dird.profiles.model import NO_SERVICE, Profile, ServiceConfig
from xivo_dird.profiles.service import ProfileService
from xivo_dird.sources.model import Source
from xivo_dird.threads.deadline import Deadline


class LookupService:
    """Asks every source of the profile's `lookup` service at once."""

    def __init__(
        self,
        profiles: ProfileService,
        registry: Registry,
        timeout: float,
        country_of: Callable[[str], str | None],
    ) -> None:
        """`timeout` in seconds holds for profiles that name none; `country_of` answers that of a tenant."""
        self._country_of = country_of
        self._profiles = profiles
        self._registry = registry
        self._timeout = timeout

    def find_profile(self, caller: Caller, profile_name: str) -> Profile:
        """Find a profile of the caller's tenant, to show its display. Raises `UnknownProfile`."""
        return self._profiles.find_by_name(caller.tenant_uuid, profile_name)

    def lookup(
        self, caller: Caller, profile_name: str, term: str, options: LookupOptions = PLAIN
    ) -> LookupAnswer:
        """Find everybody with `term`, within the time limit. Raises `UnknownProfile`."""
        profile = self._profiles.find_by_name(caller.tenant_uuid, profile_name)
        service = profile.services.get("lookup", NO_SERVICE)
        sources = [self._registry.live(source) for source in service.sources]
        deadline = Deadline.of_request(service.timeout or self._timeout)
        outcomes = ask(sources, caller, term, options, deadline)
        if not options.merge:
            contacts = _contacts(service.sources, outcomes, term, options)
            return LookupAnswer(profile, contacts, service.sources, outcomes)
        found = [
            FoundContacts(
                _in_order(source, outcome, term, options), _columns(source, "first_matched_columns")
            )
            for source, outcome in zip(service.sources, outcomes, strict=True)
        ]
        people = merged(found, self._country_of(caller.tenant_uuid))[: options.limit]
        contacts = [contact for person in people for contact in person]
        return LookupAnswer(profile, contacts, service.sources, outcomes, people)

    def arriving(
        self, caller: Caller, profile_name: str, term: str, options: LookupOptions = PLAIN
    ) -> ArrivingAnswer:
        """Find everybody with `term`, each source's contacts as soon as it answers. Raises `UnknownProfile`."""
        profile = self._profiles.find_by_name(caller.tenant_uuid, profile_name)
        service = profile.services.get("lookup", NO_SERVICE)
        return ArrivingAnswer(profile, self._arrivals(service, caller, term, options))

    def _arrivals(
        self, service: ServiceConfig, caller: Caller, term: str, options: LookupOptions
    ) -> Generator[Arrival | None]:
        sources = [self._registry.live(source) for source in service.sources]
        left = options.limit
        deadline = Deadline.of_request(service.timeout or self._timeout)
        with closing(ask_in_turn(sources, caller, term, options, deadline)) as outcomes:
            for arrived in outcomes:
                if arrived is None:
                    yield None
                    continue
                position, outcome = arrived
                source = service.sources[position]
                contacts = _in_order(source, outcome, term, options)[:left]
                left = None if left is None else left - len(contacts)
                yield Arrival(position, part_of(source, outcome), contacts)


def _contacts(
    sources: Sequence[Source], outcomes: Sequence[Outcome], term: str, options: LookupOptions
) -> list[Contact]:
    contacts = [
        contact
        for source, outcome in zip(sources, outcomes, strict=True)
        for contact in _in_order(source, outcome, term, options)
    ]
    return contacts if options.limit is None else contacts[: options.limit]


def _in_order(source: Source, outcome: Outcome, term: str, options: LookupOptions) -> Sequence[Contact]:
    if options.order == "source":
        return outcome.contacts
    return by_relevance(outcome.contacts, term, _columns(source, "searched_columns"))


def _columns(source: Source, option: str) -> list[str]:
    columns = source.options.get(option)
    return [str(column) for column in columns] if isinstance(columns, Iterable) else []
