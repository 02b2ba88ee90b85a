"""A daemon with two worker processes and a file of people."""

from collections.abc import Sequence
from pathlib import Path

from servers.foreground import TENANT, Foreground

WORKERS = 2
PEOPLE = 200
COLUMNS = [{"title": "Name", "field": "name"}, {"type": "favorite"}]


def with_people(
    folder: Path, prefix: Sequence[str] = (), database: Path | None = None, **rest_api: object
) -> Foreground:
    """Create a daemon with two workers and a file of people.

    Args:
        folder: Where all its files are.
        prefix: A command that runs it, with its arguments.
        database: The SQLite database; None: one in the folder.
        rest_api: Further keys of this section.
    """
    people = folder / "people.csv"
    people.write_text("id,name\n" + "".join(f"{number},Ada {number}\n" for number in range(PEOPLE)))
    source = {"name": "people", "backend": "csv", "file": str(people), "separator": ","}
    shown = {"unique_column": "id", "searched_columns": ["name"]}
    services = {name: {"sources": ["people"]} for name in ("lookup", "favorites")}
    provisioning = {
        "tenants": [{"uuid": TENANT}],
        "sources": [{"tenant": TENANT, **source, **shown}],
        "displays": [{"tenant": TENANT, "name": "desk", "columns": COLUMNS}],
        "profiles": [{"tenant": TENANT, "name": "default", "display": "desk", "services": services}],
    }
    daemon = Foreground(
        folder,
        db_uri=f"sqlite:///{database or folder / 'state' / 'dird.db'}",
        provisioning=provisioning,
        backends={"csv": {"folders": [str(folder)]}},
        rest_api={"port": 0, "workers": WORKERS, **rest_api},
        enabled_plugins={"views": {"graphql_view": True}},
    )
    daemon.prefix = prefix
    return daemon


def workers(daemon: Foreground) -> set[int]:
    """Return the process ids of the workers."""
    return set(daemon.children())
