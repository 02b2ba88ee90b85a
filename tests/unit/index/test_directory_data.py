"""The data of a backend: their version is a text of limited length, and only some backends learn who asks."""

from pathlib import Path

import pytest

from xivo_dird.backend import Caller, Environment, SnapshotBackend, SourceOptions, SourceUnavailable
from xivo_dird.index.directory_data import MAX_VERSION, DirectoryData
from xivo_dird.index.format import IndexShape

CALLER = Caller("token", "tenant", "user")


class Shared(SnapshotBackend):
    """Records who asks."""

    Options = SourceOptions
    answer: object = "1"

    def __init__(self, options, environment):
        super().__init__(options, environment)
        self.callers = []

    def version(self, caller):
        self.callers.append(caller)
        return self.answer

    def entries(self, caller):
        self.callers.append(caller)
        return [{"name": "Ada"}]


class PerUser(Shared):
    per_user = True


def backend(kind=Shared, interval=None):
    options, environment = (
        SourceOptions(name="people"),
        Environment("s", "t", kind.Settings(), Path("unused")),
    )
    one = kind(options, environment)
    if interval is not None:
        one.check_interval = interval
    return one


@pytest.mark.parametrize(("kind", "known"), [(Shared, None), (PerUser, CALLER)])
def test_only_a_backend_per_user_learns_who_asks(kind, known):
    directory = backend(kind)
    data = DirectoryData(directory)
    assert data.version(CALLER) == "1"
    assert list(data.entries(CALLER)) == [{"name": "Ada"}]
    assert directory.callers == [known, known]
    assert (data.name, data.per_user) == ("people", kind is PerUser)


def test_checks_have_a_shortest_interval():
    for interval, expected in ((0, 0.0), (-1, 0.0), (60, 60), (0.02, 0.02), (0.001, 0.01)):
        assert DirectoryData(backend(interval=interval)).check_interval == expected


def test_the_shape_of_the_index_is_that_of_the_backend():
    directory = backend()
    data = DirectoryData(directory)
    assert data.shape == IndexShape.of_backend(directory)
    assert data.is_version_blocking is directory.is_version_blocking()


def test_a_long_version_is_replaced_by_its_beginning_and_a_hash():
    directory = backend()
    data = DirectoryData(directory)
    directory.answer = longest = "x" * MAX_VERSION
    assert data.version(None) == longest
    versions = []
    for end in ("a", "b", "\ud800"):
        directory.answer = longest + end
        versions.append(data.version(None))
    assert len(set(versions)) == 3
    assert all(version.startswith("x" * 100 + "… ") and len(version) == 134 for version in versions)


def test_a_version_that_is_no_text_is_an_error():
    directory = backend()
    directory.answer = 7
    with pytest.raises(SourceUnavailable, match=r"^its version is a int, not a text$"):
        DirectoryData(directory).version(None)
