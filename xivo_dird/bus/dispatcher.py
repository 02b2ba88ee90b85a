"""The dispatcher: passes an incoming event to the listeners that subscribe to it."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from pydantic import ValidationError
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_not_exception_type,
    stop_after_attempt,
    wait_exponential,
)

from xivo_dird.bus.messages import IncomingEvent, UnreadableMessage
from xivo_dird.exceptions import Unavailable, describe_error
from xivo_dird.listener import AnyListener, EventData

logger = logging.getLogger(__name__)

MIN_PAUSE_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class ListenerFailure:
    """A listener that failed to handle an event in every try."""

    listener: str
    error: str


class Dispatcher:
    """Calls every listener of an event; a failing one affects neither other listeners nor other events."""

    def __init__(
        self, listeners: Mapping[str, AnyListener], tries: int, wait: Callable[[float], object]
    ) -> None:
        """Create a dispatcher.

        Args:
            listeners: The listeners by plugin name.
            tries: How often a listener is called for one event before it counts as failed.
            wait: Waits for a number of seconds between two tries.
        """
        self._listeners = listeners
        self._tries = tries
        self._wait = wait

    @property
    def event_names(self) -> Sequence[str]:
        """The sorted names of the events that listeners subscribe to."""
        return sorted({name for listener in self._listeners.values() for name in listener.events})

    def dispatch(self, event: IncomingEvent) -> list[ListenerFailure]:
        """Pass an event to its listeners; return those that failed.

        Raises:
            UnreadableMessage: The data breaks the schema of a listener; no listener was called.
            Unavailable: A server that a listener needs does not answer; the event must be delivered again.
        """
        subscribed = [
            (name, listener) for name, listener in self._listeners.items() if event.name in listener.events
        ]
        calls = [(name, listener, _parse_data(listener, event)) for name, listener in subscribed]
        failures = [self._handle(name, listener, event, data) for name, listener, data in calls]
        return [failure for failure in failures if failure is not None]

    def _handle(
        self, name: str, listener: AnyListener, event: IncomingEvent, data: EventData
    ) -> ListenerFailure | None:
        """Call one listener, with retries; return its failure, None if it succeeded."""
        retrying = Retrying(
            retry=retry_if_not_exception_type(Unavailable),
            stop=stop_after_attempt(self._tries),
            wait=wait_exponential(MIN_PAUSE_SECONDS),
            sleep=self._sleep,
            after=partial(self._log_failure, name, event),
            reraise=True,
        )
        try:
            retrying(listener.handle, event.name, data)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - a plugin may raise anything; every try was logged
            return ListenerFailure(name, describe_error(error))
        return None

    def _sleep(self, seconds: float) -> None:
        self._wait(seconds)

    def _log_failure(self, name: str, event: IncomingEvent, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome is not None else None
        if isinstance(error, Unavailable):
            return
        logger.error(
            "listener %r failed with the event %r (try %d of %d)",
            name,
            event.name,
            state.attempt_number,
            self._tries,
            exc_info=error,
        )


def _parse_data(listener: AnyListener, event: IncomingEvent) -> EventData:
    """Return the data of an event, validated by the schema of a listener."""
    try:
        return listener.Data.model_validate(event.data)
    except ValidationError as error:
        first = error.errors()[0]
        location = ".".join(map(str, first["loc"])) or "data"
        raise UnreadableMessage(
            f"the data of the event {event.name!r}: {location}: {first['msg']}"
        ) from error
