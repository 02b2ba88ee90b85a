"""Starts that can't succeed: one clear line, and a status after which systemd does not try for ever."""

import re
import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from attacks.store_files import LOOKUP, is_sound, send
from databases import sqlite_template
from servers.disks import UNPRIVILEGED
from servers.foreground import TENANT, Foreground
from servers.ports import ReservedPort
from servers.program import run_program
from servers.worker_daemon import with_people
from xivo_dird.process.exit_status import ExitStatus
from xivo_dird.process.open_files import MIN_OPEN_FILES

UNIT = Path(__file__).parents[2] / "contrib" / "xivo-dird.service"
USER = "88888888-8888-4888-8888-888888888888"


@pytest.fixture
def people(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("name\nAnn\n", encoding="utf-8")
    return file


@pytest.fixture(params=["one process", "workers", "import-personal", "events tail"])
def started(request, tmp_path, people):
    """Return a function that runs the daemon or a command until it ends."""
    arguments = {
        "import-personal": ["import-personal", "--tenant", TENANT, "--user", USER, str(people)],
        "events tail": ["events", "tail"],
    }.get(request.param, [])
    workers = 2 if request.param == "workers" else 1

    def start(prefix=(), **keys):
        daemon = Foreground(tmp_path, rest_api={"port": 0, "workers": workers}, **keys)
        status, output, errors = run_program(["-c", str(daemon.config_file), *arguments], prefix=prefix)
        assert output == ""
        assert "Traceback" not in daemon.log() + errors
        assert errors.startswith("xivo-dird: ")
        assert errors.count("\n") == 1, errors
        return ExitStatus(status), errors

    return start


@pytest.fixture
def file(tmp_path):
    """Create a database of this release."""
    (tmp_path / "state").mkdir()
    path = tmp_path / "state" / "dird.db"
    path.write_bytes(sqlite_template())
    return path


def run_sql(file, statement):
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute(statement)


def damage(file):
    with file.open("r+b") as opened:
        opened.seek(100)
        opened.write(b"rubbish" * 500)


def make_another_file(file):
    file.write_bytes(b"%PDF-1.7 no database\n" * 100)


def forbid_writing(file):
    file.chmod(0o444)


def forbid_reading(file):
    file.chmod(0)


def migrate_to_the_future(file):
    run_sql(file, "UPDATE alembic_version SET version_num = '9999'")


@pytest.mark.parametrize(
    ("spoil", "message", "advice"),
    [
        (damage, "the database is damaged", "restore a backup"),
        (migrate_to_the_future, "the database has the schema of a newer release", "install that release"),
    ],
)
def test_an_unusable_store_is_one_line_with_file_and_advice(started, file, spoil, message, advice):
    assert_unusable(started, file, spoil, message, advice)


DAEMONS = pytest.mark.parametrize("started", ["one process", "workers"], indirect=True)


@DAEMONS
@pytest.mark.parametrize(
    ("spoil", "message", "advice"),
    [
        (make_another_file, "the database is damaged", "name the right file in the key db_uri"),
        (forbid_writing, "the database is read-only", "let the user of the daemon write"),
        (forbid_reading, "the database can't be opened", "let the user of the daemon read"),
    ],
)
def test_a_file_that_is_no_store_of_the_daemon_is_one_line(started, file, spoil, message, advice):
    assert_unusable(started, file, spoil, message, advice)


def assert_unusable(started, file, spoil, message, advice):
    spoil(file)
    status, errors = started(UNPRIVILEGED)
    assert errors.startswith(f"xivo-dird: {message}: {file}: ")
    assert advice in errors
    assert status is ExitStatus.STORE_UNUSABLE
    assert status.is_final


@DAEMONS
def test_a_database_in_a_missing_folder_is_one_line(started, tmp_path):
    path = tmp_path / "nowhere" / "dird.db"
    status, errors = started(db_uri=f"sqlite:///{path}")
    assert errors.startswith(f"xivo-dird: the database can't be opened: {path}: ")
    assert status is ExitStatus.STORE_UNUSABLE
    assert not path.parent.exists()


@contextmanager
def read_only(folder):
    folder.chmod(0o555)
    yield
    folder.chmod(0o755)


@DAEMONS
def test_a_folder_in_which_nothing_may_be_made_is_one_line(started, tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    with read_only(folder):
        status, errors = started(UNPRIVILEGED, db_uri=f"sqlite:///{folder}/dird.db")
    assert f"{folder}/dird.db: " in errors
    assert status is ExitStatus.STORE_UNUSABLE


@pytest.mark.parametrize("workers", [1, 2])
def test_a_state_directory_that_may_not_be_written_is_one_line(tmp_path, workers):
    state = tmp_path / "state"
    state.mkdir()
    daemon = Foreground(tmp_path, rest_api={"port": 0, "workers": workers})
    with read_only(state):
        status, output, errors = run_program(["-c", str(daemon.config_file)], prefix=UNPRIVILEGED)
    assert (ExitStatus(status), output) == (ExitStatus.MISCONFIGURED, "")
    assert str(state) in errors
    assert errors.count("\n") == 1, errors
    assert "Traceback" not in daemon.log()


@pytest.mark.parametrize("files", [20, 63])
def test_few_file_descriptors_are_one_line(started, files):
    status, errors = started(("prlimit", f"--nofile={files}"))
    assert f"the process may open {files} files" in errors
    assert "LimitNOFILE" in errors
    assert status is ExitStatus.MISCONFIGURED


def test_a_daemon_with_the_fewest_files_answers(tmp_path):
    with with_people(tmp_path, ("prlimit", f"--nofile={MIN_OPEN_FILES}"), workers=1) as daemon:
        clients = [send(daemon, "GET", path)[0] for path in (LOOKUP, "/personal", "/status") * 10]
        assert set(clients) == {200}


def test_an_unexpected_error_of_a_command_is_one_line(tmp_path, people, file):
    without_output = ("sh", "-c", 'exec "$@" >&-', "sh")
    arguments = ["import-personal", "--tenant", TENANT, "--user", USER, str(people)]
    command = ["-c", str(Foreground(tmp_path).config_file), *arguments]
    status, _, errors = run_program(command, prefix=without_output)
    assert (ExitStatus(status), errors.count("\n")) == (ExitStatus.FAILED, 1)
    assert errors.startswith("xivo-dird: AttributeError: ")
    assert "Traceback" in run_program(["-d", *command], prefix=without_output)[2]


@DAEMONS
def test_a_server_that_does_not_answer_yet_is_tried_again(started):
    port = ReservedPort()
    status, errors = started(db_uri=f"postgresql://dird@127.0.0.1:{port.number}/dird")
    port.release()
    assert errors.startswith("xivo-dird: the database does not answer: ")
    assert status is ExitStatus.FAILED
    assert not status.is_final


@DAEMONS
def test_a_restoration_that_has_not_ended_is_waited_for(started, file):
    run_sql(file, "DROP TABLE tenant")
    status, errors = started()
    assert errors.startswith(
        f"xivo-dird: the database lacks a table or a row: {file}: no such table: tenant; wait"
    )
    assert not status.is_final


@DAEMONS
def test_a_newer_schema_on_a_server_is_one_line(started, postgresql, postgresql_template):
    uri = postgresql.create_database(postgresql_template)
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    status, errors = started(db_uri=uri)
    postgresql.drop_database(uri)
    assert errors.startswith("xivo-dird: the database has the schema of a newer release: ")
    assert status is ExitStatus.STORE_UNUSABLE


def test_a_newer_schema_is_not_changed(tmp_path, file):
    migrate_to_the_future(file)
    before = file.read_bytes()
    run_program(["-c", str(Foreground(tmp_path).config_file)])
    assert is_sound(file)
    assert file.read_bytes() == before


def test_systemd_restarts_unless_it_would_change_nothing():
    unit = UNIT.read_text(encoding="utf-8")
    (listed,) = re.findall(r"^RestartPreventExitStatus=(.*)$", unit, re.MULTILINE)
    assert {int(number) for number in listed.split()} == {
        status.value for status in ExitStatus if status.is_final
    }
