"""Concurrent writers wait for each other in the order of their requests; none fails because another one is slow."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from api.conftest import Daemon, configuration
from api.phonebooks import import_csv
from api.rest import create
from stored import DATABASE_LIMITS

IMPORTS = 4
ROWS = 3000
DISPLAY = {"name": "d", "columns": [{"field": "name"}]}


@pytest.fixture
def daemon(tmp_path, db_uri):
    """Run a daemon whose SQLite connections do not wait for the lock of another connection."""
    limits = replace(DATABASE_LIMITS, busy_seconds=0)
    with Daemon(configuration(tmp_path, db_uri=db_uri), limits) as daemon:
        yield daemon


def test_concurrent_imports_and_other_changes_all_succeed(daemon):
    table = "name,number\n" + "".join(f"Contact {number},{number}\n" for number in range(ROWS))
    phonebooks = [create(daemon, "/phonebooks", {"name": str(number)})["uuid"] for number in range(IMPORTS)]
    with ThreadPoolExecutor(20) as pool:
        imports = [
            pool.submit(import_csv, daemon, f"/0.1/phonebooks/{uuid}/contacts", table) for uuid in phonebooks
        ]
        displays = [pool.submit(daemon.request, "POST", "/0.1/displays", json=DISPLAY) for _ in range(8)]
        personal = [
            pool.submit(daemon.request, "POST", "/0.1/personal", json={"n": str(number)})
            for number in range(8)
        ]
        statuses = [future.result().status_code for future in (*imports, *displays, *personal)]
    assert statuses == [201] * len(statuses)
    for uuid in phonebooks:
        assert daemon.get(f"/phonebooks/{uuid}/contacts", limit=1).json["total"] == ROWS
