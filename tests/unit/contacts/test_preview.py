"""Previews of imports: they agree with the import, hold no lock, and need little memory."""

import io
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from stored import USER_CALLER, personal_service, stored
from xivo_dird.contacts.csv_reader import CsvTable, CsvUpload
from xivo_dird.contacts.import_decisions import MAX_BATCH_CHARACTERS, MAX_BATCH_ROWS, file_batches
from xivo_dird.contacts.model import FailedRow, StoredContact
from xivo_dird.contacts.rows import AcceptedRow
from xivo_dird.exceptions import BadContacts, EmptyFile, InvalidContact
from xivo_dird.listing import Listing
from xivo_dird.phonebooks.model import PhonebookDraft
from xivo_dird.phonebooks.service import PhonebookContactService, PhonebookService

TENANT = USER_CALLER.tenant_uuid
CELLS = st.sampled_from(["", "1", "2", "a", "'=1", "\0", '"'])
ROWS = st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=12)


@pytest.fixture
def personal(database):
    return personal_service(database)


@pytest.fixture
def phonebooks(database):
    return PhonebookContactService(database, stored(database).events)


@pytest.fixture
def phonebook(database):
    return PhonebookService(stored(database)).create(TENANT, PhonebookDraft(name="Suppliers")).uuid


def upload(header, rows):
    text = "\n".join([header, *(",".join(row) for row in rows)])
    return CsvUpload(io.BytesIO(text.encode()))


def import_personal(personal, file):
    """Import a file; return the number of rows that became contacts, and those that failed."""
    try:
        imported = personal.import_file(USER_CALLER, file)
    except InvalidContact as error:
        refused = error.reason
    else:
        with imported.created as created:
            return len(created), imported.failed.listed
    assert isinstance(refused, list)
    return 0, [row for row in refused if isinstance(row, FailedRow)]


@pytest.mark.parametrize("header", ["id,a,b", "uuid,a,b"])
def test_a_preview_of_any_personal_file_is_what_the_import_does(personal, header):
    def stored_ids():
        return {contact.id for contact in personal.find_listed(USER_CALLER.user_uuid, Listing())}

    @given(earlier=ROWS, rows=ROWS)
    def check(earlier, rows):
        personal.remove_all(USER_CALLER.user_uuid)
        import_personal(personal, upload(header, earlier))
        before = stored_ids()
        shown = personal.preview_file(USER_CALLER, upload(header, rows))
        assert stored_ids() == before
        row_count, failed = import_personal(personal, upload(header, rows))
        assert (shown.new, shown.new + shown.existing) == (len(stored_ids() - before), row_count)
        assert (shown.failed, shown.failed_count) == (failed, len(failed))
        assert len(shown.contacts) == min(shown.new, 20)

    check()


def test_a_preview_of_any_phonebook_file_is_what_the_import_does(phonebooks, phonebook):
    def refused(file):
        try:
            phonebooks.import_file(TENANT, phonebook, file).close()
        except BadContacts as error:
            return len(error.errors)
        except EmptyFile:
            return 0
        return None

    def contact_count():
        return phonebooks.find_listed(TENANT, phonebook, Listing()).total

    @given(earlier=ROWS, rows=ROWS)
    def check(earlier, rows):
        refused(upload("a,b,c", earlier))
        before = contact_count()
        shown = phonebooks.preview_file(TENANT, phonebook, upload("a,b,c", rows))
        assert contact_count() == before
        failed = refused(upload("a,b,c", rows))
        assert shown.failed_count == (failed or 0)
        if failed is None:
            assert shown.new == contact_count() - before

    check()


class InterruptedTable(CsvTable):
    """A file in the middle of which something happens."""

    def __init__(self, upload, happening):
        super().__init__(upload)
        self.happening = happening

    @override
    def records(self):
        for position, record in enumerate(super().records()):
            if position == MAX_BATCH_ROWS + 10:
                self.happening()
            yield record


class InterruptedUpload(CsvUpload):
    """An upload of many rows, in the middle of which something happens."""

    def __init__(self, happening: Callable[[], object]) -> None:
        rows = "".join(f"{number}\n" for number in range(2 * MAX_BATCH_ROWS))
        super().__init__(io.BytesIO(f"name\n{rows}".encode()))
        self.happening = happening

    @override
    def table(self):
        return InterruptedTable(self, self.happening)


def test_others_write_while_a_preview_is_read(personal, phonebooks, phonebook):
    def change(name):
        personal.create(USER_CALLER, {"name": name})
        phonebooks.create(TENANT, phonebook, {"name": name})

    first, second = (InterruptedUpload(lambda: change("Ada")), InterruptedUpload(lambda: change("Ivo")))
    assert personal.preview_file(USER_CALLER, first).new == 2 * MAX_BATCH_ROWS
    assert phonebooks.preview_file(TENANT, phonebook, second).new == 2 * MAX_BATCH_ROWS
    assert phonebooks.find_listed(TENANT, phonebook, Listing()).total == 2


def test_a_preview_does_not_wait_for_a_change_of_others(database, personal, phonebooks, phonebook):
    with database.changing():
        assert personal.preview_file(USER_CALLER, upload("a", [["1"]])).new == 1
        assert phonebooks.preview_file(TENANT, phonebook, upload("a", [["1"]])).new == 1


def test_the_memory_of_a_preview_does_not_grow_with_its_rows(personal):
    file = upload("id,a", ([str(number), str(number)] for number in range(40_000)))
    tracemalloc.start()
    try:
        assert personal.preview_file(USER_CALLER, file).new == 40_000
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


def test_a_batch_is_limited_in_rows_and_in_characters():
    def rows(length, count):
        contact = StoredContact("1", {"a": "x" * length, "b": None})
        return [FailedRow(2, ["bad"]), *[AcceptedRow(3, contact)] * count]

    def sizes(rows):
        return [len(batch) for batch in file_batches(rows)]

    assert sizes([]) == []
    assert sizes(rows(1, MAX_BATCH_ROWS)) == [MAX_BATCH_ROWS, 1]
    assert sizes(rows(MAX_BATCH_CHARACTERS // 2, 5)) == [3, 2, 1]
    assert sizes(rows(MAX_BATCH_CHARACTERS + 1, 2)) == [1, 1, 1]
