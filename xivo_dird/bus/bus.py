"""The bus as the controller sees it: both directions, on or off."""

from collections.abc import Callable, Mapping

from xivo_dird.bus.broker import Broker
from xivo_dird.bus.consumer import BusConsumer
from xivo_dird.bus.dispatcher import Dispatcher
from xivo_dird.bus.relay import Relay
from xivo_dird.config.schema import Bus
from xivo_dird.database.exclusive import Exclusive
from xivo_dird.events.service import EventService
from xivo_dird.health import BusState, BusStatus
from xivo_dird.listener import AnyListener

DISABLED = BusState(False, "the bus is disabled")


class MessageBus:
    """Sends recorded events, and hands those of others to listeners. Nobody ever waits for the broker."""

    def __init__(
        self,
        settings: Bus,
        events: EventService,
        lock: Exclusive,
        listeners: Mapping[str, AnyListener],
        check_store: Callable[[], None],
    ) -> None:
        """Connect to nothing yet. `check_store` raises `StoreUnavailable` while no event could be handled."""
        broker = Broker(settings)
        self._is_enabled = settings.enabled
        self._relay = Relay(broker, events, lock)

        def make_dispatcher(pause: Callable[[float], object]) -> Dispatcher:
            return Dispatcher(listeners, settings.tries, pause)

        self._consumer = BusConsumer(broker, settings, make_dispatcher, check_store)

    def start(self) -> None:
        """Begin to send and to listen, in threads."""
        if self._is_enabled:
            self._relay.start()
            self._consumer.start()

    def stop(self) -> None:
        """End both."""
        self._consumer.stop()
        self._relay.stop()

    def status(self) -> BusStatus:
        """Tell how both directions are."""
        if not self._is_enabled:
            return BusStatus(DISABLED, DISABLED)
        relay, consumer = self._relay, self._consumer
        sent_by = "this process" if relay.is_active else "another process"
        return BusStatus(
            relay.state.get(), consumer.state.get(), sent_by, relay.unroutable, consumer.set_aside
        )
