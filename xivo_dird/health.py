"""The state of the daemon's parts, as the status and the metrics report it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BusState:
    """The connection state of one bus thread. `error` is why it is not connected or not fully working."""

    is_connected: bool
    error: str | None = None

    @property
    def is_healthy(self) -> bool:
        """Return True if the thread is connected and has no error."""
        return self.is_connected and self.error is None


@dataclass(frozen=True, slots=True)
class BusStatus:
    """The state of both directions of the bus.

    Attributes:
        publisher: State of the thread that sends events.
        consumer: State of the thread that receives events.
        is_enabled: False if the configuration disables the bus.
        sent_by: Which process sends the events of the database: `this process` or `another process`; None if the bus
            is disabled.
        unroutable: Number of events since the start that no queue was bound for.
        refused: Number of events since the start that the broker refused for ever.
        dead_lettered: Number of messages since the start that could not be handled.
    """

    publisher: BusState
    consumer: BusState
    is_enabled: bool = True
    sent_by: str | None = None
    unroutable: int = 0
    refused: int = 0
    dead_lettered: int = 0
