"""Many clients of one user at once: nothing is stored twice, nothing is left behind, nobody gets a 500."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from api.conftest import Daemon, configuration
from api.favorites import favorite, favorites
from api.personal import listed, personal

CLIENTS = 16
ROUNDS = 25
IDS = ["one", "two", "three"]
NAMES = ["Ada", "Ivo", "Zoë"]
EXPECTED = {200, 201, 204, 400, 404, 409}


@pytest.fixture
def two(tmp_path, db_uri):
    """Start two daemons on one store."""
    config = configuration(tmp_path, db_uri=db_uri)
    elsewhere = {**config, "state_directory": tmp_path / "elsewhere"}
    with Daemon(config) as here, Daemon(elsewhere) as there:
        yield here, there


def at_once(daemons, act):
    """Let every client act some rounds; answer the statuses that it got."""

    def client(number):
        chance = random.Random(number)
        return {act(daemons[number % 2], chance) for _ in range(ROUNDS)}

    with ThreadPoolExecutor(CLIENTS) as pool:
        return set().union(*pool.map(client, range(CLIENTS)))


def orphans(daemon):
    """Count the rows that belong to a contact which is gone."""
    with daemon.controller._database.reading() as session:
        return session.scalar(
            text(
                "SELECT count(*) FROM personal_contact_key WHERE contact_id NOT IN"
                " (SELECT id FROM personal_contact)"
            )
        )


def change_contact(daemon, chance):
    uuid, body = chance.choice(IDS), {"name": chance.choice(NAMES)}
    rows = "id,name\n" + "".join(f"{chance.choice(IDS)},{chance.choice(NAMES)}\n" for _ in range(3))
    request = chance.choice(
        [
            lambda: personal(daemon, "POST", json={**body, "id": uuid}),
            lambda: personal(daemon, "POST", json=body),
            lambda: personal(daemon, "PUT", f"/{uuid}", json=body),
            lambda: personal(daemon, "DELETE", f"/{uuid}"),
            lambda: personal(daemon, "POST", "/import", data=rows),
            lambda: personal(daemon),
        ]
    )
    return request().status_code


def test_personal_contacts_stay_whole(two):
    assert at_once(two, change_contact) <= EXPECTED
    contacts = listed(two[0])
    assert listed(two[1]) == contacts
    assert len({contact["name"] for contact in contacts}) == len(contacts) <= len(NAMES)
    assert len({contact["id"] for contact in contacts}) == len(contacts)
    assert orphans(two[0]) == 0
    for name in NAMES:
        stored = [contact for contact in contacts if contact["name"] == name]
        assert (personal(two[0], "POST", json={"name": name}).status_code == 409) == bool(stored)


def test_all_contacts_removed_at_once_leave_nothing(two):
    def act(daemon, chance):
        if chance.random() < 0.3:
            return personal(daemon, "DELETE").status_code
        return change_contact(daemon, chance)

    assert at_once(two, act) <= EXPECTED
    assert personal(two[0], "DELETE").status_code == 204
    assert listed(two[1]) == []
    assert orphans(two[0]) == 0


def test_two_users_who_choose_the_same_ids_wait_for_each_other(two):
    ids = [str(number) for number in range(200)]

    def act(daemon, chance):
        rows = "id,name\n" + "".join(f"{uuid},{uuid}\n" for uuid in chance.sample(ids, len(ids)))
        token = chance.choice(["admin", "second"])
        if chance.random() < 0.3:
            return personal(daemon, "DELETE", token=token).status_code
        return personal(daemon, "POST", "/import", data=rows, token=token).status_code

    assert at_once(two, act) <= {201, 204, 400}
    stored = [contact["id"] for token in ("admin", "second") for contact in listed(two[0], token=token)]
    assert len(stored) == len(set(stored))


def test_favorites_stay_whole(two):
    def act(daemon, chance):
        return favorite(daemon, chance.choice(["PUT", "DELETE"]), f"crew/{chance.choice('789')}").status_code

    assert at_once(two, act) <= {204, 404, 409}
    for entry in "789":
        first = favorite(two[0], "PUT", f"crew/{entry}").status_code
        assert first in {204, 409}
        assert favorite(two[1], "PUT", f"crew/{entry}").status_code == 409
        assert favorite(two[1], "DELETE", f"crew/{entry}").status_code == 204
        assert favorite(two[0], "DELETE", f"crew/{entry}").status_code == 404


def test_each_change_of_a_favorite_succeeds_for_one_client_alone(two):
    with ThreadPoolExecutor(CLIENTS) as pool:
        statuses = list(
            pool.map(lambda n: favorite(two[n % 2], "PUT", "crew/17").status_code, range(CLIENTS))
        )
    assert sorted(statuses) == [204] + [409] * (CLIENTS - 1)
    assert favorites(two[0]) == [("crew", "17")]
