"""No option of a source makes the daemon read, probe or wait for a file that the host's administrator did not allow."""

import os
import re
import socket
from collections.abc import Iterator

import pytest
import trustme
from pydantic import BaseModel

from api.conftest import Daemon, configuration
from api.rest import check_error, create
from waiting import assert_prompt, wait_until
from xivo_dird.config.schema import EnabledPlugins
from xivo_dird.exceptions import InvalidConfiguration
from xivo_dird.plugins import load_backends

LDAP = {"ldap_base_dn": "dc=x", "searched_columns": ["cn"], "ldap_network_timeout": 20, "ldap_timeout": 20}
PATH_NAMES = re.compile(r"file|path|folder|certificate|bundle|key")
CONTENTS = {"entra: client_certificate", "google_directory: service_account_key"}
"""Secrets that are the content of a file; a reference to one (`${file:…}`) is checked by the reader of secrets."""

CHECKED_PATHS = {
    *(
        f"{backend}: {option}"
        for backend in ("conference", "wazo")
        for option in ("auth.key_file", "auth.verify_certificate", "confd.verify_certificate")
    ),
    "carddav: verify_certificate",
    "csv: file",
    "csv_ws: verify_certificate",
    "google: auth.verify_certificate",
    "json_ws: verify_certificate",
    "ldap: ldap_verify_certificate",
    "office365: auth.verify_certificate",
    "vcard: file",
    "vcard: folder",
}


@pytest.fixture
def allowed(tmp_path):
    """Create the folder of certificates that the configuration allows."""
    folder = tmp_path / "certs"
    folder.mkdir()
    trustme.CA().cert_pem.write_to_path(str(folder / "ca.pem"))
    return folder


def with_folders(tmp_path, *folders, **changes):
    config = configuration(tmp_path, **changes)
    config["backends"]["ldap"] = {"certificate_folders": list(folders)}
    for backend in ("carddav", "csv_ws", "google", "json_ws", "office365"):
        config["backends"][backend] = {"certificate_folders": list(folders)}
    for backend in ("conference", "wazo"):
        config["backends"][backend] = {key: list(folders) for key in ("certificate_folders", "key_folders")}
    return config


@pytest.fixture
def daemon(tmp_path, allowed, db_uri):
    with Daemon(with_folders(tmp_path, allowed, db_uri=db_uri)) as daemon:
        yield daemon


