"""Import of 100,000 contacts into a phonebook, over a bare executemany of the same rows into the same tables.

Budget: at least 0.3 of its rows per second, and lookups right after it as fast as later. SQLite, one process.
"""

import argparse
import io
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from xivo_dird.backend import TextMatch
from xivo_dird.contacts.content import content_of
from xivo_dird.contacts.csv_reader import CsvUpload
from xivo_dird.contacts.model import StoredContact
from xivo_dird.database.engine import Database
from xivo_dird.database.revision import Revision
from xivo_dird.events.service import EventService
from xivo_dird.phonebooks.model import PhonebookDraft
from xivo_dird.phonebooks.service import PhonebookContactService, PhonebookService
from xivo_dird.tenants.service import TenantService

TENANT = "11111111-1111-4111-8111-111111111111"
SYLLABLES = (
    "an",
    "be",
    "cor",
    "da",
    "el",
    "fi",
    "gu",
    "ha",
    "in",
    "jo",
    "ka",
    "lu",
    "mi",
    "no",
    "pe",
    "qui",
    "we",
    "xi",
)
HEADER = "firstname,lastname,number,mobile,email"
COLUMNS = ["firstname", "lastname"]


def main() -> None:
    """Measure both, and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=100_000)
    count = parser.parse_args().contacts
    rows = people(count)
    with tempfile.TemporaryDirectory() as folder:
        ours = imported(Path(folder) / "imported.db", rows)
        bare = executed(Path(folder) / "bare.db", rows)
    print(f"import {count / ours:,.0f} rows/s, bare {count / bare:,.0f} rows/s, ratio {bare / ours:.2f}")


def people(count: int) -> list[str]:
    """Make rows that look like people; the same at every run."""
    chance = random.Random(1)

    def word(length: int) -> str:
        return "".join(chance.choice(SYLLABLES) for _ in range(length)).capitalize()

    return [
        f"{word(3)},{word(4)},{100_000 + number},+336{chance.randrange(10**8):08},{word(3)}@example.org"
        for number in range(count)
    ]


def imported(path: Path, rows: Sequence[str]) -> float:
    """Import through the service; answer the seconds it took."""
    database, phonebook_uuid = store(path)
    contacts = PhonebookContactService(database, EventService(database))
    text = "\n".join([HEADER, *rows]).encode()
    began = time.perf_counter()
    with CsvUpload(io.BytesIO(text)) as upload:
        contacts.import_file(TENANT, phonebook_uuid, upload)
    took = time.perf_counter() - began
    stored = contacts.contacts_of(TENANT, phonebook_uuid)
    for moment in ("right after", "later"):
        times = []
        for term in ("quicor", "Wexijo", "fiGuHa") * 5:
            asked = time.perf_counter()
            stored.search(term, COLUMNS, TextMatch.CASE_INSENSITIVE)
            times.append(time.perf_counter() - asked)
        print(f"search {moment}: median {statistics.median(times) * 1000:.2f} ms")
    database.close()
    return took


def executed(path: Path, rows: Sequence[str]) -> float:
    """Insert the same rows, prepared before, with nothing but the driver; answer the seconds it took."""
    database, owner = store(path)
    database.close()
    names = HEADER.split(",")
    contacts = [StoredContact(str(uuid4()), dict(zip(names, row.split(","), strict=True))) for row in rows]
    contents = [content_of(owner, contact.fields) for contact in contacts]
    values = [
        (number, contact.id, owner, content.fields, content.digest, content.search)
        for number, (contact, content) in enumerate(zip(contacts, contents, strict=True), 1)
    ]
    texts = [(number, content.search) for number, content in enumerate(contents, 1)]
    keys = [(number, key) for number, content in enumerate(contents, 1) for key in content.keys]
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cache_size = -16384")
    began = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(
        "INSERT INTO phonebook_contact (id, uuid, owner_uuid, fields, digest, search) VALUES (?,?,?,?,?,?)",
        values,
    )
    connection.executemany("INSERT INTO phonebook_contact_text (rowid, search) VALUES (?,?)", texts)
    connection.executemany("INSERT INTO phonebook_contact_key (contact_id, key) VALUES (?,?)", keys)
    connection.execute("COMMIT")
    took = time.perf_counter() - began
    connection.close()
    return took


def store(path: Path) -> tuple[Database, str]:
    """Make a store with one empty phonebook."""
    database = Database(f"sqlite:///{path}")
    database.migrate()
    revision = Revision(database)
    phonebooks = PhonebookService(
        database, revision, TenantService(database, revision), EventService(database)
    )
    return database, phonebooks.create(TENANT, PhonebookDraft(name="People")).uuid


if __name__ == "__main__":
    main()
