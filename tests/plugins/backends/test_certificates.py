"""The certificate authorities of a source: those of the system, a file or a folder, or none."""

import ssl

import pytest
import trustme

from xivo_dird.backend import AllowedFolders, InvalidSource, SourceUnavailable
from xivo_dird_backends._certificates import CertificateSettings, TrustedCertificates


@pytest.fixture
def folders(tmp_path):
    """Create an allowed folder with a file of certificates."""
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    (tmp_path / "text.pem").write_text("no certificate")
    (tmp_path / "comments.pem").write_text(
        "# \xe4 comment\n" + (tmp_path / "ca.pem").read_text(), encoding="utf-8"
    )
    return AllowedFolders([tmp_path], "backends.x.folders")


@pytest.mark.parametrize("name", ["ca.pem", "comments.pem"])
def test_a_file_of_certificates_is_used(folders, tmp_path, name):
    for path in (name, str(tmp_path / name)):
        context = TrustedCertificates("ca", path, folders).tls_context()
        assert len(context.get_ca_certs()) == 1
        assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_a_folder_of_certificates_is_used(folders, tmp_path):
    context = TrustedCertificates("ca", str(tmp_path), folders).tls_context()
    assert context.verify_mode is ssl.CERT_REQUIRED


def test_the_authorities_of_the_system_need_no_folder(folders):
    assert TrustedCertificates("ca", True, folders).tls_context().verify_mode is ssl.CERT_REQUIRED
    assert TrustedCertificates("ca", False, folders).tls_context().verify_mode is ssl.CERT_NONE


@pytest.mark.parametrize("name", ["text.pem", "missing.pem"])
def test_an_unusable_file_is_an_error_that_names_option_and_file(folders, tmp_path, name):
    with pytest.raises(SourceUnavailable, match=rf"^ca: .*{tmp_path / name}"):
        TrustedCertificates("ca", name, folders).tls_context()


def test_a_renewed_file_is_used_without_a_restart(folders, tmp_path):
    certificates = TrustedCertificates("ca", "ca.pem", folders)
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "ca.pem"), append=True)
    assert len(certificates.tls_context().get_ca_certs()) == 2


@pytest.mark.parametrize(
    "path", ["/etc/ssl/private/key.pem", "/etc/xivo-dird/config.yml", "/etc/shadow", "/etc/ssl"]
)
def test_no_secret_of_a_host_is_in_the_default_folders(path):
    defaults = AllowedFolders(CertificateSettings().certificate_folders, "backends.x.folders")
    with pytest.raises(InvalidSource, match="outside the allowed folders"):
        TrustedCertificates("ca", path, defaults)


@pytest.mark.parametrize(
    "path", ["/etc/ssl/certs", "/etc/ssl/certs/ca-certificates.crt", "/etc/xivo-dird/certs/ca.pem"]
)
def test_the_usual_places_are_allowed_by_default(path):
    defaults = AllowedFolders(CertificateSettings().certificate_folders, "backends.x.folders")
    TrustedCertificates("ca", path, defaults)
