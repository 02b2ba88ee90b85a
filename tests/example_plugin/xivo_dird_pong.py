"""A listener as a third party would ship it: an event `ping` is answered by an event `pong`."""

from xivo_dird.listener import EventData, Listener


class Ping(EventData):
    text: str


class PongListener(Listener[Ping]):
    events = ("ping",)
    Data = Ping

    def handle(self, name: str, data: Ping) -> None:
        self.services.events.publish("pong", {"text": data.text})
