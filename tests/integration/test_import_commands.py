"""`xivo-dird import-…`: imports from the command line, with and without a running daemon."""

import pytest
import yaml

from servers.program import run_on_terminal, run_program
from stored import stored as storage_of
from xivo_dird.database.engine import Database
from xivo_dird.events.service import EventService
from xivo_dird.listing import Listing
from xivo_dird.phonebooks.model import PhonebookDraft
from xivo_dird.phonebooks.service import PhonebookContactService, PhonebookService

TENANT = "11111111-1111-4111-8111-111111111111"
UNKNOWN = "99999999-9999-4999-8999-999999999999"


@pytest.fixture
def database(tmp_path):
    uri = f"sqlite:///{tmp_path / 'dird.db'}"
    configuration = {
        "db_uri": uri,
        "state_directory": str(tmp_path / "state"),
        "log_filename": None,
        "extra_config_files": str(tmp_path / "conf.d"),
    }
    (tmp_path / "config.yml").write_text(yaml.safe_dump(configuration))
    database = Database(uri)
    database.migrate()
    yield database
    database.close()


@pytest.fixture
def phonebook(database):
    phonebooks = PhonebookService(storage_of(database))
    return phonebooks.create(TENANT, PhonebookDraft(name="Suppliers"))


@pytest.fixture
def command(tmp_path, phonebook):
    """Return a function that returns the arguments of the command for a file and a phonebook."""

    def arguments(name="people.csv", phonebook_uuid=phonebook.uuid):
        files = ["-c", str(tmp_path / "config.yml"), "import-phonebook", str(tmp_path / name)]
        return [*files, "--tenant", TENANT, "--phonebook", phonebook_uuid]

    return arguments


@pytest.fixture
def import_file(tmp_path, command):
    """Return a function that runs the command on a file with these bytes (None: do not write the file)."""

    def run(content, *options, **names):
        if content is not None:
            (tmp_path / "people.csv").write_bytes(content)
        return run_program([*command(**names), *options])

    return run


def stored(database, phonebook):
    page = PhonebookContactService(database, EventService(database)).find_listed(
        TENANT, phonebook.uuid, Listing()
    )
    return [dict(contact.fields) for contact in page.items]


def test_a_file_is_imported_and_importing_it_again_adds_nothing(import_file, database, phonebook):
    assert import_file("name,number\nZoë,1\nAda,2\n".encode()) == (0, "2 new contacts.\n", "")
    assert stored(database, phonebook) == [{"name": "Zoë", "number": "1"}, {"name": "Ada", "number": "2"}]
    assert import_file(None)[1] == "0 new contacts.\n"


def test_the_charset_can_be_named(import_file, database, phonebook):
    assert import_file("name\nZoë\n".encode("latin-1"), "--charset", "latin-1")[0] == 0
    assert stored(database, phonebook) == [{"name": "Zoë"}]


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        (None, [], "people.csv: there is no such file"),
        (b"name\n\xff\n", [], "can't be read with the charset 'utf-8'"),
        (b"name\nx\n", ["--charset", "klingon"], "klingon"),
        (b"name,name\nx,y\n", [], "columns twice: name"),
        (b"name\n", [], "no contact in it"),
        (b"name\na\nb,c\n", [], "the first is row 1"),
    ],
)
def test_a_file_that_cannot_be_imported_is_an_error_of_one_line(
    import_file, database, phonebook, content, options, message
):
    status, _, errors = import_file(content, *options)
    assert status == 1
    assert errors.startswith("xivo-dird: ")
    assert errors.count("\n") == 1
    assert message in errors
    assert stored(database, phonebook) == []


def test_an_unknown_phonebook_is_reported(import_file):
    status, output, errors = import_file(b"name\nx\n", phonebook_uuid=UNKNOWN)
    assert (status, output) == (1, "")
    assert UNKNOWN in errors


def test_progress_is_shown_on_a_terminal(tmp_path, command):
    (tmp_path / "people.csv").write_text("name\n" + "".join(f"Name {number}\n" for number in range(2000)))
    status, output, printed = run_on_terminal(command())
    assert (status, output) == (0, "2000 new contacts.\n")
    assert "people.csv" in printed
    assert "100%" in printed


@pytest.mark.parametrize("name", ["people.VCF", "people.txt"])
def test_a_file_of_vcards_is_imported(tmp_path, database, phonebook, command, name):
    (tmp_path / name).write_bytes(
        b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Stern;Ada\r\nTEL:+49 30 1\r\nEND:VCARD\r\n"
    )
    assert run_program(command(name)) == (0, "1 new contacts.\n", "")
    assert stored(database, phonebook) == [
        {"name": "Ada Stern", "firstname": "Ada", "lastname": "Stern", "number": "+49 30 1"}
    ]
