"""The message bus as a whole: publishing and consuming, enabled or disabled."""

from collections.abc import Callable, Mapping
from functools import partial

from xivo_dird.bus.broker import Broker
from xivo_dird.bus.consumer import BusConsumer
from xivo_dird.bus.dispatcher import Dispatcher
from xivo_dird.bus.relay import Relay
from xivo_dird.config.schema import Bus
from xivo_dird.database.exclusive import ProcessLock
from xivo_dird.events.service import EventService
from xivo_dird.health import BusState, BusStatus
from xivo_dird.listener import AnyListener

DISABLED = BusState(False, "disabled: bus.enabled is false in the configuration")


class MessageBus:
    """Publishes recorded events and passes incoming events to listeners.

    Both happen in background threads, so no request waits for the broker.
    """

    def __init__(
        self,
        settings: Bus,
        events: EventService,
        lock: ProcessLock,
        listeners: Mapping[str, AnyListener],
        check_store: Callable[[], None],
        count_dead_letter: Callable[[str], None],
    ) -> None:
        """Create the relay and the consumer without connecting.

        Args:
            settings: The `bus` section of the configuration.
            events: The recorded events to publish.
            lock: The lock that the active relay of the database holds.
            listeners: The listeners by plugin name.
            check_store: Raises `StoreUnavailable` while the database does not answer.
            count_dead_letter: Called for each message that can't be sent or handled, with the direction, `publisher`
                or `consumer`.
        """
        broker = Broker(settings)
        self._is_enabled = settings.enabled
        self._relay = Relay(broker, events, lock, partial(count_dead_letter, "publisher"))

        def create_dispatcher(wait: Callable[[float], object]) -> Dispatcher:
            return Dispatcher(listeners, settings.tries, wait)

        self._consumer = BusConsumer(
            broker, settings, create_dispatcher, check_store, partial(count_dead_letter, "consumer")
        )

    def start(self) -> None:
        """Start the threads of the relay and the consumer, if the bus is enabled."""
        if self._is_enabled:
            self._relay.start()
            self._consumer.start()

    def stop(self) -> None:
        """Stop the consumer and the relay."""
        self._consumer.stop()
        self._relay.stop()

    def status(self) -> BusStatus:
        """Return the state of both directions."""
        if not self._is_enabled:
            return BusStatus(DISABLED, DISABLED, is_enabled=False)
        relay, consumer = self._relay, self._consumer
        sent_by = "this process" if relay.is_active else "another process"
        return BusStatus(
            relay.state.get(),
            consumer.state.get(),
            sent_by=sent_by,
            unroutable=relay.unroutable,
            refused=relay.refused,
            dead_lettered=consumer.dead_letters,
        )
