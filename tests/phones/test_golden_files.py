"""The documents of every vendor are those in `golden/`, byte for byte; `make golden` writes them anew."""

import pytest

from api.conftest import Daemon
from phones.golden_files import DOCUMENTS, FOLDER, PEOPLE
from phones.people import phone_configuration


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    with Daemon(phone_configuration(tmp_path_factory.mktemp("daemon"), PEOPLE)) as daemon:
        yield daemon


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.file.stem)
def test_a_document_is_its_golden_file(daemon, document):
    assert document.get(daemon).decode() == document.file.read_bytes().decode()


def test_no_golden_file_is_without_a_document():
    assert {document.file for document in DOCUMENTS} == set(FOLDER.glob("*.xml"))
