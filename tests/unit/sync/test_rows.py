"""An entry that no reader could read again is not stored."""

import json

import pytest

from xivo_dird.sync import SyncPage, SyncState
from xivo_dird.sync.rows import MAX_LEVELS, entry_row


def nested(levels, kind):
    """Return an entry with so many levels."""
    value: object = 1
    for _ in range(levels - 1):
        value = {"a": value} if kind is dict else kind([value])
    return {"name": value}


@pytest.mark.parametrize("kind", [dict, list, tuple])
@pytest.mark.parametrize("levels", [MAX_LEVELS + 1, 990, 5000])
def test_an_entry_with_too_many_levels_has_no_row(kind, levels):
    assert entry_row(nested(levels, kind)) is None


def test_other_entries_have_a_row_whatever_their_texts_are():
    for entry in (nested(MAX_LEVELS, list), {"name": "[" * 1000, "emails": ["{}"] * 1000}):
        assert json.loads(entry_row(entry) or "") == entry


def test_a_nested_entry_costs_only_itself(tmp_path):
    page = SyncPage([("a", {"name": "Ada"}), ("b", nested(1000, dict))])
    copied = SyncState(tmp_path, "fields").synchronized(lambda _: [page])
    assert list(copied) == [{"name": "Ada"}]
    report = copied.report()
    assert (report.skipped, report.reason) == (1, f"an entry is nested more than {MAX_LEVELS} levels deep")
