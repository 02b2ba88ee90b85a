"""Connections to the broker (RabbitMQ, AMQP 0-9-1), plain or TLS, and its failures as ours."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from amqp.exceptions import AMQPError
from kombu import Connection, Exchange
from kombu.exceptions import KombuError

from xivo_dird.client_tls import client_tls_context
from xivo_dird.config.schema import Bus
from xivo_dird.exceptions import BrokerUnavailable, InvalidConfiguration

HEARTBEAT_SECONDS = 20
CONNECT_SECONDS = 3.0
WRITE_SECONDS = 20.0


class Broker:
    """Makes connections; each thread has one of its own."""

    def __init__(self, settings: Bus) -> None:
        """Raises `InvalidConfiguration` when the file of certificates can't be used; connects to nothing."""
        self._settings = settings
        self._tls = _tls_options(settings)
        self.exchange = Exchange(settings.exchange_name, settings.exchange_type, durable=True)

    @contextmanager
    def connected(
        self, on_blocked: Callable[[bool], None] = lambda _is_blocked: None
    ) -> Iterator[Connection]:
        """Lend a connection; whatever breaks it is raised as `BrokerUnavailable`.

        `on_blocked` is told when the broker takes nothing more for now (an alarm), and when it does again.
        """
        connection = self._connection(on_blocked)
        try:
            with translated():
                connection.connect()
                yield connection
        finally:
            connection.collect()  # no farewell: a broker that hangs must not hold us up

    def _connection(self, on_blocked: Callable[[bool], None]) -> Connection:
        settings = self._settings
        options = {
            "write_timeout": WRITE_SECONDS,
            "on_blocked": lambda _reason: on_blocked(True),
            "on_unblocked": lambda: on_blocked(False),
        }
        return Connection(
            hostname=settings.host,
            port=settings.port,
            userid=settings.username,
            password=settings.password.get_secret_value(),
            virtual_host=settings.vhost,
            transport="pyamqp",
            ssl=self._tls,
            connect_timeout=CONNECT_SECONDS,
            heartbeat=HEARTBEAT_SECONDS,
            transport_options=options,
        )


@contextmanager
def translated() -> Iterator[None]:
    """Raise what the library raises as `BrokerUnavailable`."""
    try:
        yield
    except (AMQPError, KombuError, OSError) as error:
        raise BrokerUnavailable(
            f"the broker does not answer: {str(error) or type(error).__name__}"
        ) from error


def _tls_options(settings: Bus) -> dict[str, object] | bool:
    """Verify the broker's certificate, always."""
    if not settings.ssl:
        return False
    ca_file = None if settings.ssl_ca is None else str(settings.ssl_ca)
    try:
        client_tls_context(settings.ssl_ca or True)
    except OSError as error:
        raise InvalidConfiguration(
            f"bus.ssl_ca: {ca_file} holds no usable certificates (PEM): {error.strerror}"
        ) from error
    return {
        "ca_certs": ca_file,
        "cert_reqs": ssl.CERT_REQUIRED,
        "server_hostname": settings.host,
        "tls_minimum_version": ssl.TLSVersion.TLSv1_2,
    }
