"""Connections to the broker (RabbitMQ, AMQP 0-9-1) with or without TLS, and the translation of its errors."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from amqp.exceptions import AMQPError
from amqp.method_framing import frame_handler
from kombu import Connection, Exchange
from kombu.exceptions import KombuError

from xivo_dird.config.schema import Bus
from xivo_dird.exceptions import BrokerUnavailable, InvalidConfiguration

HEARTBEAT_SECONDS = 20
CONNECT_TIMEOUT_SECONDS = 3.0
WRITE_TIMEOUT_SECONDS = 20.0

FrameHandler = Callable[..., Callable[..., bool]]
"""Given a connection of the AMQP library and its function for methods, returns a function that handles each frame."""


class Broker:
    """Opens connections to the broker. A connection belongs to one thread."""

    def __init__(self, settings: Bus) -> None:
        """Check the TLS settings without connecting.

        Raises:
            InvalidConfiguration: The CA file can't be used.
        """
        self._settings = settings
        self._tls = _tls_options(settings)
        self.exchange = Exchange(settings.exchange_name, settings.exchange_type)

    @contextmanager
    def connect(
        self,
        on_blocked: Callable[[bool], None] = lambda _is_blocked: None,
        frame_handler: FrameHandler = frame_handler,
    ) -> Iterator[Connection]:
        """Yield an open connection, and drop it at the end.

        Args:
            on_blocked: Called with True when the broker stops accepting messages (an alarm), and with False
                when it accepts them again.
            frame_handler: Reads the frames of the broker; by default that of the AMQP library.

        Raises:
            BrokerUnavailable: The connection fails, or breaks inside the block.
        """
        connection = self._create_connection(on_blocked, frame_handler)
        try:
            with translate_errors():
                connection.connect()
                yield connection
        finally:
            connection.collect()  # no closing handshake, which would block if the broker hangs

    def _create_connection(
        self, on_blocked: Callable[[bool], None], frame_handler: FrameHandler
    ) -> Connection:
        settings = self._settings
        options = {
            "frame_handler": frame_handler,
            "write_timeout": WRITE_TIMEOUT_SECONDS,
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
            connect_timeout=CONNECT_TIMEOUT_SECONDS,
            heartbeat=HEARTBEAT_SECONDS,
            transport_options=options,
        )


@contextmanager
def translate_errors() -> Iterator[None]:
    """Raise errors of the AMQP library as `BrokerUnavailable`."""
    try:
        yield
    except (AMQPError, KombuError, OSError) as error:
        raise BrokerUnavailable(
            f"the broker does not answer: {str(error) or type(error).__name__}"
        ) from error


def _tls_options(settings: Bus) -> dict[str, object] | bool:
    """Return the TLS options, False without TLS. They always verify the certificate of the broker."""
    if not settings.ssl:
        return False
    return {
        "ca_certs": _ca_file(settings),
        "cert_reqs": ssl.CERT_REQUIRED,
        "server_hostname": settings.host,
        "tls_minimum_version": ssl.TLSVersion.TLSv1_2,
    }


def _ca_file(settings: Bus) -> str | None:
    """Return the path of the CA file, None for the authorities of the system; the AMQP library can't read a folder."""
    if settings.ssl_ca is None:
        return None
    try:
        ssl.create_default_context(cafile=settings.ssl_ca)
    except OSError as error:
        raise InvalidConfiguration(
            f"bus.ssl_ca: {settings.ssl_ca} holds no usable certificates (PEM): {error.strerror}"
        ) from error
    return str(settings.ssl_ca)
