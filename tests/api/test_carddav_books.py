"""The address books of a real CardDAV server over REST."""

import pytest

from api.conftest import Daemon, configuration
from api.rest import create
from api.source_bodies import create_source, post_source
from waiting import wait_until

FIELDS = {
    "searched_columns": ["name", "company"],
    "first_matched_columns": ["numbers"],
    "format_columns": {"number": "{number}", "reverse": "{name}"},
}


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    with Daemon(configuration(tmp_path_factory.mktemp("daemon"))) as daemon:
        yield daemon


def profile_of(daemon, source):
    """Create a profile of a source; return its name."""
    services = {name: {"sources": [{"uuid": source["uuid"]}]} for name in ("lookup", "reverse", "favorites")}
    (display,) = daemon.get("/displays").json["items"]
    body = {"name": source["name"], "display": {"uuid": display["uuid"]}, "services": services}
    create(daemon, "/profiles", body)
    return source["name"]


def found(daemon, profile, term):
    results = daemon.get(f"/directories/lookup/{profile}", term=term).json["results"]
    return sorted(result["relations"]["source_entry_id"] for result in results)


def caller(daemon, profile, number):
    return daemon.get(f"/directories/reverse/{profile}/user", exten=number).json["display"]


def status_of(daemon, source):
    return daemon.get("/status").json["sources"].get(source["uuid"], {})


def test_hundreds_of_people_are_found_by_name_and_number(daemon, radicale):
    source = create_source(daemon, "carddav", **radicale.reader_options, **FIELDS)
    profile = profile_of(daemon, source)
    assert found(daemon, profile, "nobody") == []  # the first question waits for the cards
    assert found(daemon, profile, "crew123") == ["crew-123"]
    assert found(daemon, profile, "jörg 1") == [f"old-{number}" for number in (1, *range(10, 20))]
    assert found(daemon, profile, "group") == []
    assert caller(daemon, profile, "+49 30 10000123") == "Person Crew123"
    assert caller(daemon, profile, "+4917010000042") == "Person Crew42"
    assert caller(daemon, profile, "2003") == "Labelled 3"
    assert caller(daemon, profile, "0171 7") == "Jörg 7"


def test_changes_are_seen_after_a_refresh_and_an_outage_loses_nobody(daemon, radicale):
    book = radicale.create_book("live", "Live")
    for name in ("Zora", "Yves"):
        book.put(f"{name}.vcf", card_of(name))
    source = create_source(
        daemon, "carddav", **{**radicale.options, "url": book.url, "refresh_seconds": 1}, **FIELDS
    )
    profile = profile_of(daemon, source)
    wait_until(lambda: found(daemon, profile, "") == ["Yves", "Zora"])
    book.remove("Zora.vcf")
    book.put("Yves.vcf", card_of("Yves", "4711"))
    book.put("Xenia.vcf", card_of("Xenia"))
    wait_until(lambda: found(daemon, profile, "") == ["Xenia", "Yves"])
    assert caller(daemon, profile, "4711") == "Yves"
    radicale.stop()
    try:
        wait_until(lambda: f"127.0.0.1:{radicale.port}" in str(status_of(daemon, source)))
        assert found(daemon, profile, "") == ["Xenia", "Yves"]
    finally:
        radicale.start()
    book.remove("Xenia.vcf")
    wait_until(lambda: found(daemon, profile, "") == ["Yves"])
    book.remove_all()


def card_of(name, number="2045"):
    rows = ["BEGIN:VCARD", "VERSION:3.0", f"UID:{name}", f"FN:{name}", f"N:{name};;;;", f"TEL:{number}"]
    return "\r\n".join([*rows, "END:VCARD", ""]).encode()


def test_a_wrong_password_is_shown_in_the_status(daemon, radicale):
    source = create_source(daemon, "carddav", **{**radicale.options, "password": "wrong-one"}, **FIELDS)
    profile = profile_of(daemon, source)
    assert found(daemon, profile, "ada") == []
    wait_until(lambda: "wrong user name or password" in str(status_of(daemon, source)))
    assert "wrong-one" not in str(status_of(daemon, source))


def test_no_client_reads_the_password(daemon):
    source = create_source(daemon, "carddav", username="ada", password="s3cret-enough")
    shown = daemon.get(f"/backends/carddav/sources/{source['uuid']}").json
    assert (shown["username"], "s3cret" in str(shown), "s3cret" in str(source)) == ("ada", False, False)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"timeout": 5}, 204),
        ({"url": "https://localhost:1/"}, 400),
        ({"allowed_hosts": ["localhost:1"]}, 400),
    ],
)
def test_the_password_is_kept_for_the_same_servers_only(daemon, change, status):
    source = create_source(daemon, "carddav", username="ada", password="s3cret-enough")
    path = f"/0.1/backends/carddav/sources/{source['uuid']}"
    shown = daemon.request("GET", path).json
    assert daemon.request("PUT", path, json={**shown, **change}).status_code == status


def test_options_that_do_not_fit_together_are_refused(daemon):
    assert post_source(daemon, "carddav", username="ada").status_code == 400
    assert post_source(daemon, "carddav", url="ldap://x").status_code == 400
    assert post_source(daemon, "carddav", books="crew").status_code == 400
