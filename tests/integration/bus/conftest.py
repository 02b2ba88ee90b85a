"""Fixtures: one real broker for all tests of this process; each test has its own database and queue."""

from uuid import uuid4

import pytest
import trustme

from api.conftest import Daemon, configuration
from servers.bus_client import BusClient
from servers.rabbitmq import RabbitMq


@pytest.fixture(scope="session")
def ca_file(tmp_path_factory):
    """Create the CA and the certificate of the broker; return the file of the CA certificate."""
    folder = tmp_path_factory.mktemp("ca")
    ca = trustme.CA()
    issued = ca.issue_cert("localhost")
    ca.cert_pem.write_to_path(folder / "ca.pem")
    issued.cert_chain_pems[0].write_to_path(folder / "broker.pem")
    issued.private_key_pem.write_to_path(folder / "broker.key")
    return folder / "ca.pem"


@pytest.fixture(scope="session")
def rabbit(ca_file):
    """Run a broker."""
    folder = ca_file.parent
    with RabbitMq((ca_file, folder / "broker.pem", folder / "broker.key")) as rabbit:
        yield rabbit


@pytest.fixture
def bus(rabbit):
    """Return a client that acts as another program on the bus."""
    with BusClient(rabbit.port) as bus:
        yield bus


@pytest.fixture
def bus_settings(rabbit):
    """Return settings for the broker and a queue that no other test uses."""
    return {"port": rabbit.port, "queue_name": f"dird-{uuid4()}"}


@pytest.fixture
def bus_daemon(tmp_path, db_uri, bus, bus_settings):
    """Run a daemon with the bus; the events about its declared resources have been read."""
    with Daemon(configuration(tmp_path, db_uri=db_uri, bus=bus_settings)) as daemon:
        bus.events(5)
        yield daemon
