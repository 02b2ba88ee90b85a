from collections.abc import Callable, Mapping, Sequence
from typing import Self

from kombu.message import Message
from kombu.transport.pyamqp import Channel

class Connection:
    def __init__(
        self,
        *,
        hostname: str,
        port: int,
        userid: str,
        password: str,
        virtual_host: str,
        transport: str,
        ssl: Mapping[str, object] | bool,
        connect_timeout: float,
        heartbeat: float,
        transport_options: Mapping[str, object],
    ) -> None: ...
    def connect(self) -> object: ...
    def collect(self) -> None: ...
    def channel(self) -> Channel: ...
    def drain_events(self, timeout: float | None = None) -> None: ...
    def heartbeat_check(self) -> None: ...

class Exchange:
    def __init__(self, name: str, type: str, durable: bool = True) -> None: ...
    def __call__(self, channel: Channel) -> Self: ...
    def declare(self) -> None: ...

class Queue:
    def __init__(
        self, name: str, durable: bool = True, queue_arguments: Mapping[str, object] | None = None
    ) -> None: ...
    def __call__(self, channel: Channel) -> Self: ...
    def declare(self) -> str: ...
    def queue_declare(self) -> str: ...
    def bind_to(self, exchange: Exchange, arguments: Mapping[str, object]) -> None: ...

class Consumer:
    def __init__(
        self,
        channel: Channel,
        queues: Sequence[Queue],
        on_message: Callable[[Message], None],
        auto_declare: bool = True,
    ) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *exc_info: object) -> None: ...

class Producer:
    def __init__(self, channel: Channel, exchange: Exchange) -> None: ...
    def publish(
        self,
        body: bytes,
        *,
        routing_key: str,
        headers: Mapping[str, object],
        message_id: str,
        content_type: str,
        content_encoding: str,
        delivery_mode: int,
        mandatory: bool,
    ) -> None: ...
