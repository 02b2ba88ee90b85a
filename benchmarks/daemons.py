"""The daemon as it is measured: a process of its own, its sources declared in YAML, asked over HTTP."""

import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import yaml
from load import Load, Measured, measure
from people import People, people

from servers.daemon import TOKEN, DaemonProcess
from xivo_dird.authenticator import hash_token

TENANT = "2c34c282-433e-4bb8-8d56-fec14ff7e1e9"
HEADERS = {"X-Auth-Token": TOKEN}
TIMEOUT = 300.0
FIELDS = ("name", "number", "mobile", "email")

Declared = Mapping[str, object]


@dataclass(frozen=True)
class Bench:
    """One run: where its files are (gone with it, but what is in `out`), and how much is measured."""

    folder: Path
    lines: int
    sizes: Sequence[int]
    rounds: int
    seconds: float
    clients: Sequence[int]
    imported: int

    def people(self, lines: int) -> People:
        """Answer a file of so many people; those of earlier runs are kept."""
        return people(lines, self.out / "people")

    @property
    def out(self) -> Path:
        """The folder of what is kept."""
        return self.folder.parent

    def folder_of(self, name: str) -> Path:
        """Answer the folder for the files of one daemon; the next one with this name finds its indexes there."""
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def folder_with_index(self, name: str, lines: int) -> Path:
        """Answer the same with the index of so many people in it, if another daemon of this run has built it."""
        folder, built = self.folder_of(name), self.folder_of(f"people-{lines}") / "state" / "sources"
        if built.exists():
            shutil.copytree(built, folder / "state" / "sources", dirs_exist_ok=True)
        return folder

    def load(self, port: int, paths: Sequence[str], clients: int = 1, expected: Sequence[str] = ()) -> Load:
        """Make a load for so long as one measurement takes."""
        return Load(port, paths, clients, self.seconds, HEADERS, expected)

    def in_turn(self, *loads: Load) -> list[list[Measured]]:
        """Measure every load several times, in turn, so that what else the machine does meets all of them alike."""
        rounds = [[_good(load) for load in loads] for _ in range(self.rounds)]
        return [list(measured) for measured in zip(*rounds, strict=True)]


def csv_source(written: People, name: str = "people") -> Declared:
    """Declare a file as a source."""
    return {
        "name": name,
        "backend": "csv",
        "file": written.file,
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
    """Make a daemon with these sources, all in the profile `default`; `keys` are laid over its configuration."""
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
    token = {"hash": hash_token(TOKEN), "acl": ["#"], "tenant_uuid": TENANT}
    given = {
        "auth": {"tokens": [token]},
        "backends": {"csv": {"folders": sorted(files)}} if files else {},
        "provisioning": provisioning,
    }
    return DaemonProcess(folder, given)


@contextmanager
def answering(daemon: DaemonProcess, term: str) -> Iterator[DaemonProcess]:
    """Have it run for the length of the block, from when it finds somebody with `term`."""
    with daemon:
        wait_until(lambda: daemon.get("/directories/lookup/default", term=term)[1]["results"])
        yield daemon


def wait_until(condition: Callable[[], object]) -> None:
    """Wait for what may take minutes."""
    end = time.monotonic() + TIMEOUT
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("it did not happen in time")
        time.sleep(0.005)


def lookup_paths(terms: Sequence[str]) -> list[str]:
    """Write the lookups of these terms."""
    return [f"/0.1/directories/lookup/default?term={quote(term)}" for term in terms]


def reverse_paths(numbers: Sequence[str]) -> list[str]:
    """Write the reverse lookups of these numbers."""
    return [f"/0.1/directories/reverse/default/user?exten={quote(number)}" for number in numbers]


def _good(load: Load) -> Measured:
    measured = measure(load)
    if not measured.is_good:
        raise RuntimeError(f"not every answer was good: {measured}")
    return measured
