"""The reverse lookup service: find the contact with a number."""

import time

from xivo_dird.caller import Caller
from xivo_dird.directory.contact import Contact
from xivo_dird.directory.first_match import ask_first
from xivo_dird.directory.question import FirstMatch
from xivo_dird.directory.registry import Registry
from xivo_dird.profiles.model import NO_SERVICE
from xivo_dird.profiles.service import ProfileService
from xivo_dird.threads.deadline import Deadline


class ReverseService:
    """Queries the sources of the profile's `reverse` service; the order of the sources decides between matches."""

    def __init__(self, profiles: ProfileService, registry: Registry, timeout: float, grace: float) -> None:
        """Initialize the service.

        Args:
            profiles: The profiles of all tenants.
            registry: The open sources.
            timeout: The timeout of profiles without their own, in seconds.
            grace: Seconds that the other sources have after the first match.
        """
        self._profiles = profiles
        self._registry = registry
        self._timeout = timeout
        self._grace = grace

    def find(self, caller: Caller, profile_name: str, exten: str) -> Contact | None:
        """Return the contact with the number `exten`, or None if no source has one.

        Raises:
            UnknownProfile: The tenant has no profile with this name.
        """
        asked_at = time.monotonic()
        profile = self._profiles.find_by_name(
            caller.tenant_uuid, profile_name, Deadline.of_request(self._timeout)
        )
        if not exten.strip():  # a withheld number, which must not match an entry with an empty column
            return None
        service = profile.services.get("reverse", NO_SERVICE)
        sources = [self._registry.get(source) for source in service.sources]
        deadline = Deadline.of_request(service.timeout or self._timeout, asked_at)
        outcome = ask_first(sources, FirstMatch(exten), caller, deadline, self._grace)
        return outcome.contacts[0] if outcome else None
