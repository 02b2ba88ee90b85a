"""The section `ldap_server`: what it accepts, and errors that name the key."""

from pathlib import Path

import pytest

from xivo_dird.config.files import Arguments, load
from xivo_dird.config.ldap_server import LdapServerSection
from xivo_dird.config.schema import Config
from xivo_dird.controller import Controller
from xivo_dird.exceptions import InvalidConfiguration
from xivo_dird.process.main import main

TENANT = "2c34c282-433e-4bb8-8d56-fec14ff7e1e9"
LISTEN = "listen: '127.0.0.1:3890'"
LISTEN_TLS = "listen_tls: '127.0.0.1:6360'"
TLS = "certificate: cert.pem, private_key: key.pem"


def load_config(folder: Path, section: str, *others: str) -> Config:
    """Return the configuration with a section `ldap_server` and further lines."""
    file = folder / "config.yml"
    lines = ("extra_config_files: null", f"ldap_server: {section}", *others)
    file.write_text("\n".join(lines), encoding="utf-8")
    return load(Arguments(file)).config


def load_ldap(folder: Path, section: str) -> LdapServerSection:
    return load_config(folder, section).ldap_server


@pytest.mark.parametrize("section", ["", "{}", "{listen: , listen_tls: }", "{listen: ''}"])
def test_by_default_nothing_listens_and_nobody_is_let_in(tmp_path: Path, section: str) -> None:
    ldap = load_ldap(tmp_path, section)
    assert (ldap.address, ldap.tls_address) == (None, None)
    assert ldap.anonymous == ()
    assert ldap.require_tls
    assert (ldap.base_dn, ldap.profile, ldap.late_sources) == ("dc=directory", "default", "success")
    assert (ldap.max_entries, ldap.max_connections, ldap.idle_timeout) == (1000, 4096, 3600)


def test_both_listeners_have_an_address(tmp_path: Path) -> None:
    ldap = load_ldap(tmp_path, f"{{listen: '[::1]:389', {LISTEN_TLS}, {TLS}}}")
    assert ldap.address == ("::1", 389)
    assert ldap.tls_address == ("127.0.0.1", 6360)


@pytest.mark.parametrize(
    "base_dn",
    ["dc=example,dc=org", "o=Café & Co", "ou=people; dc=example", 'o="Lee, Ann",c=FR', "2.5.4.10=x"],
)
def test_the_base_is_any_distinguished_name(tmp_path: Path, base_dn: str) -> None:
    assert load_ldap(tmp_path, f"{{base_dn: '{base_dn}'}}").base_dn == base_dn


def test_a_network_without_a_profile_has_the_profile_default(tmp_path: Path) -> None:
    (network,) = load_ldap(
        tmp_path, f"{{anonymous: [{{subnet: 10.2.0.0/16, tenant_uuid: {TENANT}}}]}}"
    ).anonymous
    assert (str(network.subnet), network.tenant_uuid, network.profile) == ("10.2.0.0/16", TENANT, "default")


def test_an_attribute_has_the_fields_in_their_order(tmp_path: Path) -> None:
    section = "{attributes: {telephoneNumber: [office, extension], MAIL: [email]}}"
    assert load_ldap(tmp_path, section).attributes == {
        "telephoneNumber": ("office", "extension"),
        "MAIL": ("email",),
    }


def test_ldap_has_the_certificate_of_http_unless_it_has_its_own(tmp_path: Path) -> None:
    http = f"rest_api: {{{TLS}}}"
    of_http = load_config(tmp_path, f"{{{LISTEN_TLS}}}", http).ldap_certificate()
    own = load_config(tmp_path, f"{{{LISTEN_TLS}, certificate: own.pem, private_key: own.key}}", http)
    assert of_http == ("rest_api", Path("cert.pem"), Path("key.pem"))
    assert own.ldap_certificate() == ("ldap_server", Path("own.pem"), Path("own.key"))


def network(subnet: str, tenant_uuid: str = TENANT, profile: str = "default") -> str:
    return f"{{subnet: {subnet}, tenant_uuid: {tenant_uuid}, profile: {profile}}}"


