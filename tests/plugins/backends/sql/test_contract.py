"""What every backend must do, in both modes and with both kinds of databases."""

from collections.abc import Mapping
from typing import ClassVar

import pytest

from plugins.backends.sql.conftest import COLUMNS, PEOPLE, change_database
from xivo_dird.testing import BackendContract
from xivo_dird_backends.sql.backend import SqlBackend
from xivo_dird_backends.sql.listed import SqlSnapshotBackend
from xivo_dird_backends.sql.options import SqlOptions
from xivo_dird_backends.sql.queried import SqlQueryBackend

OWN_QUERIES = {
    "lookup_query": "SELECT * FROM people WHERE lower(name) LIKE lower(:pattern) ESCAPE '!' LIMIT :limit",
    "reverse_query": "SELECT * FROM people WHERE number IN (:spellings)",
    "get_query": "SELECT * FROM people WHERE id IN (:ids)",
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def kept_uri(request, tmp_path_factory):
    """Return the URI of a database of each kind that no test changes."""
    if request.param == "sqlite":
        uri = f"sqlite:///{tmp_path_factory.mktemp('books') / 'book.db'}"
    else:
        uri = request.getfixturevalue("postgresql").create_database()
    change_database(uri, *PEOPLE)
    return uri


class SqlContract(BackendContract):
    """The tests of every backend, with the options of a subclass and a database of each kind."""

    term, exten = "ada", "2045"
    mode: ClassVar[str]
    chosen: ClassVar[Mapping[str, str]] = {"table": "people"}

    @pytest.fixture(autouse=True)
    def _use_the_database(self, kept_uri):
        type(self).options = {**COLUMNS, "uri": kept_uri, "mode": self.mode, **self.chosen}
        type(self).settings = {"folders": ["/"]}


class TestSnapshot(SqlContract):
    backend, mode = SqlSnapshotBackend, "snapshot"


class TestQuery(SqlContract):
    backend, mode = SqlQueryBackend, "query"


class TestOwnQueries(SqlContract):
    backend, mode, chosen = SqlQueryBackend, "query", OWN_QUERIES


def test_the_mode_selects_the_class_of_the_backend():
    options = {"name": "people", "uri": "postgresql://db/people", "table": "people"}
    for mode, expected in (("snapshot", SqlSnapshotBackend), ("query", SqlQueryBackend)):
        assert SqlBackend.of_options(SqlOptions.model_validate({**options, "mode": mode})) is expected
