"""Hostile vCards over REST: imports keep every good contact, and name the line of each bad one."""

from collections import Counter
from urllib.parse import quote

import pytest

from api.personal import listed
from api.phonebooks import listed as listed_contacts
from api.rest import check_error
from api.source_bodies import create_source
from hostile_cards import CARDS, JOINABLE, UIDS, file_of, linking_card, whole
from servers.faulty_http import FaultyHttp, HttpAnswer
from waiting import wait_until

VCARD = {"Content-Type": "text/vcard"}
BAD = [name for name in JOINABLE if CARDS[name].outcome is None]
TOO_MANY_FIELDS = [name for name in JOINABLE if CARDS[name].data.count(b"\nTEL:") > 1000]
TOO_MANY_NUMBERS = [name for name in JOINABLE if b":::1000:::" in CARDS[name].data]
FAILING = {*BAD, *TOO_MANY_FIELDS, *TOO_MANY_NUMBERS}
GOOD = [name for name in JOINABLE if name not in FAILING]
MARKS = ("x" * 20, "\0", "etc/passwd")


@pytest.fixture
def daemon(emptied_daemon):
    return emptied_daemon


def post(daemon, path, data):
    return daemon.request("POST", f"{path}/import", data=data, headers=VCARD)


def names(contacts):
    return Counter(contact["name"] for contact in contacts)


def people_of(cards):
    """Return how many people have which name in `file_of` these cards."""
    return Counter(CARDS[name].outcome for name in GOOD if CARDS[name].outcome) + Counter(Bob=len(cards))


def check_messages(messages):
    assert len(messages) == len(FAILING)
    for message in messages:
        assert len(message) < 200
        assert not [mark for mark in MARKS if mark in message]


def test_of_hostile_vcards_each_good_one_becomes_a_personal_contact(daemon, caplog):
    response = post(daemon, "/0.1/personal", file_of(JOINABLE))
    assert response.status_code == 201, response.text[:1000]
    assert names(response.json["created"]) == people_of(JOINABLE)
    check_messages([error for row in response.json["failed"] for error in row["errors"]])
    assert names(listed(daemon)) == people_of(JOINABLE)
    assert not [mark for mark in MARKS if mark in caplog.text]


def test_hostile_vcards_are_imported_into_a_phonebook_all_or_none(daemon, contacts):
    response = post(daemon, contacts, file_of(JOINABLE))
    details = check_error(response, 400, "phonebook-contact-import-bad-contacts", "contacts")
    check_messages([error["message"] for error in details["errors"]])
    assert listed_contacts(daemon, contacts) == []
    response = post(daemon, contacts, file_of(GOOD))
    assert response.status_code == 201, response.text[:1000]
    assert names(listed_contacts(daemon, contacts)) == people_of(GOOD)


def test_a_photo_of_50_megabytes_is_imported_without_it(daemon, contacts):
    data = whole(b"FN:Ada\r\nPHOTO;ENCODING=b:" + b"A" * 50 * 1024**2)
    for path in ("/0.1/personal", contacts):
        (created,) = post(daemon, path, data).json["created"]
        assert {*created} == {"id", "name", "lastname", "number"}


def test_a_uid_is_only_text_in_a_favorite(daemon):
    source = create_source(daemon, "vcard", file="uids.vcf", searched_columns=["name"])
    for uid in UIDS:
        path = f"/0.1/directories/favorites/{source['name']}/{quote(uid, safe='')}"
        assert daemon.request("PUT", path).status_code == (400 if b"\0" in uid else 204)


def entry_count(daemon, uuid):
    report = daemon.get("/status").json["sources"].get(uuid) or {}
    return (report.get("snapshot") or {}).get("entries")


def test_a_url_in_a_card_is_never_requested(daemon, contacts):
    (folder,) = daemon.config["backends"]["vcard"]["folders"]
    with FaultyHttp(lambda _: HttpAnswer()) as server:
        data = linking_card(server.url)
        (folder / "links.vcf").write_bytes(data)
        source = create_source(daemon, "vcard", file=str(folder / "links.vcf"), searched_columns=["name"])
        created = [post(daemon, path, data).json["created"] for path in ("/0.1/personal", contacts)]
        assert [names(people) for people in created] == [Counter(Ada=1)] * 2
        wait_until(lambda: entry_count(daemon, source["uuid"]) == 1)
        assert server.connections == 0
