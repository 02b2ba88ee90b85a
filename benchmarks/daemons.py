"""The daemon that is measured: a process of its own, with declared sources, queried over HTTP."""

import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote
from uuid import UUID, uuid5

import yaml
from clients import Measured
from load import Load, measure
from people import People, people

from servers.daemon import TOKEN, DaemonProcess
from xivo_dird.authenticator import hash_token

TENANT = "2c34c282-433e-4bb8-8d56-fec14ff7e1e9"
ATTACKER_TOKEN = "a-token-of-an-attacker"
HEADERS = {"X-Auth-Token": TOKEN}
TIMEOUT = 300.0
"""Seconds to wait for a daemon that builds the index of a large file."""

MAX_WARM_UP_SECONDS = 0.3

FIELDS = ("name", "number", "mobile", "email")

Declared = Mapping[str, object]
"""A source as the configuration declares it."""


@dataclass(frozen=True)
class Bench:
    """One run: the folder of its files, which is removed afterwards, and how much is measured.

    Attributes:
        folder: The folder of this run.
        lines: Lines of the largest file.
        sizes: Lines of all files for the plot of latencies.
        rounds: How often each load is measured.
        seconds: Length of one measurement.
        clients: Numbers of clients for the plot of throughput.
        imported: Contacts of the import.
        refreshed: Entries of the sources that are refreshed.
    """

    folder: Path
    lines: int
    sizes: Sequence[int]
    rounds: int
    seconds: float
    clients: Sequence[int]
    imported: int
    refreshed: int

    def people(self, lines: int) -> People:
        """Return a file of so many people; it is reused by later runs."""
        return people(lines, self.out / "people")

    @property
    def out(self) -> Path:
        """Return the folder of the results, which is not removed."""
        return self.folder.parent

    def folder_of(self, name: str) -> Path:
        """Return the folder for the files of one daemon; a later daemon of the same name reuses its indexes."""
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def folder_with_index(self, name: str, lines: int) -> Path:
        """Return such a folder, with a copy of the index of `lines` people if a daemon of this run built it."""
        folder, index = self.folder_of(name), self.folder_of(f"people-{lines}") / "state" / "sources"
        if index.exists():
            shutil.copytree(index, folder / "state" / "sources", dirs_exist_ok=True)
        return folder

    def load(self, port: int, paths: Sequence[str], clients: int = 1, expected: Sequence[str] = ()) -> Load:
        """Return a load of the length of one measurement."""
        warm_up = min(MAX_WARM_UP_SECONDS, self.seconds)
        return Load(port, paths, clients, self.seconds, HEADERS, expected, warm_up)

    def measure_in_turn(self, *loads: Load) -> list[list[Measured]]:
        """Measure every load several times, in turn; see `in_turn`.

        Returns:
            For each load its measurements.
        """
        return self.in_turn(*(partial(measure_good, load) for load in loads))

    def in_turn(self, *measures: Callable[[], Measured]) -> list[list[Measured]]:
        """Call every function several times, in turn, so that other work of the machine affects all of them alike.

        Returns:
            For each function its measurements.
        """
        rounds = [[measure_one() for measure_one in measures] for _ in range(self.rounds)]
        return [list(measured) for measured in zip(*rounds, strict=True)]


def csv_source(people_file: People, name: str = "people") -> Declared:
    """Return the declaration of a file as a source."""
    return {
        "name": name,
        "backend": "csv",
        "file": people_file.file,
        "unique_column": "email",
        "searched_columns": ["firstname", "lastname", "number"],
        "first_matched_columns": ["number", "mobile"],
        "format_columns": {
            "name": "{firstname} {lastname}",
            "number": "{number}",
            "mobile": "{mobile}",
            "email": "{email}",
            "reverse": "{firstname} {lastname}",
        },
    }


def daemon(
    folder: Path, sources: Sequence[Declared], timeout: float = 10.0, **keys: Mapping[str, object]
) -> DaemonProcess:
    """Create a daemon with these sources, all in the profile `default`.

    Args:
        folder: The folder of its files.
        sources: The declared sources.
        timeout: Timeout of lookups and reverse lookups in seconds.
        keys: Sections that replace those of its configuration.
    """
    names = [source["name"] for source in sources]
    files = {str(Path(str(source["file"])).parent) for source in sources if "file" in source}
    overlay = folder / "conf.d"
    overlay.mkdir(exist_ok=True)
    (overlay / "keys.yml").write_text(yaml.safe_dump(keys), encoding="utf-8")
    services = {kind: {"sources": names, "options": {"timeout": timeout}} for kind in ("lookup", "reverse")}
    columns = [{"title": field, "type": field, "field": field} for field in FIELDS]
    provisioning = {
        "tenants": [{"uuid": TENANT}],
        "sources": [{"tenant": TENANT, **source} for source in sources],
        "displays": [{"tenant": TENANT, "name": "desk", "columns": columns}],
        "profiles": [{"tenant": TENANT, "name": "default", "display": "desk", "services": services}],
    }
    rights = {"acl": ["#"], "tenant_uuid": TENANT}
    attacker = {
        "hash": hash_token(ATTACKER_TOKEN),
        "user_uuid": str(uuid5(UUID(TENANT), "attacker")),
        **rights,
    }
    configuration = {
        "auth": {"tokens": [{"hash": hash_token(TOKEN), **rights}, attacker]},
        "backends": {"csv": {"folders": sorted(files)}} if files else {},
        "provisioning": provisioning,
    }
    return DaemonProcess(folder, configuration)


@contextmanager
def running(daemon: DaemonProcess, term: str) -> Iterator[DaemonProcess]:
    """Run a daemon for the length of the block, which begins when a lookup of `term` has a result."""
    with daemon:
        wait_until(lambda: daemon.get("/directories/lookup/default", term=term)[1]["results"])
        yield daemon


def wait_until(condition: Callable[[], object]) -> None:
    """Poll until `condition` is true.

    Raises:
        TimeoutError: It is still false after `TIMEOUT` seconds.
    """
    deadline = time.monotonic() + TIMEOUT
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("the condition did not become true in time")
        time.sleep(0.005)


def phone_paths(terms: Sequence[str]) -> list[str]:
    """Return the paths of lookups by a phone."""
    return [path.replace("default?", "default/user/yealink?") for path in lookup_paths(terms)]


def lookup_paths(terms: Sequence[str]) -> list[str]:
    """Return the paths of lookups of these terms."""
    return [f"/0.1/directories/lookup/default?term={quote(term)}" for term in terms]


def reverse_paths(numbers: Sequence[str]) -> list[str]:
    """Return the paths of reverse lookups of these numbers."""
    return [f"/0.1/directories/reverse/default/user?exten={quote(number)}" for number in numbers]


def text_paths(numbers: Sequence[str]) -> list[str]:
    """Return the paths of reverse lookups of these numbers by a PBX."""
    return [path.replace("/user?", "/user/text?") for path in reverse_paths(numbers)]


def measure_good(load: Load) -> Measured:
    """Return the measurements of a load.

    Raises:
        RuntimeError: An answer was not complete, or not successful.
    """
    measured = measure(load)
    if not measured.is_good:
        raise RuntimeError(f"not every answer was complete and successful: {measured}")
    return measured
