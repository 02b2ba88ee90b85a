"""A source with an index lists its contacts in an order, and counts their groups."""

from contextlib import ExitStack

import pytest

from listed_people import ADA, BOB, Listing, UserListing, listing
from waiting import TIMEOUT
from xivo_dird.backend import Caller, QuestionRefused, SourceDataMissing
from xivo_dird.directory.answer import ask_backend
from xivo_dird.directory.contact import ContactFormat
from xivo_dird.directory.question import Browse, CountGroups
from xivo_dird.directory.snapshot_adapter import SnapshotBackendAdapter
from xivo_dird.directory.sort_order import SortOrder
from xivo_dird.index.directory_data import DirectoryData
from xivo_dird.index.shared_folder import SharedFolder
from xivo_dird.index.snapshot import Snapshot
from xivo_dird.index.snapshot_threads import SnapshotThreads
from xivo_dird.index.user_snapshots import UserSnapshots
from xivo_dird.text.sort_key import value_key
from xivo_dird.threads.deadline import Deadline
from xivo_dird.threads.schedule import Schedule

CALLER, OTHER = Caller("token", "tenant", "user"), Caller("other", "tenant", "other")
BY_TITLE = SortOrder(("title",))
FORMAT = ContactFormat("people", "listing", "id", {"title": "{number} {name}"})


@pytest.fixture
def open_adapter(tmp_path):
    """Return a function that opens an adapter of a backend; close all at the end."""
    with ExitStack() as opened:

        def open_adapter(backend):
            schedule = Schedule("tested adapter")
            threads = SnapshotThreads.create("people", schedule)
            kind = UserSnapshots if backend.per_user else Snapshot
            index = kind(DirectoryData(backend), SharedFolder(tmp_path / "index"), threads)
            adapter = SnapshotBackendAdapter(backend, index, threads)
            opened.callback(schedule.stop)
            opened.callback(adapter.close)
            return adapter

        yield open_adapter


def ask(adapter, question, caller=CALLER):
    return ask_backend(adapter, FORMAT, question, caller, Deadline.after(TIMEOUT))


def titles(adapter, from_key="", skip=0, max_entries=10, caller=CALLER):
    answer = ask(adapter, Browse(BY_TITLE, from_key, skip, max_entries), caller)
    return [contact.fields["title"] for contact in answer.contacts], answer.is_cut


def test_contacts_are_listed_by_a_formatted_column(open_adapter):
    people = listing(Listing)
    people.people = [BOB, ADA]
    adapter = open_adapter(people)
    assert titles(adapter) == (["11 Ada", "12 Bob"], False)
    assert titles(adapter, max_entries=1) == (["11 Ada"], True)
    assert titles(adapter, value_key("11 ada"), skip=1, max_entries=1) == (["12 Bob"], False)
    assert titles(adapter, value_key("12")) == (["12 Bob"], False)


def test_a_change_of_the_directory_changes_the_list(open_adapter):
    people = listing(Listing)
    adapter = open_adapter(people)
    assert titles(adapter) == (["11 Ada"], False)
    people.change(BOB, ADA)
    assert titles(adapter) == (["11 Ada", "12 Bob"], False)


def test_groups_are_counted(open_adapter):
    people = listing(Listing)
    people.people = [ADA, BOB, ADA]
    answer = ask(open_adapter(people), CountGroups(BY_TITLE))
    assert answer.contacts == ()
    assert [(group.text, group.items) for group in answer.groups.values.values()] == [
        ("11 Ada", 2),
        ("12 Bob", 1),
    ]


def test_a_missing_directory_has_no_contacts_and_no_groups(open_adapter):
    people = listing(Listing)
    people.version_error = SourceDataMissing("gone")
    adapter = open_adapter(people)
    assert titles(adapter) == ([], False)
    groups = ask(adapter, CountGroups(BY_TITLE)).groups
    assert (groups.values, groups.initials) == ({}, {})


def test_each_user_has_an_order(open_adapter):
    people = listing(UserListing)
    adapter = open_adapter(people)
    assert titles(adapter) == (["11 Ada"], False)
    people.people = [BOB]
    assert titles(adapter, caller=OTHER) == (["12 Bob"], False)
    assert titles(adapter) == (["11 Ada"], False)


def test_a_caller_without_a_user_is_refused(open_adapter):
    adapter = open_adapter(listing(UserListing))
    for question in (Browse(BY_TITLE, "", 0, 1), CountGroups(BY_TITLE)):
        with pytest.raises(QuestionRefused):
            ask(adapter, question, Caller("token", "tenant", ""))
