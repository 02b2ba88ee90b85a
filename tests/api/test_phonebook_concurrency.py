"""Many clients at the same phonebook: no duplicate, no orphan, no deadlock, no 500."""

import random
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text

from api.phonebooks import listed

CLIENTS = 16
ROUNDS = 12
ALLOWED = {200, 201, 204, 404, 409}


def act(daemon, contacts, seed):
    """Create, edit, delete and import contacts that the other clients write too."""
    chance = random.Random(seed)
    statuses = []
    for _ in range(ROUNDS):
        body = {"name": f"Contact {chance.randrange(6)}", "number": str(chance.randrange(2))}
        items = daemon.request("GET", contacts).json.get("items", [])
        path = f"{contacts}/{chance.choice(items)['id']}" if items else contacts
        action = chance.choice(["create", "create", "edit", "delete", "import"])
        if action == "create" or not items:
            response = daemon.request("POST", contacts, json=body)
        elif action == "edit":
            response = daemon.request("PUT", path, json=body)
        elif action == "delete":
            response = daemon.request("DELETE", path)
        else:
            rows = [f"Contact {number},{chance.randrange(2)}" for number in range(6)]
            chance.shuffle(rows)
            data = "name,number\n" + "\n".join(rows)
            response = daemon.request("POST", f"{contacts}/import", data=data)
        statuses.append(response.status_code)
    return statuses


def together(work):
    with ThreadPoolExecutor(CLIENTS) as clients:
        return [status for statuses in clients.map(work, range(CLIENTS)) for status in statuses]


def test_contacts_stay_single_and_whole(daemon, contacts):
    statuses = together(lambda seed: act(daemon, contacts, seed))
    assert set(statuses) <= ALLOWED
    found = [tuple(sorted(contact.items())) for contact in listed(daemon, contacts)]
    assert len(found) == len(set(found))
    assert orphans(daemon) == (0, 0)
    for contact in daemon.request("GET", contacts).json["items"]:
        assert daemon.request("DELETE", f"{contacts}/{contact['id']}").status_code == 204
    assert orphans(daemon) == (0, 0)


def test_a_phonebook_that_is_deleted_meanwhile_takes_everything_with_it(daemon, phonebook, contacts):
    def work(seed):
        if seed == 0:
            return [daemon.request("DELETE", f"/0.1/phonebooks/{phonebook['uuid']}").status_code]
        return act(daemon, contacts, seed)

    statuses = together(work)
    assert set(statuses) <= ALLOWED
    assert daemon.request("GET", contacts).status_code == 404
    assert orphans(daemon) == (0, 0)


def test_one_of_many_equal_phonebooks_and_contacts_is_created(daemon, contacts):
    def create(path, body):
        statuses = together(lambda _: [daemon.request("POST", path, json=body).status_code])
        assert sorted(statuses) == [201] + [409] * (CLIENTS - 1)

    create("/0.1/phonebooks", {"name": "Same"})
    create(contacts, {"name": "Same"})


def orphans(daemon):
    """Count what belongs to no contact any more: keys, and (SQLite) texts in the index."""
    keys = "SELECT count(*) FROM phonebook_contact_key WHERE contact_id NOT IN (SELECT id FROM phonebook_contact)"
    texts = (
        "SELECT count(*) FROM phonebook_contact_text"
        " WHERE phonebook_contact_text MATCH 'con' AND rowid NOT IN (SELECT id FROM phonebook_contact)"
    )
    database = daemon.controller._database
    on_sqlite = database.engine.dialect.name == "sqlite"
    with database.reading() as session:
        return (
            session.scalar(text(keys)),
            session.scalar(text(texts)) if on_sqlite else 0,
        )
