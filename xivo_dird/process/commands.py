"""What the command line can do with the store instead of serving it; the daemon may run meanwhile.

The arguments of a command set `task`, a `Task`, as a default.
"""

import signal
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import NamedTuple, NoReturn

import orjson
from tqdm import tqdm
from typing_extensions import override

from xivo_dird.contacts.csv_reader import CsvUpload
from xivo_dird.events.model import EventFilter, EventScope
from xivo_dird.exceptions import InvalidData
from xivo_dird.services import Services
from xivo_dird.threads.deadline import Deadline

_EVENTS_AT_ONCE = 100
_LOOK_SECONDS = 3600.0

Task = Callable[[Services, Namespace], str]
"""Does something, and answers a line for the terminal."""


class Command(NamedTuple):
    """What `--help` says of a command, and what describes its arguments."""

    help: str
    describe: Callable[[ArgumentParser], None]


def describe_phonebook_import(parser: ArgumentParser) -> None:
    """Describe `import-phonebook`: the import of contract section 2.3."""
    _describe_file(parser)
    parser.add_argument("--tenant", required=True, metavar="UUID", help="tenant of the phonebook")
    parser.add_argument("--phonebook", required=True, metavar="UUID", help="phonebook that gets the contacts")
    parser.set_defaults(task=import_phonebook)


def import_phonebook(services: Services, given: Namespace) -> str:
    """Add every contact of a file to a phonebook, or none. Raises `InvalidImport` or `UnknownPhonebook`."""
    # The file is read twice: once to check it, once to store it.
    with uploaded(given.file, given.charset, times=2) as upload:
        created = services.phonebook_contacts.import_file(given.tenant, given.phonebook, upload)
    with created:
        return f"{len(created)} new contacts."


def describe_personal_import(parser: ArgumentParser) -> None:
    """Describe `import-personal`: the import of contract section 2.2."""
    _describe_file(parser)
    parser.add_argument("--tenant", required=True, metavar="UUID", help="tenant of the user")
    parser.add_argument(
        "--user", required=True, metavar="UUID", dest="owner", help="user who gets the contacts"
    )
    parser.set_defaults(task=import_personal)


def import_personal(services: Services, given: Namespace) -> str:
    """Add every good row of a file to the contacts of a user. Raises `InvalidContact` or `InvalidImport`."""
    with uploaded(given.file, given.charset, times=1) as upload:
        imported = services.personal.import_file(given.tenant, given.owner, upload)
    with imported.created as created:
        told = f"{len(created)} contacts, {len(imported.failed)} rows failed."
    return "\n".join([told, *map(str, imported.failed)])


def _describe_file(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="CSV file; its first line has the names of the fields")
    parser.add_argument("--charset", default="utf-8", help="character set of the file (default: %(default)s)")


@contextmanager
def uploaded(path: Path, charset: str, times: int) -> Iterator[CsvUpload]:
    """Open a file for an import that reads it so many `times`; a progress bar shows how far it is.

    Raises `InvalidData` when the file can't be read.
    """
    if not path.is_file():
        raise InvalidData(f"{path}: there is no such file")
    try:
        file = _WatchedFile(path)
    except OSError as error:
        raise InvalidData(f"{path}: {error.strerror}") from error
    bar = tqdm(total=times * path.stat().st_size, desc=path.name, unit="B", unit_scale=True, disable=None)
    with file, bar, CsvUpload(file, charset) as upload:
        file.bar = bar
        yield upload


class _WatchedFile(FileIO):
    """A file that tells a progress bar how much was read of it."""

    bar: "tqdm[NoReturn] | None" = None

    @override
    def read(self, size: int | None = -1, /) -> bytes:
        read = super().read(size) or b""
        if self.bar is not None:
            self.bar.update(len(read))
        return read


def describe_events(parser: ArgumentParser) -> None:
    """Describe `events tail`."""
    actions = parser.add_subparsers(title="what to do", metavar="ACTION", required=True)
    tail = actions.add_parser("tail", help="print events as they happen, one JSON object a line")
    tail.add_argument("--after", type=int, metavar="CURSOR", help="begin after this sequence (default: now)")
    tail.add_argument("--name", action="append", default=[], dest="names", help="only events of this name")
    tail.add_argument("--tenant", metavar="UUID", help="only events of this tenant")
    tail.add_argument("--user", metavar="UUID", help="only events of this user")
    tail.set_defaults(task=tail_events)


def tail_events(services: Services, given: Namespace) -> str:
    """Print events until Ctrl-C. Raises `InvalidData` for a cursor of another database."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # ends with the reader of a pipe
    events = services.events
    events.watch.start()
    after = events.counters().recorded if given.after is None else given.after
    scope = EventScope(given.user, given.tenant, everything=given.user is None and given.tenant is None)
    with suppress(KeyboardInterrupt):
        while True:
            page = events.find(scope, EventFilter(after, _EVENTS_AT_ONCE, given.names))
            for recorded in page.items:
                sys.stdout.write(orjson.dumps(events.shown(recorded)).decode() + "\n")
            sys.stdout.flush()
            after = page.next
            events.watch.wait_beyond(after, Deadline.after(_LOOK_SECONDS))
    return f"Stopped after the event {after}."


COMMANDS: Mapping[str, Command] = {
    "events": Command("follow what happens", describe_events),
    "import-personal": Command(
        "import personal contacts of a user from a CSV file", describe_personal_import
    ),
    "import-phonebook": Command(
        "import contacts into a phonebook from a CSV file", describe_phonebook_import
    ),
}
"""By their name on the command line."""
