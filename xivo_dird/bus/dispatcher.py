"""From an incoming event to the listeners that named it."""

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
from xivo_dird.exceptions import Unavailable
from xivo_dird.listener import AnyListener, EventData

logger = logging.getLogger(__name__)

MIN_PAUSE_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class ListenerFailure:
    """A listener that could not handle an event, however often it was tried."""

    listener: str
    error: str


class Dispatcher:
    """Has each event handled by every listener that named it; one that fails costs only that event."""

    def __init__(
        self, listeners: Mapping[str, AnyListener], tries: int, pause: Callable[[float], object]
    ) -> None:
        """`listeners` by the name of their plugin; `pause` waits for seconds between two of the `tries`."""
        self._listeners = listeners
        self._tries = tries
        self._pause = pause

    @property
    def event_names(self) -> Sequence[str]:
        """The events that somebody wants."""
        return sorted({name for listener in self._listeners.values() for name in listener.events})

    def dispatch(self, event: IncomingEvent) -> list[ListenerFailure]:
        """Have an event handled; answer who could not.

        Raises `UnreadableMessage` for data that no listener can read, `Unavailable` when it has to come again later.
        """
        wanted = [(name, each) for name, each in self._listeners.items() if event.name in each.events]
        readable = [(name, listener, _read(listener, event)) for name, listener in wanted]
        failures = [self._handled(name, listener, event, data) for name, listener, data in readable]
        return [failure for failure in failures if failure is not None]

    def _handled(
        self, name: str, listener: AnyListener, event: IncomingEvent, data: EventData
    ) -> ListenerFailure | None:
        """Have an event handled by one listener, in several tries; return why it could not."""
        retrying = Retrying(
            retry=retry_if_not_exception_type(Unavailable),
            stop=stop_after_attempt(self._tries),
            wait=wait_exponential(MIN_PAUSE_SECONDS, exp_base=2),
            sleep=self._sleep,
            after=partial(self._log_failure, name, event),
            reraise=True,
        )
        try:
            retrying(listener.handle, event.name, data)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - plugin border: it was logged after each try
            return ListenerFailure(name, f"{type(error).__name__}: {error}")
        return None

    def _sleep(self, seconds: float) -> None:
        self._pause(seconds)

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


def _read(listener: AnyListener, event: IncomingEvent) -> EventData:
    try:
        return listener.Data.model_validate(event.data)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "data"
        raise UnreadableMessage(f"the data of the event {event.name!r}: {where}: {first['msg']}") from error
