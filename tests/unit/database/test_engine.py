"""Closing a database, and its errors."""

import threading
from sqlite3 import Connection, ProgrammingError

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import QueuePool

from waiting import TIMEOUT


def test_a_connection_in_use_is_closed_when_its_thread_returns_it(database):
    in_use, closed, connections = threading.Event(), threading.Event(), []

    def read():
        with database.reading() as session:
            connections.append(session.connection().connection.dbapi_connection)
            in_use.set()
            closed.wait(TIMEOUT)

    thread = threading.Thread(target=read)
    thread.start()
    assert in_use.wait(TIMEOUT)
    database.close()
    closed.set()
    thread.join(TIMEOUT)
    pool, (connection,) = database.engine.pool, connections
    assert isinstance(pool, QueuePool)
    assert isinstance(connection, Connection)
    assert pool.checkedin() == 0
    with pytest.raises(ProgrammingError, match="closed"):
        connection.execute("SELECT 1")


def test_an_error_does_not_quote_the_values_of_a_statement(database):
    row = {"uuid": "s3cret", "name": "s3cret", "country": None}
    statement = text("INSERT INTO tenant VALUES (:uuid, :name, :country)")
    with database.changing() as session:
        session.execute(statement, row)
    with database.changing() as session, pytest.raises(IntegrityError) as raised:
        session.execute(statement, row)
    assert "INSERT INTO tenant" in str(raised.value)
    assert "s3cret" not in str(raised.value)
