"""The rows of a file that failed: the first are listed, all are counted."""

from xivo_dird.contacts.limits import MAX_LISTED_ERRORS
from xivo_dird.contacts.model import FailedRow
from xivo_dird.contacts.rows import FailedRows


def failed_rows(count):
    failed = FailedRows()
    rows = [FailedRow(2 * number, ["bad"]) for number in range(count)]
    for row in rows:
        failed.add(row)
    return failed, rows


def test_all_rows_are_listed_up_to_the_limit():
    for count in (0, 1, MAX_LISTED_ERRORS):
        failed, rows = failed_rows(count)
        assert (failed.listed, failed.with_summary(), failed.count) == (rows, rows, count)


def test_the_summary_is_at_the_line_of_the_first_row_that_is_not_listed():
    failed, rows = failed_rows(MAX_LISTED_ERRORS + 3)
    assert (failed.listed, failed.count) == (rows[:MAX_LISTED_ERRORS], MAX_LISTED_ERRORS + 3)
    *listed, last = failed.with_summary()
    assert listed == rows[:MAX_LISTED_ERRORS]
    assert last == FailedRow(2 * MAX_LISTED_ERRORS, ["From here on, 3 rows failed; they are not listed."])
