"""A large import into a phonebook, compared with a bare executemany of the same rows (SQLite)."""

import random
import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.request import Request, urlopen
from uuid import uuid4

from daemons import HEADERS, TENANT, Bench, daemon, lookup_paths
from table import Row, at_least, at_most

from xivo_dird.contacts.content import content_of
from xivo_dird.contacts.model import StoredContact
from xivo_dird.database.engine import Database
from xivo_dird.database.revision import Revision
from xivo_dird.events.service import EventService
from xivo_dird.phonebooks.model import PhonebookDraft
from xivo_dird.phonebooks.service import PhonebookService
from xivo_dird.tenants.owned_store import Storage
from xivo_dird.tenants.service import TenantService

HEADER = "firstname,lastname,number,mobile,email"
FIELDS = HEADER.split(",")
CONSONANTS, VOWELS = "bcdfghjklmnpqrstvwxz", "aeiou"
SYLLABLES = [consonant + vowel for consonant in CONSONANTS for vowel in VOWELS]
TERMS = ("cora", "Xijo", "guHa", "lumi")


def rows(bench: Bench) -> Iterator[Row]:
    """Measure the import over HTTP, then lookups immediately after it and later."""
    people = _people(bench.imported)
    folder = bench.folder_of("import")
    phonebook_uuid = _create_store(folder / "dird.db")
    source = {
        "name": "phonebook",
        "backend": "phonebook",
        "phonebook_uuid": phonebook_uuid,
        "searched_columns": ["firstname", "lastname"],
        "format_columns": {"name": "{firstname} {lastname}", "number": "{number}"},
    }
    with daemon(folder, [source]) as process:
        seconds = _import(process.port, phonebook_uuid, people)
        load = bench.load(process.port, lookup_paths(TERMS))
        immediate = bench.measure_in_turn(load)[0][0]
        later = bench.measure_in_turn(load)[0]
    bare_seconds = _executemany(bench.folder_of("import-bare") / "dird.db", people)
    count = len(people)
    yield at_least(0.3, f"import of {count:,} contacts (rows/s)", count / seconds, count / bare_seconds)
    yield at_most(
        1.3, "lookup right after the import (ms)", immediate.mean, min(measured.mean for measured in later)
    )


def _people(count: int) -> list[str]:
    """Return rows with random names and numbers; they are the same at every run."""
    rng = random.Random(1)

    def word(length: int) -> str:
        return "".join(rng.choices(SYLLABLES, k=length)).capitalize()

    return [
        f"{word(3)},{word(4)},{100_000 + number},+336{rng.randrange(10**8):08},{word(3)}@example.org"
        for number in range(count)
    ]


def _import(port: int, phonebook_uuid: str, people: Sequence[str]) -> float:
    """Upload the rows, and return the seconds until the answer arrived."""
    url = f"http://127.0.0.1:{port}/0.1/phonebooks/{phonebook_uuid}/contacts/import"
    body = "\n".join([HEADER, *people]).encode()
    started_at = time.perf_counter()
    with urlopen(Request(url, body, {**HEADERS, "Content-Type": "text/csv"}, method="POST")) as answer:
        answer.read()
    return time.perf_counter() - started_at


def _executemany(path: Path, people: Sequence[str]) -> float:
    """Insert the same rows, prepared before, with only the database driver; return the seconds it took."""
    owner = _create_store(path)
    stored = [StoredContact(str(uuid4()), dict(zip(FIELDS, row.split(","), strict=True))) for row in people]
    contents = [content_of(owner, contact.fields) for contact in stored]
    contacts = [
        (number, contact.id, owner, content.fields, content.digest, content.search)
        for number, (contact, content) in enumerate(zip(stored, contents, strict=True), 1)
    ]
    texts = [(number, content.search) for number, content in enumerate(contents, 1)]
    keys = [(number, key) for number, content in enumerate(contents, 1) for key in content.keys]
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cache_size = -16384")
    started_at = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(
        "INSERT INTO phonebook_contact (id, uuid, owner_uuid, fields, digest, search) VALUES (?,?,?,?,?,?)",
        contacts,
    )
    connection.executemany("INSERT INTO phonebook_contact_text (rowid, search) VALUES (?,?)", texts)
    connection.executemany("INSERT INTO phonebook_contact_key (contact_id, key) VALUES (?,?)", keys)
    connection.execute("COMMIT")
    seconds = time.perf_counter() - started_at
    connection.close()
    return seconds


def _create_store(path: Path) -> str:
    """Create a store with one empty phonebook, and return the UUID of the phonebook."""
    database = Database(f"sqlite:///{path}")
    database.migrate()
    revision = Revision(database)
    storage = Storage(database, revision, TenantService(database, revision), EventService(database))
    phonebooks = PhonebookService(storage)
    uuid = phonebooks.create(TENANT, PhonebookDraft(name="People")).uuid
    database.close()
    return uuid
