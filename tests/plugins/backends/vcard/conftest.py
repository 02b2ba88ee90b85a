"""Fixtures: a folder of vCards, and backends that read it."""

import pytest

from xivo_dird.backend import Environment
from xivo_dird_backends.vcard.backend import VcardBackend


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "vcard").mkdir()
    return tmp_path / "vcard"


@pytest.fixture
def make_backend(folder, tmp_path):
    """Return a function that creates backends for files below `folder`, the only allowed folder."""

    def make_backend(settings=None, **options):
        parsed = VcardBackend.Options(name="people", **options)
        limits = VcardBackend.Settings(folders=(folder,), **(settings or {}))
        return VcardBackend(parsed, Environment("source", "tenant", limits, tmp_path))

    return make_backend
