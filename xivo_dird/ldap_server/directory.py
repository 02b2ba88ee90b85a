"""The directory as LDAP clients search it: the entries of a search, in the order of the profile, as sources answer."""

import json
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from functools import lru_cache
from hashlib import blake2b

from xivo_dird.caller import Caller
from xivo_dird.config.ldap_server import LdapServerSection
from xivo_dird.config.phones import PhonesSection
from xivo_dird.directory.contact import Contact
from xivo_dird.displays.model import Display
from xivo_dird.distinguished_names import rdn
from xivo_dird.exceptions import UnknownProfile
from xivo_dird.ldap_server.attributes import AttributeMap
from xivo_dird.ldap_server.contact_search import (
    Contacts,
    Ending,
    LdapContacts,
    ProfileSearch,
    asked_questions,
)
from xivo_dird.ldap_server.filters import Filter
from xivo_dird.ldap_server.matching import Predicate, predicate
from xivo_dird.ldap_server.model import LdapEntry
from xivo_dird.ldap_server.tree import DirectoryTree, entry_uid, no_such_object
from xivo_dird.lookup.service import LookupService
from xivo_dird.numbers.dial_plan import UNKNOWN_PLAN, DialPlan
from xivo_dird.phones.dialled_number import configured_dialling
from xivo_dird.profiles.model import Profile
from xivo_dird.reverse.service import ReverseService


class LdapDirectory:
    """Searches the profiles of tenants."""

    def __init__(
        self,
        settings: LdapServerSection,
        phones: PhonesSection,
        tree: DirectoryTree,
        lookup: LookupService,
        reverse: ReverseService,
        dial_plan_of: Callable[[str], DialPlan],
    ) -> None:
        """Initialize with the settings, and the services that answer the questions of a filter."""
        self._tree = tree
        self._lookup = lookup
        self._contacts = LdapContacts(lookup, reverse)
        self._dial_plan_of = dial_plan_of
        self._settings = settings
        self._dialled = configured_dialling(phones)
        self._attribute_map = lru_cache(maxsize=256)(self._new_attribute_map)

    def find_profile(self, caller: Caller, name: str) -> Profile:
        """Return a profile of the caller's tenant.

        Raises:
            LdapFailure: There is none with this name.
            StoreUnavailable: The database does not answer, and the profile was not read before.
        """
        try:
            return self._lookup.find_profile(caller, name)
        except UnknownProfile as error:
            raise no_such_object(self._tree.base_dn) from error

    def matching(self, entries: Iterable[LdapEntry], condition: Filter) -> Iterator[LdapEntry]:
        """Yield those of some entries that match a filter, in which no number has another spelling."""
        matches = predicate(condition, UNKNOWN_PLAN)
        return (entry for entry in entries if matches(entry.values))

    def people(self, search: ProfileSearch, ending: Ending) -> Generator[LdapEntry | None]:
        """Yield the entries of a search as sources answer, in the order of the profile; None from time to time.

        Args:
            search: The search.
            ending: Set when the generator has ended.

        Raises:
            LdapFailure: The profile does not exist.
            StoreUnavailable: The database does not answer, and the profile was not read before.
        """
        profile = self.find_profile(search.caller, search.profile)
        search = search._replace(deadline=search.deadline.earlier(self._lookup.deadline_of(profile)))
        plan = self._dial_plan_of(search.caller.tenant_uuid)
        attributes = self._attribute_map(profile.display)
        matches = predicate(search.condition, plan)
        found = _MatchingEntries(attributes, matches, self._tree.place_dn(search.place), search.max_entries)
        asked = asked_questions(search.condition)
        for position, question in enumerate(asked):
            shared = search.with_share_of(len(asked) - position)
            yield from found.entries(self._contacts.alternatives(shared, question, ending))
            if found.is_cut:
                break
        ending.is_cut = ending.is_cut or found.is_cut

    def _new_attribute_map(self, display: Display | None) -> AttributeMap:
        return AttributeMap(display, self._settings.attributes, self._dialled)


class _MatchingEntries:
    """The entries among some contacts that match a filter, each once, up to a maximum.

    Attributes:
        is_cut: Whether there are more than the maximum.
    """

    def __init__(self, attributes: AttributeMap, matches: Predicate, below: str, max_entries: int) -> None:
        self.is_cut = False
        self._attributes = attributes
        self._matches = matches
        self._below = below
        self._max_entries = max_entries
        self._uids: set[str] = set()

    def entries(self, alternatives: Iterable[Contacts]) -> Iterator[LdapEntry | None]:
        """Yield the entries of the first alternative that has some; None for None."""
        for alternative in alternatives:
            before = len(self._uids)
            with closing(alternative) as contacts:
                yield from self._matching(contacts)
            if len(self._uids) > before:
                return

    def _matching(self, contacts: Contacts) -> Iterator[LdapEntry | None]:
        for contact in contacts:
            entry = None if contact is None else self._new_entry(contact)
            if entry is not None and len(self._uids) > self._max_entries:
                self.is_cut = True
                return
            if entry is not None or contact is None:
                yield entry

    def _new_entry(self, contact: Contact) -> LdapEntry | None:
        """Return the entry of a contact; None if it does not match, or has been there before."""
        uid = _uid(contact)
        entry = self._attributes.entry(contact, f"{rdn('uid', uid)},{self._below}", uid)
        if uid in self._uids or not self._matches(entry.values):
            return None
        self._uids.add(uid)
        return entry


def _uid(contact: Contact) -> str:
    """Return the `uid` of a contact: of its source and id, or without an id, of its fields."""
    if contact.source_entry_id is not None:
        return entry_uid(contact.source, contact.source_entry_id)
    fields = json.dumps(contact.fields, sort_keys=True, default=str).encode(errors="surrogatepass")
    return entry_uid(contact.source, f"~{blake2b(fields, digest_size=8).hexdigest()}")
