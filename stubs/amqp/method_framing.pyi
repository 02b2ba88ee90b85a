from collections.abc import Callable

from amqp import Connection

def frame_handler(
    connection: Connection, callback: Callable[..., object]
) -> Callable[[tuple[int, int, bytes]], bool]: ...
