"""An open index file: it is closed once, verified by its checksum, and its errors say what they mean."""

import sqlite3
import threading
from pathlib import Path

import pytest

from request_thread import Processor, run_as_request
from waiting import LONG_TIMEOUT
from xivo_dird.exceptions import RequestAbandoned, SourceUnavailable, TooBusy
from xivo_dird.index.checksum import checksum_of
from xivo_dird.index.open_file import IndexDamaged, IndexLost, IndexUnreadable, OpenIndexFile
from xivo_dird.threads.deadline import NO_DEADLINE, Deadline, DeadlinePassed

NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT count(*) FROM n"


class SqliteError(sqlite3.OperationalError):
    """An error with a code, as SQLite raises it."""

    def __init__(self, code, text="no"):
        super().__init__(text)
        self.sqlite_errorcode = code


@pytest.fixture
def path(tmp_path):
    """Create a database whose name has its checksum; return its path."""
    file = tmp_path / "index 100%?.sqlite"
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE entry (name)")
    connection.execute("INSERT INTO entry VALUES ('Ada')")
    connection.commit()
    connection.close()
    with file.open("rb") as content:
        return file.rename(tmp_path / f"index 100%?-{checksum_of(content.fileno())}.sqlite")


@pytest.fixture
def closings():
    return []


@pytest.fixture
def file(path, closings):
    with path.open("rb") as content:
        file = OpenIndexFile(path, content.fileno(), lambda: closings.append("closed"))
    yield file
    file.close()


def name(file, deadline=None):
    with file.connection(*([deadline] if deadline else [])) as connection:
        return connection.execute("SELECT name FROM entry").fetchone()[0]


def open_descriptors():
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_file_with_any_name_can_be_read(file):
    assert name(file) == "Ada"
    assert name(file, Deadline.after(LONG_TIMEOUT)) == "Ada"


def test_nothing_can_be_written(file):
    with pytest.raises(IndexUnreadable, match="readonly"), file.connection() as connection:
        connection.execute("INSERT INTO entry VALUES ('Bob')")


def test_a_connection_is_used_again_and_not_shared(file):
    with file.connection() as first, file.connection() as second:
        assert first is not second
    used = {first, second}
    with file.connection() as again:
        assert again in used


def test_other_threads_can_use_a_connection(file):
    name(file)
    found = []
    thread = threading.Thread(target=lambda: found.append(name(file)))
    thread.start()
    thread.join()
    assert found == ["Ada"]


def test_a_statement_ends_at_its_deadline(file):
    with (
        pytest.raises(DeadlinePassed, match=r"^the search in its index takes too long$"),
        file.connection(Deadline.after(0.001)) as connection,
    ):
        connection.execute(NUMBERS, [10**9]).fetchone()
    with file.connection() as connection:
        assert connection.execute(NUMBERS, [20_000]).fetchone() == (20_000,)


def test_the_deadline_of_a_question_does_not_end_the_next_one(file):
    deadline = Deadline.after(0.001)
    with file.connection(Deadline.after(LONG_TIMEOUT)):
        pass
    with file.connection() as connection:
        while not deadline.is_expired:
            pass
        assert connection.execute(NUMBERS, [20_000]).fetchone() == (20_000,)


def test_other_requests_go_on_in_the_middle_of_a_statement(file):
    processor = Processor()

    def answer():
        for deadline in (Deadline.after(LONG_TIMEOUT), NO_DEADLINE):
            with file.connection(deadline) as connection:
                connection.execute(NUMBERS, [20_000]).fetchone()

    run_as_request("ada", processor, answer)
    assert 1 <= len(processor.shared) < 20
    assert {owner for owner, _ in processor.shared} == {"ada"}
    assert all(LONG_TIMEOUT - 60 < timeout <= LONG_TIMEOUT for _, timeout in processor.shared)


@pytest.mark.parametrize("error", [TooBusy("too many wait", 1), RequestAbandoned("the client has gone")])
def test_a_statement_ends_for_the_reason_for_which_its_request_does(file, error):
    processor = Processor(error)

    def answer():
        with file.connection(Deadline.after(LONG_TIMEOUT)) as connection:
            connection.execute(NUMBERS, [20_000]).fetchone()

    with pytest.raises(type(error), match=str(error)):
        run_as_request("ada", processor, answer)
    assert len(processor.shared) == 1


