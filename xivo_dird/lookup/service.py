"""Lookup: everybody with a text, from every source of a profile."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xivo_dird.caller import Caller
from xivo_dird.directory.contact import Contact
from xivo_dird.directory.fan_out import ask_all
from xivo_dird.directory.outcome import Outcome
from xivo_dird.directory.question import Search
from xivo_dird.directory.registry import Registry
from xivo_dird.lookup.model import PLAIN, LookupOptions, SourcePart
from xivo_dird.lookup.relevance import by_relevance
from xivo_dird.profiles.model import Profile, ServiceConfig
from xivo_dird.profiles.service import ProfileService
from xivo_dird.sources.model import Source


@dataclass(frozen=True, slots=True)
class LookupAnswer:
    """What a lookup found: contacts in the order of the profile's sources, and what each source did."""

    profile: Profile
    contacts: Sequence[Contact]
    sources: Sequence[Source]
    outcomes: Sequence[Outcome]

    @property
    def parts(self) -> list[SourcePart]:
        """What each source did, in the order of the profile."""
        return [part_of(source, outcome) for source, outcome in zip(self.sources, self.outcomes, strict=True)]


class LookupService:
    """Asks every source of the profile's `lookup` service at once."""

    def __init__(self, profiles: ProfileService, registry: Registry, timeout: float) -> None:
        """`timeout` in seconds holds for profiles that name none."""
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
        service = profile.services.get("lookup", ServiceConfig())
        sources = [self._registry.live(source) for source in service.sources]
        outcomes = ask_all(sources, Search(term), caller, service.timeout or self._timeout)
        contacts = _contacts(service.sources, outcomes, term, options)
        return LookupAnswer(profile, contacts, service.sources, outcomes)


def part_of(source: Source, outcome: Outcome) -> SourcePart:
    """Tell what a source did."""
    seconds = round(outcome.seconds, 6)
    return SourcePart(source.name, source.backend, outcome.status.value, seconds, len(outcome.contacts))


def _contacts(
    sources: Sequence[Source], outcomes: Sequence[Outcome], term: str, options: LookupOptions
) -> list[Contact]:
    if options.order == "source":
        contacts = [contact for outcome in outcomes for contact in outcome.contacts]
    else:
        contacts = [
            contact
            for source, outcome in zip(sources, outcomes, strict=True)
            for contact in by_relevance(outcome.contacts, term, _searched_columns(source))
        ]
    return contacts if options.limit is None else contacts[: options.limit]


def _searched_columns(source: Source) -> list[str]:
    columns = source.options.get("searched_columns")
    return [str(column) for column in columns] if isinstance(columns, Iterable) else []
