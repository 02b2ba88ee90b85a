"""A source is opened with its options, its index or cache, and the format of its contacts."""

from typing import ClassVar

import pytest

from waiting import TIMEOUT, wait_until
from xivo_dird.backend import (
    Backend,
    CachedOptions,
    Caller,
    DialPlan,
    QueryBackend,
    SnapshotBackend,
    SourceOptions,
    StoredContacts,
)
from xivo_dird.directory.answer_cache import CachedBackend
from xivo_dird.directory.opening import NO_CONTACTS, InstalledBackend, SourceOpener
from xivo_dird.directory.query_adapter import QueryBackendAdapter
from xivo_dird.directory.question import FirstMatch, Search
from xivo_dird.directory.snapshot_adapter import SnapshotBackendAdapter
from xivo_dird.exceptions import InvalidSource, SourceUnavailable
from xivo_dird.index.limits import IndexLimits
from xivo_dird.sources.model import Source
from xivo_dird.threads.deadline import Deadline
from xivo_dird.threads.schedule import Schedule

CALLER = Caller("token", "tenant", "user")
ADA = {"id": "1", "name": "Ada", "number": "01 44 55 66 77"}
CONTACTS = StoredContacts()


class Listing(SnapshotBackend):
    """Lists one person."""

    Options = SourceOptions
    unique_column = "id"

    def version(self, caller):
        return "1"

    def entries(self, caller):
        return [ADA]


class NamedListing(Listing):
    """Has a column of its own."""

    default_format_columns: ClassVar[dict[str, str]] = {"reverse": "{name}"}


class LongListing(Listing):
    """Lists the person twice."""

    def entries(self, caller):
        return [ADA, ADA]


class UserListing(Listing):
    """Lists the user who asks."""

    per_user = True

    def entries(self, caller):
        return [{"id": caller.user_uuid, "name": "Ada"}]


class LongUserListing(LongListing):
    """Lists the person twice for each user."""

    per_user = True


class Answering(QueryBackend):
    """Finds one person, and records its questions."""

    Options: ClassVar[type[SourceOptions]] = CachedOptions
    unique_column = "id"
    is_personal = True
    is_caller_independent = True
    created: ClassVar[list] = []

    def __init__(self, options, environment):
        super().__init__(options, environment)
        self.asked = []
        self.created.append(self)

    def search(self, term, caller):
        self.asked.append(term)
        return [ADA]

    def first_match(self, exten, caller):
        return None

    def fetch(self, ids, caller):
        return []


class Uncached(Answering):
    """A backend whose answers can't be cached."""

    Options: ClassVar[type[SourceOptions]] = SourceOptions


class EitherOptions(CachedOptions):
    """Decide whether entries are listed."""

    is_listed: bool


class Either(Backend):
    """Chooses the class of a source by its options."""

    Options = EitherOptions

    @classmethod
    def of_options(cls, options):
        return Listing if options.is_listed else Answering


class OfNoKind(Backend):
    """A backend that can't be asked anything."""

    Options = SourceOptions
    closed = 0

    def close(self):
        type(self).closed += 1


class Failing(Listing):
    """A backend that can't be created."""

    def __init__(self, options, environment):
        raise RuntimeError("bug")


class Exiting(Listing):
    """A backend that ends the process when it is created."""

    def __init__(self, options, environment):
        raise SystemExit


KINDS = {
    "exiting": Exiting,
    "listing": Listing,
    "named": NamedListing,
    "long": LongListing,
    "users": UserListing,
    "long users": LongUserListing,
    "answering": Answering,
    "uncached": Uncached,
    "either": Either,
    "none": OfNoKind,
    "failing": Failing,
}


@pytest.fixture
def opener(tmp_path):
    installed = {name: InstalledBackend(kind, kind.Settings()) for name, kind in KINDS.items()}
    plans = {"tenant": DialPlan("FR")}
    return SourceOpener(installed, tmp_path, CONTACTS, plans.__getitem__, "ours", IndexLimits(max_entries=1))


@pytest.fixture
def open_source(opener):
    """Return a function that opens a source, which is closed after the test."""
    opened, schedule = [], Schedule("tested opening")

    def open_(backend, **options):
        source = Source("uuid", "tenant", "crew", backend, options)
        opened.append(opener.open(source, schedule))
        return opened[-1]

    yield open_
    for one in opened:
        one.backend.close()
    schedule.stop()


def answers(opened, question):
    return list(opened.backend.answer(question, CALLER, Deadline.after(TIMEOUT)))


def test_a_backend_gets_its_environment(opener, tmp_path):
    backend = opener.create_backend(Source("uuid", "tenant", "crew", "listing", {}))
    environment = backend.environment
    assert (environment.source_uuid, environment.tenant_uuid) == ("uuid", "tenant")
    assert environment.state_directory == tmp_path / "uuid"
    assert environment.contacts is CONTACTS
    assert environment.dial_plan() == DialPlan("FR")
    assert isinstance(environment.settings, Listing.Settings)
    assert backend.options.name == "crew"


