"""Which address books are found and read."""

import pytest

from plugins.backends.carddav.conftest import entries_of, names_of, read
from servers.card_server import CardServer, card, multistatus, response
from servers.faulty_http import HttpAnswer
from xivo_dird.backend import InvalidSource, SourceUnavailable


@pytest.mark.parametrize(
    "path", ["/dav/books/crew/", "/dav/books/crew", "/dav/books/", "/dav/", "/dav/me", "", "/x"]
)
def test_the_books_are_found_from_any_url_of_the_server(server, make_backend, path):
    server.add_book("crew").put("ada", card("Ada Stern"))
    assert names_of(make_backend(server.options, url=f"{server.url}{path}")) == ["Ada Stern"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_with_the_same_method_and_body(server, make_backend, status):
    server.add_book("crew").put("ada", card("Ada Stern"))
    server.answers["/old/"] = HttpAnswer(status, headers={"Location": "/dav/"})
    assert names_of(make_backend(server.options, url=f"{server.url}/old/")) == ["Ada Stern"]
    first, second = server.requests[:2]
    assert (first.method, first.body, second.path) == (second.method, second.body, "/dav/")


def test_without_well_known_the_root_of_the_server_is_asked(server, make_backend):
    server.well_known = None
    with pytest.raises(SourceUnavailable, match="there is no address book at /nowhere; it answered 404"):
        names_of(make_backend(server.options, url=f"{server.url}/nowhere"))
    assert [request.path for request in server.requests] == ["/nowhere", "/.well-known/carddav", "/"]


def test_a_wrong_path_is_named_if_books_are_found_elsewhere(server, make_backend, caplog):
    server.add_book("crew").put("ada", card("Ada Stern"))
    names, report = read(make_backend(server.options, url=f"{server.url}/dav/books/crwe/"))
    assert names == ["Ada Stern"]
    assert str(report.incomplete).startswith("url: the server has nothing at /dav/books/crwe/ (404)")
    assert "/dav/books/crwe/ (404)" in caplog.text
    for path in ("", "/", "/dav/", "/dav/me", "/dav/books/crew/"):
        assert read(make_backend(server.options, url=f"{server.url}{path}"))[1].incomplete is None


def test_a_folder_without_books_is_no_wrong_path(server, make_backend):
    server.well_known = None
    server.answers["/x/"] = multistatus(response("/x/", "<resourcetype><collection/></resourcetype>"))
    server.answers["/"] = HttpAnswer(307, headers={"Location": "/dav/"})
    server.add_book("crew").put("ada", card("Ada Stern"))
    names, report = read(make_backend(server.options, url=f"{server.url}/x/"))
    assert (names, report.incomplete) == (["Ada Stern"], None)


def test_generated_books_are_left_out_unless_they_are_named(server, make_backend):
    server.add_book("crew").put("ada", card("Ada Stern"))
    recent = "z-app-generated--contactsinteraction--recent"
    server.add_book(recent, "Recently").put("bob", card("Bob"))
    assert names_of(make_backend(server.options)) == ["Ada Stern"]
    for book in ("recently", recent, f"/dav/books/{recent}"):
        assert names_of(make_backend(server.options, books=[book])) == ["Bob"]


def test_a_book_that_is_not_there_is_named_with_those_that_are(server, make_backend):
    server.add_book("crew", "The Crew").put("ada", card("Ada Stern"))
    with pytest.raises(SourceUnavailable, match=r"no address book 'team'; there are: 'The Crew' \(crew\)"):
        names_of(make_backend(server.options, books=["team"]))
    names, report = read(make_backend(server.options, books=["team", "crew"]))
    assert (names, report.skipped) == (["Ada Stern"], 0)
    assert "no address book 'team'" in str(report.incomplete)


def test_several_folders_of_books_are_read_once_each(server, make_backend):
    server.homes += ["/shared/books/", "/dav/books"]
    server.add_book("crew").put("ada", card("Ada Stern"))
    server.add_book("crew", home="/shared/books/").put("bob", card("Bob"))
    assert names_of(make_backend(server.options)) == ["Ada Stern", "Bob"]


def test_a_server_that_names_folders_without_end_is_given_up(server, make_backend):
    server.homes = [f"/{number}/books/" for number in range(101)]
    with pytest.raises(SourceUnavailable, match="more than 100 folders of books"):
        names_of(make_backend(server.options))


def test_books_on_another_server_get_the_password_only_if_it_is_allowed(server, make_backend):
    with CardServer() as shard:
        shard.add_book("card").put("ada", card("Ada Stern"))
        server.homes = [f"{shard.url}/dav/books/"]
        host = f"127.0.0.1:{shard.port}"
        with pytest.raises(SourceUnavailable, match=f"add {host} to allowed_hosts"):
            names_of(make_backend(server.options))
        assert shard.connections == 0
        assert names_of(make_backend(server.options, allowed_hosts=[host])) == ["Ada Stern"]


def test_an_allowed_host_must_be_allowed_by_the_administrator_too(server, make_backend):
    with pytest.raises(InvalidSource, match=r"outgoing\.allow"):
        make_backend(server.options, allowed_hosts=["10.0.0.1"])


def test_a_book_that_fails_does_not_concern_the_others(server, make_backend):
    server.add_book("directory", answer=HttpAnswer(403))
    server.add_book("crew").put("ada", card("Ada Stern"))
    names, report = read(make_backend(server.options))
    assert names == ["Ada Stern"]
    assert str(report.incomplete).startswith("address book 'Directory': ")
    assert "answered 403 to PROPFIND /dav/books/directory/" in str(report.incomplete)


def test_a_failing_book_keeps_its_people(server, make_backend):
    crew = server.add_book("crew")
    crew.put("ada", card("Ada Stern"))
    server.add_book("team").put("bob", card("Bob"))
    backend = make_backend(server.options)
    assert names_of(backend) == ["Ada Stern", "Bob"]
    crew.answer = HttpAnswer(500)
    crew.put("eve", card("Eve"))
    names, report = read(backend)
    assert names == ["Ada Stern", "Bob"]
    assert "answered 500" in str(report.incomplete)
    crew.answer = None
    assert names_of(backend) == ["Ada Stern", "Bob", "Eve"]


def test_the_people_of_a_book_that_was_deleted_are_gone(server, make_backend):
    server.add_book("crew").put("ada", card("Ada Stern"))
    server.add_book("team").put("bob", card("Bob"))
    backend = make_backend(server.options)
    names_of(backend)
    del server.books["/dav/books/crew/"]
    assert names_of(backend) == ["Bob"]


def test_a_card_in_two_books_is_two_people_with_ids_of_their_own(server, make_backend):
    for folder in ("crew", "team"):
        server.add_book(folder).put("ada", card("Ada Stern", "2045", "UID:1"))
    backend = make_backend(server.options)
    first, second = sorted(str(entry["id"]) for entry in entries_of(backend))
    assert first == "1"
    assert second.startswith("1:")
    server.books["/dav/books/crew/"].remove("ada")
    assert [entry["id"] for entry in entries_of(backend)] == [second]


def test_a_person_who_moves_to_another_book_keeps_the_id(server, make_backend):
    crew, team = server.add_book("crew"), server.add_book("team")
    crew.put("ada", card("Ada Stern", "2045", "UID:1"))
    backend = make_backend(server.options)
    entries_of(backend)
    crew.remove("ada")
    team.put("moved", card("Ada Stern", "2045", "UID:1"))
    assert [entry["id"] for entry in entries_of(backend)] == ["1"]


def test_only_people_of_a_category_are_read_if_one_is_named(server, make_backend):
    book = server.add_book("crew")
    book.put("ada", card("Ada Stern", "2045", "CATEGORIES:Friends,Phone"))
    book.put("bob", card("Bob"))
    assert names_of(make_backend(server.options, categories=["phone"])) == ["Ada Stern"]
    assert names_of(make_backend(server.options, categories=["Boats"])) == []
