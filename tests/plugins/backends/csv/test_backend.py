"""Tests of the CSV backend, also with broken, missing and changing files."""

import codecs
import os
import threading

import pytest

from index_factory import StandaloneSnapshot
from waiting import TIMEOUT
from xivo_dird.backend import (
    Caller,
    Deadline,
    Environment,
    InvalidSource,
    ReadReport,
    SourceDataMissing,
    SourceUnavailable,
)
from xivo_dird.index.limits import SnapshotLimits
from xivo_dird.testing import BackendContract, open_source
from xivo_dird_backends.csv.backend import CsvBackend

CALLER = Caller("token", "tenant", "user")
PEOPLE = "id,name,number\n1,Ada,11\n2,Bob,+49 30\n"
ADA = {"id": "1", "name": "Ada", "number": "11"}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "csv").mkdir()
    return tmp_path / "csv"


@pytest.fixture
def make_backend(folder, tmp_path):
    """Return a function that creates backends for files in `folder`, the only allowed folder."""

    def make_backend(file="people.csv", settings=None, **options):
        columns = {"searched_columns": ["name"], "first_matched_columns": ["number"], "unique_column": "id"}
        parsed = CsvBackend.Options(name="people", file=str(file), **{**columns, **options})
        limits = CsvBackend.Settings(folders=(folder,), **(settings or {}))
        return CsvBackend(parsed, Environment("source", "tenant", limits, tmp_path))

    return make_backend


@pytest.fixture
def write(folder):
    def write(content, name="people.csv"):
        data = content if isinstance(content, bytes) else content.encode()
        (folder / name).write_bytes(data)
        return folder / name

    return write


@pytest.fixture
def search_people(make_backend, tmp_path):
    """Yield a function that searches people.csv through an index, as the daemon does."""
    snapshot = StandaloneSnapshot(make_backend(), tmp_path / "index", SnapshotLimits(max_wait=TIMEOUT))

    def search(term=""):
        found = snapshot.ask(lambda reader: reader.search(term), CALLER, Deadline.after(TIMEOUT))
        return found or []

    yield search
    snapshot.close()


def rows(backend):
    return list(backend.entries(None))


def warnings(caplog):
    return [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (PEOPLE, [ADA, {"id": "2", "name": "Bob", "number": "+49 30"}]),
        ("id,name,number\r1,Ada,11\r\n\n1,Ada,11", [ADA, ADA]),
        (
            'id,name,number\n1,"A\nd\r\na, ""x""",11\n',
            [{"id": "1", "name": 'A\nd\r\na, "x"', "number": "11"}],
        ),
        ("id,name,number\n1,A\0da,11\n", [{"id": "1", "name": "A\0da", "number": "11"}]),
        ("id,name,number\n1\n2,\n", [{"id": "1"}, {"id": "2", "name": ""}]),
        ("id,name,number\n1,=1+1,@x\n", [{"id": "1", "name": "=1+1", "number": "@x"}]),
        ("", []),
        ("\n\n", []),
        ("id,name,number", []),
    ],
    ids=ascii,
)
def test_rows_are_read_by_the_names_in_the_header(make_backend, write, content, expected):
    write(content)
    assert rows(make_backend()) == expected


@pytest.mark.parametrize(
    "encoded",
    [
        "é,ß\n1,ñ\n".encode(),
        codecs.BOM_UTF8 + "é,ß\n1,ñ\n".encode(),
        "é,ß\n1,ñ\n".encode("utf-16"),
        codecs.BOM_UTF16_BE + "é,ß\n1,ñ\n".encode("utf-16-be"),
        "é,ß\n1,ñ\n".encode("utf-16-le"),
        "é,ß\n1,ñ\n".encode("utf-16-be"),
        "é,ß\n1,ñ\n".encode("latin-1"),
    ],
    ids=[
        "utf-8",
        "utf-8 with mark",
        "utf-16 le",
        "utf-16 be",
        "utf-16 le without mark",
        "utf-16 be without mark",
        "latin-1",
    ],
)
def test_the_encoding_is_detected(make_backend, write, encoded):
    write(encoded)
    assert rows(make_backend()) == [{"é": "1", "ß": "ñ"}]


def test_a_few_bytes_that_are_not_utf_8_are_read_as_windows_1252(make_backend, write, caplog):
    path = write(b"id,name,number\n1,Ren\xc3\xa9,11\n2,Ren\xe9 \xc3\xa9,12\n3,\xff,13\n")
    assert [row["name"] for row in rows(make_backend())] == ["René", "René é", "ÿ"]
    assert warnings(caplog) == [f"{path}, line 3: not UTF-8, read as Windows-1252 (lines: 2)"]


