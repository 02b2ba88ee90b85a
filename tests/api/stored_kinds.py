"""The kinds of stored resources (displays, profiles, sources), for the tests that are the same for all."""

from typing import Any

import pytest

from api.conftest import CHILD

DISPLAY = {"name": "n", "columns": [{"field": "name"}]}
PROFILE = {"name": "n", "services": {}}
CSV = {"name": "n", "file": "crew.csv"}
KINDS: dict[str, tuple[str, dict[str, Any], int, str]] = {
    "displays": ("/displays", DISPLAY, 201, "unknown-display"),
    "profiles": ("/profiles", PROFILE, 201, "unknown-profile"),
    "sources": ("/backends/csv/sources", CSV, 200, "unknown-source"),
}
IN_CHILD = {"Wazo-Tenant": CHILD}

every_kind = pytest.mark.parametrize("kind", KINDS)


def send(daemon, method, path, **arguments):
    return daemon.request(method, f"/0.1{path}", **arguments)