@pytest.fixture
def ldap_uri() -> Iterator[str]:
    """Listen on a port: certificates are read once a server accepts the connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"ldaps://127.0.0.1:{server.getsockname()[1]}"


def outside(tmp_path) -> dict[str, str]:
    """Create things outside of the folder; return a path to each of them."""
    (tmp_path / "secret.pem").write_text("secret")
    (tmp_path / "certs-of-others").mkdir()
    (tmp_path / "certs-of-others" / "ca.pem").write_text("")
    os.mkfifo(tmp_path / "fifo.pem")
    (tmp_path / "certs" / "link.pem").symlink_to(tmp_path / "secret.pem")
    (tmp_path / "certs" / "loop.pem").symlink_to(tmp_path / "certs" / ".." / "fifo.pem")
    return {
        "file": str(tmp_path / "secret.pem"),
        "missing": str(tmp_path / "missing.pem"),
        "folder": str(tmp_path),
        "fifo": str(tmp_path / "fifo.pem"),
        "device": "/dev/zero",
        "terminal": "/dev/tty",
        "process": "/proc/self/environ",
        "descriptor": "/proc/self/fd/0",
        "sibling": str(tmp_path / "certs-of-others" / "ca.pem"),
        "dots": str(tmp_path / "certs" / ".." / "secret.pem"),
        "relative": "../secret.pem",
        "link": str(tmp_path / "certs" / "link.pem"),
        "link to a fifo": "loop.pem",
        "unreadable": "/root/.ssh/id_ed25519",
        "long": "/" + "x" * 5000,
    }


@pytest.mark.parametrize(
    ("backend", "option", "options"),
    [
        ("carddav", "verify_certificate", {"url": "https://localhost/"}),
        ("ldap", "ldap_verify_certificate", {"ldap_uri": "ldaps://localhost", **LDAP}),
    ],
)
def test_every_path_outside_gets_the_same_answer(daemon, tmp_path, backend, option, options):
    folder = tmp_path / "certs"
    for name, path in outside(tmp_path).items():
        body = {"name": name, option: path, **options}
        response = daemon.request("POST", f"/0.1/backends/{backend}/sources", json=body)
        (message,) = check_error(response, 400, "invalid-data")[option]
        assert message == (
            f"{option}: {folder / path} is outside the allowed folders ({folder}); "
            f"move it there, or add its folder to backends.{backend}.certificate_folders"
        )


@pytest.mark.parametrize(
    ("backend", "url_option", "options"),
    [
        ("csv_ws", "lookup_url", {}),
        ("json_ws", "url", {"search": {"path": "people/{term}"}}),
    ],
)
def test_every_path_outside_gets_the_same_error_at_a_web_service(
    daemon, tmp_path, ldap_uri, backend, url_option, options
):
    folder = tmp_path / "certs"
    url = ldap_uri.replace("ldaps:", "https:")
    paths = outside(tmp_path)
    del paths["long"]  # its error is cut
    for name, path in paths.items():
        body = {
            "name": name,
            url_option: url,
            "verify_certificate": path,
            "searched_columns": ["cn"],
            **options,
        }
        source = create(daemon, f"/backends/{backend}/sources", body)
        assert error_of(daemon, source) == (
            f"verify_certificate: {folder / path} is outside the allowed folders ({folder}); "
            f"move it there, or add its folder to backends.{backend}.certificate_folders"
        )


@pytest.mark.parametrize("backend", ["google", "office365"])
def test_every_path_outside_gets_the_same_error_at_an_auth_server(daemon, tmp_path, ldap_uri, backend):
    port, folder = int(ldap_uri.rpartition(":")[2]), tmp_path / "certs"
    paths = outside(tmp_path)
    del paths["long"]  # its error is cut
    for name, path in paths.items():
        auth = {"host": "127.0.0.1", "port": port, "verify_certificate": path}
        body = {"name": name, "auth": auth, "searched_columns": ["name"]}
        source = create(daemon, f"/backends/{backend}/sources", body)
        assert error_of(daemon, source) == (
            f"auth.verify_certificate: {folder / path} is outside the allowed folders ({folder});"
            f" move it there, or add its folder to backends.{backend}.certificate_folders"
        )


@pytest.mark.parametrize("backend", ["conference", "wazo"])
def test_every_path_outside_gets_the_same_error_at_a_telephone_system(daemon, tmp_path, backend, ldap_uri):
    folder, columns = tmp_path / "certs", {"searched_columns": ["name"]}
    paths = outside(tmp_path)
    del paths["long"]  # its error is cut
    server = {"host": "127.0.0.1", "port": int(ldap_uri.rpartition(":")[2])}
    for name, path in paths.items():
        accounts = {"key_file": {"key_file": path}, "verify_certificate": {"username": "u"}}
        for option, account in accounts.items():
            auth = {**server, **account, "verify_certificate": path}
            body = {"name": f"{option} {name}", "auth": auth, "confd": server, **columns}
            source = create(daemon, f"/backends/{backend}/sources", body)
            setting = "key_folders" if option == "key_file" else "certificate_folders"
            assert error_of(daemon, source) == (
                f"{'' if option == 'key_file' else 'no token of the service account: '}auth.{option}: "
                f"{folder / path} is outside the allowed folders ({folder}); "
                f"move it there, or add its folder to backends.{backend}.{setting}"
            )


@pytest.mark.parametrize("path", ["\0", "/etc/ssl/certs/a\0b"])
def test_a_path_that_is_none_is_refused(daemon, path):
    body = {"name": "none", "ldap_uri": "ldaps://localhost", "ldap_verify_certificate": path, **LDAP}
    assert daemon.request("POST", "/0.1/backends/ldap/sources", json=body).status_code == 400


def error_of(daemon, source):
    """Return why a source has no answer to a lookup."""
    services = {"lookup": {"sources": [{"uuid": source["uuid"]}]}}
    create(daemon, "/profiles", {"name": source["name"], "services": services})
    with assert_prompt():
        assert daemon.get(f"/directories/lookup/{source['name']}", term="a").json["results"] == []
    return next(
        part["error"]
        for part in daemon.get("/status").json["sources"].values()
        if part["name"] == source["name"]
    )


def test_a_fifo_in_the_folder_is_not_waited_for(daemon, allowed, ldap_uri):
    os.mkfifo(allowed / "fifo.pem")
    body = {"name": "fifo", "ldap_uri": ldap_uri, "ldap_verify_certificate": "fifo.pem", **LDAP}
    source = create(daemon, "/backends/ldap/sources", body)
    assert "is a FIFO, not a regular file" in error_of(daemon, source)
    with pytest.raises(OSError, match="No such device"):  # no thread has it open
        os.open(allowed / "fifo.pem", os.O_WRONLY | os.O_NONBLOCK)


def test_a_huge_file_in_the_folder_is_not_read(daemon, allowed, ldap_uri):
    with (allowed / "huge.pem").open("wb") as file:
        file.truncate(2**40)
    body = {"name": "huge", "ldap_uri": ldap_uri, "ldap_verify_certificate": "huge.pem", **LDAP}
    assert "1099511627776 bytes are more than" in error_of(
        daemon, create(daemon, "/backends/ldap/sources", body)
    )


def test_a_link_that_is_changed_later_does_not_lead_outside(daemon, allowed, tmp_path, ldap_uri):
    (allowed / "now.pem").symlink_to(allowed / "ca.pem")
    body = {"name": "now", "ldap_uri": ldap_uri, "ldap_verify_certificate": "now.pem", **LDAP}
    source = create(daemon, "/backends/ldap/sources", body)
    wait_until(lambda: source["uuid"] in daemon.get("/status").json["sources"])
    (allowed / "now.pem").unlink()
    (tmp_path / "secret.pem").write_text("secret")
    (allowed / "now.pem").symlink_to(tmp_path / "secret.pem")
    assert "is outside the allowed folders" in error_of(daemon, source)


def test_a_stored_source_with_another_path_fails_and_says_what_to_do(tmp_path, allowed, db_uri, ldap_uri):
    certificate = tmp_path / "own" / "ca.pem"
    body = {"name": "old", "ldap_uri": ldap_uri, "ldap_verify_certificate": str(certificate), **LDAP}
    with Daemon(with_folders(tmp_path, certificate.parent, db_uri=db_uri)) as daemon:
        source = create(daemon, "/backends/ldap/sources", body)
    with Daemon(with_folders(tmp_path, allowed, db_uri=db_uri)) as daemon:
        error = error_of(daemon, source)
    assert f"ldap_verify_certificate: {certificate} is outside the allowed folders ({allowed})" in error
    assert "add its folder to backends.ldap.certificate_folders" in error


@pytest.mark.parametrize(
    ("options", "key"),
    [
        (
            {"backend": "ldap", "ldap_verify_certificate": "/srv/ca.pem", "ldap_uri": "ldap://x", **LDAP},
            "ldap",
        ),
        ({"backend": "csv", "file": "/srv/people.csv"}, "csv"),
        ({"backend": "vcard", "file": "/srv/people.vcf"}, "vcard"),
        ({"backend": "vcard", "folder": "/srv"}, "vcard"),
    ],
)
def test_a_declared_source_has_the_same_rule(tmp_path, allowed, options, key):
    config = with_folders(tmp_path, allowed)
    config["provisioning"]["sources"].append({"tenant": "main", "name": "declared", **options})
    folders = {"ldap": "certificate_folders", "csv": "folders", "vcard": "folders"}
    expected = rf"provisioning\.sources\.1: .*outside the allowed folders.*backends\.{key}\.{folders[key]}"
    with pytest.raises(InvalidConfiguration, match=expected):
        Daemon(config).controller.check()


def option_names(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield prefix + name
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from option_names(field.annotation, f"{prefix}{name}.")


def test_every_option_with_a_path_is_known_here():
    backends = load_backends(EnabledPlugins()).loaded
    paths = {
        f"{name}: {option}"
        for name, backend in backends.items()
        for option in option_names(backend.Options)
        if PATH_NAMES.search(option)
    }
    assert paths - CONTENTS == CHECKED_PATHS
    assert paths >= CONTENTS
