"""The service of phones: contacts with numbers, and the contact of a caller."""

import logging
from collections.abc import Sequence
from functools import lru_cache

from xivo_dird.caller import Caller
from xivo_dird.config.phones import PhonesSection
from xivo_dird.directory.contact import Contact
from xivo_dird.displays.model import Display
from xivo_dird.lookup.model import LookupOptions
from xivo_dird.lookup.service import LookupService
from xivo_dird.phones.contacts import PhonePresentation
from xivo_dird.phones.dialled_number import PlusRule, configured_dialling
from xivo_dird.phones.model import CallerName, PhoneContact, PhoneDirectory
from xivo_dird.phones.texts import one_line
from xivo_dird.profiles.model import Profile
from xivo_dird.profiles.service import ProfileService
from xivo_dird.reverse.service import ReverseService
from xivo_dird.text.folding import fold
from xivo_dird.threads.deadline import NO_DEADLINE, Deadline

MAX_CONTACTS = 5000
"""Maximum number of contacts of each source that are read for a phone, also for one that downloads the directory."""

_OPTIONS = LookupOptions(max_contacts_per_source=MAX_CONTACTS)

logger = logging.getLogger(__name__)


class PhoneService:
    """Looks up contacts for desk phones."""

    def __init__(
        self,
        settings: PhonesSection,
        lookup: LookupService,
        reverse: ReverseService,
        profiles: ProfileService,
        timeout: float,
    ) -> None:
        """Initialize the service.

        Args:
            settings: The section `phones` of the configuration.
            lookup: The service of lookups.
            reverse: The service of reverse lookups.
            profiles: The profiles of all tenants.
            timeout: The timeout of a list of profiles, in seconds.
        """
        self.settings = settings
        self._lookup = lookup
        self._reverse = reverse
        self._profiles = profiles
        self._timeout = timeout
        self._presentation = lru_cache(maxsize=256)(self._new_presentation)

    def find_profile(self, caller: Caller, profile_name: str) -> Profile:
        """Return a profile of the caller's tenant.

        Raises:
            UnknownProfile: The tenant has no profile with this name.
            StoreUnavailable: The database does not answer, and the profile was not read before.
        """
        return self._lookup.find_profile(caller, profile_name)

    def profile_names(self, caller: Caller) -> Sequence[str]:
        """Return the names of the profiles of the caller's tenant that can be searched, in alphabetical order.

        Raises:
            StoreUnavailable: The database does not answer, and they were not read before.
        """
        names = self._profiles.lookup_names(caller.tenant_uuid, Deadline.of_request(self._timeout))
        return sorted(names, key=fold)

    def lookup(
        self, caller: Caller, profile_name: str, term: str, plus: PlusRule | None = None
    ) -> PhoneDirectory:
        """Return the contacts that match `term` and have a number.

        Args:
            caller: The caller.
            profile_name: The profile.
            term: The text to look for; an empty or blank one matches all contacts.
            plus: What happens to the `+` of a number; None: as configured.

        Raises:
            UnknownProfile: The tenant has no profile with this name.
        """
        answer = self._lookup.lookup(caller, profile_name, term.strip(), _OPTIONS)
        presentation = self._presentation(answer.profile.display, plus)
        if answer.is_cut:
            logger.info(
                "A phone of the profile %s gets the first %d contacts of %s",
                answer.profile.name,
                MAX_CONTACTS,
                ", ".join(outcome.source for outcome in answer.outcomes if outcome.is_cut),
            )
        return PhoneDirectory(list(presentation.contacts(answer.contacts)))

    def reverse(
        self, caller: Caller, profile_name: str, exten: str, plus: PlusRule | None = None
    ) -> PhoneContact | None:
        """Return the contact with a number, None if there is none; it may have no number that can be dialled.

        Its name is the field `reverse`, or that of the display if there is none.

        Raises:
            UnknownProfile: The tenant has no profile with this name.
        """
        answer = self._reverse.answer(caller, profile_name, exten)
        if answer.contact is None:
            return None
        presentation = self._presentation(answer.profile.display, plus)
        shown = presentation.contact(answer.contact)
        return shown._replace(name=_caller_name(answer.contact, presentation) or shown.name)

    def caller_name(
        self, caller: Caller, profile_name: str, exten: str, deadline: Deadline = NO_DEADLINE
    ) -> CallerName:
        """Return the name of the contact with a number, the same as `reverse`, and how the sources ended.

        Args:
            caller: The caller.
            profile_name: The profile.
            exten: The number.
            deadline: The end of the lookup, if the timeout of the profile is not before.

        Raises:
            UnknownProfile: The tenant has no profile with this name.
        """
        answer = self._reverse.answer(caller, profile_name, exten, deadline)
        statuses = frozenset(outcome.status for outcome in answer.outcomes if outcome is not None)
        if answer.contact is None:
            return CallerName("", statuses)
        presentation = self._presentation(answer.profile.display, None)
        return CallerName(_caller_name(answer.contact, presentation), statuses)

    def _new_presentation(self, display: Display | None, plus: PlusRule | None) -> PhonePresentation:
        return PhonePresentation(display, configured_dialling(self.settings, plus))


def _caller_name(contact: Contact, presentation: PhonePresentation) -> str:
    return one_line(contact.fields.get("reverse")) or presentation.name(contact)
