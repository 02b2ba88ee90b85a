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
server with its `faulty_path`, so that only requests below it fail. If the server answers JSON, inherit from
`JsonNetworkFaults`.
"""

import ssl
from collections.abc import Mapping
from pathlib import Path

import pytest
import trustme

from plugins.backends.faulty_source import FaultySource, ServerAddress, tls_of
from servers import http_faults
from servers.faulty_http import Fault, FaultyHttp
from servers.ports import HOST
from waiting import TIMEOUT
from xivo_dird.backend import AnyBackend

__all__ = ["NetworkFaults", "ServerAddress"]

SHORT_TIMEOUT = 0.3

PRIVATE: Mapping[str, str] = {
    "a metadata service": "http://169.254.169.254/latest/meta-data",
    "a neighbour": "{scheme}://127.0.0.1:{port}/",
    "a name of a neighbour": "{scheme}://localhost:{port}/",
    "an IPv4 address in IPv6": "{scheme}://[::ffff:127.0.0.1]:{port}/",
    "a decimal address": "{scheme}://2130706433:{port}/",
    "an octal address": "{scheme}://0177.0.0.1:{port}/",
    "a neighbour behind a user": "{scheme}://www.example.org@127.0.0.1:{port}/",
}
"""Redirects to what the administrator has not allowed, with the scheme and the port of a server that is there."""

HUGE_PAUSES: Mapping[str, str] = {
    "seconds": "1000",
    "400 digits": "9" * 400,
    "a date": "Fri, 31 Dec 9999 23:59:59 GMT",
}

NO_PAUSES: Mapping[str, str] = {
    "a negative number": "-5",
    "a number with an exponent": "1e308",
    "a date in the past": "Thu, 01 Jan 1970 00:00:00 GMT",
}
"""Values of `Retry-After` that are no pause, or one that has ended."""

SLOW: Mapping[str, Fault] = {
    "hangs": http_faults.hang,
    "sends a head byte by byte": http_faults.slow_head,
    "sends a body byte by byte": http_faults.slow_body,
    "sends interim answers without end": http_faults.endless_interim_answers,
    "sends trailers without end": http_faults.endless_trailers,
}

BROKEN: Mapping[str, Fault] = {
    "closes": http_faults.close,
    "resets in the body": http_faults.reset_in_the_body,
    "truncates the body": http_faults.truncated_body,
    "truncates the chunks": http_faults.truncated_chunks,
    "sends no HTTP": http_faults.no_http,
    "sends HTML": http_faults.html,
    "sends headers without end": http_faults.endless_head,
    "sends a head of three megabytes": http_faults.large_head,
    "sends a body without end": http_faults.endless_body,
    "sends chunks without end": http_faults.endless_chunks,
    "sends a chunk extension without end": http_faults.endless_chunk_extension,
    "sends a chunk of a negative size": http_faults.negative_chunk,
    "sends a status line without end": http_faults.endless_status_line,
    "sends an encoding that nobody asked for": http_faults.encoded("br", b"name,number\nRosa,2\n"),
    "redirects to no URL": http_faults.redirect("http://[::1"),
    "redirects to a port that is none": http_faults.redirect("//127.0.0.1:99999/"),
    "redirects to a file": http_faults.redirect("file:///etc/passwd"),
    "sends a gzip bomb": http_faults.gzip_bomb,
    "sends no gzip": http_faults.false_gzip,
    "redirects to itself": http_faults.redirect("?again"),
    **{f"answers {number}": http_faults.status(number) for number in (401, 403, 500, 502, 503)},
}

NO_JSON: Mapping[str, Fault] = {
    "deep": http_faults.deep_json,
    "incomplete": http_faults.no_json,
    "NaN": http_faults.json_body(b'{"items": [NaN]}'),
    "a number beyond all": http_faults.json_body(b'{"items": [1e999]}'),
    "a number of 100,000 digits": http_faults.json_body(b'{"items": [' + b"9" * 100_000 + b"]}"),
    "a number": http_faults.another_json,
}


class NetworkFaults(FaultySource):
    """The tests. Inherit from it, and set the attributes and write the methods of `FaultySource`."""

    @pytest.mark.parametrize("fault", SLOW.values(), ids=SLOW)
    def test_a_slow_server_ends_a_question_at_its_timeout(
        self, server: FaultyHttp, fault: Fault, certificate: str, tmp_path: Path
    ) -> None:
        """The timeout is of the whole answer, not of each byte."""
        with self.opened(server, tmp_path, certificate, SHORT_TIMEOUT) as backend:
            self._check_fault(backend, server, fault)

    def test_a_server_that_only_accepts_ends_a_question_at_its_timeout(
        self, server: FaultyHttp, certificate: str, tmp_path: Path
    ) -> None:
        """A process that is stopped still has connections accepted by its kernel."""
        with self.opened(server, tmp_path, certificate, SHORT_TIMEOUT) as backend:
            server.is_silent = True
            self.check_fails(backend, server)
            server.is_silent = False
            self.check_recovers(backend)

    @pytest.mark.parametrize("fault", BROKEN.values(), ids=BROKEN)
    def test_a_broken_answer_is_an_error_of_the_source(
        self, server: FaultyHttp, fault: Fault, certificate: str, tmp_path: Path
    ) -> None:
        """It ends before the timeout, and the next answer is used."""
        with self.opened(server, tmp_path, certificate) as backend:
            self._check_fault(backend, server, fault)

    @pytest.mark.parametrize("pause", HUGE_PAUSES.values(), ids=HUGE_PAUSES)
    @pytest.mark.parametrize("status", [429, 503])
    def test_a_server_that_asks_for_a_pause_gets_it(
        self, server: FaultyHttp, status: int, pause: str, certificate: str, tmp_path: Path
    ) -> None:
        """Until then, questions fail without a request."""
        with self.opened(server, tmp_path, certificate) as backend:
            server.fault = http_faults.status(status, Retry_After=pause)
            self.check_fails(backend, server)
            server.fault = None
            before = len(server.requests)
            self.check_fails(backend, server)
            asked = [request.path for request in server.requests[before:]]
            assert not [path for path in asked if path.startswith(self.faulty_path)]

    def test_a_short_pause_ends(self, server: FaultyHttp, certificate: str, tmp_path: Path) -> None:
        """The source answers again after the time that the server named."""
        with self.opened(server, tmp_path, certificate) as backend:
            server.fault = http_faults.status(429, Retry_After="1")
            self.check_fails(backend, server)
            server.fault = None
            self.check_recovers(backend)

    @pytest.mark.parametrize("pause", NO_PAUSES.values(), ids=NO_PAUSES)
    def test_a_pause_that_is_none_is_not_waited_for(
        self, server: FaultyHttp, pause: str, certificate: str, tmp_path: Path
    ) -> None:
        """A 503 with it is an error of one question."""
        with self.opened(server, tmp_path, certificate) as backend:
            self._check_fault(backend, server, http_faults.status(503, Retry_After=pause))

    def test_a_server_that_is_gone_is_used_when_it_is_back(
        self, server: FaultyHttp, certificate: str, tmp_path: Path
    ) -> None:
        """A refused connection is an error at once, and idle connections to a former process cost nothing."""
        with self.opened(server, tmp_path, certificate) as backend:
            for _ in range(2):
                assert self.ask(backend)
                server.stop()
                self.check_fails(backend, server)
                server.start()
                self.check_recovers(backend)
                server.stop()
                server.start()
                assert self.ask(backend)

    @pytest.mark.parametrize("location", PRIVATE.values(), ids=PRIVATE)
    def test_a_redirect_to_a_private_address_is_refused(
        self, server: FaultyHttp, location: str, certificate: str, tmp_path: Path
    ) -> None:
        """What a server answers must not make the daemon send requests into the network of the administrator."""
        tls = None if self.scheme == "http" else tls_of(trustme.CA(), HOST)
        with (
            FaultyHttp(self.respond, tls) as neighbour,
            self.opened(server, tmp_path, certificate) as backend,
        ):
            target = location.format(scheme=self.scheme, port=neighbour.port)
            server.fault = http_faults.redirect(target)
            self.check_fails(backend, server)
            assert neighbour.connections == 0
            server.fault = None
            self.check_recovers(backend)

    def test_a_certificate_is_verified(self, authority: trustme.CA, certificate: str, tmp_path: Path) -> None:
        """Only a server with a certificate of a trusted authority for its own name gets a request."""
        unknown: list[tuple[ssl.SSLContext, bool | str]] = [
            (tls_of(authority, HOST), True),
            (tls_of(trustme.CA(), HOST), certificate),
            (tls_of(authority, "192.0.2.1"), certificate),
        ]
        for tls, verify in unknown:
            with self.running(tls) as server, self.opened(server, tmp_path, verify) as backend:
                assert "certificate" in self.check_fails(backend, server)
                assert server.requests == []

    @pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
    def test_a_known_certificate_is_accepted_or_any_if_none_is_verified(
        self, authority: trustme.CA, certificate: str, tmp_path: Path
    ) -> None:
        """The option names the file of an authority, or switches the verification off."""
        for verify in (certificate, False):
            with (
                self.running(tls_of(authority, HOST)) as server,
                self.opened(server, tmp_path, verify) as backend,
            ):
                assert self.ask(backend)

    def test_a_server_without_tls_is_an_error_of_an_https_source(
        self, certificate: str, tmp_path: Path
    ) -> None:
        """Nothing is sent in the clear."""
        with self.running(None) as server:
            address = ServerAddress("https", server.port, TIMEOUT, certificate)
            with self.created(address, tmp_path) as backend:
                self.check_fails(backend, server)
        assert server.requests == []

    def _check_fault(self, backend: AnyBackend, server: FaultyHttp, fault: Fault) -> None:
        """Check that a fault is an error of the source, and that the healthy server is used again."""
        server.fault = fault
        self.check_fails(backend, server)
        server.fault = None
        self.check_recovers(backend)


class JsonNetworkFaults(NetworkFaults):
    """The tests of a backend whose server answers JSON."""

    @pytest.mark.parametrize("fault", NO_JSON.values(), ids=NO_JSON)
    def test_json_that_can_t_be_used_is_an_error_of_the_source(
        self, server: FaultyHttp, fault: Fault, certificate: str, tmp_path: Path
    ) -> None:
        """It is neither a crash nor an empty answer."""
        with self.opened(server, tmp_path, certificate) as backend:
            self._check_fault(backend, server, fault)
