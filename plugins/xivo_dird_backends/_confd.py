"""What the backends share whose sources are confd, the server with the users of a telephone system."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, ClassVar, NamedTuple

from pydantic import Field
from typing_extensions import override

from xivo_dird.backend import (
    AllowedFolders,
    Caller,
    ContactsUnavailable,
    Deadline,
    Entry,
    Environment,
    HttpClient,
    HttpLimits,
    Listing,
    Outgoing,
    Page,
    SearchTerm,
    SourceUnavailable,
    TextMatch,
    texts_in,
)
from xivo_dird_backends._certificates import CertificateSettings, tls_contexts
from xivo_dird_backends._json_fields import JsonObject, json_object, json_objects
from xivo_dird_backends._kept_list import KeptList, KeptListBackend
from xivo_dird_backends._key_file import KeyFile
from xivo_dird_backends._remote_options import (
    ConfdOptions,
    Server,
)
from xivo_dird_backends._service_token import SourceAccount, SourceToken

Parameters = Sequence[tuple[str, str]]
"""The parameters of the query of a request."""


class ConfdSettings(CertificateSettings):
    """Which files of the host sources may name."""

    key_folders: Annotated[tuple[Path, ...], Field(min_length=1)] = (
        Path("/var/lib/wazo-auth-keys"),
        Path("/etc/xivo-dird/keys"),
    )
    """Folders that key files must be in, directly or in a subfolder. A relative name is below the first."""


_WITHOUT_ACCOUNT = "no token of the service account: "
"""What is before the error of the authentication server, which may have the same host and port as confd."""


class ConfdItems(NamedTuple):
    """The items of a response, and the number of all that confd has for the request."""

    items: Sequence[JsonObject]
    total: int


class ConfdBackend(KeptListBackend[ConfdOptions]):
    """Queries confd with the token of a service account."""

    Settings = ConfdSettings
    is_caller_independent = True
    unique_column = "id"

    backend: ClassVar[str]
    """The name of the backend."""

    def __init__(self, options: ConfdOptions, environment: Environment) -> None:
        """Create the clients, which open nothing yet.

        Raises:
            InvalidSource: A server can't be asked.
        """
        super().__init__(options, environment)
        settings, auth, confd = environment.settings_of(ConfdSettings), options.auth, options.confd
        self._confd_url = confd.base_url(confd.prefix, confd.version)
        auth_url = auth.base_url(auth.prefix, auth.version)
        self._auth_client = self._new_client("auth", auth, auth_url, settings)
        self._confd_client = self._new_client("confd", confd, self._confd_url, settings)
        folders = AllowedFolders(settings.key_folders, f"backends.{self.backend}.key_folders")
        account = partial(_read_account, options, folders, environment.outgoing)
        self._token = SourceToken(self._auth_client, f"{auth_url}/token", account)
        self._tenant = {"Wazo-Tenant": environment.tenant_uuid} if auth.key_file else {}
        self.kept_list = KeptList(self.unique_column, self.all_entries)
        self._timeout = auth.timeout_seconds + confd.timeout_seconds

    def get(self, path: str, parameters: Parameters = ()) -> JsonObject:
        """Return the JSON object that confd answers.

        Raises:
            SourceUnavailable: There is no such answer.
        """
        deadline = Deadline.after(self._timeout)
        token = self._service_token(deadline)
        for attempt in ("first", "with a new token"):
            headers = {"X-Auth-Token": token, "Accept": "application/json", **self._tenant}
            url = f"{self._confd_url}/{path}"
            response = self._confd_client.get(url, headers=headers, query=parameters, deadline=deadline)
            if response.status != HTTPStatus.UNAUTHORIZED or attempt != "first":
                break
            token = self._service_token(deadline, refused=token)
        answer = response.require_success().json()
        if not isinstance(answer, Mapping):
            raise SourceUnavailable(f"{response.server} answered no JSON object")
        return json_object(answer)

    def _service_token(self, deadline: Deadline, refused: str | None = None) -> str:
        try:
            return self._token.get(deadline, refused)
        except SourceUnavailable as error:
            raise SourceUnavailable(f"{_WITHOUT_ACCOUNT}{error.message}") from error

    def get_items(self, path: str, parameters: Parameters = ()) -> ConfdItems:
        """Return the items that confd answers.

        Raises:
            SourceUnavailable: There is no such answer.
        """
        answer = self.get(path, parameters)
        if not isinstance(answer.get("items"), list):
            raise SourceUnavailable(f"{self._confd_url}/{path} answered no list of items")
        items, total = json_objects(answer["items"]), answer.get("total")
        return ConfdItems(items, total if isinstance(total, int) else len(items))

    def matching(self, term: str, entries: Iterable[Entry]) -> list[Entry]:
        """Return the entries with a term in one of the searched columns, the best first."""
        rule, plan = TextMatch.CASE_AND_ACCENT_INSENSITIVE, self.environment.dial_plan()
        columns = self.options.searched_columns
        return SearchTerm(term, rule, plan).select(entries, lambda entry: texts_in(entry, columns))

    @override
    def fetch(self, ids: Sequence[str], caller: Caller) -> Iterable[Entry]:
        """Return the entries with these ids, out of all."""
        wanted = frozenset(ids)
        return [entry for entry in self.all_entries() if str(entry["id"]) in wanted]

    def all_entries(self) -> Iterable[Entry]:
        """Return all entries."""
        raise NotImplementedError

    def list_items(self, path: str, listing: Listing, parameters: Parameters = ()) -> ConfdItems:
        """Return the part of the items that a client requests, sorted and searched by confd."""
        requested = {
            "order": listing.order,
            "direction": listing.direction,
            "limit": None if listing.limit is None else str(listing.limit),
            "offset": str(listing.offset) if listing.offset else None,
            "search": listing.search,
            "recurse": "True" if listing.recurse else None,
            **listing.filters,
        }
        given = [(name, value) for name, value in requested.items() if value is not None]
        return self.get_items(path, [*parameters, *given])

    @override
    def contacts_unavailable(self, error: SourceUnavailable) -> ContactsUnavailable:
        """Return the error of contract section 2.10."""
        confd = self.options.confd
        details = {"host": confd.host, "port": confd.port, "timeout": confd.timeout}
        original, failed = str(error), "Failed to get the contacts from confd"
        has_token = not original.startswith(_WITHOUT_ACCOUNT)
        return ContactsUnavailable(
            failed if has_token else f"{failed}: the service account of `auth` has no token",
            {"wazo_confd_config": details, "original_error": original},
            "wazo-confd-error",
        )

    @override
    def close(self) -> None:
        """Close the idle connections."""
        self._auth_client.close()
        self._confd_client.close()

    def _new_client(self, option: str, server: Server, url: str, settings: ConfdSettings) -> HttpClient:
        """Return a client of a server; the file of its certificates is checked when a connection is opened."""
        folders = AllowedFolders(settings.certificate_folders, f"backends.{self.backend}.certificate_folders")
        return self.environment.outgoing.http_client(
            {f"{option}.host": url},
            new_tls_context=tls_contexts(f"{option}.verify_certificate", server.verify_certificate, folders),
            limits=HttpLimits(timeout=server.timeout_seconds),
        )


def page_of(listed: ConfdItems, items: Sequence[Entry]) -> Page[Entry]:
    """Return a page whose counts are both the `total` of confd (contract section 2.10)."""
    return Page(items, listed.total, listed.total)


def _read_account(options: ConfdOptions, folders: AllowedFolders, outgoing: Outgoing) -> SourceAccount:
    """Return the service account of a source.

    A key file belongs to the administrator: any client can name it, and with it the servers that get its secrets.

    Raises:
        InvalidSource: The key file is outside the allowed folders.
        SourceUnavailable: It can't be read, or not be used for these servers.
    """
    auth = options.auth
    if not auth.key_file:
        password = auth.password.get_secret_value() if auth.password is not None else ""
        return SourceAccount(auth.username or "", password)
    for server in (auth, options.confd):
        if not outgoing.is_trusted(server.host, server.port):
            raise SourceUnavailable(
                f"auth.key_file: a key is used with servers that the administrator names: add {server.host} to"
                " outgoing.allow, or use an account of your own"
            )
    key = KeyFile("auth.key_file", auth.key_file, folders).read()
    return SourceAccount(key.service_id, key.service_key.get_secret_value())
