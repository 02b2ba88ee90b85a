"""Tests of the URLs of HTTP requests."""

import pytest

from xivo_dird.outgoing.targets import Target
from xivo_dird.outgoing.urls import Origin, joined_url, parse_url


@pytest.mark.parametrize(
    ("url", "scheme", "host", "port"),
    [
        ("http://crm.lan", "http", "crm.lan", 80),
        ("HTTPS://CRM.lan./people", "https", "crm.lan", 443),
        ("http://[::1]:8080/", "http", "::1", 8080),
        ("http://user:pass@crm.lan/", "http", "crm.lan", 80),
        ("http://allowed.example@evil.example/", "http", "evil.example", 80),
        ("http://evil.example\\@allowed.example/", "http", "evil.example", 80),
        ("http://evil.example#@allowed.example/", "http", "evil.example", 80),
        ("http://evil.example?@allowed.example/", "http", "evil.example", 80),
        ("http://münchen.example/", "http", "xn--mnchen-3ya.example", 80),
    ],
)
def test_a_url_leads_to_one_host(url: str, scheme: str, host: str, port: int) -> None:
    assert parse_url(url).origin == Origin(scheme, Target(host, port))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "crm.lan",
        "//crm.lan",
        "file:///etc/passwd",
        "ftp://crm.lan",
        "gopher://crm.lan",
        "http://",
        "http:///x",
        "http://[::1",
        f"http://{'a' * 1025}/",
    ],
)
def test_what_is_no_http_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="URL"):
        parse_url(url)


@pytest.mark.parametrize("port", ["65536", "0x50", "-1"])
def test_an_impossible_port_is_refused(port: str) -> None:
    with pytest.raises(ValueError, match="URL"):
        parse_url(f"http://crm.lan:{port}/")


def test_parameters_are_added_to_those_of_the_url() -> None:
    url = parse_url("http://crm.lan/find?tenant=a%20b#fragment")
    assert url.request_target({"q": "a&b=c d/é"}) == "/find?tenant=a%20b&q=a%26b%3Dc+d%2F%C3%A9"


def test_user_and_password_of_a_url_are_basic_authentication() -> None:
    assert parse_url("http://ada:p%40ss@crm.lan/").authorization == "Basic YWRhOnBAc3M="
    assert parse_url("http://crm.lan/").authorization is None


@pytest.mark.parametrize(
    ("url", "origin"),
    [("http://crm.lan:80/x", "http://crm.lan"), ("https://[::1]:444/x", "https://[::1]:444")],
)
def test_an_origin_is_written_as_the_beginning_of_a_url(url: str, origin: str) -> None:
    assert str(parse_url(url).origin) == origin


@pytest.mark.parametrize(
    "link", ["http://[::1", "//[", "http://a\u2100b/", "file:///etc/passwd", "//h:99999/"]
)
def test_a_link_that_is_no_url_is_refused_without_its_text(link: str) -> None:
    with pytest.raises(ValueError, match="URL") as raised:
        joined_url("http://crm.lan/people", link)
    assert link not in str(raised.value)


def test_a_link_may_be_relative() -> None:
    assert joined_url("http://crm.lan/people?page=1", "?page=2").request_target() == "/people?page=2"
