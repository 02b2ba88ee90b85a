"""The syntax of hosts, paths and URLs in links."""

import pytest

from hostile_urls import HOSTS, NO_HOSTS, NO_PATHS, NO_URLS, PATHS
from xivo_dird.url_syntax import (
    Host,
    check_authority,
    check_host_name,
    check_path,
    check_root_url,
    host_of_url,
    parse_authority,
)


@pytest.mark.parametrize("text", HOSTS)
def test_a_host_with_or_without_a_port_is_accepted_unchanged(text: str) -> None:
    assert check_authority(text) == text


@pytest.mark.parametrize("text", NO_HOSTS, ids=ascii)
def test_what_is_no_host_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"host"):
        check_authority(text)


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("PBX.Example.org.:8443", Host("pbx.example.org", False, 8443)),
        ("pbx", Host("pbx", False, None)),
        ("1.example", Host("1.example", False, None)),
        ("192.0.2.1:1", Host("192.0.2.1", True, 1)),
        ("[2001:DB8:0::1]", Host("2001:db8::1", True, None)),
    ],
)
def test_hosts_can_be_compared(text: str, host: Host) -> None:
    assert parse_authority(text) == host


@pytest.mark.parametrize("text", ["pbx", "PBX", "pbx."])
def test_a_host_name_is_in_lower_case_without_a_trailing_dot(text: str) -> None:
    assert check_host_name(text) == "pbx"


@pytest.mark.parametrize(
    "text", [*NO_HOSTS, "pbx:80", "192.0.2.1", "[::1]", "*.example", "http://pbx"], ids=ascii
)
def test_what_is_no_host_name_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^no name of a host, without a port$"):
        check_host_name(text)


@pytest.mark.parametrize(
    "url", ["http://pbx", "https://PBX.:8443/", "http://pbx:80/api/dird/@a", "HTTP://pbx/a"]
)
def test_the_host_of_a_url_has_no_port_and_no_path(url: str) -> None:
    assert host_of_url(check_root_url(url)).name == "pbx"


@pytest.mark.parametrize(("text", "path"), PATHS.items())
def test_a_path_loses_its_trailing_slash(text: str, path: str) -> None:
    assert check_path(text) == path


@pytest.mark.parametrize("text", NO_PATHS, ids=ascii)
def test_what_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"path"):
        check_path(text)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://pbx", "http://pbx"),
        ("HTTPS://pbx.example.org:8443/", "https://pbx.example.org:8443"),
        ("https://[::1]/api/dird/", "https://[::1]/api/dird"),
    ],
)
def test_a_url_loses_its_trailing_slash(text: str, url: str) -> None:
    assert check_root_url(text) == url


@pytest.mark.parametrize("text", NO_URLS, ids=ascii)
def test_what_is_no_plain_http_url_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"URL|host|path"):
        check_root_url(text)