BROKEN = {
    "no base": ("base_dn: ''", "ldap_server.base_dn: an empty name; write one such as dc=example,dc=org"),
    "a wrong base": ("base_dn: example.org", "ldap_server.base_dn: not a distinguished name, such as dc="),
    "half a base": ("base_dn: 'dc=example,'", "ldap_server.base_dn: not a distinguished name"),
    "a long base": (f"base_dn: dc={'x' * 510}", "ldap_server.base_dn: "),
    "a host alone": ("listen: localhost", "ldap_server.listen: 'localhost' is not host:port"),
    "a port alone": ("listen: 389", "ldap_server.listen: "),
    "a URL": (
        "listen: 'ldap://localhost:389'",
        "ldap_server.listen: 'ldap://localhost:389' is not host:port",
    ),
    "a wrong port": ("listen_tls: 'localhost:65536'", "ldap_server.listen_tls: 'localhost:65536' is not"),
    "no key": ("certificate: cert.pem", "ldap_server: certificate and private_key are given together"),
    "no certificate": ("private_key: key.pem", "ldap_server: certificate and private_key are given together"),
    "TLS without a certificate": (
        LISTEN_TLS,
        "ldap_server.listen_tls: needs ldap_server.certificate and ldap_server.private_key",
    ),
    "one port for both": (
        f"{LISTEN}, listen_tls: 'localhost:3890', {TLS}",
        "ldap_server.listen_tls: 3890 is also ldap_server.listen; each needs its own port",
    ),
    "the port of HTTP": ("listen: 'localhost:9489'", "ldap_server.listen: 9489 is also rest_api.port"),
    "a network without a tenant": (
        "anonymous: [{subnet: 10.2.0.0/16}]",
        "ldap_server.anonymous.0.tenant_uuid: ",
    ),
    "a bare network": ("anonymous: [10.2.0.0/16]", "ldap_server.anonymous.0: "),
    "a wrong network": (f"anonymous: [{network('10.2.0.1/16')}]", "ldap_server.anonymous.0.subnet: "),
    "a wrong tenant": (f"anonymous: [{network('10.2.0.1', 'x')}]", "ldap_server.anonymous.0.tenant_uuid: "),
    "no profile": (f"anonymous: [{network('10.2.0.1', profile='')}]", "ldap_server.anonymous.0.profile: "),
    "a network twice": (
        f"anonymous: [{network('10.2.0.0/16')}, {network('10.2.0.0/16', profile='sales')}]",
        "ldap_server.anonymous: 10.2.0.0/16 is given twice",
    ),
    "an empty profile": ("profile: ''", "ldap_server.profile: "),
    "another way to end": ("late_sources: error", "ldap_server.late_sources: "),
    "a field that is no list": ("attributes: {mail: email}", "ldap_server.attributes.mail: "),
    "no entries": ("max_entries: 0", "ldap_server.max_entries: "),
    "too many entries": ("max_entries: 1000001", "ldap_server.max_entries: "),
    "no connections": ("max_connections: 0", "ldap_server.max_connections: "),
    "no time": ("idle_timeout: 0", "ldap_server.idle_timeout: "),
    "an unknown key": ("port: 389", "ldap_server.port: unknown key"),
}


@pytest.mark.parametrize(("section", "error"), BROKEN.values(), ids=BROKEN)
def test_an_error_names_the_key(tmp_path: Path, section: str, error: str) -> None:
    with pytest.raises(InvalidConfiguration) as caught:
        load_ldap(tmp_path, f"{{{section}}}")
    assert error in str(caught.value)


def test_ldap_and_fastagi_need_different_ports(tmp_path: Path) -> None:
    agi = "agi: {listen: '127.0.0.1:3890', authorized_subnets: [127.0.0.1]}"
    with pytest.raises(InvalidConfiguration, match=r"ldap_server\.listen: 3890 is also agi\.listen"):
        load_config(tmp_path, f"{{{LISTEN}}}", agi)


@pytest.mark.parametrize("name", ["phone", "uid", "objectClass", "cn;lang-de"])
def test_an_attribute_that_entries_cannot_have_is_an_error(tmp_path: Path, name: str) -> None:
    state = (f"db_uri: 'sqlite:///{tmp_path}/dird.db'", f"state_directory: {tmp_path}")
    config = load_config(tmp_path, f"{{attributes: {{{name}: [number]}}}}", *state, "bus: {enabled: false}")
    with pytest.raises(InvalidConfiguration) as caught:
        Controller(config)
    assert f"ldap_server.attributes.{name}: must be one of cn, description, " in str(caught.value)


@pytest.mark.parametrize(
    ("section", "error"),
    [
        ("{base_dn: example.org}", "ldap_server.base_dn: not a distinguished name"),
        ("{attributes: {phone: [number]}}", "ldap_server.attributes.phone: must be one of "),
        (f"{{{LISTEN_TLS}, {TLS}}}", "ldap_server.certificate: cert.pem can't be read: "),
        ("{listen: 'host.invalid:389'}", "ldap_server.listen: "),
    ],
)
def test_check_config_prints_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], section: str, error: str
) -> None:
    file = tmp_path / "config.yml"
    keys = (
        f"extra_config_files: null\nlog_filename: null\nstate_directory: {tmp_path}\nauth: {{method: static}}"
    )
    file.write_text(f"{keys}\nldap_server: {section}\n", encoding="utf-8")
    assert main(["-c", str(file), "--check-config"]) == 2
    printed = capsys.readouterr()
    assert error in printed.out + printed.err
