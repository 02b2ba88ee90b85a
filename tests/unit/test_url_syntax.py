"""The syntax of hosts, paths and URLs in links."""

import pytest

from hostile_urls import HOSTS, NO_HOSTS, NO_PATHS, NO_URLS, PATHS
from xivo_dird.url_syntax import check_authority, check_path, check_root_url


@pytest.mark.parametrize("text", HOSTS)
def test_a_host_with_or_without_a_port_is_accepted_unchanged(text: str) -> None:
    assert check_authority(text) == text


@pytest.mark.parametrize("text", NO_HOSTS, ids=ascii)
def test_what_is_no_host_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"host"):
        check_authority(text)


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
