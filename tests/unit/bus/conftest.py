"""A broker that does what a test says, and the settings for it."""

import pytest

from servers.scripted_broker import ScriptedBroker
from unit.bus.recorded_events import Events, Lock
from xivo_dird.bus.broker import Broker
from xivo_dird.config.schema import Bus


@pytest.fixture
def server():
    server = ScriptedBroker()
    yield server
    server.close()


@pytest.fixture
def settings(server):
    return Bus.model_validate(
        {
            "host": "127.0.0.1",
            "port": server.port,
            "username": "dird",
            "password": "s3cret",
            "vhost": "phones",
        }
    )


@pytest.fixture
def broker(settings):
    return Broker(settings)


@pytest.fixture
def events():
    return Events()


@pytest.fixture
def lock():
    return Lock()


@pytest.fixture
def dead_letters():
    return []


@pytest.fixture(autouse=True)
def threads_run_without_a_break(caplog):
    """Fail if a thread of the bus had to be restarted, which would hide a defect from the test."""
    yield
    assert [record for record in caplog.get_records("call") if record.msg.endswith("will be restarted")] == []
