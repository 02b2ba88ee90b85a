"""HTTPS from certificate and key files."""

import ssl
from pathlib import Path

import pytest
import trustme

from servers.raw_http import GET, RawClient, echo, served
from waiting import TIMEOUT
from xivo_dird.config.schema import RestApi
from xivo_dird.exceptions import InvalidConfiguration
from xivo_dird.server.server import HttpServer
from xivo_dird.server.tls import server_tls_context


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def files(tmp_path: Path, authority: trustme.CA) -> dict[str, object]:
    return written(tmp_path, authority, "server")


@pytest.fixture
def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def written(folder: Path, authority: trustme.CA, name: str) -> dict[str, object]:
    issued = authority.issue_cert("localhost")
    issued.cert_chain_pems[0].write_to_path(folder / f"{name}.crt")
    issued.private_key_pem.write_to_path(folder / f"{name}.key")
    return {"certificate": folder / f"{name}.crt", "private_key": folder / f"{name}.key"}


def problem(files: dict[str, object]) -> str:
    with pytest.raises(InvalidConfiguration) as raised:
        HttpServer(RestApi.model_validate({"port": 0, **files}), echo).bind()
    return str(raised.value)


def test_it_speaks_https_with_the_configured_certificate(
    files: dict[str, object], trusting: ssl.SSLContext
) -> None:
    with served(**files) as server, RawClient(server.port, trusting) as client:
        assert client.ask(GET)[2] == b"hello"
        assert client.ask(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" + b"a" * 100_000)[2]


def test_many_requests_on_one_tls_connection_are_answered(
    files: dict[str, object], trusting: ssl.SSLContext
) -> None:
    with served(**files) as server, RawClient(server.port, trusting) as client:
        client.send(GET * 400)
        assert [client.answer()[0] for _ in range(400)] == [200] * 400


def test_tls_older_than_1_2_is_refused(files: dict[str, object]) -> None:
    context = server_tls_context(RestApi.model_validate(files))
    assert context is not None
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2


def test_a_client_that_never_shakes_hands_holds_up_nobody(
    files: dict[str, object], trusting: ssl.SSLContext
) -> None:
    with (
        served(**files, min_threads=1, max_threads=1, request_timeout=TIMEOUT) as server,
        RawClient(server.port),
        RawClient(server.port) as half,
        RawClient(server.port, trusting) as client,
    ):
        half.send(b"\x16\x03\x01")
        assert client.ask(GET)[0] == 200


def test_plain_http_to_the_https_port_is_closed_and_the_server_lives(
    files: dict[str, object], trusting: ssl.SSLContext
) -> None:
    with served(**files) as server, RawClient(server.port) as plain:
        plain.send(GET)
        while plain.sock.recv(100):  # a TLS alert may come first
            pass
        with RawClient(server.port, trusting) as client:
            assert client.ask(GET)[0] == 200


def test_a_file_that_cannot_be_read_is_named_with_its_key(files: dict[str, object], tmp_path: Path) -> None:
    none = tmp_path / "none.pem"
    assert problem({**files, "certificate": none}) == (
        f"rest_api.certificate: {none} can't be read: No such file or directory"
    )
    assert problem({**files, "private_key": none}).startswith(f"rest_api.private_key: {none} can't be read")


def test_a_key_of_another_certificate_is_told(
    files: dict[str, object], tmp_path: Path, authority: trustme.CA
) -> None:
    other = written(tmp_path, authority, "other")
    message = problem({**files, "private_key": other["private_key"]})
    assert message == f"rest_api.private_key: {other['private_key']} is not the key of {files['certificate']}"


def test_files_without_certificate_or_key_are_told_apart(files: dict[str, object], tmp_path: Path) -> None:
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("nonsense")
    assert problem({**files, "certificate": nonsense}).startswith("rest_api.certificate: ")
    assert problem({**files, "private_key": nonsense}).startswith("rest_api.private_key: ")
