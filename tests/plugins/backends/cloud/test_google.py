"""The google backend with stand-ins for Google and the authentication server (contract sections 3.5, 3.7 and 3.8)."""

import time
from contextlib import suppress

import pytest

from servers.google_people import GooglePeopleServer, error, person
from waiting import wait_until
from xivo_dird.exceptions import InvalidSource, QuestionRefused, SourceUnavailable
from xivo_dird.testing import CALLER, OTHER_CALLER, BackendContract, open_source
from xivo_dird_backends.google import GoogleBackend

ADA = person("c1", "Ada Stern", [("work", "555-0101"), ("mobile", "(555) 0199"), (None, "555 0100")])


def names(contacts):
    return [contact.fields["name"] for contact in contacts]


class TestGoogle(BackendContract):
    """The tests of every backend."""

    backend, term, exten, other_term = GoogleBackend, "ada", "5550101", "bob"

    @pytest.fixture(autouse=True)
    def servers(self, google, auth_options, monkeypatch):
        google.book("access").put(ADA)
        google.book("other-access").put(person("c2", "Bob Brandt"))
        columns = {"searched_columns": ["name", "numbers"], "first_matched_columns": ["numbers"]}
        monkeypatch.setattr(TestGoogle, "options", {"auth": auth_options, **columns}, raising=False)
        monkeypatch.setattr(TestGoogle, "settings", {"endpoint": google.url})


def test_a_contact_has_the_fields_of_the_contract(open_google, google):
    ada = {
        **ADA,
        "emailAddresses": [{"value": "ada@example.org", "type": "work"}],
        "organizations": [{"name": "Hub", "title": "Lead", "current": True}],
        "addresses": [{"formattedValue": "1 Quay St", "type": "home"}],
        "biographies": [{"value": "Likes tea."}],
    }
    google.book("access").put(ada)
    with open_google() as source:
        (found,) = source.search("ada")
    everyone, without_work = ["5550101", "5550100", "5550199"], ["5550100", "5550199"]
    keys = ("home", "main", "home_fax", "work_fax", "google_voice", "pager")
    assert found.source_entry_id == "c1"
    assert found.fields == {
        "id": "c1",
        "name": "Ada Stern",
        "firstname": "Ada",
        "lastname": "Stern",
        "numbers_by_label": {"work": "5550101", "mobile": "5550199", "other": "5550100"},
        "numbers": everyone,
        "numbers_except_label": {
            **dict.fromkeys(keys, everyone),
            "work": without_work,
            "mobile": ["5550101", "5550100"],
            "other": ["5550101", "5550199"],
        },
        "emails": [{"address": "ada@example.org", "label": "work"}],
        "organizations": [{"name": "Hub", "title": "Lead"}],
        "addresses": [{"address": "1 Quay St", "label": "home"}],
        "note": "Likes tea.",
        "reverse": "Ada Stern",
    }
    assert {*found.fields} == {*GoogleBackend.entry_fields, "reverse"}


def test_a_later_number_of_the_same_type_replaces_the_earlier_one(open_google, google):
    google.book("access").put(person("c1", "Ada", [("home", "1"), ("home", "2"), ("work", "")]))
    with open_google() as source:
        (found,) = source.search("ada")
    assert found.fields["numbers_by_label"] == {"home": "2"}
    assert found.fields["numbers"] == ["2"]


def test_a_contact_without_a_name_has_no_id(open_google, google):
    google.book("access").put(person("c1", numbers=[("work", "5550101")]))
    with open_google() as source:
        (found,) = source.search("5550101")
    assert (found.source_entry_id, found.fields["name"], found.fields["reverse"]) == (None, "", None)


def test_an_unstructured_name_stands_for_a_missing_display_name(open_google, google):
    google.book("access").put(person("c1", names=[{"unstructuredName": "Dr. Ada"}]))
    with open_google() as source:
        assert names(source.search("")) == ["Dr. Ada"]


@pytest.mark.parametrize(
    "strange",
    [
        {"names": "Ada"},
        {"names": [1, {"displayName": ["Ada"], "metadata": []}]},
        {"phoneNumbers": [{"value": None}, "5"], "emailAddresses": {"value": 1}},
        {"biographies": [None], "addresses": [{"type": 1}], "organizations": [{"name": {}}]},
        {"metadata": {"previousResourceNames": "people/c1", "deleted": "no"}, "names": []},
    ],
)
def test_a_strange_contact_does_not_hide_the_others(open_google, google, strange):
    google.book("access").put({"resourceName": "people/x", **strange}, ADA)
    with open_google() as source:
        assert names(source.search("stern")) == ["Ada Stern"]


def test_terms_are_compared_without_case_but_with_accents(open_google, google):
    google.book("access").put(person("c1", "Zoé Stern"))
    with open_google() as source:
        assert names(source.search("ZOÉ")) == ["Zoé Stern"]
        assert not source.search("zoe")


def test_every_element_of_lists_and_maps_is_searched_and_matched(open_google, google):
    google.book("access").put({**ADA, "emailAddresses": [{"value": "ada@example.org", "type": "work"}]})
    columns = {"searched_columns": ["emails"], "first_matched_columns": ["numbers_by_label"]}
    with open_google(**columns) as source:
        assert source.search("EXAMPLE.org")
        assert source.first_match("5550199")
        assert source.first_match("5550") is None


