"""The documents of every vendor are those in `golden/`, byte for byte; `make golden` writes them anew."""

from xml.etree import ElementTree as ET

import pytest

from api.conftest import USER, Daemon
from phones.golden_files import DOCUMENTS, FOLDER, golden_configuration


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    with Daemon(golden_configuration(tmp_path_factory.mktemp("daemon"))) as daemon:
        yield daemon


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.file.stem)
def test_a_document_is_its_golden_file(daemon, document):
    assert document.get(daemon).decode() == document.file.read_bytes().decode()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.file.stem)
def test_a_golden_file_is_well_formed(document):
    ET.parse(document.file)


@pytest.mark.parametrize(
    ("accepted", "label"),
    [("fr-CA", "Aucun"), ("gibberish,fr-CA,*q=nothing", "Aucun"), ("tlh", "No entries")],
)
def test_a_document_has_the_labels_of_the_language_of_the_phone(daemon, accepted, label):
    path = f"/directories/lookup/default/{USER}/cisco"
    response = daemon.get(path, headers={"Accept-Language": accepted}, term="nobody")
    assert f"<Name>{label}" in response.text


def test_no_golden_file_is_without_a_document():
    assert {document.file for document in DOCUMENTS} == set(FOLDER.glob("*.xml"))
