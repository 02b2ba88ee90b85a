"""The entries of a copy keep their numbers, and what has changed since a revision is known."""

import pytest

from xivo_dird.sync import CopyRevision, SyncPage, SyncState
from xivo_dird.sync.synced_entries import KEPT_REVISIONS

ADA, BOB, CY = ({"name": name} for name in ("Ada", "Bob", "Cy"))


@pytest.fixture
def run(tmp_path):
    """Return a function that makes a run with changes."""

    def run(*changes, **options):
        page = SyncPage(changes, options.pop("cursor", "cursor"))
        return SyncState(tmp_path, options.pop("fingerprint", "fields"), **options).synchronized(
            lambda _: [page]
        )

    return run


def test_an_entry_keeps_its_number(run):
    assert list(run(("a", ADA), ("b", BOB), ("c", CY)).numbered()) == [(1, ADA), (2, BOB), (3, CY)]
    assert list(run(("b", None), ("a", CY), ("d", ADA)).numbered()) == [(1, CY), (3, CY), (4, ADA)]


def test_the_changes_since_each_revision_are_known(run):
    first = run(("a", ADA), ("b", BOB)).revision
    second = run(("b", None), ("c", CY)).revision
    last = run(("a", CY), ("b", BOB))
    assert last.changes_since(first) == {1: CY, 2: CY, 3: BOB}
    assert last.changes_since(second) == {1: CY, 3: BOB}
    assert last.changes_since(last.revision) == {}


def test_the_number_of_who_was_removed_may_be_given_again(run):
    first = run(("a", ADA), ("b", BOB)).revision
    second = run(("b", None)).revision
    last = run(("c", CY))
    assert last.changes_since(first) == {2: CY}
    assert last.changes_since(second) == {2: CY}


def test_an_entry_that_is_fetched_again_has_not_changed(run):
    first = run(("a", ADA), ("b", BOB)).revision
    again = run(("b", BOB), ("a", CY), max_full_age_seconds=0.0)
    assert again.changes_since(first) == {1: CY}


def test_who_is_absent_from_a_full_list_is_a_change(run):
    first = run(("a", ADA), ("b", BOB)).revision
    assert run(("b", BOB), max_full_age_seconds=0.0).changes_since(first) == {1: None}


def test_the_changes_of_another_copy_are_unknown(run, tmp_path):
    former = run(("a", ADA)).revision
    assert run(("a", ADA), fingerprint="more fields").changes_since(former) is None
    assert run(("a", ADA)).changes_since(former) is None


def test_the_changes_since_long_ago_or_the_future_are_unknown(run):
    first = run(("a", ADA)).revision
    future = CopyRevision(first.copy, 3)
    assert run(("a", BOB)).changes_since(future) is None
    for _ in range(KEPT_REVISIONS - 1):
        last = run(("a", ADA))
    assert last.changes_since(first) is None
    assert last.changes_since(CopyRevision(first.copy, first.number + 1)) == {1: ADA}


def test_entries_are_converted_and_left_out_as_the_source_shows_them(run):
    def shown(entry):
        return None if entry == BOB else {"shown": entry["name"]}

    first = run(("a", ADA), ("b", BOB)).map(shown)
    assert list(first) == [{"shown": "Ada"}]
    assert list(first.numbered()) == [(1, {"shown": "Ada"})]
    last = run(("a", BOB), ("b", CY)).map(shown)
    assert last.changes_since(first.revision) == {1: None, 2: {"shown": "Cy"}}


def test_a_revision_is_a_text_and_back(run):
    revision = run(("a", ADA)).revision
    assert CopyRevision.parse(str(revision)) == revision