def test_a_guessed_encoding_is_logged_once(make_backend, write, caplog):
    path = write("id,name,number\n1,Иван Петров,11\n2,Мария Щукина,12\n".encode("cp1251"))
    assert [row["name"] for row in rows(make_backend())] == ["Иван Петров", "Мария Щукина"]
    assert warnings(caplog) == [
        f"{path}: not UTF-8, read as windows-1251, which is a guess: if names are wrong, set `encoding`"
    ]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("big5", "王小明"),
        ("windows-1251", "Иван Петров"),
        ("windows-1250", "Łukasz Żak"),
        ("cp1252", "Sean O\u2019Neil"),
        ("Shift_JIS", "山田太郎"),
        ("EUC-KR", "김철수"),
        ("GB18030", "王小明"),
        ("koi8-r", "Иван Петров"),
        ("ISO-8859-2", "Łukasz Żak"),
        ("utf-16", "Łukasz Żak"),
        ("utf-8", "Łukasz Żak"),
    ],
)
def test_a_configured_encoding_is_no_guess(make_backend, write, caplog, encoding, name):
    write(f"id,name,number\n1,{name},11\n".encode(encoding))
    assert rows(make_backend(encoding=encoding)) == [{"id": "1", "name": name, "number": "11"}]
    assert warnings(caplog) == []


def test_bytes_outside_of_the_configured_encoding_are_logged(make_backend, write, caplog):
    path = write(b"id,name,number\n1,Ada,11\n2,\xffBob,12\n3,\xffEve,13\n")
    assert [row["name"] for row in rows(make_backend(encoding="big5"))] == ["Ada", "\ufffdBob", "\ufffdEve"]
    assert warnings(caplog) == [f"{path}, line 3: not big5 (lines: 2); is `encoding` right?"]


def test_an_incomplete_utf_16_character_at_the_end_is_no_error(make_backend, write):
    write("id,name,number\n1,Ada,11".encode("utf-16") + b"\x41")
    assert rows(make_backend())[0]["name"] == "Ada"


def test_surplus_cells_are_ignored_and_counted(make_backend, write, caplog):
    path = write(PEOPLE + "3,Eve,13,more,cells\n4,Dan,14,more\n")
    assert rows(make_backend())[2] == {"id": "3", "name": "Eve", "number": "13"}
    assert warnings(caplog) == [
        f"{path}: 2 rows have more cells than the header; the surplus cells are ignored"
    ]


def test_the_last_of_two_columns_with_the_same_name_is_used(make_backend, write, caplog):
    path = write("id,name,number,name\n1,Ada,11,Lovelace\n")
    assert rows(make_backend()) == [{"id": "1", "name": "Lovelace", "number": "11"}]
    assert warnings(caplog) == [f"{path}: the header has 'name' more than once; the last one is used"]


def test_a_header_of_one_column_hints_at_a_wrong_separator(make_backend, write, caplog):
    path = write(PEOPLE.replace(",", "^"))
    rows(make_backend())
    assert warnings(caplog) == [
        f"{path}: no column 'id', 'name', 'number', the header has 1 column; is ',' the separator?"
    ]


@pytest.mark.parametrize("first_line", ["", "sep=;\r\n", ";;\n"])
def test_another_separator_than_the_configured_one_is_found(make_backend, write, caplog, first_line):
    write(first_line + PEOPLE.replace(",", ";"))
    assert rows(make_backend())[0] == ADA
    assert warnings(caplog) == []


def test_a_header_without_a_searched_column_logs_a_warning(make_backend, write, caplog):
    path = write(PEOPLE)
    rows(make_backend(searched_columns=["name", "mail"]))
    assert warnings(caplog) == [f"{path}: no column 'mail', the header has 3 columns"]


def test_the_separator_is_configurable(make_backend, write):
    write(PEOPLE.replace(",", "|"))
    assert rows(make_backend(separator="|"))[0] == ADA


@pytest.mark.parametrize("separator", ["\n", "\r", '"'])
def test_a_line_end_or_quotation_mark_is_no_separator(make_backend, separator):
    with pytest.raises(InvalidSource, match="separator"):
        make_backend(separator=separator)


