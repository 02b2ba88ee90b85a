"""Asks the sources of a profile without the daemon, after all of their entries were read."""

from collections.abc import Sequence
from dataclasses import replace

from xivo_dird.caller import Caller
from xivo_dird.diagnosis.inquirer import Columns, Inquirer
from xivo_dird.diagnosis.model import ExplainedService, Inquiry
from xivo_dird.directory.question import Fetch
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


class ProfileInquirer:
    """Asks the sources of one profile."""

    def __init__(self, inspection: Inspection, profile: Profile, user_uuid: str | None) -> None:
        """Open nothing yet; `user_uuid` is the user on whose behalf the sources are asked, if any."""
        self._inspection = inspection
        self._registry = inspection.parts.registry
        self._profile = profile
        self._user_uuid = user_uuid
        self._caller = Caller("", profile.tenant_uuid, user_uuid, profile.tenant_uuid)

    def ask(self, service: ExplainedService, asked: str, timeout: float | None) -> Inquiry:
        """Look up a term or a number; `timeout` replaces that of the profile."""
        profile = self._prepared(service, timeout)
        inquirer = self._inquirer(profile)
        ask = inquirer.lookup if service == "lookup" else inquirer.reverse
        return ask(self._caller, profile.name, asked)

    def _inquirer(self, profile: Profile) -> Inquirer:
        parts, found = self._inspection.parts, GivenProfile(profile)
        limits, registry = parts.config.lookup, self._registry
        return Inquirer(
            LookupService(found, registry, limits.timeout, parts.services.tenants.dial_plan),
            ReverseService(found, registry, limits.reverse_timeout, limits.reverse_grace),
            registry,
            self._inspection.kinds,
            self._count_columns,
            {"lookup": limits.timeout, "reverse": limits.reverse_timeout},
        )

    def _prepared(self, name: ExplainedService, timeout: float | None) -> Profile:
        """Return the profile with the timeout, after all sources of the service are read that are read in advance."""
        service = self._profile.services.get(name, NO_SERVICE)
        listed = [source for source in service.sources if self._inspection.kinds.is_snapshot(source)]
        self._inspection.link_indexes(listed, self._user_uuid)
        for source in listed:
            deadline = Deadline.after(MAX_READ_SECONDS)
            opened = self._registry.get(source)
            ask_showing_progress(opened, Fetch(()), self._caller, deadline, f"{source.name}: read")
        if timeout is not None:
            service = ServiceConfig(service.sources, ServiceOptions(timeout=timeout))
        return replace(self._profile, services={**self._profile.services, name: service})

    def _count_columns(self, caller: Caller, sources: Sequence[Source]) -> list[Columns]:
        return [self._columns(caller, source) for source in sources]

    def _columns(self, caller: Caller, source: Source) -> Columns:
        """Return the columns of the entries of a source that was read; None if they can't be counted."""
        if not self._inspection.kinds.is_snapshot(source):
            return None
        try:
            return self._registry.get(source).columns(caller, Deadline.after(MAX_COUNT_SECONDS))
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
