"""Connections to the broker: what they send first, and how its errors are reported."""

import ssl

import pytest
import trustme
from amqp.method_framing import frame_handler

from servers.amqp_methods import (
    CONNECTION_BLOCKED,
    CONNECTION_OPEN,
    CONNECTION_START_OK,
    CONNECTION_UNBLOCKED,
)
from servers.scripted_broker import ScriptedBroker
from waiting import wait_until
from xivo_dird.bus.broker import Broker
from xivo_dird.config.schema import Bus
from xivo_dird.exceptions import BrokerUnavailable, InvalidConfiguration


def test_the_broker_gets_the_credentials_and_the_virtual_host(server, broker):
    with broker.connect() as connection:
        assert connection.hostname == "127.0.0.1"
        session = server.session()
        ((_, mechanism, response, _),) = session.calls(CONNECTION_START_OK)
        assert mechanism in {"PLAIN", "AMQPLAIN"}
        assert "dird" in str(response)
        assert "s3cret" in str(response)
        assert session.calls(CONNECTION_OPEN) == [["phones", ""]]
        assert not session.is_closed
    wait_until(lambda: session.is_closed)


def test_a_heartbeat_and_time_limits_are_asked_for(server, broker):
    with broker.connect() as connection:
        assert connection.heartbeat == 20
        assert connection.connect_timeout == 3.0
        assert connection.connection.write_timeout == 20.0


def test_the_exchange_is_that_of_the_settings(settings):
    exchange = Broker(settings.model_copy(update={"exchange_name": "events"})).exchange
    assert (exchange.name, exchange.type, exchange.durable) == ("events", "headers", True)


def test_an_alarm_of_the_broker_and_its_end_are_reported(server, broker):
    reports: list[bool] = []
    with broker.connect(reports.append) as connection:
        session = server.session()
        session.send(CONNECTION_BLOCKED, "s", "memory", channel=0)
        connection.drain_events(timeout=5)
        assert reports == [True]
        session.send(CONNECTION_UNBLOCKED, channel=0)
        connection.drain_events(timeout=5)
    assert reports == [True, False]


def test_an_alarm_that_nobody_waits_for_is_ignored(server, broker):
    with broker.connect() as connection:
        server.session().send(CONNECTION_BLOCKED, "s", "memory", channel=0)
        connection.drain_events(timeout=5)


def drop(server, connection):
    server.session().drop()
    while True:
        connection.drain_events(timeout=5)


def test_a_connection_that_breaks_is_an_unavailable_broker(server, broker):
    with (
        pytest.raises(BrokerUnavailable, match="the broker does not answer: "),
        broker.connect() as connection,
    ):
        drop(server, connection)


def test_an_error_without_a_text_is_reported_by_its_type(broker):
    with (
        pytest.raises(BrokerUnavailable, match="the broker does not answer: ConnectionResetError"),
        broker.connect(),
    ):
        raise ConnectionResetError


def test_an_error_of_the_daemon_itself_is_not_blamed_on_the_broker(server, broker):
    with pytest.raises(ZeroDivisionError), broker.connect():
        raise ZeroDivisionError
    wait_until(lambda: server.session().is_closed)


def test_the_frames_can_be_read_by_another_handler(server, broker):
    frames = []

    def handler(connection, on_method):
        handle_frame = frame_handler(connection, on_method)

        def handle(frame):
            frames.append(frame)
            return handle_frame(frame)

        return handle

    with broker.connect(frame_handler=handler):
        pass
    assert frames


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def tls_server(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    server = ScriptedBroker(context)
    yield server
    server.close()


def test_tls_verifies_the_certificate_and_the_name_of_the_broker(tls_server, authority, tmp_path):
    file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(file)
    with Broker(Bus(ssl=True, ssl_ca=file, host="localhost", port=tls_server.port)).connect() as connection:
        assert connection.ssl == {
            "ca_certs": str(file),
            "cert_reqs": ssl.CERT_REQUIRED,
            "server_hostname": "localhost",
            "tls_minimum_version": ssl.TLSVersion.TLSv1_2,
        }


def test_without_a_ca_file_the_authorities_of_the_system_count(tls_server, authority, tmp_path, monkeypatch):
    file = tmp_path / "system.pem"
    authority.cert_pem.write_to_path(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with Broker(Bus(ssl=True, host="localhost", port=tls_server.port)).connect() as connection:
        assert connection.ssl
    assert tls_server.session().calls(CONNECTION_OPEN)


def test_a_ca_file_without_certificates_is_refused(tmp_path):
    empty, text, folder, missing = (tmp_path / name for name in ("empty", "text", "folder", "missing"))
    empty.touch()
    text.write_text("no certificate")
    folder.mkdir()
    for path in (empty, text, folder, missing):
        with pytest.raises(InvalidConfiguration) as raised:
            Broker(Bus(ssl=True, ssl_ca=path))
        start, _, reason = raised.value.message.partition(" (PEM): ")
        assert start == f"bus.ssl_ca: {path} holds no usable certificates"
        assert reason not in {"", "None"}


def test_a_ca_file_does_not_matter_without_tls(tmp_path):
    Broker(Bus(ssl=False, ssl_ca=tmp_path / "missing.pem"))
