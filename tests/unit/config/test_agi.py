"""The section `agi`: what it accepts, and errors that name the key."""

from pathlib import Path

import pytest

from xivo_dird.config.agi import AgiSection
from xivo_dird.config.files import Arguments, load
from xivo_dird.exceptions import InvalidConfiguration

SUBNETS = "authorized_subnets: [10.20.0.0/16]"


def load_agi(folder: Path, text: str) -> AgiSection:
    file = folder / "config.yml"
    file.write_text(f"extra_config_files: null\nagi: {text}", encoding="utf-8")
    return load(Arguments(file)).config.agi


@pytest.mark.parametrize("text", ["", "{}", "{listen: }", "{listen: ''}", f"{{{SUBNETS}}}"])
def test_by_default_nothing_listens(tmp_path: Path, text: str) -> None:
    agi = load_agi(tmp_path, text)
    assert agi.address is None
    assert (agi.profile, agi.timeout, agi.max_connections, agi.max_name_characters) == ("default", 1, 256, 80)
    assert not agi.ascii_names


@pytest.mark.parametrize(
    ("listen", "address"),
    [
        ("127.0.0.1:4573", ("127.0.0.1", 4573)),
        ("0.0.0.0:1", ("0.0.0.0", 1)),
        ("'[::1]:4573'", ("::1", 4573)),
        ("'[::]:65535'", ("::", 65535)),
        ("dird.example.org:4573", ("dird.example.org", 4573)),
    ],
)
def test_an_address_is_a_host_and_a_port(tmp_path: Path, listen: str, address: tuple[str, int]) -> None:
    assert load_agi(tmp_path, f"{{listen: {listen}, {SUBNETS}}}").address == address


@pytest.mark.parametrize(
    "listen",
    [
        "127.0.0.1",
        "':4573'",
        "'4573'",
        "host:0",
        "host:65536",
        "'host:'",
        "'::1:4573'",
        "'[::1]'",
        "a b:1",
        "1.2:3",
    ],
)
def test_another_address_is_an_error_that_shows_the_form(tmp_path: Path, listen: str) -> None:
    with pytest.raises(
        InvalidConfiguration, match=r"agi\.listen: .*is not host:port, such as 127\.0\.0\.1:4573"
    ):
        load_agi(tmp_path, f"{{listen: {listen}, {SUBNETS}}}")


BROKEN = {
    "no networks": ("listen: '[::]:4573'", "agi: authorized_subnets: listen needs the networks of the PBXs"),
    "a wrong network": ("authorized_subnets: [10.2.0.1/16]", "agi.authorized_subnets.0.subnet: "),
    "a network twice": (
        "authorized_subnets: [10.0.0.0/8, 10.0.0.0/8]",
        "agi.authorized_subnets: 10.0.0.0/8 is",
    ),
    "a wrong tenant": (
        "authorized_subnets: [{subnet: 10.0.0.1, tenant_uuid: x}]",
        ".0.tenant_uuid: 'x' is not",
    ),
    "no time": ("timeout: 0", "agi.timeout: "),
    "no calls": ("max_connections: 0", "agi.max_connections: "),
    "too many calls": ("max_connections: 1001", "agi.max_connections: "),
    "no name": ("max_name_characters: 0", "agi.max_name_characters: "),
    "long names": ("max_name_characters: 257", "agi.max_name_characters: "),
    "no profile": ("profile: ''", "agi.profile: "),
    "a port alone": ("listen: 4573", "agi.listen: "),
    "the port of HTTP": (f"listen: '127.0.0.1:9489', {SUBNETS}", "agi.listen: 9489 is also rest_api.port"),
    "an unknown key": ("port: 4573", "agi.port: unknown key"),
}


@pytest.mark.parametrize(("text", "error"), BROKEN.values(), ids=BROKEN)
def test_an_error_names_the_key(tmp_path: Path, text: str, error: str) -> None:
    with pytest.raises(InvalidConfiguration) as caught:
        load_agi(tmp_path, f"{{{text}}}")
    assert error in str(caught.value)