def test_a_backend_that_is_not_installed_is_refused(opener):
    with pytest.raises(InvalidSource, match=r"^no backend 'missing' is installed and enabled$"):
        opener.create_backend(Source("uuid", "tenant", "crew", "missing", {}))


def test_an_invalid_option_is_named(opener):
    options = {"searched_columns": ["name", 7]}
    with pytest.raises(InvalidSource, match=r"^option searched_columns\.1: Input should be a valid string$"):
        opener.create_backend(Source("uuid", "tenant", "crew", "listing", options))


def test_an_error_while_a_backend_is_created_is_raised(opener):
    with pytest.raises(RuntimeError, match="bug"):
        opener.create_backend(Source("uuid", "tenant", "crew", "failing", {}))


def test_an_exit_of_a_backend_is_an_error_of_its_source(open_source):
    with pytest.raises(SourceUnavailable, match=r"^creating the backend raised SystemExit$"):
        open_source("exiting")


def test_without_a_store_there_are_no_contacts_and_no_country(tmp_path):
    opener = SourceOpener({"listing": InstalledBackend(Listing, Listing.Settings())}, tmp_path)
    environment = opener.create_backend(Source("uuid", "tenant", "crew", "listing", {})).environment
    assert environment.dial_plan() == DialPlan()
    assert environment.contacts is NO_CONTACTS


def test_a_listing_is_searched_in_its_index(open_source, tmp_path):
    opened = open_source("listing", searched_columns=["name"], first_matched_columns=["number"])
    assert isinstance(opened.backend, SnapshotBackendAdapter)
    assert answers(opened, Search("ada")) == [ADA]
    assert answers(opened, FirstMatch("+33144556677")) == [ADA]
    assert list((tmp_path / "uuid").glob("index-*.sqlite"))
    assert (tmp_path / "uuid" / "database-ours").exists()
    assert opened.backend.state().entries == 1


def test_the_limits_of_an_index_are_those_of_the_configuration(open_source):
    opened = open_source("long", searched_columns=["name"])
    wait_until(lambda: opened.backend.state().error)
    assert "index.max_entries" in opened.backend.state().error
    with pytest.raises(SourceUnavailable, match=r"index\.max_entries"):
        answers(open_source("long users", searched_columns=["name"]), Search("ada"))


def test_a_listing_per_user_has_an_index_for_each(open_source, tmp_path):
    opened = open_source("users", searched_columns=["name"])
    assert answers(opened, Search("ada")) == [{"id": "user", "name": "Ada"}]
    assert len(list((tmp_path / "uuid" / "users").iterdir())) == 1
    assert opened.backend.state().users == 1


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ({"cache_seconds": 60}, 1),
        ({"cache_seconds": 60, "cache_nothing_seconds": 0}, 1),
        ({"cache_seconds": 0, "cache_nothing_seconds": 60}, 2),
        ({"cache_seconds": 0, "cache_nothing_seconds": 0}, 2),
    ],
)
def test_answers_are_cached_if_an_option_says_so(open_source, options, asked):
    opened = open_source("answering", **options)
    for _ in range(2):
        assert answers(opened, Search("ada")) == [ADA]
    is_cached = any(options.values())
    assert isinstance(opened.backend, CachedBackend if is_cached else QueryBackendAdapter)
    assert len(Answering.created.pop().asked) == asked


def test_a_backend_without_options_of_a_cache_is_asked_each_time(open_source):
    assert isinstance(open_source("uncached").backend, QueryBackendAdapter)


def test_contacts_have_the_format_of_their_source(open_source):
    opened = open_source("answering", format_columns={"display": "{name} ({number})"})
    contact = opened.contact_format.format(ADA)
    assert contact.fields["display"] == "Ada (01 44 55 66 77)"
    assert (contact.source, contact.backend, contact.source_entry_id, contact.is_personal) == (
        "crew",
        "answering",
        "1",
        True,
    )


def test_a_source_can_replace_the_columns_of_its_backend(open_source):
    for format_columns, reverse in (({}, "Ada"), ({"reverse": "{id}"}, "1")):
        opened = open_source("named", format_columns=format_columns)
        assert opened.contact_format.format(ADA).fields["reverse"] == reverse


def test_a_template_that_is_wrong_is_logged(open_source, caplog):
    open_source("uncached", format_columns={"display": "{name", "good": "{name}"})
    (line,) = [record.getMessage() for record in caplog.records]
    assert line == ("source 'crew': format_columns: 'display' is null: a single '{': double it if it is text")


def test_a_backend_of_no_kind_is_refused_and_closed(open_source):
    OfNoKind.closed = 0
    with pytest.raises(
        InvalidSource, match=r"^the backend 'none' is neither a SnapshotBackend nor a QueryBackend$"
    ):
        open_source("none")
    assert OfNoKind.closed == 1


def test_the_options_of_a_source_may_choose_the_class_of_its_backend(open_source):
    assert isinstance(open_source("either", is_listed=True).backend, SnapshotBackendAdapter)
    assert isinstance(open_source("either", is_listed=False).backend, QueryBackendAdapter)
