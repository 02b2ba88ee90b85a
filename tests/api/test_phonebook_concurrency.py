"""Many clients that change one phonebook at once: no duplicate, no orphaned row, no deadlock, no 500."""

import random
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text

from api.phonebooks import listed

CLIENTS = 16
ROUNDS = 12
ALLOWED = {200, 201, 204, 404, 409}


def change_contacts(daemon, contacts, seed):
    """Create, edit, delete and import contacts that the other clients change too; return the statuses."""
    rng = random.Random(seed)
    statuses = []
    for _ in range(ROUNDS):
        body = {"name": f"Contact {rng.randrange(6)}", "number": str(rng.randrange(2))}
        items = daemon.request("GET", contacts).json.get("items", [])
        path = f"{contacts}/{rng.choice(items)['id']}" if items else contacts
        action = rng.choice(["create", "create", "edit", "delete", "import"])
        if action == "create" or not items:
            response = daemon.request("POST", contacts, json=body)
        elif action == "edit":
            response = daemon.request("PUT", path, json=body)
        elif action == "delete":
            response = daemon.request("DELETE", path)
        else:
            rows = [f"Contact {number},{rng.randrange(2)}" for number in range(6)]
            rng.shuffle(rows)
            data = "name,number\n" + "\n".join(rows)
            response = daemon.request("POST", f"{contacts}/import", data=data)
        statuses.append(response.status_code)
    return statuses


def run_clients(work):
    with ThreadPoolExecutor(CLIENTS) as clients:
        return [status for statuses in clients.map(work, range(CLIENTS)) for status in statuses]


def test_concurrent_changes_leave_no_duplicates_and_no_orphans(daemon, contacts):
    statuses = run_clients(lambda seed: change_contacts(daemon, contacts, seed))
    assert set(statuses) <= ALLOWED
    found = [tuple(sorted(contact.items())) for contact in listed(daemon, contacts)]
    assert len(found) == len(set(found))
    assert orphans(daemon) == (0, 0)
    for contact in daemon.request("GET", contacts).json["items"]:
        assert daemon.request("DELETE", f"{contacts}/{contact['id']}").status_code == 204
    assert orphans(daemon) == (0, 0)


def test_a_phonebook_deleted_during_changes_leaves_no_rows(daemon, phonebook, contacts):
    def work(seed):
        if seed == 0:
            return [daemon.request("DELETE", f"/0.1/phonebooks/{phonebook['uuid']}").status_code]
        return change_contacts(daemon, contacts, seed)

    statuses = run_clients(work)
    assert set(statuses) <= ALLOWED
    assert daemon.request("GET", contacts).status_code == 404
    assert orphans(daemon) == (0, 0)


def test_one_of_many_equal_phonebooks_and_contacts_is_created(daemon, contacts):
    def create(path, body):
        statuses = run_clients(lambda _: [daemon.request("POST", path, json=body).status_code])
        assert sorted(statuses) == [201] + [409] * (CLIENTS - 1)

    create("/0.1/phonebooks", {"name": "Same"})
    create(contacts, {"name": "Same"})


def orphans(daemon):
    """Return the numbers of keys and (SQLite) indexed texts that belong to no contact."""
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
