"""The network faults are those of any HTTP backend: one that asks two servers for JSON over HTTPS passes them, too."""

from collections.abc import Iterable, Mapping, Sequence

from plugins.backends.network_faults import JsonNetworkFaults, ServerAddress
from servers.faulty_http import HttpAnswer, ReceivedRequest
from xivo_dird.backend import (
    AllowedFolders,
    Caller,
    Deadline,
    Entry,
    Environment,
    HttpLimits,
    HttpResponse,
    QueryBackend,
    SourceOptions,
    SourceUnavailable,
)
from xivo_dird_backends._certificates import CertificateSettings, tls_contexts
from xivo_dird_backends._remote_options import CertificateVerification


class TeamOptions(SourceOptions):
    url: str
    password: str
    timeout: float
    verify_certificate: CertificateVerification


class TeamBackend(QueryBackend[TeamOptions]):
    """Logs in at one path, and asks another one with the token that it got."""

    Options = TeamOptions
    Settings = CertificateSettings

    def __init__(self, options: TeamOptions, environment: Environment) -> None:
        super().__init__(options, environment)
        assert isinstance(environment.settings, CertificateSettings)
        folders = AllowedFolders(environment.settings.certificate_folders, "folders")
        self._client = environment.outgoing.http_client(
            {"url": options.url},
            new_tls_context=tls_contexts("verify_certificate", options.verify_certificate, folders),
            limits=HttpLimits(timeout=options.timeout),
        )

    def search(self, term: str, caller: Caller) -> Iterable[Entry]:
        deadline, url = Deadline.after(self.options.timeout), self.options.url
        password = self.options.password.encode()
        token = self._client.request("POST", f"{url}/token", body=password, deadline=deadline)
        headers = {"X-Auth-Token": str(field(token, "token"))}
        people = self._client.get(f"{url}/people", query={"search": term}, headers=headers, deadline=deadline)
        items = field(people, "items")
        if not isinstance(items, list):
            raise SourceUnavailable(f"{people.server}: answered no list")
        return items

    def first_match(self, exten: str, caller: Caller) -> Entry | None:
        return next(iter(self.search(exten, caller)), None)

    def fetch(self, ids: Sequence[str], caller: Caller) -> Iterable[Entry]:
        return ()

    def close(self) -> None:
        self._client.close()


def field(response: HttpResponse, name: str) -> object:
    """Return a field of a JSON object."""
    parsed = response.require_success().json()
    if not isinstance(parsed, dict) or name not in parsed:
        raise SourceUnavailable(f"{response.server}: answered no {name}")
    return parsed[name]


class TeamFaults(JsonNetworkFaults):
    backend = TeamBackend
    scheme = "https"
    term = "Rosalind"
    secrets = ("pa55word", "t0ken")

    def options_for(self, server: ServerAddress) -> Mapping[str, object]:
        return {
            "url": server.url,
            "password": "pa55word",
            "timeout": server.timeout,
            "verify_certificate": server.verify_certificate,
        }

    def respond(self, request: ReceivedRequest) -> HttpAnswer:
        if request.path == "/token":
            is_known = request.body == b"pa55word"
            return HttpAnswer(200 if is_known else 401, b'{"token": "t0ken"}', "application/json")
        status = 200 if request.headers.get("x-auth-token") == "t0ken" else 401
        return HttpAnswer(status, b'{"items": [{"name": "Rosalind"}]}', "application/json")


class TestFaultsOfTheAuthServer(TeamFaults):
    faulty_path = "/token"


class TestFaultsOfTheServerOfContacts(TeamFaults):
    faulty_path = "/people"
