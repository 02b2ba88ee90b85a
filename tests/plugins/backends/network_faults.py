"""The tests that every backend that sends HTTP requests must pass: whatever its server does.

    class TestTeamFaults(NetworkFaults):
        backend = TeamBackend
        term = "stern"
        secrets = ("s3cret",)

        def options_for(self, server):
            return {"url": server.url, "timeout": server.timeout, "verify_certificate": server.verify_certificate}

        def respond(self, request):
            return HttpAnswer(body=b"...")  # as the healthy server does, at least one entry for `term`

A backend that uses several servers gives all of them the same address, and answers by `request.path`. Inherit once per
server with its `faulty_path`, so that only requests below it fail.
"""

import logging
import ssl
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

import pytest
import trustme

from servers import http_faults
from servers.faulty_http import Fault, FaultyHttp, HttpAnswer, ReceivedRequest
from servers.ports import HOST
from waiting import TIMEOUT, assert_prompt, wait_until
from xivo_dird.backend import (
    AnyBackend,
    Entry,
    Environment,
    Outgoing,
    QueryBackend,
    SnapshotBackend,
    SourceUnavailable,
)
from xivo_dird.testing import CALLER

SHORT_TIMEOUT = 0.3
MAX_RESPONSE_BYTES = 4 * http_faults.MIB
METADATA_URL = "http://169.254.169.254/latest/meta-data"

SLOW: Mapping[str, Fault] = {
    "hangs": http_faults.hang,
    "sends a head byte by byte": http_faults.slow_head,
    "sends a body byte by byte": http_faults.slow_body,
}

BROKEN: Mapping[str, Fault] = {
    "closes": http_faults.close,
    "resets in the body": http_faults.reset_in_the_body,
    "truncates the body": http_faults.truncated_body,
    "truncates the chunks": http_faults.truncated_chunks,
    "sends no HTTP": http_faults.no_http,
    "sends HTML": http_faults.html,
    "sends headers without end": http_faults.endless_head,
    "sends a body without end": http_faults.endless_body,
    "sends chunks without end": http_faults.endless_chunks,
    "sends a gzip bomb": http_faults.gzip_bomb,
    "sends no gzip": http_faults.false_gzip,
    "redirects to itself": http_faults.redirect("?again"),
    **{f"answers {number}": http_faults.status(number) for number in (401, 403, 500, 502, 503)},
}

NO_JSON: Mapping[str, Fault] = {
    "deep": http_faults.deep_json,
    "incomplete": http_faults.no_json,
    "a number": http_faults.another_json,
}


@dataclass(frozen=True)
class ServerAddress:
    """A server, and how the options of a source should use it.

    Attributes:
        scheme: `http` or `https`.
        port: Its port.
        timeout: Seconds for the option that limits a request.
        verify_certificate: Value V of contract section 2.9.
    """

    scheme: str
    port: int
    timeout: float = TIMEOUT
    verify_certificate: bool | str = True
    host: str = HOST

    @property
    def is_https(self) -> bool:
        """Return True if the server speaks TLS."""
        return self.scheme == "https"

    @property
    def url(self) -> str:
        """Return the URL of the server, without a path."""
        return f"{self.scheme}://{self.host}:{self.port}"