def test_a_connection_maps_nothing_and_caches_a_few_megabytes(file):
    with file.connection() as connection:
        assert connection.execute("PRAGMA mmap_size").fetchone() == (0,)
        assert connection.execute("PRAGMA cache_size").fetchone() == (-8000,)


def test_closing_closes_everything_once(file, closings):
    name(file)
    before = open_descriptors()
    file.close()
    assert open_descriptors() < before - 1
    file.close()
    assert closings == ["closed"]


def test_a_question_that_runs_while_the_file_is_closed_ends_normally(file):
    before = open_descriptors()
    with file.connection() as connection:
        file.close()
        assert connection.execute("SELECT name FROM entry").fetchone() == ("Ada",)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")
    assert open_descriptors() < before


@pytest.mark.parametrize("error", [RuntimeError("bug"), sqlite3.OperationalError("no such table")])
def test_a_connection_with_an_error_is_not_used_again(file, error):
    with pytest.raises((RuntimeError, IndexUnreadable)), file.connection() as connection:
        raise error
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")
    assert name(file) == "Ada"


def test_an_error_of_sqlite_is_translated(file):
    at_present, unknown = "its index can't be read at present: no", "its index can't be read: no"
    for error, meaning, text in (
        (SqliteError(sqlite3.SQLITE_CORRUPT), IndexDamaged, "no"),
        (SqliteError(sqlite3.SQLITE_NOTADB), IndexDamaged, "no"),
        (SqliteError(sqlite3.SQLITE_CORRUPT | 1 << 8), IndexDamaged, "no"),
        (SqliteError(sqlite3.SQLITE_NOMEM), SourceUnavailable, at_present),
        (SqliteError(sqlite3.SQLITE_CANTOPEN | 7 << 8), SourceUnavailable, at_present),
        (SqliteError(sqlite3.SQLITE_BUSY), SourceUnavailable, at_present),
        (SqliteError(sqlite3.SQLITE_PERM), SourceUnavailable, at_present),
        (SqliteError(sqlite3.SQLITE_INTERRUPT), DeadlinePassed, "the search in its index takes too long"),
        (SqliteError(sqlite3.SQLITE_IOERR), IndexUnreadable, unknown),
        (sqlite3.OperationalError("no"), IndexUnreadable, unknown),
        (sqlite3.DataError("no"), SourceUnavailable, "the answer is too large: no"),
    ):
        with pytest.raises(meaning) as raised, file.connection():
            raise error
        assert type(raised.value) is meaning
        assert str(raised.value) == text


def test_a_file_that_is_gone_is_lost(file, path):
    assert file.is_at_path()
    path.unlink()
    assert not file.is_at_path()
    with pytest.raises(IndexLost, match=r"^unable to open database file$"):
        name(file)


def test_a_file_that_can_not_be_opened_at_present_is_not_lost(file, path):
    """The file is at its path: only the next connection finds what SQLite says of it."""
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(IndexDamaged, match=r"^file is not a database$"):
        name(file)


def test_another_file_in_its_place_is_not_the_same(file, path):
    content = path.read_bytes()
    path.rename(path.with_suffix(".old"))
    path.write_bytes(content)
    assert not file.is_at_path()


def test_a_file_with_the_right_checksum_is_not_damaged(file, path):
    assert not file.is_damaged()
    path.write_bytes(b"x" + path.read_bytes()[1:])
    assert not file.is_damaged()  # it was verified a short time ago


def test_a_file_with_a_wrong_checksum_is_damaged(file, path):
    before = open_descriptors()
    path.write_bytes(b"x" + path.read_bytes()[1:])
    assert file.is_damaged()
    assert open_descriptors() == before


def test_a_closed_file_is_not_damaged(file, path):
    path.write_bytes(b"x" + path.read_bytes()[1:])
    file.close()
    assert not file.is_damaged()
