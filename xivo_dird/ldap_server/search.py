"""The search operation (RFC 4511 section 4.5): which entries a base and a scope mean, and the limits."""

from collections.abc import Callable, Generator, Iterable, Sequence

from xivo_dird.blocking import begin_work_for
from xivo_dird.caller import Caller
from xivo_dird.config.ldap_server import LdapServerSection
from xivo_dird.ldap_server.accounts import Client
from xivo_dird.ldap_server.arrangement import Arrangement, Entries
from xivo_dird.ldap_server.contact_search import Ending, ProfileSearch
from xivo_dird.ldap_server.controls import SUPPORTED, read_controls
from xivo_dird.ldap_server.directory import LdapDirectory
from xivo_dird.ldap_server.filters import Equal, Filter
from xivo_dird.ldap_server.model import Control, LdapEntry, LdapFailure, LdapOperation, ResultCode, Scope
from xivo_dird.ldap_server.requests import SearchRequest
from xivo_dird.ldap_server.responses import encode_entry, encode_result
from xivo_dird.ldap_server.selection import RequestedAttributes
from xivo_dird.ldap_server.server_entries import place_entry, root_dse, schema_entry
from xivo_dird.ldap_server.tree import SCHEMA_DN, DirectoryTree, Place, no_such_object
from xivo_dird.threads.deadline import Deadline

ProfileNames = Callable[[Caller], Sequence[str]]


class LdapSearches:
    """Answers searches."""

    def __init__(
        self,
        settings: LdapServerSection,
        tree: DirectoryTree,
        directory: LdapDirectory,
        profile_names: ProfileNames,
        *,
        has_tls: bool,
    ) -> None:
        """Initialize.

        Args:
            settings: The section `ldap_server` of the configuration.
            tree: The names of the entries.
            directory: The people.
            profile_names: Returns the names of the profiles of the tenant of a caller.
            has_tls: Whether the server has a certificate.
        """
        self._settings = settings
        self._tree = tree
        self._directory = directory
        self._profile_names = profile_names
        self._has_tls = has_tls

    def answer(
        self, client: Client, message_id: int, request: SearchRequest, controls: Iterable[Control]
    ) -> Generator[bytes | None, None, ResultCode]:
        """Yield the encoded responses to a search, and None from time to time; return how it ended.

        Raises:
            LdapFailure: The search can't be carried out.
            Unavailable: A server that it depends on does not answer.
        """
        wanted = read_controls(controls)
        requested = RequestedAttributes(request.attributes, types_only=request.types_only)
        ending = Ending()
        arranged = Arrangement(wanted, request, self._settings.max_entries)
        found = self._entries(client, request, arranged.max_entries, ending)
        for entry in arranged.entries(found, ending):
            yield None if entry is None else encode_entry(message_id, entry.dn, requested.of(entry))
        result = self._result(ending)
        yield encode_result(
            message_id, LdapOperation.SEARCH_RESULT_DONE, result, controls=arranged.response_controls
        )
        return result.code

    def _result(self, ending: Ending) -> LdapFailure:
        if ending.is_cut:
            return LdapFailure(ResultCode.SIZE_LIMIT_EXCEEDED, "there are more entries")
        is_reported = self._settings.late_sources == "time_limit_exceeded" or ending.time_limit.is_expired
        if ending.is_late and is_reported:
            return LdapFailure(ResultCode.TIME_LIMIT_EXCEEDED, "a source has not answered")
        return LdapFailure(ResultCode.SUCCESS)

    def _entries(self, client: Client, request: SearchRequest, max_entries: int, ending: Ending) -> Entries:
        described = self._server_entry(request)
        if described is not None:
            yield from self._directory.matching([described], request.filter)
            return
        place = self._tree.place(request.base)
        if request.scope is Scope.BASE and place.uid is None:
            yield from self._place(client, request, place)
        elif request.scope is Scope.ONE and place.profile is None and request.base.strip():
            yield from self._profiles(client, request, place)
        elif place.uid is None:
            yield from self._people(client, request, place, request.filter, max_entries, ending)
        elif request.scope is Scope.ONE:
            self._caller(client, place)  # nobody is below a person
        else:
            yield from self._one(client, request, place, ending)

    def _server_entry(self, request: SearchRequest) -> LdapEntry | None:
        """Return the root DSE or the schema if the search is for one of them."""
        if request.scope is not Scope.BASE:
            return None
        if not request.base.strip():
            return root_dse(self._tree, list(SUPPORTED), has_tls=self._has_tls)
        return schema_entry() if request.base.strip().lower() == SCHEMA_DN.lower() else None

    def _place(self, client: Client, request: SearchRequest, place: Place) -> Entries:
        """Yield the entry of a base or a profile, if the client may search below it."""
        caller = self._caller(client, place)
        if place.profile is not None:
            self._directory.find_profile(caller, place.profile)
        yield from self._directory.matching([place_entry(self._tree, place)], request.filter)

    def _profiles(self, client: Client, request: SearchRequest, base: Place) -> Entries:
        """Yield the entries of the profiles below a base that the client may search."""
        for name in self._profile_names(self._caller(client, base)):
            place = base._replace(profile=name)
            try:
                self._caller(client, place)
            except LdapFailure:
                continue
            yield from self._directory.matching([place_entry(self._tree, place)], request.filter)

    def _one(self, client: Client, request: SearchRequest, place: Place, ending: Ending) -> Entries:
        """Yield the entry that the base names."""
        found = self._people(client, request, place, Equal("uid", place.uid or ""), 1, ending)
        entry = next((entry for entry in found if entry is not None), None)
        if entry is None:
            raise no_such_object(self._tree.place_dn(place._replace(uid=None)))
        yield from self._directory.matching([entry], request.filter)

    def _people(
        self,
        client: Client,
        request: SearchRequest,
        place: Place,
        condition: Filter,
        max_entries: int,
        ending: Ending,
    ) -> Entries:
        place = self._complete(client, place)
        caller = client.caller(place.profile or "", place.tenant_uuid)
        begin_work_for(caller.user_uuid or caller.tenant_uuid)
        if request.time_limit:
            ending.time_limit = Deadline.of_request(request.time_limit)
        return self._directory.people(
            ProfileSearch(caller, place._replace(uid=None), condition, max_entries, ending.time_limit), ending
        )

    def _caller(self, client: Client, place: Place) -> Caller:
        complete = self._complete(client, place)
        return client.caller(complete.profile or "", complete.tenant_uuid)

    def _complete(self, client: Client, place: Place) -> Place:
        """Return the profile and tenant of a place; those of the client if it names none."""
        return Place(
            place.tenant_uuid or client.home.tenant_uuid,
            place.profile or client.home.profile or self._settings.profile,
            place.uid,
        )
