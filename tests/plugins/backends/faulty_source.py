"""A source whose server misbehaves: what `NetworkFaults` and its subclasses share."""

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
from servers.faulty_http import FaultyHttp, HttpAnswer, ReceivedRequest
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

MAX_RESPONSE_BYTES = 4 * http_faults.MIB
MAX_MESSAGE_CHARACTERS = 1000


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


class FaultySource:
    """The backend, its options and its healthy server; a subclass sets the attributes and writes the methods."""

    backend: ClassVar[type[AnyBackend]]
    scheme: ClassVar[Literal["http", "https"]] = "http"
    """The scheme of the tests that are not about TLS."""
    term: ClassVar[str]
    """A text that finds at least one entry; no part of any message."""
    secrets: ClassVar[Sequence[str]] = ()
    """Texts of the options that no message may have."""
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
        tls = tls_of(authority, HOST) if self.scheme == "https" else None
        with self.running(tls) as server:
            yield server

    @contextmanager
    def running(self, tls: ssl.SSLContext | None) -> Iterator[FaultyHttp]:
        """Run the server, with TLS or without."""
        with FaultyHttp(self.respond, tls) as server:
            server.faulty_path = self.faulty_path
            yield server

    @contextmanager
    def opened(
        self, server: FaultyHttp, folder: Path, verify: bool | str, timeout: float = TIMEOUT
    ) -> Iterator[AnyBackend]:
        """Create a backend that uses a server; its certificate is verified as V of contract section 2.9 says."""
        scheme = server.url.partition(":")[0]
        with self.created(ServerAddress(scheme, server.port, timeout, verify), folder) as backend:
            yield backend

    @contextmanager
    def created(self, address: ServerAddress, folder: Path) -> Iterator[AnyBackend]:
        """Create a backend, as the daemon does for a source over REST, with a small limit of answers."""
        options = self.backend.Options.model_validate({"name": "faulty", **self.options_for(address)})
        settings = self.backend.Settings.model_validate(self.settings_for(folder))
        outgoing = Outgoing(max_response_bytes=MAX_RESPONSE_BYTES)
        environment = Environment("source", CALLER.tenant_uuid, settings, folder, outgoing=outgoing)
        backend = self.backend(options, environment)
        try:
            yield backend
        finally:
            backend.close()

    def check_fails(self, backend: AnyBackend, server: FaultyHttp | None) -> str:
        """Check that a question is an error that names the server (if any), neither a secret nor the term."""
        with assert_prompt(), pytest.raises(SourceUnavailable) as raised:
            self.ask(backend)
        message = raised.value.message
        assert server is None or f"{HOST}:{server.port}" in message
        assert [text for text in (*self.secrets, self.term) if text in message] == []
        assert len(message) <= MAX_MESSAGE_CHARACTERS
        return message

    def check_recovers(self, backend: AnyBackend) -> None:
        """Check that the healthy server is used; on a busy machine it may miss a short timeout at first."""
        wait_until(lambda: self._answers(backend))

    def _answers(self, backend: AnyBackend) -> bool:
        try:
            return bool(self.ask(backend))
        except SourceUnavailable:
            return False


def tls_of(authority: trustme.CA, host: str) -> ssl.SSLContext:
    """Return the TLS context of a server with a certificate of an authority for a host."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    return context
