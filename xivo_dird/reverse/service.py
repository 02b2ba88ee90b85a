"""Reverse: who has this number?"""

from xivo_dird.caller import Caller
from xivo_dird.directory.contact import Contact
from xivo_dird.directory.fan_out import ask_first
from xivo_dird.directory.question import FirstMatch
from xivo_dird.directory.registry import Registry
from xivo_dird.profiles.model import NO_SERVICE
from xivo_dird.profiles.service import ProfileService
from xivo_dird.threads.deadline import Deadline


class ReverseService:
    """Asks the sources of the profile's `reverse` service; their order decides between several matches."""

    def __init__(self, profiles: ProfileService, registry: Registry, timeout: float, grace: float) -> None:
        """`timeout` holds for profiles that name none, `grace` once somebody has matched; both in seconds."""
        self._profiles = profiles
        self._registry = registry
        self._timeout = timeout
        self._grace = grace

    def find(self, caller: Caller, profile_name: str, exten: str) -> Contact | None:
        """Find one contact with the number `exten`, None if nobody has it. Raises `UnknownProfile`."""
        profile = self._profiles.find_by_name(caller.tenant_uuid, profile_name)
        if not exten.strip():  # a withheld number: nobody's, even where an entry has an empty column
            return None
        service = profile.services.get("reverse", NO_SERVICE)
        sources = [self._registry.live(source) for source in service.sources]
        deadline = Deadline.of_request(service.timeout or self._timeout)
        outcome = ask_first(sources, FirstMatch(exten), caller, deadline, self._grace)
        return outcome.contacts[0] if outcome else None
