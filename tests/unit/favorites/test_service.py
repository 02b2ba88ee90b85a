"""Favorites: each user has their own, by the name of the source, within limits, with an event for each change."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from unit.directory.conftest import CALLER, SHORT_TIMEOUT
from unit.favorites.conftest import Favorites, profile
from waiting import TIMEOUT
from xivo_dird.database.engine import Database
from xivo_dird.exceptions import Conflict, InvalidData, MissingService, UnknownFavorite, UnknownSource
from xivo_dird.favorites import dao
from xivo_dird.favorites.service import MAX_CHARACTERS, MAX_FAVORITES
from xivo_dird.threads.deadline import Deadline

BOB = replace(CALLER, user_uuid="bob")
ELSEWHERE = replace(CALLER, tenant_uuid="elsewhere")
NOBODY = replace(CALLER, user_uuid=None)
UNSTORABLE = "\ud800"


@pytest.fixture
def crew(favorites):
    return favorites.source("crew", "17", "18")


@pytest.fixture
def service(favorites):
    return favorites.service


def names(contacts):
    return [(contact.source, contact.source_entry_id) for contact in contacts]


def test_a_favorite_is_marked_for_its_user_until_it_is_removed(favorites, service, crew):
    service.add("tenant", "user", "crew", "17")
    service.add("tenant", "user", "crew", "18")
    service.add("tenant", "bob", "crew", "17")
    assert favorites.marks(crew) == {("crew", "17"), ("crew", "18")}
    assert favorites.marks(crew, caller=BOB) == {("crew", "17")}
    service.remove("tenant", "user", "crew", "17")
    assert favorites.marks(crew) == {("crew", "18")}
    assert favorites.marks(crew, caller=BOB) == {("crew", "17")}
    service.remove_all("user")
    assert favorites.marks(crew) == set()
    assert favorites.marks(crew, caller=BOB) == {("crew", "17")}


def test_each_change_has_an_event_for_its_user(favorites, service, crew):
    favorites.source("far", tenant="elsewhere")
    service.add("tenant", "user", "crew", "17")
    service.add("elsewhere", "user", "far", "x")
    service.remove("tenant", "user", "crew", "17")
    service.add("tenant", "user", "crew", "18")
    service.remove_all("user")
    service.remove_all("user")

    def event(kind, tenant, source, contact):
        data = {"xivo_uuid": "origin", "user_uuid": "user", "source": source, "source_entry_id": contact}
        name, subject = {"+": ("favorite_added", "created"), "-": ("favorite_deleted", "deleted")}[kind]
        return name, f"favorite.{subject}", tenant, "user", data

    *first, last_but_one, last = favorites.events()
    assert first == [
        event("+", "tenant", "crew", "17"),
        event("+", "elsewhere", "far", "x"),
        event("-", "tenant", "crew", "17"),
        event("+", "tenant", "crew", "18"),
    ]
    assert sorted([last_but_one, last], key=lambda removed: removed[2]) == [
        event("-", "elsewhere", "far", "x"),
        event("-", "tenant", "crew", "18"),
    ]


def test_a_change_that_is_refused_changes_nothing(favorites, service, crew):
    service.add("tenant", "user", "crew", "17")
    refused = [
        (service.add, "tenant", "user", "crew", "17", "the contact '17' of 'crew' is a favorite already"),
        (service.add, "tenant", "user", "far", "17", UnknownSource("far").message),
        (service.add, "elsewhere", "user", "crew", "17", UnknownSource("crew").message),
        (service.add, "tenant", "user", "crew", "1\0", r"contact: Text can't hold the character '\x00'."),
        (service.remove, "tenant", "user", "crew", "18", UnknownFavorite("18").message),
        (service.remove, "tenant", "user", "crew", UNSTORABLE, UnknownFavorite(UNSTORABLE).message),
        (service.remove, "tenant", "bob", "crew", "17", UnknownFavorite("17").message),
        (service.remove, "tenant", None, "crew", "17", UnknownFavorite("17").message),
        (service.remove, "tenant", None, "far", "17", UnknownSource("far").message),
        (service.remove, "elsewhere", "user", "crew", "17", UnknownSource("crew").message),
    ]
    for change, *arguments, message in refused:
        with pytest.raises((Conflict, InvalidData, UnknownFavorite, UnknownSource)) as raised:
            change(*arguments)
        assert raised.value.message == message
    assert favorites.marks(crew) == {("crew", "17")}
    assert len(favorites.events()) == 1


def test_a_user_has_at_most_ten_thousand_favorites(favorites, service, crew, database):
    rows = text(
        "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)"
        " INSERT INTO favorite (user_uuid, source_uuid, digest, contact_id) SELECT 'user', 'crew', i, i FROM n"
    )
    with database.changing() as session:
        session.execute(rows)
    service.add("tenant", "user", "crew", "last")
    with pytest.raises(InvalidData) as raised:
        service.add("tenant", "user", "crew", "more")
    assert raised.value.message == "a user has at most 10000 favorites, with ids of 2097152 characters"
    service.add("tenant", "bob", "crew", "more")
    assert len(favorites.marks(crew)) == MAX_FAVORITES


def test_the_ids_of_all_favorites_of_a_user_have_so_many_characters(favorites, service, crew):
    service.add("tenant", "user", "crew", "x" * (2 * 1024 * 1024 - 2))
    with pytest.raises(InvalidData):
        service.add("tenant", "user", "crew", "123")
    service.add("tenant", "user", "crew", "12")
    with pytest.raises(InvalidData):
        service.add("tenant", "user", "crew", "1")
    assert sum(len(contact) for _, contact in favorites.marks(crew)) == MAX_CHARACTERS
    service.add("tenant", "bob", "crew", "x" * MAX_CHARACTERS)


def test_sources_of_one_name_share_their_favorites(favorites, service, crew, database):
    book = favorites.phonebook_source(crew)
    service.add("tenant", "user", "crew", "17")
    with pytest.raises(Conflict):
        service.add("tenant", "user", "crew", "17")
    with database.changing() as session:
        dao.add(session, "user", book, "18")
    assert favorites.marks(crew) == {("crew", "17"), ("crew", "18")}
    service.remove("tenant", "user", "crew", "18")
    assert favorites.marks(crew) == {("crew", "17")}


def test_only_favorites_of_the_sources_of_the_profile_are_marked(favorites, service, crew):
    far, desk = favorites.source("far"), favorites.source("desk")
    elsewhere = favorites.source("crew", tenant="elsewhere", uuid="other")
    for tenant, source, contact in (
        ("tenant", "crew", "1"),
        ("tenant", "far", "2"),
        ("tenant", "desk", "3"),
        ("elsewhere", "crew", "4"),
    ):
        service.add(tenant, "user", source, contact)
    assert favorites.marks(crew, far) == {("crew", "1"), ("far", "2")}
    assert favorites.marks(desk) == {("desk", "3")}
    assert favorites.marks() == set()
    assert favorites.marks(elsewhere, caller=ELSEWHERE) == {("crew", "4")}


def test_nothing_is_marked_without_user_service_or_column(favorites, service, crew):
    service.add("tenant", "user", "crew", "17")
    assert favorites.marks(crew, caller=NOBODY) == set()
    assert favorites.marks(crew, columns=("name", None, "personal")) == set()
    assert favorites.marks(crew, service="lookup") == set()
    assert service.marks(CALLER, replace(profile(crew), display=None)) == set()
    assert favorites.marks(crew, columns=("favorite",)) == {("crew", "17")}


def test_favorites_are_fetched_from_their_sources(favorites, service, crew):
    loose = favorites.source("loose", None, "20")
    idle, unlisted = favorites.source("idle", "1"), favorites.source("unlisted", "1")
    for source, contact in (("crew", "18"), ("crew", "17"), ("loose", "20"), ("unlisted", "1")):
        service.add("tenant", "user", source, contact)
    assert names(service.find_contacts(CALLER, profile(loose, idle, crew))) == [
        ("loose", "20"),
        ("crew", "17"),
        ("crew", "18"),
    ]
    assert favorites.questions(crew) == [(("17", "18"), CALLER)]
    assert favorites.questions(loose) == [(("20",), CALLER)]
    assert favorites.questions(idle) == favorites.questions(unlisted) == []
    assert service.find_contacts(NOBODY, profile(crew)) == []


def test_a_profile_without_favorites_has_no_list_of_them(service, crew):
    with pytest.raises(MissingService) as raised:
        service.find_contacts(CALLER, profile(crew, service="lookup"))
    assert raised.value.message == MissingService("desk", "favorites").message


def test_a_source_that_hangs_is_left_out_at_the_timeout(favorites, service, crew):
    hung = favorites.source("hung", "1", backend="blocking", hangs=True)
    service.add("tenant", "user", "crew", "17")
    service.add("tenant", "user", "hung", "1")
    contacts = favorites.with_timeout(SHORT_TIMEOUT).find_contacts(CALLER, profile(hung, crew))
    assert {source for source, _ in names(contacts)} <= {"crew"}


def test_the_favorites_of_a_removed_source_are_gone(favorites, service, crew, database):
    service.add("tenant", "user", "crew", "17")
    favorites.remove(crew)
    assert favorites.marks(crew) == set()
    with database.changing() as session, pytest.raises(UnknownSource) as raised:
        dao.add(session, "user", crew, "17")
    assert raised.value.message == UnknownSource("crew").message
    favorites.source("crew")
    service.remove_all("user")
    assert len(favorites.events()) == 1


def test_of_two_simultaneous_additions_one_is_a_conflict(crew, database):
    with database.changing() as session:
        dao.add(session, "user", crew, "17")
        with pytest.raises(Conflict) as raised:
            dao.add(session, "user", crew, "17")
        assert raised.value.message == "the contact '17' of 'crew' is a favorite already"
        dao.add(session, "user", crew, "18")
        assert {name: set(ids) for name, ids in dao.find_all(session, "user").items()} == {
            "crew": {"17", "18"}
        }
        assert dao.find_all(session, "user\0") == {}


def test_without_a_database_nothing_is_marked(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'missing.db'}")
    unreachable = Favorites(database, tmp_path)
    assert unreachable.service.marks(CALLER, profile()) == set()
    unreachable.close()
    database.close()


class WatchedDatabase(Database):
    """Records how long its readers wait for it."""

    def __init__(self, uri):
        super().__init__(uri)
        self.deadlines = []

    def read_by(self, deadline, read):
        self.deadlines.append(deadline)
        return super().read_by(deadline, read)


def test_marks_wait_for_the_database_until_their_deadline(database, tmp_path):
    watched = WatchedDatabase(f"sqlite:///{database.engine.url.database}")
    favorites = Favorites(watched, tmp_path)
    crew = favorites.source("crew")
    deadline = Deadline.after(7)
    favorites.service.marks(CALLER, profile(crew), deadline)
    assert watched.deadlines == [deadline, deadline]
    favorites.with_timeout(TIMEOUT).marks(BOB, profile(crew))
    assert [each.timeout for each in watched.deadlines[2:]] == [TIMEOUT, TIMEOUT]
    favorites.close()
    watched.close()