class NetworkFaults:
    """The tests. Inherit from it, set the attributes and write the methods that are declared here."""

    backend: ClassVar[type[AnyBackend]]
    scheme: ClassVar[Literal["http", "https"]] = "http"
    """The scheme of the tests that are not about TLS."""
    term: ClassVar[str]
    """A text that finds at least one entry; no part of any message."""
    secrets: ClassVar[Sequence[str]] = ()
    """Texts of the options that no message may have."""
    speaks_json: ClassVar[bool] = False
    faulty_path: ClassVar[str] = "/"
    """Where the paths of the requests begin that fail."""

    @abstractmethod
    def options_for(self, server: ServerAddress) -> Mapping[str, object]:
        """Return the options of a source that uses a server."""

    @abstractmethod
    def respond(self, request: ReceivedRequest) -> HttpAnswer:
        """Return the answer of the healthy server."""

    def settings_for(self, folder: Path) -> Mapping[str, object]:
        """Return the settings of the backend; certificates are in the folder."""
        return {"certificate_folders": [folder]}

    def ask(self, backend: AnyBackend) -> Sequence[Entry]:
        """Return the entries that the backend finds for the term, or all that it has if it is a snapshot."""
        if isinstance(backend, QueryBackend):
            return list(backend.search(self.term, CALLER))
        assert isinstance(backend, SnapshotBackend)
        caller = CALLER if backend.per_user else None
        backend.version(caller)
        return list(backend.entries(caller))

    @pytest.fixture(autouse=True)
    def check_the_log(self, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
        """Fail if the log of a test has a secret or the term, at any level."""
        caplog.set_level(logging.DEBUG)
        yield
        assert [text for text in (*self.secrets, self.term) if text in caplog.text] == []

    @pytest.fixture
    def authority(self) -> trustme.CA:
        """Return a certificate authority that no system trusts."""
        return trustme.CA()

    @pytest.fixture
    def certificate(self, authority: trustme.CA, tmp_path: Path) -> str:
        """Return the path of the certificate of the authority."""
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        return str(tmp_path / "ca.pem")

    @pytest.fixture
    def server(self, authority: trustme.CA) -> Iterator[FaultyHttp]:
        """Yield the server of the tests that are not about TLS."""
        tls = _tls(authority, HOST) if self.scheme == "https" else None
        with self._running(tls) as server:
            yield server

    @pytest.mark.parametrize("fault", SLOW.values(), ids=SLOW)
    def test_a_slow_server_ends_a_question_at_its_timeout(
        self, server: FaultyHttp, fault: Fault, certificate: str, tmp_path: Path
    ) -> None:
        """The timeout is of the whole answer, not of each byte."""
        with self._opened(server, tmp_path, certificate, SHORT_TIMEOUT) as backend:
            server.fault = fault
            self._check_fails(backend, server)
            server.fault = None
            self._check_recovers(backend)

    def test_a_server_that_only_accepts_ends_a_question_at_its_timeout(
        self, server: FaultyHttp, certificate: str, tmp_path: Path
    ) -> None:
        """A process that is stopped still has connections accepted by its kernel."""
        with self._opened(server, tmp_path, certificate, SHORT_TIMEOUT) as backend:
            server.is_silent = True
            self._check_fails(backend, server)
            server.is_silent = False
            self._check_recovers(backend)

    @pytest.mark.parametrize("fault", BROKEN.values(), ids=BROKEN)
    def test_a_broken_answer_is_an_error_of_the_source(
        self, server: FaultyHttp, fault: Fault, certificate: str, tmp_path: Path
    ) -> None:
        """It ends before the timeout, and the next answer is used."""
        with self._opened(server, tmp_path, certificate) as backend:
            server.fault = fault
            self._check_fails(backend, server)
            server.fault = None
            self._check_recovers(backend)

    @pytest.mark.parametrize("fault", NO_JSON.values(), ids=NO_JSON)
    def test_json_that_can_t_be_used_is_an_error_of_the_source(
        self, server: FaultyHttp, fault: Fault, certificate: str, tmp_path: Path
    ) -> None:
        """It is neither a crash nor an empty answer."""
        if self.speaks_json:
            with self._opened(server, tmp_path, certificate) as backend:
                server.fault = fault
                self._check_fails(backend, server)
                server.fault = None
                self._check_recovers(backend)

    @pytest.mark.parametrize("status", [429, 503])
    def test_a_server_that_asks_for_a_pause_gets_it(
        self, server: FaultyHttp, status: int, certificate: str, tmp_path: Path
    ) -> None:
        """Until then, questions fail without a request."""
        with self._opened(server, tmp_path, certificate) as backend:
            server.fault = http_faults.status(status, Retry_After="1000")
            self._check_fails(backend, server)
            server.fault = None
            before = len(server.requests)
            self._check_fails(backend, server)
            asked = [request.path for request in server.requests[before:]]
            assert not [path for path in asked if path.startswith(self.faulty_path)]

    def test_a_short_pause_ends(self, server: FaultyHttp, certificate: str, tmp_path: Path) -> None:
        """The source answers again after the time that the server named."""
        with self._opened(server, tmp_path, certificate) as backend:
            server.fault = http_faults.status(429, Retry_After="1")
            self._check_fails(backend, server)
            server.fault = None
            self._check_recovers(backend)

    def test_a_server_that_is_gone_is_used_when_it_is_back(
        self, server: FaultyHttp, certificate: str, tmp_path: Path
    ) -> None:
        """A refused connection is an error at once, and idle connections to a former process cost nothing."""
        with self._opened(server, tmp_path, certificate) as backend:
            for _ in range(2):
                assert self.ask(backend)
                server.stop()
                self._check_fails(backend, server)
                server.start()
                self._check_recovers(backend)
                server.stop()
                server.start()
                assert self.ask(backend)

    @pytest.mark.parametrize("is_metadata", [True, False], ids=["a metadata service", "a neighbour"])
    def test_a_redirect_to_a_private_address_is_refused(
        self, server: FaultyHttp, is_metadata: bool, certificate: str, tmp_path: Path
    ) -> None:
        """What a server answers must not make the daemon send requests into the network of the administrator."""
        tls = None if self.scheme == "http" else _tls(trustme.CA(), HOST)
        with (
            FaultyHttp(self.respond, tls) as neighbour,
            self._opened(server, tmp_path, certificate) as backend,
        ):
            server.fault = http_faults.redirect(METADATA_URL if is_metadata else f"{neighbour.url}/private")
            self._check_fails(backend, None)
            assert neighbour.connections == 0
            server.fault = None
            self._check_recovers(backend)

    def test_a_certificate_is_verified(self, authority: trustme.CA, certificate: str, tmp_path: Path) -> None:
        """Only a server with a certificate of a trusted authority for its own name gets a request."""
        unknown: list[tuple[ssl.SSLContext, bool | str]] = [
            (_tls(authority, HOST), True),
            (_tls(trustme.CA(), HOST), certificate),
            (_tls(authority, "192.0.2.1"), certificate),
        ]
        for tls, verify in unknown:
            with self._running(tls) as server, self._opened(server, tmp_path, verify) as backend:
                assert "certificate" in self._check_fails(backend, server)
                assert server.requests == []

    @pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
    def test_a_known_certificate_is_accepted_or_any_if_none_is_verified(
        self, authority: trustme.CA, certificate: str, tmp_path: Path
    ) -> None:
        """The option names the file of an authority, or switches the verification off."""
        for verify in (certificate, False):
            with (
                self._running(_tls(authority, HOST)) as server,
                self._opened(server, tmp_path, verify) as backend,
            ):
                assert self.ask(backend)

    def test_a_server_without_tls_is_an_error_of_an_https_source(
        self, certificate: str, tmp_path: Path
    ) -> None:
        """Nothing is sent in the clear."""
        with self._running(None) as server:
            address = ServerAddress("https", server.port, TIMEOUT, certificate)
            with self._created(address, tmp_path) as backend:
                self._check_fails(backend, server)
        assert server.requests == []

    @contextmanager
    def _running(self, tls: ssl.SSLContext | None) -> Iterator[FaultyHttp]:
        with FaultyHttp(self.respond, tls) as server:
            server.faulty_path = self.faulty_path
            yield server

    @contextmanager
    def _opened(
        self, server: FaultyHttp, folder: Path, verify: bool | str, timeout: float = TIMEOUT
    ) -> Iterator[AnyBackend]:
        scheme = server.url.partition(":")[0]
        with self._created(ServerAddress(scheme, server.port, timeout, verify), folder) as backend:
            yield backend

    @contextmanager
    def _created(self, address: ServerAddress, folder: Path) -> Iterator[AnyBackend]:
        options = self.backend.Options.model_validate({"name": "faulty", **self.options_for(address)})
        settings = self.backend.Settings.model_validate(self.settings_for(folder))
        outgoing = Outgoing(max_response_bytes=MAX_RESPONSE_BYTES)
        environment = Environment("source", CALLER.tenant_uuid, settings, folder, outgoing=outgoing)
        backend = self.backend(options, environment)
        try:
            yield backend
        finally:
            backend.close()

    def _check_fails(self, backend: AnyBackend, server: FaultyHttp | None) -> str:
        """Check that a question is an error that names the server (if any), neither a secret nor the term."""
        with assert_prompt(), pytest.raises(SourceUnavailable) as raised:
            self.ask(backend)
        message = raised.value.message
        assert server is None or f"{HOST}:{server.port}" in message
        assert [text for text in (*self.secrets, self.term) if text in message] == []
        return message

    def _check_recovers(self, backend: AnyBackend) -> None:
        """Check that the healthy server is used; on a busy machine it may miss a short timeout at first."""
        wait_until(lambda: self._answers(backend))

    def _answers(self, backend: AnyBackend) -> bool:
        try:
            return bool(self.ask(backend))
        except SourceUnavailable:
            return False


def _tls(authority: trustme.CA, host: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    return context