def test_a_number_is_found_in_another_spelling(open_google, google):
    google.book("access").put(person("c1", "Ada", [("work", "+1 418 555 0101")]))
    with open_google() as source:
        assert source.first_match("0014185550101")


def test_the_format_of_a_source_replaces_the_default_of_reverse(open_google, google):
    google.book("access").put(ADA)
    with open_google(format_columns={"reverse": "{lastname}"}) as source:
        found = source.first_match("5550101")
    assert found is not None
    assert found.fields["reverse"] == "Stern"


def test_all_pages_are_read(auth_options, tmp_path):
    with GooglePeopleServer(page_size=7) as google:
        google.book("access").put(*(person(f"c{number}", f"Ada {number}") for number in range(50)))
        options = {"auth": auth_options, "searched_columns": ["name"]}
        with open_source(GoogleBackend, options, tmp_path, {"endpoint": google.url}) as source:
            assert len(source.search("ada")) == 50


def test_lookups_do_not_wait_for_google_twice(open_google, google):
    google.book("access").put(ADA)
    with open_google() as source:
        for _ in range(20):
            assert source.search("ada")
    assert google.syncs() == [None]


def test_a_restart_needs_no_request_within_the_interval(open_google, google):
    google.book("access").put(ADA)
    for _ in range(2):
        with open_google(refresh_seconds=86_400) as source:
            assert source.search("ada")
    assert google.syncs() == [None]


def test_the_first_question_after_a_restart_does_not_wait_for_google(open_google, google):
    google.book("access").put(ADA)
    with open_google(refresh_seconds=1) as source:
        source.search("ada")
    google.book("access").put(person("c2", "Bob"))
    google.failures += [error(500, "INTERNAL")] * 3
    closed_at = time.time()
    wait_until(lambda: time.time() > closed_at + 1)  # the interval is over
    with open_google(refresh_seconds=1) as source:
        assert names(source.search("")) == ["Ada Stern"]
        wait_until(lambda: names(source.search("")) == ["Ada Stern", "Bob"])


def test_nothing_of_an_account_that_was_unlinked_is_shown_after_a_restart(open_google, google, auth):
    google.book("access").put(ADA)
    with open_google(refresh_seconds=1) as source:
        assert source.search("ada")
        del auth.access_tokens[CALLER.user_uuid, "google"]
        wait_until(lambda: source.search("ada") == ())
    with open_google(refresh_seconds=1) as source:
        assert source.search("ada") == ()


def test_a_refresh_fetches_only_what_has_changed(open_google, google):
    book = google.book("access")
    book.put(ADA, person("c2", "Bob Brandt"), person("c3", "Cy Curt"))
    with open_google(refresh_seconds=1) as source:
        assert len(source.search("")) == 3
        moved = {"previousResourceNames": ["people/c3"]}
        book.put(person("c2", "Bob Renamed"), person("c4", "Di", metadata=moved))
        book.remove("c1")
        wait_until(lambda: names(source.search("")) == ["Bob Renamed", "Di"])
    full, *others = google.syncs()
    assert full is None
    assert "sync-3" in others
    assert None not in others


def test_the_copy_and_its_cursor_survive_a_restart(open_google, google):
    book = google.book("access")
    book.put(ADA)
    with open_google() as source:
        source.search("ada")
    book.put(person("c2", "Bob"))
    with open_google(refresh_seconds=800) as source:
        assert names(source.search("")) == ["Ada Stern", "Bob"]
    assert google.syncs() == [None, "sync-1"]


def test_an_expired_sync_token_leads_to_a_full_run(open_google, google):
    book = google.book("access")
    book.put(ADA)
    book.expired_tokens.add("sync-1")
    with open_google(refresh_seconds=1) as source:
        assert source.search("ada")
        book.put(person("c2", "Bob"))
        wait_until(lambda: len(source.search("")) == 2)
    assert google.syncs()[:3] == [None, "sync-1", None]


def test_nobody_is_removed_by_a_list_that_ends_early(auth_options, tmp_path):
    with GooglePeopleServer(page_size=1) as google:
        book = google.book("access")
        book.put(ADA, person("c2", "Bob"))
        options = {"auth": auth_options, "searched_columns": ["name"]}
        settings = {"endpoint": google.url}
        with open_source(GoogleBackend, options, tmp_path, settings) as source:
            assert len(source.search("")) == 2
        book.expired_tokens.add("sync-2")
        book.remove("c1")
        google.repeats_pages = True
        with open_source(GoogleBackend, {**options, "refresh_seconds": 800}, tmp_path, settings) as source:
            with pytest.raises(SourceUnavailable, match="links to the same page twice"):
                source.search("")
            google.repeats_pages = False
            book.expired_tokens.clear()
            wait_until(lambda: _found(source) == ["Bob"])
        assert google.syncs()[-1] == "sync-2"


def _found(source):
    with suppress(SourceUnavailable):
        return names(source.search(""))


