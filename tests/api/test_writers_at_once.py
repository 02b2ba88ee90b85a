"""Writers wait for each other in the order in which they came; none is sent away since another is slow."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from api.conftest import Daemon, configuration
from api.phonebooks import import_csv
from api.rest import created

IMPORTS = 4
ROWS = 3000
DISPLAY = {"name": "d", "columns": [{"field": "name"}]}


@pytest.fixture
def daemon(tmp_path, db_uri, monkeypatch):
    """Run a daemon whose SQLite never waits for another connection by itself."""
    monkeypatch.setattr("xivo_dird.database.engine.BUSY_SECONDS", 0)
    with Daemon(configuration(tmp_path, db_uri=db_uri)) as daemon:
        yield daemon


def test_imports_and_other_writers_at_once_all_succeed(daemon):
    table = "name,number\n" + "".join(f"Contact {number},{number}\n" for number in range(ROWS))
    phonebooks = [created(daemon, "/phonebooks", {"name": str(number)})["uuid"] for number in range(IMPORTS)]
    with ThreadPoolExecutor(20) as clients:
        imported = [
            clients.submit(import_csv, daemon, f"/0.1/phonebooks/{uuid}/contacts", table)
            for uuid in phonebooks
        ]
        written = [clients.submit(daemon.request, "POST", "/0.1/displays", json=DISPLAY) for _ in range(8)]
        personal = [
            clients.submit(daemon.request, "POST", "/0.1/personal", json={"n": str(n)}) for n in range(8)
        ]
        statuses = [future.result().status_code for future in (*imported, *written, *personal)]
    assert statuses == [201] * len(statuses)
    for uuid in phonebooks:
        assert daemon.get(f"/phonebooks/{uuid}/contacts", limit=1).json["total"] == ROWS
