"""StartTLS and LDAPS, with a certificate that the client verifies."""

import ssl

import ldap3
import pytest
import trustme

from ldap_daemon import ldap_configuration, ldap_daemon
from ldap_searches import connection, ldapsearch, search
from servers.ports import HOST
from waiting import TIMEOUT

SUCCESS, PROTOCOL_ERROR, CONFIDENTIALITY_REQUIRED = 0, 2, 13
ADMIN = ("-D", "token", "-w", "admin")
NO_CONNECTION = 255
"""The exit status of `ldapsearch` without a connection (-1), or with one whose certificate it does not trust (-11)."""

DEPRECATED = pytest.mark.filterwarnings("ignore:ssl.match_hostname:DeprecationWarning")  # ldap3 2.9.1 uses it


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def trusted(tmp_path_factory, authority):
    """Return the file of the authority."""
    file = tmp_path_factory.mktemp("authority") / "authority.pem"
    authority.cert_pem.write_to_path(file)
    return file


def write_certificate(folder, authority, name=HOST):
    issued = authority.issue_cert(name)
    issued.cert_chain_pems[0].write_to_path(folder / f"{name}.crt")
    issued.private_key_pem.write_to_path(folder / f"{name}.key")
    return {"certificate": folder / f"{name}.crt", "private_key": folder / f"{name}.key"}


@pytest.fixture(scope="module", params=["ldap_server", "rest_api"])
def addresses(request, tmp_path_factory, authority):
    """Start a daemon whose certificate is that of LDAP or of HTTP; return its ports."""
    folder = tmp_path_factory.mktemp("ldap")
    config = ldap_configuration(folder, listen_tls="127.0.0.1:6360")
    del config["ldap_server"]["require_tls"]
    config.setdefault(request.param, {}).update(write_certificate(folder, authority))
    with ldap_daemon(config) as daemon:
        yield daemon.ldap


@pytest.fixture
def client_tls(trusted):
    return ldap3.Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=str(trusted))


def test_ldapsearch_binds_over_tls(addresses, trusted):
    for arguments in (
        [f"ldaps://{HOST}:{addresses.tls_port}"],
        [f"ldap://{HOST}:{addresses.port}", "-ZZ"],
    ):
        found = ldapsearch(*arguments, *ADMIN, "(cn=ann*)", certificate=trusted)
        assert (found.code, found.names()) == (SUCCESS, ["Ann Lee"]), found.errors


@DEPRECATED
def test_ldap3_binds_over_tls(addresses, client_tls):
    for port, use_ssl, auto_bind in (
        (addresses.tls_port, True, ldap3.AUTO_BIND_NO_TLS),
        (addresses.port, False, ldap3.AUTO_BIND_TLS_BEFORE_BIND),
    ):
        server = ldap3.Server(HOST, port, use_ssl=use_ssl, tls=client_tls, get_info=ldap3.DSA)
        client = ldap3.Connection(server, "token", "admin", auto_bind=auto_bind, check_names=False)
        assert search(client, "(cn=ann*)") == (SUCCESS, ["Ann Lee"])
        assert "1.3.6.1.4.1.1466.20037" in {extension[0] for extension in server.info.supported_extensions}
        client.unbind()


def test_a_password_is_accepted_only_over_tls(addresses, trusted):
    for arguments in ([*ADMIN], ["-D", "token", "-w", "not-this"]):
        found = ldapsearch(addresses.port, *arguments, "(cn=ann*)")
        assert (found.code, found.entries) == (CONFIDENTIALITY_REQUIRED, [])
    assert ldapsearch(addresses.port, "(cn=ann*)").names() == [
        "Ann Lee"
    ]  # of the network, without a password


def test_a_client_does_not_trust_the_certificate_of_another_host(addresses, trusted):
    url = f"ldaps://localhost:{addresses.tls_port}"  # the certificate is that of the address
    assert ldapsearch(url, "(cn=ann*)", certificate=trusted).code == NO_CONNECTION


@DEPRECATED
def test_start_tls_makes_a_client_anonymous_and_works_once(addresses, client_tls):
    server = ldap3.Server(HOST, addresses.port, tls=client_tls, get_info=ldap3.NONE)
    client = ldap3.Connection(server, check_names=False, receive_timeout=int(TIMEOUT))
    client.open()
    assert client.start_tls(read_server_info=False)
    assert search(client, "(cn=ann*)") == (SUCCESS, ["Ann Lee"])
    client.extended("1.3.6.1.4.1.1466.20037")
    assert client.result["result"] != SUCCESS
    assert client.rebind("token", "admin")
    assert client.extend.standard.who_am_i() == "u:token"
    client.unbind()


def test_without_a_certificate_start_tls_is_refused(tmp_path):
    with ldap_daemon(ldap_configuration(tmp_path)) as daemon:
        client = connection(daemon.ldap.port)
        client.extended("1.3.6.1.4.1.1466.20037")
        assert client.result["result"] == PROTOCOL_ERROR
        assert search(client, "(cn=ann*)") == (SUCCESS, ["Ann Lee"])
        client.unbind()


@pytest.mark.parametrize("scheme", ["ldap", "tls"])
def test_a_client_of_the_wrong_port_is_closed_and_others_are_served(addresses, trusted, scheme):
    wrong = {"ldap": f"ldap://{HOST}:{addresses.tls_port}", "tls": f"ldaps://{HOST}:{addresses.port}"}
    assert ldapsearch(wrong[scheme], "(cn=ann*)", certificate=trusted).code != SUCCESS
    assert ldapsearch(addresses.port, "(cn=ann*)").names() == ["Ann Lee"]
