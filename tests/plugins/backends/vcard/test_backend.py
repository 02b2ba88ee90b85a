"""Tests of the vCard backend: files and folders, also broken, missing, hostile and changing ones."""

import os
from functools import partial

import pytest

from index_factory import StandaloneSnapshot
from vcard_samples import SAMPLES
from waiting import TIMEOUT, wait_until
from xivo_dird.backend import (
    Caller,
    Deadline,
    InvalidSource,
    ReadReport,
    SourceDataMissing,
    SourceUnavailable,
)
from xivo_dird.index.limits import SnapshotLimits
from xivo_dird.testing import BackendContract, open_source
from xivo_dird_backends.vcard.backend import VcardBackend

CALLER = Caller("token", "tenant", "user")
COLUMNS = {"searched_columns": ["name", "company"], "first_matched_columns": ["numbers"]}


def card(name, number="1", *lines):
    rows = ["BEGIN:VCARD", "VERSION:3.0", f"FN:{name}", f"TEL:{number}", *lines, "END:VCARD", ""]
    return "\r\n".join(rows).encode()


def names(backend):
    return [entry["name"] for entry in backend.entries(None)]


def read(backend):
    """Return the names of the people, and the report."""
    entries = backend.entries(None)
    return [entry["name"] for entry in entries], entries.report()


def test_the_people_of_a_file_are_its_entries(make_backend, folder):
    (folder / "crew.vcf").write_bytes(card("Ada", "+49 30 1", "UID:urn:uuid:7") + card("Bob", "2", "UID:8"))
    assert list(make_backend(file="crew.vcf").entries(None)) == [
        {
            "id": "7",
            "name": "Ada",
            "lastname": "Ada",
            "number": "+49 30 1",
            "numbers": ["+49 30 1"],
            "phones": [{"number": "+49 30 1", "kind": "other", "label": ""}],
        },
        {
            "id": "8",
            "name": "Bob",
            "lastname": "Bob",
            "number": "2",
            "numbers": ["2"],
            "phones": [{"number": "2", "kind": "other", "label": ""}],
        },
    ]


def test_the_files_of_a_folder_are_read_together(make_backend, folder):
    for name, sample in SAMPLES.items():
        (folder / f"{name}.vcf").write_bytes(sample.data)
    (folder / "UPPER.VCF").write_bytes(card("Upper"))
    (folder / "notes.txt").write_bytes(card("Text"))
    (folder / "._crew.vcf").write_bytes(b"\0\5\x16\7")
    (folder / "below.vcf").mkdir()
    found, report = read(make_backend(folder="."))
    assert sorted(found) == sorted(["Upper", *(sample.fields["name"] for sample in SAMPLES.values())])
    assert report.skipped == 1
    assert "below.vcf is a folder, not a regular file" in (report.reason or "")


def test_a_broken_card_is_reported_with_its_file_and_line(make_backend, folder, caplog):
    (folder / "a.vcf").write_bytes(card("Ada") + b"BEGIN:VCARD\r\nFN:Secret\r\n" + card("Bob"))
    (folder / "b.vcf").write_bytes(card("Cleo") + b"BEGIN:VCARD\r\nEND:VCARD\r\n")
    found, report = read(make_backend(folder="."))
    assert found == ["Ada", "Bob", "Cleo"]
    assert report == ReadReport(5, 2, "a.vcf, card at line 6: it has no END:VCARD")
    assert "cards or files left out: 2; a.vcf, card at line 6" in caplog.text
    assert "Secret" not in caplog.text


def test_groups_are_left_out_without_being_errors(make_backend, folder):
    group = card("Crew", "1", "X-ADDRESSBOOKSERVER-KIND:group")
    (folder / "crew.vcf").write_bytes(card("Ada") + group + b"BEGIN:VCARD\nKIND:group\nEND:VCARD\n")
    assert read(make_backend(file="crew.vcf")) == (["Ada"], ReadReport(1))


def test_no_person_is_lost_if_two_have_the_same_uid(make_backend, folder):
    (folder / "a.vcf").write_bytes(card("Ada", "1", "UID:x"))
    (folder / "b.vcf").write_bytes(card("Bob", "2", "UID:x") + card("Ada", "1", "UID:x"))
    entries = list(make_backend(folder=".").entries(None))
    assert [entry["name"] for entry in entries] == ["Ada", "Bob"]
    assert len({entry["id"] for entry in entries}) == 2


def test_an_encoding_can_be_named(make_backend, folder):
    (folder / "crew.vcf").write_bytes(card("Иван").decode().encode("windows-1251"))
    assert names(make_backend(file="crew.vcf", encoding="windows-1251")) == ["Иван"]


@pytest.mark.parametrize("options", [{}, {"file": "a.vcf", "folder": "b"}])
def test_a_source_has_either_a_file_or_a_folder(make_backend, options):
    with pytest.raises(InvalidSource, match=r"^file: set either `file` or `folder`$"):
        make_backend(**options)


@pytest.mark.parametrize("option", ["file", "folder"])
@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "/dev/zero", "../vcard-of-others", "a\0b", "link"])
def test_a_path_outside_of_the_allowed_folders_is_refused(make_backend, folder, option, path):
    (folder / "link").symlink_to(folder.parent)
    (folder.parent / "vcard-of-others").mkdir()
    with pytest.raises(InvalidSource, match=rf"^{option}: .*(backends\.vcard\.folders|is no path)"):
        make_backend(**{option: path})


def test_what_is_no_file_is_never_waited_for(make_backend, folder):
    os.mkfifo(folder / "fifo.vcf")
    (folder / "ada.vcf").write_bytes(card("Ada"))
    with pytest.raises(SourceDataMissing, match="is a FIFO"):
        names(make_backend(file="fifo.vcf"))
    found, report = read(make_backend(folder="."))
    assert (found, report.skipped) == (["Ada"], 1)
    assert "fifo.vcf is a FIFO" in (report.reason or "")


