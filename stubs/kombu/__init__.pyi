from collections.abc import Callable, Mapping, Sequence
from typing import Self

from kombu.message import Message
from kombu.transport.pyamqp import Channel

class Connection:
    ssl: Mapping[str, object] | bool
    def __init__(
        self,
        hostname: str = "localhost",
        *,
        port: int | None = None,
        userid: str | None = None,
        password: str | None = None,
        virtual_host: str | None = None,
        transport: str | None = None,
        ssl: Mapping[str, object] | bool = False,
        connect_timeout: float = 5,
        heartbeat: float = 0,
        transport_options: Mapping[str, object] | None = None,
    ) -> None: ...
    @property
    def connection_errors(self) -> tuple[type[Exception], ...]: ...
    def connect(self) -> object: ...
    def ensure_connection(
        self, *, interval_start: float = 2, interval_max: float = 30, timeout: float | None = None
    ) -> Self: ...
    def collect(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *exc_info: object) -> None: ...
    def channel(self) -> Channel: ...
    def drain_events(self, timeout: float | None = None) -> None: ...
    def heartbeat_check(self) -> None: ...

class Exchange:
    name: str
    type: str
    durable: bool
    def __init__(self, name: str, type: str, durable: bool = True) -> None: ...
    def __call__(self, channel: Channel) -> Self: ...
    def declare(self) -> None: ...

class Queue:
    def __init__(
        self,
        name: str = "",
        exchange: Exchange | None = None,
        *,
        durable: bool = True,
        queue_arguments: Mapping[str, object] | None = None,
        binding_arguments: Mapping[str, object] | None = None,
    ) -> None: ...
    def __call__(self, channel: Channel) -> Self: ...
    def declare(self) -> str: ...
    def queue_declare(self) -> str: ...
    def delete(self) -> object: ...
    def get(self, no_ack: bool | None = None) -> Message | None: ...
    def bind_to(self, exchange: Exchange, arguments: Mapping[str, object]) -> None: ...

class Consumer:
    def __init__(
        self,
        channel: Channel,
        queues: Sequence[Queue],
        on_message: Callable[[Message], None],
        auto_declare: bool = True,
        prefetch_count: int | None = None,
    ) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *exc_info: object) -> None: ...

class Producer:
    def __init__(self, channel: Channel, exchange: Exchange, *, auto_declare: bool = True) -> None: ...
    def publish(
        self,
        body: bytes,
        *,
        routing_key: str | bytes | None = None,
        headers: Mapping[str, object] | None = None,
        message_id: str | None = None,
        content_type: str | bytes | None = None,
        content_encoding: str | bytes | None = None,
        delivery_mode: int | None = None,
        mandatory: bool = False,
    ) -> None: ...
