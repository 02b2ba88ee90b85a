"""Many clients of one user at once: nothing is stored twice, no orphaned row is left, no request is a 500."""

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
def daemons(tmp_path, db_uri):
    """Run two daemons on one store."""
    config = configuration(tmp_path, db_uri=db_uri)
    elsewhere = {**config, "state_directory": tmp_path / "elsewhere"}
    with Daemon(config) as first, Daemon(elsewhere) as second:
        yield first, second


def run_clients(daemons, action):
    """Run `action` several times in every client, all at once; return the set of statuses."""

    def client(number):
        rng = random.Random(number)
        return {action(daemons[number % 2], rng) for _ in range(ROUNDS)}

    with ThreadPoolExecutor(CLIENTS) as pool:
        return set().union(*pool.map(client, range(CLIENTS)))


def orphans(daemon):
    """Return the number of rows that belong to a removed contact."""
    with daemon.controller._database.reading() as session:
        return session.scalar(
            text(
                "SELECT count(*) FROM personal_contact_key WHERE contact_id NOT IN"
                " (SELECT id FROM personal_contact)"
            )
        )


def change_contact(daemon, rng):
    uuid, body = rng.choice(IDS), {"name": rng.choice(NAMES)}
    rows = "id,name\n" + "".join(f"{rng.choice(IDS)},{rng.choice(NAMES)}\n" for _ in range(3))
    request = rng.choice(
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


def test_personal_contacts_stay_consistent(daemons):
    assert run_clients(daemons, change_contact) <= EXPECTED
    contacts = listed(daemons[0])
    assert listed(daemons[1]) == contacts
    assert len({contact["name"] for contact in contacts}) == len(contacts) <= len(NAMES)
    assert len({contact["id"] for contact in contacts}) == len(contacts)
    assert orphans(daemons[0]) == 0
    for name in NAMES:
        stored = [contact for contact in contacts if contact["name"] == name]
        assert (personal(daemons[0], "POST", json={"name": name}).status_code == 409) == bool(stored)


def test_all_contacts_removed_at_once_leave_nothing(daemons):
    def action(daemon, rng):
        if rng.random() < 0.3:
            return personal(daemon, "DELETE").status_code
        return change_contact(daemon, rng)

    assert run_clients(daemons, action) <= EXPECTED
    assert personal(daemons[0], "DELETE").status_code == 204
    assert listed(daemons[1]) == []
    assert orphans(daemons[0]) == 0


def test_two_users_who_choose_the_same_ids_wait_for_each_other(daemons):
    ids = [str(number) for number in range(200)]

    def action(daemon, rng):
        rows = "id,name\n" + "".join(f"{uuid},{uuid}\n" for uuid in rng.sample(ids, len(ids)))
        token = rng.choice(["admin", "second"])
        if rng.random() < 0.3:
            return personal(daemon, "DELETE", token=token).status_code
        return personal(daemon, "POST", "/import", data=rows, token=token).status_code

    assert run_clients(daemons, action) <= {201, 204, 400}
    stored = [contact["id"] for token in ("admin", "second") for contact in listed(daemons[0], token=token)]
    assert len(stored) == len(set(stored))


def test_favorites_stay_consistent(daemons):
    def action(daemon, rng):
        return favorite(daemon, rng.choice(["PUT", "DELETE"]), f"crew/{rng.choice('789')}").status_code

    assert run_clients(daemons, action) <= {204, 404, 409}
    for entry in "789":
        first = favorite(daemons[0], "PUT", f"crew/{entry}").status_code
        assert first in {204, 409}
        assert favorite(daemons[1], "PUT", f"crew/{entry}").status_code == 409
        assert favorite(daemons[1], "DELETE", f"crew/{entry}").status_code == 204
        assert favorite(daemons[0], "DELETE", f"crew/{entry}").status_code == 404


def test_each_change_of_a_favorite_succeeds_for_only_one_client(daemons):
    with ThreadPoolExecutor(CLIENTS) as pool:
        statuses = list(
            pool.map(lambda n: favorite(daemons[n % 2], "PUT", "crew/17").status_code, range(CLIENTS))
        )
    assert sorted(statuses) == [204] + [409] * (CLIENTS - 1)
    assert favorites(daemons[0]) == [("crew", "17")]
