"""The daemon of a soak: two workers, one tenant with ordinary clients and one that is fuzzed."""

import csv
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from fuzz.target import target_configuration
from servers.daemon import TOKEN, DaemonProcess
from xivo_dird.authenticator import hash_token

OFFICE = "77777777-7777-4777-8777-777777777777"
CLIENTS = 4
PEOPLE = 2_000
WORKERS = 2
FUZZ_TOKEN = "a-token-of-the-fuzz"
FIELDS = ("name", "number", "mobile")
SERVICES = ("lookup", "reverse", "favorites")
EDITED_SOURCE: dict[str, object] = {
    "file": "people.csv",
    "unique_column": "id",
    "searched_columns": ["firstname", "lastname", "number"],
    "first_matched_columns": ["number", "mobile"],
    "format_columns": {"name": "{firstname} {lastname}", "reverse": "{firstname} {lastname}"},
}
"""The options of the source of people, and of those that are added and edited meanwhile."""


class SoakDaemon(DaemonProcess):
    """The daemon, and what the soak changes beside it.

    Attributes:
        folder: Where all its files are.
        people_file: The file of its people.
    """

    def __init__(self, folder: Path) -> None:
        """Write all files of the daemon."""
        self.folder = folder
        self.people_file = folder / "csv" / "people.csv"
        configuration = _configuration(folder)
        self.replace_people(0)
        overlay = folder / "conf.d"
        overlay.mkdir()
        (overlay / "workers.yml").write_text(yaml.safe_dump({"rest_api": {"workers": WORKERS}}))
        super().__init__(folder, configuration)

    def replace_people(self, edition: int) -> None:
        """Replace the file of people by another edition, as a nightly export does."""
        written = self.people_file.with_suffix(".part")
        with written.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["id", "firstname", "lastname", "number", "mobile"])
            rows.writerows(_person(number, edition) for number in range(PEOPLE))
        written.replace(self.people_file)

    def workers(self) -> list[int]:
        """Return the process ids of the workers, the oldest first."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii")
        return sorted(map(int, children.split()), key=_started_at)


def token_of(client: int) -> str:
    """Return the token of an ordinary client; each is a user of its own."""
    return f"a-token-of-client-{client}"


def term_of(number: int) -> str:
    """Return a term that finds one person."""
    return f"Stern{number}x"


def number_of(number: int) -> str:
    """Return the phone number of a person."""
    return f"+3314455{number:05d}"


def _person(number: int, edition: int) -> Sequence[object]:
    return number, f"Ada{edition % 7}", term_of(number), number_of(number), 2000 + number


def _started_at(pid: int) -> tuple[int, int]:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except FileNotFoundError:
        return sys.maxsize, pid  # it has ended
    return int(fields[19]), pid


def _configuration(folder: Path) -> dict[str, Any]:
    """Return the configuration of the fuzzed daemon, with the tenant of the ordinary clients."""
    configuration = target_configuration(folder)
    fuzzed = {**configuration["auth"]["tokens"][0], "hash": hash_token(FUZZ_TOKEN)}
    users = [TOKEN, *map(token_of, range(CLIENTS))]
    tokens = [_token(token, UUID(int=number + 1)) for number, token in enumerate(users)]
    configuration["auth"] = {"tokens": [fuzzed, *tokens], "master_tenant_uuid": OFFICE}
    for kind, resources in _office().items():
        configuration["provisioning"][kind] += resources
    return configuration


def _office() -> dict[str, list[Mapping[str, object]]]:
    """Return the declared resources of the ordinary clients."""
    people = {**EDITED_SOURCE, "tenant": "office", "name": "people", "backend": "csv"}
    personal = {"tenant": "office", "name": "personal", "backend": "personal"}
    columns = [{"title": field, "field": field} for field in FIELDS]
    services = {service: {"sources": ["people", "personal"]} for service in SERVICES}
    return {
        "tenants": [{"uuid": OFFICE, "name": "office"}],
        "sources": [people, personal],
        "displays": [{"tenant": "office", "name": "office", "columns": columns}],
        "profiles": [{"tenant": "office", "name": "default", "display": "office", "services": services}],
    }


def _token(token: str, user: UUID) -> dict[str, object]:
    return {"hash": hash_token(token), "acl": ["#"], "tenant_uuid": OFFICE, "user_uuid": str(user)}
