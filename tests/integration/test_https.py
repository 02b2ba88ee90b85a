"""HTTPS from certificate and key files."""

import ssl
from pathlib import Path

import pytest
import trustme

from servers.raw_http import GET, RawClient, echo, running_server
from waiting import TIMEOUT
from xivo_dird.config.schema import RestApi
from xivo_dird.exceptions import InvalidConfiguration
from xivo_dird.server.server import HttpServer
from xivo_dird.server.tls import https_context


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def files(tmp_path: Path, authority: trustme.CA) -> dict[str, object]:
    return write_certificate(tmp_path, authority, "server")


@pytest.fixture
def client_context(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def write_certificate(folder: Path, authority: trustme.CA, name: str) -> dict[str, object]:
    issued = authority.issue_cert("localhost")
    issued.cert_chain_pems[0].write_to_path(folder / f"{name}.crt")
    issued.private_key_pem.write_to_path(folder / f"{name}.key")
    return {"certificate": folder / f"{name}.crt", "private_key": folder / f"{name}.key"}


def bind_error(files: dict[str, object]) -> str:
    with pytest.raises(InvalidConfiguration) as raised:
        HttpServer(RestApi.model_validate({"port": 0, **files}), echo).bind()
    return str(raised.value)


def test_https_uses_the_configured_certificate(
    files: dict[str, object], client_context: ssl.SSLContext
) -> None:
    with running_server(**files) as server, RawClient(server.port, client_context) as client:
        assert client.ask(GET)[2] == b"hello"
        assert client.ask(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" + b"a" * 100_000)[2]


def test_many_requests_on_one_tls_connection_are_answered(
    files: dict[str, object], client_context: ssl.SSLContext
) -> None:
    with running_server(**files) as server, RawClient(server.port, client_context) as client:
        client.send(GET * 400)
        assert [client.answer()[0] for _ in range(400)] == [200] * 400


def test_tls_older_than_1_2_is_refused(files: dict[str, object]) -> None:
    context = https_context(RestApi.model_validate(files))
    assert context is not None
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2


def test_a_client_without_a_handshake_delays_no_other(
    files: dict[str, object], client_context: ssl.SSLContext
) -> None:
    with (
        running_server(**files, min_threads=1, max_threads=1, request_timeout=TIMEOUT) as server,
        RawClient(server.port),
        RawClient(server.port) as incomplete,
        RawClient(server.port, client_context) as client,
    ):
        incomplete.send(b"\x16\x03\x01")
        assert client.ask(GET)[0] == 200


def test_plain_http_to_the_https_port_is_closed_and_others_are_served(
    files: dict[str, object], client_context: ssl.SSLContext
) -> None:
    with running_server(**files) as server, RawClient(server.port) as plain:
        plain.send(GET)
        while plain.sock.recv(100):  # a TLS alert may come first
            pass
        with RawClient(server.port, client_context) as client:
            assert client.ask(GET)[0] == 200


def test_an_unreadable_file_is_reported_with_its_key(files: dict[str, object], tmp_path: Path) -> None:
    missing = tmp_path / "none.pem"
    assert bind_error({**files, "certificate": missing}) == (
        f"rest_api.certificate: {missing} can't be read: No such file or directory"
    )
    assert bind_error({**files, "private_key": missing}).startswith(
        f"rest_api.private_key: {missing} can't be read"
    )


def test_a_key_of_another_certificate_is_reported(
    files: dict[str, object], tmp_path: Path, authority: trustme.CA
) -> None:
    other = write_certificate(tmp_path, authority, "other")
    message = bind_error({**files, "private_key": other["private_key"]})
    assert message == f"rest_api.private_key: {other['private_key']} is not the key of {files['certificate']}"


def test_a_file_without_certificate_or_key_is_reported_with_its_key(
    files: dict[str, object], tmp_path: Path
) -> None:
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("nonsense")
    assert bind_error({**files, "certificate": nonsense}).startswith("rest_api.certificate: ")
    assert bind_error({**files, "private_key": nonsense}).startswith("rest_api.private_key: ")
