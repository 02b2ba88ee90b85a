"""The commands that work instead of serving the API; the daemon may be running at the same time.

The argument parser of a command that works on the store sets the default `task`, a `Task`; one that asks sources sets
`inspect`, an `Inspect`.
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

from xivo_dird.caller import UserCaller
from xivo_dird.config.files import LoadedConfiguration
from xivo_dird.contacts.csv_reader import CsvUpload
from xivo_dird.contacts.upload import ContactUpload
from xivo_dird.contacts.vcard_reader import VCARD_SUFFIXES, VcardUpload, begins_with_vcard
from xivo_dird.events.model import EventFilter, EventScope
from xivo_dird.exceptions import InvalidData
from xivo_dird.process.diagnosis.lookup_commands import add_lookup_arguments, add_reverse_arguments
from xivo_dird.process.diagnosis.source_commands import add_source_arguments
from xivo_dird.services import Services
from xivo_dird.threads.deadline import Deadline
from xivo_dird.validation import canonical_uuid

EVENT_BATCH = 100
"""Largest number of events that one query reads."""

EVENT_WAIT_SECONDS = 3600.0
"""Longest wait for an event before the store is queried again."""

Task = Callable[[Services, Namespace], str]
"""Runs a command; returns text for the terminal."""


Inspect = Callable[[LoadedConfiguration, Namespace], int]
"""Runs a command that only reads, and prints its result; returns the exit status."""


class Command(NamedTuple):
    """A command of the command line.

    Attributes:
        help: Text for `--help`.
        add_arguments: Adds the arguments and the default `task` or `inspect` to a parser.
    """

    help: str
    add_arguments: Callable[[ArgumentParser], None]


def add_phonebook_import_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `import-phonebook`, the import of contract section 2.3."""
    _add_file_arguments(parser)
    parser.add_argument(
        "--tenant", required=True, type=canonical_uuid, metavar="UUID", help="tenant of the phonebook"
    )
    parser.add_argument(
        "--phonebook",
        required=True,
        type=canonical_uuid,
        metavar="UUID",
        help="phonebook that gets the contacts",
    )
    parser.set_defaults(task=import_phonebook)


def import_phonebook(services: Services, arguments: Namespace) -> str:
    """Add all contacts of a file to a phonebook, or none if one of them is wrong.

    Raises:
        InvalidImport: The file can't be imported.
        UnknownPhonebook: There is no such phonebook.
    """
    # The file is read twice: to check it, and to store it.
    with open_upload(arguments.file, arguments.charset, passes=2) as upload:
        created = services.phonebook_contacts.import_file(arguments.tenant, arguments.phonebook, upload)
    with created:
        return f"{len(created)} new contacts."


def add_personal_import_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `import-personal`, the import of contract section 2.2."""
    _add_file_arguments(parser)
    parser.add_argument(
        "--tenant", required=True, type=canonical_uuid, metavar="UUID", help="tenant of the user"
    )
    parser.add_argument(
        "--user",
        required=True,
        type=canonical_uuid,
        metavar="UUID",
        dest="owner",
        help="user who gets the contacts",
    )
    parser.set_defaults(task=import_personal)


def import_personal(services: Services, arguments: Namespace) -> str:
    """Add the valid rows of a file to the personal contacts of a user.

    Returns:
        The number of contacts and of failed rows, and a line for each failed row.

    Raises:
        InvalidContact: No row is valid.
        InvalidImport: The file can't be imported.
    """
    with open_upload(arguments.file, arguments.charset, passes=1) as upload:
        caller = UserCaller(arguments.tenant, arguments.owner, arguments.tenant)
        imported = services.personal.import_file(caller, upload)
    with imported.created as created:
        summary = f"{len(created)} contacts, {imported.failed.count} rows failed."
    return "\n".join([summary, *map(str, imported.failed.with_summary())])


def _add_file_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "file", type=Path, help="CSV file, whose first line has the names of the fields; or vCard file"
    )
    parser.add_argument(
        "--charset",
        help="character set of the file (default: by its byte order mark, else utf-8; of a vCard file, of what is no"
        " UTF-8)",
    )


@contextmanager
def open_upload(path: Path, charset: str | None, passes: int) -> Iterator[ContactUpload]:
    """Open a CSV or vCard file for an import, and show a progress bar while it is read.

    Args:
        path: The file.
        charset: Its character set; None: by its byte order mark, else UTF-8.
        passes: How many times the import reads the file.

    Raises:
        InvalidData: The file can't be read.
    """
    if not path.is_file():
        raise InvalidData(f"{path}: there is no such file")
    try:
        file = _ProgressFile(path)
    except OSError as error:
        raise InvalidData(f"{path}: {error.strerror}") from error
    bar = tqdm(total=passes * path.stat().st_size, desc=path.name, unit="B", unit_scale=True, disable=None)
    with file, bar:
        is_vcard = path.suffix.lower() in VCARD_SUFFIXES or begins_with_vcard(file)
        with (VcardUpload if is_vcard else CsvUpload)(file, charset) as upload:
            file.bar = bar
            yield upload


class _ProgressFile(FileIO):
    """A file that updates a progress bar with each read."""

    bar: "tqdm[NoReturn] | None" = None

    @override
    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size) or b""
        if self.bar is not None:
            self.bar.update(len(data))
        return data


def add_events_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `events tail`."""
    actions = parser.add_subparsers(title="what to do", metavar="ACTION", required=True)
    tail = actions.add_parser("tail", help="print events as they happen, one JSON object a line")
    tail.add_argument("--after", type=int, metavar="CURSOR", help="begin after this sequence (default: now)")
    tail.add_argument("--name", action="append", default=[], dest="names", help="only events of this name")
    tail.add_argument("--tenant", metavar="UUID", help="only events of this tenant")
    tail.add_argument("--user", metavar="UUID", help="only events of this user")
    tail.set_defaults(task=tail_events)


def tail_events(services: Services, arguments: Namespace) -> str:
    """Print events until Ctrl-C.

    Raises:
        InvalidData: The cursor is higher than any sequence number, so it is not of this database.
    """
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # exit when the reader of a pipe exits
    events = services.events
    events.watch.start()
    after = events.counters().recorded if arguments.after is None else arguments.after
    scope = EventScope(
        arguments.user, arguments.tenant, all_tenants=arguments.user is None and arguments.tenant is None
    )
    with suppress(KeyboardInterrupt):
        while True:
            page = events.find(scope, EventFilter(after, EVENT_BATCH, arguments.names))
            for recorded in page.items:
                sys.stdout.write(orjson.dumps(events.to_envelope(recorded)).decode() + "\n")
            sys.stdout.flush()
            after = page.next
            events.watch.wait_for_newer(after, Deadline.after(EVENT_WAIT_SECONDS))
    return f"Stopped after the event {after}."


COMMANDS: Mapping[str, Command] = {
    "events": Command("follow what happens", add_events_arguments),
    "import-personal": Command(
        "import personal contacts of a user from a CSV or vCard file", add_personal_import_arguments
    ),
    "import-phonebook": Command(
        "import contacts into a phonebook from a CSV or vCard file", add_phonebook_import_arguments
    ),
    "lookup": Command("explain a lookup: what each source of a profile answers", add_lookup_arguments),
    "reverse": Command("explain a reverse lookup: why a number has a name, or none", add_reverse_arguments),
    "source": Command("check a source, or preview a CSV file", add_source_arguments),
}
"""Name on the command line -> command."""
