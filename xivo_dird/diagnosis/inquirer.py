"""Asks the sources of a profile as any lookup does, and keeps what each of them answered."""

from collections.abc import Callable, Mapping, Sequence

from xivo_dird.caller import Caller
from xivo_dird.diagnosis.model import MAX_COMPARED_CONTACTS, ExplainedService, Inquiry, InquiryAnswer
from xivo_dird.diagnosis.source_kinds import SourceKinds
from xivo_dird.directory.outcome import Outcome
from xivo_dird.directory.registry import Registry
from xivo_dird.lookup.model import LookupOptions
from xivo_dird.lookup.service import LookupService
from xivo_dird.profiles.model import NO_SERVICE, Profile
from xivo_dird.reverse.service import ReverseService
from xivo_dird.sources.model import Source

Columns = Mapping[str, int] | None
"""The number of entries with a value in each column; None if they are not known."""

CountColumns = Callable[[Caller, Sequence[Source]], Sequence[Columns]]
"""Returns the columns of each source for a caller."""


_OPTIONS = LookupOptions(max_contacts_per_source=MAX_COMPARED_CONTACTS)


class Inquirer:
    """Asks the sources of a profile."""

    def __init__(
        self,
        lookup: LookupService,
        reverse: ReverseService,
        registry: Registry,
        kinds: SourceKinds,
        count_columns: CountColumns,
        timeouts: Mapping[ExplainedService, float],
    ) -> None:
        """Initialize the inquirer.

        Args:
            lookup: Looks up terms.
            reverse: Looks up numbers.
            registry: The open sources.
            kinds: The backends of the sources.
            count_columns: Counts the columns of the sources after they have answered.
            timeouts: The timeout of profiles without their own, in seconds.
        """
        self._lookup = lookup
        self._reverse = reverse
        self._registry = registry
        self._kinds = kinds
        self._count_columns = count_columns
        self._timeouts = timeouts

    def lookup(self, caller: Caller, profile_name: str, term: str) -> Inquiry:
        """Look up a term.

        Raises:
            UnknownProfile: The tenant has no profile with this name.
        """
        answer = self._lookup.lookup(caller, profile_name, term, _OPTIONS)
        answers = self._answers(caller, answer.sources, answer.outcomes)
        timeout = self._timeout(answer.profile, "lookup")
        return Inquiry("lookup", answer.profile, term, timeout, answers, answer.contacts)

    def reverse(self, caller: Caller, profile_name: str, number: str) -> Inquiry:
        """Look up a number; no source is asked for one that is withheld.

        Raises:
            UnknownProfile: The tenant has no profile with this name.
        """
        answer = self._reverse.answer(caller, profile_name, number)
        winner = None if answer.best is None else [*answer.outcomes].index(answer.best)
        contacts = () if answer.contact is None else (answer.contact,)
        answers = self._answers(caller, answer.sources, answer.outcomes)
        timeout = self._timeout(answer.profile, "reverse")
        return Inquiry("reverse", answer.profile, number, timeout, answers, contacts, winner)

    def _timeout(self, profile: Profile, service: ExplainedService) -> float:
        return profile.services.get(service, NO_SERVICE).timeout or self._timeouts[service]

    def _answers(
        self, caller: Caller, sources: Sequence[Source], outcomes: Sequence[Outcome | None]
    ) -> list[InquiryAnswer]:
        columns = self._count_columns(caller, sources)
        return [
            InquiryAnswer(
                source,
                outcome,
                self._registry.get(source).report().snapshot,
                self._kinds.is_personal(source),
                counted,
                self._kinds.fields_of(source),
            )
            for source, outcome, counted in zip(sources, outcomes, columns, strict=True)
        ]
