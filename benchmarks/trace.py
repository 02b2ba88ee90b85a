"""Trace the calls between modules for four kinds of requests: `python benchmarks/trace.py [-v]`.

A hop is a call from a function of one of our modules to a function of another one. Each request is sent three times;
the third one is traced, in the thread that answers it.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import NamedTuple

import yaml
from werkzeug.test import Client, TestResponse

from xivo_dird.authenticator import hash_token
from xivo_dird.wsgi import create_app

PACKAGE_PREFIX = "xivo_dird"
TENANT = "11111111-1111-4111-8111-111111111111"
USER = "22222222-2222-4222-8222-222222222222"
TOKEN = "traced"

Hop = tuple[str | None, str]
"""The calling module (None: not ours) and the called one."""


class Trace(NamedTuple):
    """The status of an answer, the modules that were called, and every hop between two of them."""

    status: int
    modules: list[str]
    hops: list[Hop]


def main() -> int:
    """Trace each kind of request, and print its number of modules and hops."""
    with tempfile.TemporaryDirectory() as folder:
        client = Client(create_app(_configuration(Path(folder))))
        _wait_for_people(client)
        for name, send in _requests(client).items():
            send()
            send()
            found = trace(send)
            sys.stdout.write(
                f"{name:12} {found.status}  modules {len(found.modules):3}  hops {len(found.hops):3}\n"
            )
            if "-v" in sys.argv:
                sys.stdout.writelines(f"    {caller} -> {called}\n" for caller, called in found.hops)
    return 0


def trace(send: Callable[[], TestResponse]) -> Trace:
    """Send a request, and record every call from one of our modules to another."""
    modules: dict[str, None] = {}
    hops: list[Hop] = []

    def record(frame: FrameType, event: str, _argument: object) -> None:
        called = _module(frame)
        if event != "call" or called is None:
            return
        modules.setdefault(called)
        caller = next(_callers(frame), None)
        if caller != called:
            hops.append((caller, called))

    sys.setprofile(record)
    try:
        answer = send()
    finally:
        sys.setprofile(None)
    return Trace(answer.status_code, list(modules), hops)


def _callers(frame: FrameType) -> Iterator[str]:
    """Yield the modules of ours that called a frame, innermost first."""
    above = frame.f_back
    while above is not None:
        module = _module(above)
        if module is not None:
            yield module
        above = above.f_back


def _module(frame: FrameType) -> str | None:
    """Return the module of a frame if it is one of ours."""
    name: str = frame.f_globals.get("__name__", "")
    return name if name.startswith(PACKAGE_PREFIX) else None


def _requests(client: Client) -> dict[str, Callable[[], TestResponse]]:
    numbers = iter(range(100))

    def get(path: str) -> TestResponse:
        return client.get(f"/0.1{path}", headers={"X-Auth-Token": TOKEN})

    def add_favorite() -> TestResponse:
        path = f"/0.1/directories/favorites/people/{next(numbers)}"
        return client.put(path, headers={"X-Auth-Token": TOKEN})

    def add_source() -> TestResponse:
        body = json.dumps({"name": f"people {next(numbers)}", "file": "people.csv"})
        return client.post("/0.1/backends/csv/sources", data=body, headers={"X-Auth-Token": TOKEN})

    return {
        "lookup": lambda: get("/directories/lookup/default?term=person%2049"),
        "reverse": lambda: get(f"/directories/reverse/default/{USER}?exten=2007"),
        "favorite": add_favorite,
        "source POST": add_source,
    }


def _wait_for_people(client: Client) -> None:
    lookup = _requests(client)["lookup"]
    while not (lookup().json or {})["results"]:
        time.sleep(0.02)


def _configuration(folder: Path) -> Path:
    people = [f"{number},Person {number},20{number:02}\n" for number in range(50)]
    (folder / "people.csv").write_text("id,name,number\n" + "".join(people), encoding="utf-8")
    rights = {"hash": hash_token(TOKEN), "acl": ["#"], "tenant_uuid": TENANT, "user_uuid": USER}
    source = {
        "name": "people",
        "backend": "csv",
        "file": "people.csv",
        "unique_column": "id",
        "searched_columns": ["name"],
        "first_matched_columns": ["number"],
        "format_columns": {"reverse": "{name}"},
    }
    columns = [{"field": "name", "title": "Name"}, {"field": "favorite", "type": "favorite"}]
    services = {name: {"sources": ["people"]} for name in ("lookup", "reverse", "favorites")}
    configuration = {
        "extra_config_files": None,
        "log_filename": None,
        "db_uri": f"sqlite:///{folder / 'dird.db'}",
        "state_directory": str(folder),
        "bus": {"enabled": False},
        "auth": {"tokens": [rights]},
        "backends": {"csv": {"folders": [str(folder)]}},
        "provisioning": {
            "tenants": [{"uuid": TENANT, "name": "main"}],
            "sources": [{"tenant": "main", **source}],
            "displays": [{"tenant": "main", "name": "desk", "columns": columns}],
            "profiles": [{"tenant": "main", "name": "default", "display": "desk", "services": services}],
        },
    }
    file = folder / "config.yml"
    file.write_text(yaml.safe_dump(configuration), encoding="utf-8")
    return file


if __name__ == "__main__":
    sys.exit(main())
