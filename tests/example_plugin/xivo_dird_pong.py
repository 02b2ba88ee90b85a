"""A listener of a third party: it publishes an event `pong` for each event `ping`."""

from xivo_dird.listener import EventData, Listener


class Ping(EventData):
    text: str


class PongListener(Listener[Ping]):
    events = ("ping",)
    Data = Ping

    def handle(self, name: str, data: Ping) -> None:
        self.services.events.publish("pong", {"text": data.text})
