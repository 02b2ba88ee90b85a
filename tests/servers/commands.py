"""The commands that explain, in a folder with a configuration."""

import io
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from servers.program import run_program
from xivo_dird.process.main import main

TENANT = "11111111-1111-4111-8111-111111111111"
OTHER_TENANT = "22222222-2222-4222-8222-222222222222"


class Printed(NamedTuple):
    """What a command left."""

    status: int
    output: str
    errors: str

    def row(self, name: str) -> list[str]:
        """Return the cells of the row of a table that begins with `name`."""
        line = next(line for line in self.output.splitlines() if line.split()[:1] == [name])
        return [cell.strip() for cell in line.split("  ") if cell.strip()]


class CommandFolder:
    """A folder with `config.yml` and CSV files; `run` and `call` run `xivo-dird` there."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        """Create a configuration without sources, of two tenants.

        Args:
            folder: An existing folder.
            environment: The environment of the commands (None: that of the tests).
        """
        self.folder = folder
        self._environment = environment
        self.configuration: dict[str, Any] = {
            "db_uri": f"sqlite:///{folder / 'dird.db'}",
            "state_directory": str(folder / "state"),
            "log_filename": str(folder / "dird.log"),
            "extra_config_files": None,
            "bus": {"enabled": False},
            "backends": {"csv": {"folders": [str(folder)]}},
            "provisioning": {
                "tenants": [
                    {"uuid": TENANT, "name": "acme", "country": "DE"},
                    {"uuid": OTHER_TENANT, "name": "other"},
                ],
                "sources": [],
                "displays": [],
                "profiles": [],
            },
        }

    def add(self, kind: str, name: str, tenant: object = "acme", **keys: object) -> None:
        """Declare a resource of a kind, such as `sources`, for a tenant with this name."""
        self.configuration["provisioning"][kind].append({"tenant": tenant, "name": name, **keys})

    def add_csv(self, name: str, text: str | None = None, **options: object) -> None:
        """Declare a CSV source, and write its file unless `text` is None."""
        if text is not None:
            (self.folder / f"{name}.csv").write_text(text, encoding="utf-8")
        self.add("sources", name, backend="csv", file=f"{name}.csv", **options)

    def write(self) -> Path:
        """Write the configuration and return its file."""
        file = self.folder / "config.yml"
        file.write_text(yaml.safe_dump(self.configuration), encoding="utf-8")
        return file

    def call(self, *arguments: str) -> Printed:
        """Run a command in this process, which is much faster than a new one."""
        output, errors = io.StringIO(), io.StringIO()
        with redirect_stdout(output), redirect_stderr(errors):
            status = main(["-c", str(self.write()), *arguments])
        return Printed(status, output.getvalue(), errors.getvalue())

    def run(self, *arguments: str) -> Printed:
        """Run a command in a process of its own."""
        ended = run_program(["-c", str(self.write()), *arguments], environment=self._environment)
        printed = Printed(*ended)
        assert "Traceback" not in printed.errors + printed.output
        return printed
