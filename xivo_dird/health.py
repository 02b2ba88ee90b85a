"""How the parts of the daemon are, as they tell it to the status and the metrics."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BusState:
    """Whether a thread of the bus is connected, and if not (or not fully), why."""

    is_connected: bool
    error: str | None = None

    @property
    def is_well(self) -> bool:
        """Whether it is connected and everything moves."""
        return self.is_connected and self.error is None


@dataclass(frozen=True, slots=True)
class BusStatus:
    """The state of both directions.

    `sent_by` says which process sends the events of the database, None: no one. `unroutable` events interested nobody,
    `set_aside` messages could not be handled; both since the start.
    """

    publisher: BusState
    consumer: BusState
    sent_by: str | None = None
    unroutable: int = 0
    set_aside: int = 0