@pytest.mark.parametrize(
    "options",
    [
        {"separator": ";;"},
        {"separator": ""},
        {"file": ""},
        {"unique_column": ""},
        {"encoding": "klingon"},
        {"encoding": "base64"},
        {"encoding": ""},
    ],
)
def test_invalid_options_are_rejected(make_backend, options):
    with pytest.raises(ValueError, match=next(iter(options))):
        make_backend(**options)


def test_a_line_that_is_too_long_is_an_error_naming_the_line(make_backend, write):
    path = write(PEOPLE + "3," + "x" * 200)
    with pytest.raises(SourceUnavailable, match=f"{path}, line 4: longer than max_row_size \\(100\\)"):
        rows(make_backend(settings={"max_row_size": 100}))


def test_a_cell_may_be_as_long_as_a_line(make_backend, write):
    long = "x" * 200_000
    write(PEOPLE + f"3,{long},13\n")
    assert rows(make_backend())[-1]["name"] == long


def test_an_unclosed_quotation_mark_in_the_header_is_an_error(make_backend, write):
    path = write('id,"name,number\n' + "1,Ada,11\n" * 50_000)
    with pytest.raises(SourceUnavailable, match=f"{path}, line .*quotation mark"):
        rows(make_backend())


def test_an_unclosed_quotation_mark_costs_its_own_row(make_backend, write, caplog):
    path = write(PEOPLE + '3,"Eve,13\n4,Dan,14\n5,"Zoë,15\n6,Bo,16\n')
    backend = make_backend()
    entries = backend.entries(None)
    assert [row["id"] for row in entries] == ["1", "2", "4", "6"]
    reason = "a quotation mark is not closed in lines 4, 6"
    assert entries.report() == ReadReport(6, 2, reason)
    assert warnings(caplog) == [
        f"{path}: rows left out: 2, because {reason}: close it, or double it if it is text"
    ]


def test_a_warning_names_only_the_first_of_many_lines(make_backend, write):
    write(PEOPLE + '3,"Eve,13\n' * 1000)
    entries = make_backend().entries(None)
    assert len(list(entries)) == 2
    assert entries.report() == ReadReport(
        1002, 1000, "a quotation mark is not closed in lines 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 and 990 more"
    )


def test_a_file_that_is_too_large_is_an_error_naming_its_size(make_backend, write):
    path = write(PEOPLE)
    with pytest.raises(SourceUnavailable, match=f"{path}: {len(PEOPLE)} bytes are more than max_file_size"):
        rows(make_backend(settings={"max_file_size": len(PEOPLE) - 1}))


@pytest.mark.parametrize(
    "file", ["../other.csv", "/etc/passwd", "sub/../../x.csv", "../csv-sibling/x.csv", "a\0b"]
)
def test_a_file_outside_the_allowed_folders_is_rejected(make_backend, file):
    with pytest.raises(InvalidSource, match="file:"):
        make_backend(file)


def test_a_link_that_leads_outside_is_rejected(make_backend, folder):
    (folder / "people.csv").symlink_to("/etc/passwd")
    with pytest.raises(InvalidSource, match="outside the allowed folders"):
        make_backend()


def test_a_link_created_later_is_rejected_too(make_backend, write, folder, tmp_path):
    path = write(PEOPLE)
    backend = make_backend()
    (tmp_path / "secret.csv").write_text(PEOPLE)
    path.unlink()
    path.symlink_to(tmp_path / "secret.csv")
    with pytest.raises(InvalidSource, match="outside the allowed folders"):
        rows(backend)


def test_links_and_absolute_paths_in_allowed_folders_are_followed(make_backend, write, folder):
    (folder / "people.csv").symlink_to(write(PEOPLE, "real.csv"))
    assert rows(make_backend())[0] == rows(make_backend(folder / "real.csv"))[0] == ADA


@pytest.mark.parametrize(
    "create",
    [os.mkfifo, os.mkdir, lambda path: path.symlink_to(path), lambda path: None],
    ids=["fifo", "folder", "link to itself", "missing"],
)
def test_anything_but_a_regular_file_counts_as_missing(make_backend, folder, create):
    backend = make_backend()
    create(folder / "people.csv")
    with pytest.raises(SourceDataMissing, match=str(folder / "people.csv")):
        backend.version(None)
    with pytest.raises(SourceDataMissing, match=str(folder / "people.csv")):
        rows(backend)


