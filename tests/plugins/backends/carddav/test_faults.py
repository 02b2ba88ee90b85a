"""Whatever a CardDAV server does costs only the contacts of its source, within the timeout."""

from collections.abc import Iterator

import pytest

from plugins.backends.network_faults import NetworkFaults, ServerAddress
from servers.card_server import CardServer, card
from servers.faulty_http import HttpAnswer, ReceivedRequest
from xivo_dird_backends.carddav.backend import CarddavBackend


class TestCarddavFaults(NetworkFaults):
    backend = CarddavBackend
    term = "Rosalind"
    secrets = ("s3cret-enough", "YWRhOn")

    def options_for(self, server: ServerAddress) -> dict[str, object]:
        return {
            "url": f"{server.url}/dav/books/crew/",
            "username": "ada",
            "password": "s3cret-enough",
            "timeout": server.timeout,
            "verify_certificate": server.verify_certificate,
        }

    @pytest.fixture(autouse=True)
    def healthy(self) -> Iterator[None]:
        """Create the server that answers when there is no fault."""
        with CardServer() as self.cards:
            self.cards.add_book("crew").put("r", card("Rosalind"))
            yield

    def respond(self, request: ReceivedRequest) -> HttpAnswer:
        return self.cards.respond(request)


class TestCarddavListFaults(TestCarddavFaults):
    """The faults of the requests for cards, after the book was found."""

    faulty_path = "/dav/books/crew/"

    def options_for(self, server: ServerAddress) -> dict[str, object]:
        return {**super().options_for(server), "url": f"{server.url}/dav/"}
