"""A real broker for all tests of this process; each test has its own database and its own queue."""

from uuid import uuid4

import pytest
import trustme

from api.conftest import Daemon, configuration
from servers.bus_client import BusClient
from servers.rabbitmq import RabbitMq


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    """Make the authority that signed the broker's certificate; answer its file."""
    folder = tmp_path_factory.mktemp("authority")
    authority = trustme.CA()
    issued = authority.issue_cert("localhost")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    issued.cert_chain_pems[0].write_to_path(folder / "broker.pem")
    issued.private_key_pem.write_to_path(folder / "broker.key")
    return folder / "ca.pem"


@pytest.fixture(scope="session")
def rabbit(authority):
    """Run one broker."""
    folder = authority.parent
    with RabbitMq((authority, folder / "broker.pem", folder / "broker.key")) as rabbit:
        yield rabbit


@pytest.fixture
def bus(rabbit):
    """Be another program on the bus."""
    with BusClient(rabbit.port) as bus:
        yield bus


@pytest.fixture
def bus_settings(rabbit):
    """Name the broker, and a queue that no other test uses."""
    return {"port": rabbit.port, "queue_name": f"dird-{uuid4()}"}


@pytest.fixture
def on_the_bus(tmp_path, db_uri, bus, bus_settings):
    """Run a daemon that has the bus; its first events, of what is declared, are read already."""
    with Daemon(configuration(tmp_path, db_uri=db_uri, bus=bus_settings)) as daemon:
        bus.events(5)
        yield daemon
