"""Closing a database."""

import threading
from sqlite3 import Connection, ProgrammingError

import pytest
from sqlalchemy.pool import QueuePool

from waiting import TIMEOUT
from xivo_dird.database.engine import Database


def test_a_connection_in_use_is_closed_when_its_thread_returns_it(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'dird.db'}")
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
