"""Lookup: everybody with a text, from every source of a profile."""

from collections.abc import Sequence
from dataclasses import dataclass

from xivo_dird.caller import Caller
from xivo_dird.directory.contact import Contact
from xivo_dird.directory.fan_out import ask_all
from xivo_dird.directory.outcome import Outcome
from xivo_dird.directory.question import Search
from xivo_dird.directory.registry import Registry
from xivo_dird.profiles.model import Profile, ServiceConfig
from xivo_dird.profiles.service import ProfileService


@dataclass(frozen=True, slots=True)
class LookupAnswer:
    """What a lookup found: contacts in the order of the profile's sources, and what each source did."""

    profile: Profile
    contacts: Sequence[Contact]
    outcomes: Sequence[Outcome]


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

    def lookup(self, caller: Caller, profile_name: str, term: str) -> LookupAnswer:
        """Find everybody with `term`, within the time limit. Raises `UnknownProfile`."""
        profile = self._profiles.find_by_name(caller.tenant_uuid, profile_name)
        service = profile.services.get("lookup", ServiceConfig())
        sources = [self._registry.live(source) for source in service.sources]
        outcomes = ask_all(sources, Search(term), caller, service.timeout or self._timeout)
        contacts = [contact for outcome in outcomes for contact in outcome.contacts]
        return LookupAnswer(profile, contacts, outcomes)