def test_a_device_is_never_read(tmp_path):
    options = CsvBackend.Options(name="zero", file="/dev/zero")
    settings = CsvBackend.Settings(folders=("/dev",))
    with pytest.raises(SourceDataMissing, match="/dev/zero is a device"):
        rows(CsvBackend(options, Environment("source", "tenant", settings, tmp_path)))


def test_the_version_changes_with_every_write(make_backend, write):
    path = write(PEOPLE)
    backend = make_backend()
    os.utime(path, (1, 1))
    old_version = backend.version(None)
    path.write_text(PEOPLE.replace("Ada", "Eve"))
    os.utime(path, (1, 1))
    assert backend.version(None) != old_version


def test_a_file_just_written_has_another_version_each_time(make_backend, write, monkeypatch):
    status = write(PEOPLE).stat()
    backend = make_backend()
    monkeypatch.setattr("time.time", lambda: status.st_ctime + 0.01)
    assert backend.version(None) != backend.version(None)
    monkeypatch.setattr("time.time", lambda: status.st_ctime + 1)
    assert backend.version(None) == backend.version(None)


def test_an_appended_line_is_found_at_once(search_people, write):
    path = write(PEOPLE)
    assert search_people("eve") == []
    for number in range(5):
        with path.open("a") as file:
            file.write(f"{number},Eve {number},1{number}\n")
        assert [row["name"] for row in search_people(f"eve {number}")] == [f"Eve {number}"]


def test_the_search_ignores_case_but_not_accents(search_people, write):
    write(PEOPLE + "3,Jérôme,13\n")
    assert [row["id"] for row in search_people("JÉRÔ")] == ["3"]
    assert search_people("jero") == []


def test_a_missing_file_has_no_entries_until_it_is_back(search_people, write):
    assert search_people() == []
    path = write(PEOPLE)
    assert len(search_people()) == 2
    path.rename(path.with_suffix(".away"))
    assert search_people() == []
    path.with_suffix(".away").rename(path)
    assert len(search_people()) == 2


def test_a_truncated_file_has_only_the_remaining_entries(search_people, write):
    path = write(PEOPLE)
    assert len(search_people()) == 2
    os.truncate(path, PEOPLE.index("2,Bob"))
    assert search_people() == [ADA]


def test_replacing_a_file_during_a_read_changes_its_version(make_backend, write, folder, tmp_path):
    path = write(PEOPLE)
    backend = make_backend()
    reading = backend.entries(None)
    assert next(reading) == ADA
    old_version = backend.version(None)
    (folder / "new.csv").write_text("id,name,number\n9,New,19\n")
    (folder / "new.csv").rename(path)
    assert len(list(reading)) == 1
    assert backend.version(None) != old_version
    path.unlink()
    with pytest.raises(SourceDataMissing):
        backend.version(None)


def test_searches_work_while_the_file_is_replaced_repeatedly(search_people, write, folder):
    write(PEOPLE)
    replaced = threading.Event()

    def replace():
        for number in range(50):
            (folder / "new.csv").write_text("id,name,number\n" + f"{number},Eve,1\n" * 20)
            (folder / "new.csv").rename(folder / "people.csv")
        replaced.set()

    writer = threading.Thread(target=replace)
    writer.start()
    while not replaced.is_set():
        assert len({row["id"] for row in search_people("eve")}) <= 1
    writer.join()
    assert {row["id"] for row in search_people("eve")} == {"49"}


class TestCsv(BackendContract):
    """The contract of every backend, over a file of two people."""

    backend = CsvBackend
    term = "ada"
    exten = "11"

    @pytest.fixture(autouse=True)
    def people(self, write, folder, monkeypatch):
        columns = {"searched_columns": ["name"], "first_matched_columns": ["number"], "unique_column": "id"}
        monkeypatch.setattr(type(self), "options", {"file": str(write(PEOPLE)), **columns}, raising=False)
        monkeypatch.setattr(type(self), "settings", {"folders": (folder,)})


def test_an_edited_option_takes_effect_although_the_file_is_the_same(write, folder, tmp_path):
    write("id;name\n1;Zo\xeb\n".encode("latin-1"))
    settings = {"folders": [str(folder)]}
    columns = {"name": "people", "file": "people.csv", "unique_column": "id", "searched_columns": ["name"]}
    for encoding, name in (("windows-1252", "Zo\xeb"), ("windows-1251", "Zo\u043b")):
        options = {**columns, "encoding": encoding}
        with open_source(CsvBackend, options, tmp_path / "state", settings) as source:
            assert [contact.fields["name"] for contact in source.search("zo")] == [name]
