"""A database in memory with the table of personal contacts."""

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from xivo_dird.contacts.content import content_of
from xivo_dird.contacts.model import StoredContact
from xivo_dird.database.base import Base
from xivo_dird.database.text_index import create_text_index
from xivo_dird.personal.dao import CONTACTS


@pytest.fixture
def session():
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        tables = [Base.metadata.tables[CONTACTS.row.__tablename__], CONTACTS.keys]
        Base.metadata.create_all(connection, tables=tables)
        create_text_index(connection, CONTACTS.row.__tablename__)
    with Session(engine) as session:
        yield session
    engine.dispose()


def contact(uuid, **fields):
    return StoredContact(uuid, fields)


def add(session, *contacts, owner="ada"):
    """Store contacts; return their ids."""
    return CONTACTS.add(session, owner, contacts)


def stored(session, owner="ada"):
    """Return the contacts of an owner, the oldest first."""
    return CONTACTS.find_all(session, owner)


def keys_of_owner(session, owner="ada"):
    """Return the keys of each contact of an owner in the key table, and those that it should have."""
    rows = session.query(CONTACTS.row).filter_by(owner_uuid=owner).order_by(CONTACTS.row.id)
    fields = {one.id: one.fields for one in stored(session, owner)}
    found = []
    for row in rows:
        select = CONTACTS.keys.select().where(CONTACTS.keys.c.contact_id == row.id)
        keys = {key for _, key in session.execute(select)}
        found.append((keys, set(content_of(owner, fields[row.uuid]).keys)))
    return found
