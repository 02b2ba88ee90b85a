"""The explanation service: why the running daemon has a name, or none."""

from collections.abc import Iterator, Mapping

from xivo_dird.backend import AnyBackend
from xivo_dird.caller import Caller
from xivo_dird.diagnosis.answer_rows import answer_rows
from xivo_dird.diagnosis.column_counts import ColumnCounts
from xivo_dird.diagnosis.contact_table import contact_table
from xivo_dird.diagnosis.hints import hints_of_inquiry, name_of
from xivo_dird.diagnosis.inquirer import Inquirer
from xivo_dird.diagnosis.model import ExplainedService, Explanation, Inquiry, ShownContact
from xivo_dird.diagnosis.source_kinds import SourceKinds
from xivo_dird.directory.registry import Registry
from xivo_dird.lookup.service import LookupService
from xivo_dird.reverse.service import ReverseService
from xivo_dird.tenants.service import TenantService
from xivo_dird.text.values import value_text
from xivo_dird.threads.deadline import Deadline, DeadlinePassed, until

MAX_HINT_SECONDS = 0.25
"""Seconds after the answers of the sources in which hints are looked for."""

HINTS_PER_CHECK = 8
"""Number of hints after which others go first: of most questions there are fewer."""

USER_PARAMETER = "user_uuid"
"""The parameter that names the user on whose behalf the sources are asked."""


class ExplanationService:
    """Asks the sources of a profile as a lookup does, and explains what they answer."""

    def __init__(
        self,
        lookup: LookupService,
        reverse: ReverseService,
        registry: Registry,
        tenants: TenantService,
        backends: Mapping[str, type[AnyBackend]],
        timeouts: Mapping[ExplainedService, float],
    ) -> None:
        """Initialize the service.

        Args:
            lookup: Looks up terms.
            reverse: Looks up numbers.
            registry: The open sources.
            tenants: How numbers are dialled at each tenant.
            backends: The class of each installed and enabled backend, by name.
            timeouts: The timeout of profiles without their own, in seconds.
        """
        self._registry = registry
        self._tenants = tenants
        self._counts = ColumnCounts(registry.get)
        kinds = SourceKinds(backends)
        self._inquirer = Inquirer(lookup, reverse, registry, kinds, self._counts.count, timeouts)

    def lookup(self, caller: Caller, profile_name: str, term: str) -> Explanation:
        """Look up a term, and explain the result.

        Raises:
            UnknownProfile: The tenant has no profile with this name.
        """
        return self._explanation(caller, self._inquirer.lookup(caller, profile_name, term))

    def reverse(self, caller: Caller, profile_name: str, number: str) -> Explanation:
        """Look up a number, and explain the result.

        Raises:
            UnknownProfile: The tenant has no profile with this name.
        """
        return self._explanation(caller, self._inquirer.reverse(caller, profile_name, number))

    def close(self) -> None:
        """End what is in progress, without waiting for sources that hang."""
        self._counts.close()

    def _explanation(self, caller: Caller, inquiry: Inquiry) -> Explanation:
        table = contact_table(inquiry)
        contacts = [
            ShownContact(contact.source, [value_text(value) for value in row])
            for contact, row in zip(table.contacts, table.rows, strict=True)
        ]
        return Explanation(
            inquiry.profile.name,
            inquiry.service,
            inquiry.asked,
            inquiry.timeout,
            name_of(inquiry),
            answer_rows(inquiry),
            table.titles,
            contacts,
            len(inquiry.contacts),
            list(hints_in_time(self._hints(caller, inquiry))),
        )

    def _hints(self, caller: Caller, inquiry: Inquiry) -> Iterator[str]:
        reports = self._registry.reports(caller.tenant_uuid)
        sources = {uuid: report.name for uuid, report in reports.items()}
        plan = self._tenants.dial_plan(caller.tenant_uuid)
        user_option = None if caller.user_uuid else USER_PARAMETER
        yield from hints_of_inquiry(inquiry, sources, plan, user_option)
        for answer in inquiry.answers:
            if answer.columns is None and answer.snapshot is not None and answer.snapshot.entries:
                yield (
                    f"{answer.source.name}: its columns are not compared with the options, since that takes too"
                    f" long with {answer.snapshot.entries} entries; the command `xivo-dird {inquiry.service}` does it"
                )


def hints_in_time(hints: Iterator[str]) -> Iterator[str]:
    """Yield hints for `MAX_HINT_SECONDS`, and whether there may be more; let other requests go on between them."""
    try:
        yield from until(Deadline.after(MAX_HINT_SECONDS), hints, HINTS_PER_CHECK)
    except DeadlinePassed:
        yield "there may be further hints, which take too long"
