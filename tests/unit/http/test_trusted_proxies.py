"""What proxies say about a client counts only if a trusted one says it."""

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from xivo_dird.config.schema import RestApi
from xivo_dird.http.trusted_proxies import TrustedProxies

FORWARDED = {
    "HTTP_X_FORWARDED_FOR": "192.0.2.66, 192.0.2.7",
    "HTTP_X_FORWARDED_PROTO": "http, https",
    "HTTP_X_FORWARDED_HOST": "evil.example, pbx.example",
    "HTTP_X_FORWARDED_PREFIX": "/evil, /api/dird",
    "HTTP_PROXY_URL": "https://gate.example/",
}


def environment(peer: str, proxies: list[str], **headers: str) -> dict[str, object]:
    """Return the environment that the application gets."""
    seen: dict[str, object] = {}

    def application(environ, start_response):
        seen.update(environ)
        start_response("204 No Content", [])
        return []

    settings = RestApi.model_validate({"trusted_proxies": proxies})
    sent = EnvironBuilder(environ_base={"REMOTE_ADDR": peer}, environ_overrides=headers).get_environ()
    run_wsgi_app(TrustedProxies(application, settings.trusted_proxies), sent)
    return seen


@pytest.mark.parametrize(
    ("peer", "proxies"),
    [
        ("127.0.0.1", ["127.0.0.1"]),
        ("::ffff:127.0.0.1", ["127.0.0.1"]),
        ("::1", ["127.0.0.1", "::1"]),
        ("10.1.2.3", ["10.0.0.0/8"]),
        ("2001:db8::7", ["2001:db8::/32"]),
        ("fe80::1%eth0", ["fe80::/10"]),
        ("192.0.2.1", ["0.0.0.0/0"]),
    ],
)
def test_the_last_values_of_a_trusted_proxy_count(peer: str, proxies: list[str]) -> None:
    seen = environment(peer, proxies, **FORWARDED)
    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]) == ("192.0.2.7", "https")
    assert seen["HTTP_X_FORWARDED_HOST"] == "pbx.example"
    assert seen["HTTP_X_FORWARDED_PREFIX"] == "/api/dird"
    assert seen["HTTP_PROXY_URL"] == FORWARDED["HTTP_PROXY_URL"]


@pytest.mark.parametrize(
    ("peer", "proxies"),
    [
        ("127.0.0.1", []),
        ("127.0.0.2", ["127.0.0.1", "::1"]),
        ("::1", ["127.0.0.1"]),
        ("::ffff:10.0.0.1", ["127.0.0.1", "::/1"]),
        ("11.0.0.1", ["10.0.0.0/8"]),
        ("", ["0.0.0.0/0", "::/0"]),
        ("localhost", ["127.0.0.1"]),
        ("127.0.0.1:80", ["127.0.0.1"]),
    ],
)
def test_of_another_peer_nothing_is_left(peer: str, proxies: list[str]) -> None:
    seen = environment(peer, proxies, **FORWARDED)
    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]) == (peer, "http")
    assert seen.keys() & FORWARDED.keys() == set()


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7:51000", "192.0.2.7"),
        ("2001:DB8::7", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("[2001:db8::7]:51000", "2001:db8::7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::7%<script>", "fe80::7"),
        ("unknown", ""),
        ("_hidden", ""),
        ("", ""),
        ("192.0.2.7,", ""),
        ("127.0.0.1, <script>", ""),
        ("192.0.2.7 192.0.2.8", ""),
        ("192.0.2.256", ""),
        ("[192.0.2.7", ""),
        ("2130706433", ""),
        ("1" * 60_000, ""),
        (":" * 60_000, ""),
    ],
)
def test_a_forwarded_address_is_one_or_unknown_and_never_the_proxy(text: str, address: str) -> None:
    seen = environment("127.0.0.1", ["127.0.0.1"], HTTP_X_FORWARDED_FOR=text)
    assert seen["REMOTE_ADDR"] == address


def test_without_headers_the_proxy_itself_is_the_client() -> None:
    assert environment("127.0.0.1", ["127.0.0.1"])["REMOTE_ADDR"] == "127.0.0.1"


@pytest.mark.parametrize("scheme", ["javascript", "", "https://", "ws", "ht\ntp"])
def test_a_forwarded_scheme_that_is_none_changes_nothing(scheme: str) -> None:
    seen = environment("127.0.0.1", ["127.0.0.1"], HTTP_X_FORWARDED_PROTO=scheme)
    assert seen["wsgi.url_scheme"] == "http"


def test_forwarded_of_rfc_7239_and_the_script_name_are_left_as_they_are() -> None:
    sent = {"HTTP_FORWARDED": "for=192.0.2.7;host=evil.example", "HTTP_X_SCRIPT_NAME": "/api/dird"}
    for proxies in ([], ["192.0.2.1"]):
        seen = environment("192.0.2.1", proxies, **sent)
        assert seen["REMOTE_ADDR"] == "192.0.2.1"
        assert {key: seen[key] for key in sent} == sent
