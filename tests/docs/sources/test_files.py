"""docs/sources: the examples of files of the host."""

import yaml

from docs.answers import caller_name, rows
from docs.shown_configuration import configuration_of, replace_shown
from servers.daemon import DaemonProcess
from vcard_samples import IPHONE, NEXTCLOUD
from xivo_dird.testing import open_source
from xivo_dird_backends.csv.backend import CsvBackend


def test_the_csv_file_of_the_page_is_found(shown_files, tmp_path):
    folder = shown_files("sources/csv.md")
    file = folder / "people.yml"
    replace_shown(file, {"/var/lib/xivo-dird/csv": str(folder)})
    with DaemonProcess(tmp_path, configuration_of(file)) as daemon:
        assert rows(daemon, "ada") == [["Ada Stern", "2045", "+33 6 12 34 56 78"]]
        assert rows(daemon, "müller") == [["Éric Müller", "2046", "-"]]
        assert caller_name(daemon, "2046") == "Éric Müller"


def test_the_file_in_another_encoding_of_the_page_is_found(shown_files, tmp_path):
    file = shown_files("sources/csv.md") / "encoding.yml"
    (options,) = yaml.safe_load(file.read_text())["provisioning"]["sources"]
    (tmp_path / "outlook.csv").write_bytes("Vorname;Nachname\nZoé;Łaska\n".encode("windows-1250"))
    with open_source(CsvBackend, options, tmp_path, settings={"folders": [tmp_path]}) as source:
        assert [contact.fields["name"] for contact in source.search("łaska")] == ["Zoé Łaska"]


def test_the_vcards_of_the_page_are_found(shown_files, tmp_path):
    file, folder = shown_files("sources/vcard.md") / "vcards.yml", tmp_path / "vcard"
    (folder / "customers").mkdir(parents=True)
    (folder / "crew.vcf").write_bytes(NEXTCLOUD)
    (folder / "customers" / "ada.vcf").write_bytes(IPHONE)
    replace_shown(file, {"/var/lib/xivo-dird/vcard": str(folder)})
    with DaemonProcess(tmp_path, configuration_of(file)) as daemon:
        assert rows(daemon, "brandt") == [["Ivo Brandt", "030 1", "030 3"]]
        assert caller_name(daemon, "2046") == "Dr. Ada Marie Stern"