def test_a_link_in_a_folder_does_not_lead_outside(make_backend, folder, tmp_path):
    (tmp_path / "secret.vcf").write_bytes(card("Secret"))
    (folder / "link.vcf").symlink_to(tmp_path / "secret.vcf")
    (folder / "broken.vcf").symlink_to(tmp_path / "missing")
    (folder / "ada.vcf").write_bytes(card("Ada"))
    (folder / "inside.vcf").symlink_to("ada.vcf")
    found, report = read(make_backend(folder="."))
    assert (found, report.skipped) == (["Ada"], 2)


def test_a_missing_file_or_folder_is_missing_data(make_backend, folder):
    for options in ({"file": "missing.vcf"}, {"folder": "missing"}):
        backend = make_backend(**options)
        with pytest.raises(SourceDataMissing, match="missing"):
            backend.version(None)
        with pytest.raises(SourceDataMissing, match="missing"):
            names(backend)
    (folder / "crew.vcf").write_bytes(card("Ada"))
    with pytest.raises(SourceDataMissing, match="is not a folder; set `file`"):
        names(make_backend(folder="crew.vcf"))


def test_files_beyond_a_limit_are_not_read(make_backend, folder):
    (folder / "big.vcf").write_bytes(card("x" * 1000))
    (folder / "small.vcf").write_bytes(card("Ada"))
    with pytest.raises(SourceUnavailable, match=r"more than max_file_size \(500\)"):
        names(make_backend({"max_file_size": 500}, file="big.vcf"))
    found, report = read(make_backend({"max_file_size": 500}, folder="."))
    assert (found, report.skipped) == (["Ada"], 1)
    with pytest.raises(SourceUnavailable, match=r"more than max_files \(1\)"):
        names(make_backend({"max_files": 1}, folder="."))


def test_the_version_changes_with_names_and_files(make_backend, folder):
    (folder / "a.vcf").write_bytes(card("Ada"))
    (folder / "other.txt").write_bytes(b"")
    versions = set()
    for options in ({"folder": "."}, {"file": "a.vcf"}):
        os.utime(folder / "a.vcf", (1, 1))
        wait_until(partial(_is_settled, make_backend, options))
        before = make_backend(**options).version(None)
        (folder / "a.vcf").write_bytes(card("Adam"))
        versions |= {before, make_backend(**options).version(None)}
    (folder / "b.vcf").write_bytes(card("Bob"))
    versions.add(make_backend(folder=".").version(None))
    (folder / "b.vcf").rename(folder / "c.vcf")
    versions.add(make_backend(folder=".").version(None))
    (folder / "c.vcf").unlink()
    versions.add(make_backend(folder=".").version(None))
    assert len(versions) == 7


def _is_settled(make_backend, options):
    """Return whether two checks return the same version: the last change is not too recent."""
    return make_backend(**options).version(None) == make_backend(**options).version(None)


@pytest.mark.parametrize("options", [{"folder": "."}, {"file": "a.vcf"}])
def test_a_changed_file_is_found_by_its_new_texts(make_backend, folder, tmp_path, options):
    (folder / "a.vcf").write_bytes(card("Ada", "+49 30 1234567"))
    backend = make_backend(**options, **COLUMNS)
    snapshot = StandaloneSnapshot(backend, tmp_path / "index", SnapshotLimits(max_wait=TIMEOUT))

    def search(term):
        found = snapshot.ask(lambda reader: reader.search(term), CALLER, Deadline.after(TIMEOUT))
        return [entry["name"] for entry in found or []]

    try:
        assert search("ada") == ["Ada"]
        (folder / "a.vcf").write_bytes(card("Bob"))
        wait_until(lambda: (search("ada"), search("bob")) == ([], ["Bob"]))
    finally:
        snapshot.close()


def test_a_folder_of_2000_cards_is_searched(folder, tmp_path):
    for number in range(2000):
        (folder / f"{number}.vcf").write_bytes(card(f"Person {number}", f"+49 30 55{number:04}"))
    options = {"folder": ".", **COLUMNS}
    with open_source(VcardBackend, options, tmp_path / "state", {"folders": [folder]}) as source:
        assert [contact.fields["name"] for contact in source.search("person 1234")] == ["Person 1234"]
        found = source.first_match("+4930551999")
        assert found is not None
        assert found.fields["name"] == "Person 1999"


def test_every_number_of_a_list_is_found(folder, tmp_path):
    for name, sample in SAMPLES.items():
        (folder / f"{name}.vcf").write_bytes(sample.data)
    options = {"folder": ".", **COLUMNS}
    with open_source(VcardBackend, options, tmp_path / "state", {"folders": [folder]}) as source:
        for number, name in [
            ("2046", "Dr. Ada Marie Stern"),
            ("+4915112345679", "Zoë Brandt"),
            ("0302", "Hans"),
        ]:
            found = source.first_match(number)
            assert found is not None
            assert str(found.fields["name"]).startswith(name)


class TestVcard(BackendContract):
    """The contract of every backend, over a file of two people."""

    backend = VcardBackend
    term = "ada"
    exten = "11"

    @pytest.fixture(autouse=True)
    def people(self, folder, monkeypatch):
        (folder / "people.vcf").write_bytes(card("Ada", "11") + card("Bob", "+49 30"))
        monkeypatch.setattr(type(self), "options", {"file": "people.vcf", **COLUMNS}, raising=False)
        monkeypatch.setattr(type(self), "settings", {"folders": (folder,)})
