"""docs/sources.md: its first section leads from nothing to three directories in one profile."""

import contextlib
import io
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from outlook_export import GERMAN, outlook_export
from servers.active_directory import PASSWORD, ActiveDirectory, user
from servers.card_server import card
from servers.daemon import DaemonProcess
from waiting import TIMEOUT
from xivo_dird.process.main import main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("## From nothing to three directories\n")[2].partition("\n## ")[0]
SHELL = re.findall(r"^```sh\n(.*?)^```$", SECTION, re.MULTILINE | re.DOTALL)
INSTALLATION, START = SHELL[0], SHELL[-1]
SHOWN = re.findall(
    r"^\$ ([^\n]*)\n(.*?)(?=^\$ |^```$)",
    "".join(re.findall(r"^```console\n(.*?^```\n)", SECTION, re.MULTILINE | re.DOTALL)),
    re.MULTILINE | re.DOTALL,
)

SECONDS = re.compile(r"\b\d+\.\d{3}\b")

CARDS = [
    card("Ada Stern", "+49 30 1234500", "TEL;TYPE=CELL:+49 171 3920040", "UID:ada", "ORG:Sternwarte Berlin"),
    card("Bea Sternberg", "+49 40 5550104", "UID:bea", "EMAIL:bea@sternberg.example"),
]
USERS = [
    user("Ada Stern", telephoneNumber=["+49 30 1234500"], company=["Corp"]),
    user("Carl Sterner", telephoneNumber=["+49 30 1234501"], mail=["carl@corp.example"]),
    user("Otto Stern", telephoneNumber=["+49 30 1234502"], userAccountControl=["514"]),
]
CONTACTS = [
    {
        "Vorname": "Ada",
        "Nachname": "Stern",
        "Firma": "Sternwarte Köln",
        "Telefon geschäftlich": "030/1234500",
        "E-Mail-Adresse": "ada@stern.example",
        "Notizen": 'mag "Zuse",\r\nund Köln',
    },
    {
        "Vorname": "Dora",
        "Nachname": "Sternheim",
        "Firma": "Großmann & Söhne",
        "Mobiltelefon": "0171/5550123",
    },
]

FAKE_PROGRAMS = {
    "apt-get": "exit 0",
    "runuser": 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"',
    "install": (
        'for word; do shift; case "$word" in -o|-g|xivo-dird) ;; *) set -- "$@" "$word" ;; esac; done\n'
        'exec /usr/bin/install "$@"'
    ),
}
"""Programs in place of those that need root or a network; the users of files are those of the test."""


class Machine:
    """A folder in place of `/etc/xivo-dird`; its subfolder `lib` stands for `/var/lib/xivo-dird`."""

    def __init__(self, folder, servers):
        """Install nothing but the configuration; `servers` has the replacements of what the page shows."""
        self.folder, self._servers = folder, servers
        for name in ("conf.d", "bin", "typed"):
            (folder / name).mkdir()
        for name, text in FAKE_PROGRAMS.items():
            (folder / "bin" / name).write_text(f"#!/bin/sh\n{text}\n")
            (folder / "bin" / name).chmod(0o755)
        (folder / "outlook.csv").write_bytes(outlook_export(GERMAN, CONTACTS))
        files = {
            "state_directory": f"{folder}/lib",
            "db_uri": f"sqlite:///{folder}/lib/xivo-dird.db",
            "backends": {"csv": {"folders": [f"{folder}/lib/csv"]}},
        }
        self.daemon = DaemonProcess(folder, files)
        self._places = {
            "/opt/xivo-dird/bin/xivo-dird": f"{Path(sys.executable).with_name('xivo-dird')} -c {folder}/config.yml",
            "/var/lib/xivo-dird": f"{folder}/lib",
            "/etc/xivo-dird": str(folder),
            "127.0.0.1:9489": f"127.0.0.1:{self.daemon.port}",
        }

    def local(self, text):
        """Return a text of the page with the places and servers of this machine."""
        for shown, used in {**self._places, **self._servers}.items():
            text = text.replace(shown, used)
        return text

    def save(self, name, shown):
        """Save a file that the page shows in `conf.d`."""
        (self.folder / "conf.d" / name).write_text(self.local(shown), encoding="utf-8")

    def run(self, script):
        """Run commands of the page in a shell and return what they print."""
        script = re.sub(
            r"/dev/stdin /\S+/(\S+)", rf"{self.folder}/typed/\1 {self.folder}/\1", self.local(script)
        )
        ran = subprocess.run(
            ["sh", "-euc", script],
            cwd=self.folder,
            env={**os.environ, "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    def call(self, command):
        """Run a command `dird` of the page in this process, and return what it prints."""
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            status = main(["-c", str(self.folder / "config.yml"), *shlex.split(self.local(command))[1:]])
        assert status == 0, output.getvalue()
        return output.getvalue()

    def assert_prints(self, printed, shown):
        """Check that a command prints what the page shows.

        In JSON of the page, there are line breaks, and `…` stands for anything. The lines of a table may be in another
        order, which is that of a server.
        """
        shown, printed = (SECONDS.sub("0.002", text.strip()) for text in (self.local(shown), printed))
        if printed.startswith("{"):
            pattern = ".*".join(map(re.escape, re.sub(r"\n *", "", shown).split("…")))
            assert json.loads(printed)
            assert re.fullmatch(pattern, printed), printed
        else:
            printed = printed.replace(f" -c {self.folder}/config.yml", "")
            assert sorted(printed.splitlines()) == sorted(shown.splitlines())


@pytest.fixture
def machine(tmp_path, radicale):
    book = radicale.create_book("contacts", "Contacts")
    for number, each in enumerate(CARDS):
        book.put(f"{number}.vcf", each)
    (tmp_path / "machine").mkdir()
    with ActiveDirectory(USERS) as domain:
        machine = Machine(
            tmp_path / "machine",
            {
                "https://cloud.example.org/remote.php/dav/addressbooks/users/ada/contacts/": book.url,
                "ldaps://dc1.corp.example": domain.uri,
            },
        )
        for name, password in (("nextcloud-password", radicale.password), ("ad-password", PASSWORD)):
            (machine.folder / "typed" / name).write_text(f"{password}\n")
        yield machine
    book.remove_all()


def test_the_installation_is_that_of_the_readme():
    lines = [line.partition("    #")[0] for line in INSTALLATION.splitlines()]
    (block,) = re.findall(r"## Install\n.*?```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    installed = [line.partition("    #")[0] for line in block.splitlines()]
    assert lines == [
        line for line in installed if not line.startswith("systemctl") and "--check-config" not in line
    ]
    assert "systemctl enable --now xivo-dird" in START.splitlines()


def test_the_steps_of_the_page_lead_to_three_directories(machine, shown_files):
    steps = dict(SHOWN)
    preview = next(command for command in steps if " preview " in command)
    printed = machine.run("\n".join([*SHELL[1:-1], preview]))
    machine.assert_prints(printed, steps.pop(preview))
    machine.save("directories.yml", (shown_files("sources.md") / "directories.yml").read_text())
    for command in [command for command in steps if command.startswith("dird") and "lookup" not in command]:
        machine.assert_prints(machine.call(command), steps.pop(command))
    with machine.daemon:
        (lookup,) = [command for command in steps if command.startswith("dird")]
        machine.assert_prints(machine.call(lookup), steps.pop(lookup))
        variables = START.replace("systemctl enable --now xivo-dird\n", "")
        for command, shown in steps.items():
            assert command.startswith("curl ")
            machine.assert_prints(machine.run(variables + command), shown)