@pytest.mark.parametrize(
    ("failure", "message"),
    [
        (
            error(403, "PERMISSION_DENIED", "SERVICE_DISABLED"),
            r"status 403 \(PERMISSION_DENIED, SERVICE_DISABLED\)",
        ),
        (error(429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED"), "status 429"),
        (error(403, "PERMISSION_DENIED", "rateLimitExceeded"), "rateLimitExceeded"),
        (error(500, "INTERNAL"), "status 500"),
        (error(401, "UNAUTHENTICATED"), "status 401"),
    ],
)
def test_an_error_of_google_is_named_with_its_codes(open_google, google, failure, message):
    google.failures += [failure] * 1000
    with open_google() as source, pytest.raises(SourceUnavailable, match=message):
        source.search("ada")


@pytest.mark.parametrize(
    "failure",
    [
        error(403, "PERMISSION_DENIED", "userRateLimitExceeded"),
        error(429, "RESOURCE_EXHAUSTED", **{"Retry-After": "3000"}),
    ],
)
def test_nothing_is_sent_while_google_asks_for_a_pause(open_google, google, failure):
    google.failures.append(failure)
    with open_google() as source:
        with pytest.raises(SourceUnavailable):
            source.search("ada")
        wait_until(lambda: "asked for a pause" in _error(source))
    assert len(google.requests) == 1


def _error(source):
    try:
        source.search("ada")
    except SourceUnavailable as error:
        return str(error)
    return ""


def test_a_user_without_an_account_has_no_contacts(open_google, google, auth):
    del auth.access_tokens[CALLER.user_uuid, "google"]
    with open_google() as source:
        assert source.search("ada") == ()
        google.book("access").put(ADA)
        auth.access_tokens[CALLER.user_uuid, "google"] = "access"
        wait_until(lambda: source.search("ada"))


def test_the_copy_is_removed_with_the_account(open_google, google, auth):
    google.book("access").put(ADA)
    with open_google(refresh_seconds=1) as source:
        assert source.search("ada")
        del auth.access_tokens[CALLER.user_uuid, "google"]
        wait_until(lambda: source.search("ada") == ())
        google.book("new-access").put(person("c9", "New Book"))
        auth.access_tokens[CALLER.user_uuid, "google"] = "new-access"
        wait_until(lambda: names(source.search("")) == ["New Book"])
    assert google.syncs().count(None) == 2


def test_an_auth_server_that_does_not_answer_leaves_the_last_contacts(open_google, google, auth, caplog):
    google.book("access").put(ADA)
    with open_google(refresh_seconds=1) as source:
        assert source.search("ada")
        auth.stop()
        wait_until(lambda: "the last good data are used" in caplog.text)
        assert source.search("ada")


def test_the_token_of_another_reads_contacts_only_with_the_right(open_google, google, auth):
    google.book("access").put(ADA)
    asked_by_other = OTHER_CALLER.for_user(CALLER.user_uuid or "")
    with open_google() as source:
        assert source.search("ada")
        with pytest.raises(SourceUnavailable):
            source.search("ada", asked_by_other)
        auth.add_token(OTHER_CALLER.token, tenant_uuid=CALLER.tenant_uuid, acl=("auth.#",))
        assert source.search("ada", asked_by_other)
        with pytest.raises(QuestionRefused):
            source.search("ada", OTHER_CALLER.for_user(""))


@pytest.mark.parametrize("token", ["", "a b", "n\n", "\xe9", 5])
def test_an_unusable_access_token_is_an_error_without_it(open_google, auth, token):
    auth.access_tokens[CALLER.user_uuid, "google"] = token
    with open_google() as source, pytest.raises(SourceUnavailable, match=r"answered no usable access token$"):
        source.search("ada")


def test_the_server_of_google_is_a_setting_of_the_administrator(tmp_path):
    with (
        open_source(GoogleBackend, {}, tmp_path, {"endpoint": "ftp://example.org"}) as source,
        pytest.raises(InvalidSource, match=r"^backends.google.endpoint: no http"),
    ):
        source.search("ada")


@pytest.mark.parametrize("user", ["..", ".", "a/../b", "a?b#c", "\ud800", "\xe9 \n"])
def test_no_name_of_a_user_leads_to_another_path_of_the_auth_server(open_google, auth, user):
    with open_google() as source, suppress(SourceUnavailable):
        assert source.search("ada", CALLER.for_user(user)) == ()
    prefix, suffix = "/0.1/users/", "/external/google"
    paths = [request.path for request in auth.requests]
    assert all(path.startswith(prefix) and path.endswith(suffix) and path.count("/") == 5 for path in paths)


def test_of_many_numbers_each_has_its_last_contact(open_google, google):
    google.book("access").put(ADA, person("c2", "Bob Brandt", [("work", "555 0101")]))
    with open_google(first_matched_columns=["numbers"]) as source:
        assert source.first_match("5550101").fields["name"] == "Ada Stern"
        found = source.match_all(["5550101", "5550199", "1"])
    assert {exten: one.fields["name"] for exten, one in found.items()} == {
        "5550101": "Bob Brandt",
        "5550199": "Ada Stern",
    }
