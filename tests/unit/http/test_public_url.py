"""The URL under which a client reaches the daemon, and the one to which a proxy sends phones."""

import json

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from hostile_urls import HOSTS, NO_HOSTS, NO_PATHS, NO_URLS, PATHS
from link_application import PROXY_URL, ROOT, link_application

PEER = "192.0.2.1"


@pytest.fixture(scope="module")
def public():
    """Return an application that trusts no proxy."""
    return link_application(trusted_proxies=[])


@pytest.fixture(scope="module")
def proxied():
    """Return an application that trusts its peer."""
    return link_application(trusted_proxies=[PEER])


def get(application, path=ROOT, **environ):
    overrides = {"HTTP_HOST": "pbx.example", "REQUEST_URI": path, **environ}
    builder = EnvironBuilder(path, environ_base={"REMOTE_ADDR": PEER})
    parts, status, _ = run_wsgi_app(application, {**builder.get_environ(), **overrides}, buffered=True)
    body = b"".join(parts).decode()
    return int(status[:3]), body if status.startswith("200") else json.loads(body)["message"]


def refused(application, name, path=ROOT, **environ):
    """Return whether a request is a 400 that names the header and repeats nothing of its value."""
    status, message = get(application, path, **environ)
    assert (status, message[: len(name)]) == (400, name)
    (value,) = environ.values()
    return (
        status == 400
        and message.isascii()
        and message.isprintable()
        and (len(value) < 9 or value not in message)
    )


@pytest.mark.parametrize("host", HOSTS)
def test_the_root_has_the_host_of_the_request(public, host):
    assert get(public, HTTP_HOST=host) == (200, f"http://{host}")


@pytest.mark.parametrize("host", NO_HOSTS, ids=ascii)
def test_a_hostile_host_is_a_400_and_is_not_repeated(public, proxied, host):
    for application in (public, proxied):
        assert refused(application, "The header Host is invalid: ", HTTP_HOST=host)


@pytest.mark.parametrize(
    "host", [host for host in NO_HOSTS if "," not in host and host.strip() == host], ids=ascii
)
def test_a_hostile_forwarded_host_is_a_400_from_a_proxy_alone(public, proxied, host):
    assert refused(proxied, "The header X-Forwarded-Host is invalid: ", HTTP_X_FORWARDED_HOST=host)
    assert get(public, HTTP_X_FORWARDED_HOST=host) == (200, "http://pbx.example")


@pytest.mark.parametrize("path", NO_PATHS, ids=ascii)
@pytest.mark.parametrize("header", ["X-Forwarded-Prefix", "X-Script-Name"])
def test_a_hostile_prefix_is_a_400_from_a_proxy_alone(public, proxied, header, path):
    sent = {f"HTTP_{header.upper().replace('-', '_')}": path.strip()}
    if path == path.strip():
        assert refused(proxied, f"The header {header} is invalid: ", **sent)
    assert get(public, **sent) == (200, "http://pbx.example")


@pytest.mark.parametrize(
    "url", [*NO_URLS, f"http://pbx/{'a' * 1990}", "http://pbx" + "/a" * 5_000], ids=ascii
)
def test_a_hostile_proxy_url_is_a_400_from_a_proxy_alone(public, proxied, url):
    assert refused(proxied, "The header Proxy-URL is invalid: ", PROXY_URL, HTTP_PROXY_URL=url)
    assert get(public, PROXY_URL, HTTP_PROXY_URL=url) == (200, "None")


@pytest.mark.parametrize("scheme", ["javascript", "", "https://", "ws", "<script>", "http\r\n"])
def test_a_hostile_scheme_is_a_400_from_a_proxy_alone(public, proxied, scheme):
    status, message = get(proxied, HTTP_X_FORWARDED_PROTO=f"{scheme}x")
    assert (status, message) == (400, "The header X-Forwarded-Proto is neither http nor https")
    assert get(public, HTTP_X_FORWARDED_PROTO=scheme) == (200, "http://pbx.example")


def test_a_proxy_names_scheme_host_and_prefix(proxied):
    sent = {
        "HTTP_X_FORWARDED_PROTO": "HTTPS",
        "HTTP_X_FORWARDED_HOST": "a@b, phones.example:8443",
        "HTTP_X_FORWARDED_PREFIX": "/../, /api/dird/",
        "HTTP_X_SCRIPT_NAME": "/other",
    }
    assert get(proxied, **sent) == (200, "https://phones.example:8443/api/dird")


@pytest.mark.parametrize(("sent", "prefix"), PATHS.items())
def test_the_script_name_of_a_proxy_is_the_prefix(proxied, sent, prefix):
    assert get(proxied, HTTP_X_SCRIPT_NAME=sent) == (200, f"http://pbx.example{prefix}")


def test_the_proxy_url_of_a_proxy_is_returned_without_a_trailing_slash(proxied):
    assert get(proxied, PROXY_URL, HTTP_PROXY_URL="HTTPS://gate.example/a/") == (
        200,
        "https://gate.example/a",
    )
    assert get(proxied, PROXY_URL) == (200, "None")
    longest = f"http://pbx/{'a' * 1989}"
    assert get(proxied, PROXY_URL, HTTP_PROXY_URL=longest) == (200, longest)


def test_a_public_url_counts_whatever_the_headers_say():
    application = link_application(trusted_proxies=[PEER], public_url="https://pbx.example.org/api/dird/")
    sent = {
        "HTTP_HOST": "<script>",
        "HTTP_X_FORWARDED_HOST": "a@b",
        "HTTP_X_FORWARDED_PROTO": "javascript",
        "HTTP_X_FORWARDED_PREFIX": "//evil",
    }
    assert get(application, **sent) == (200, "https://pbx.example.org/api/dird")


@pytest.mark.parametrize("host", ["target.example:81", "[::1]:81", "192.0.2.9"])
def test_a_request_target_with_a_host_overrides_the_header(public, host):
    assert get(public, REQUEST_URI=f"http://{host}{ROOT}?a=http://evil.example/") == (200, f"http://{host}")
    assert get(public, REQUEST_URI=f"{ROOT}?a=http://evil.example/") == (200, "http://pbx.example")


@pytest.mark.parametrize("host", ["a@b", "", "a b", "<script>", "b\\@c", "b:0"])
def test_a_hostile_request_target_is_a_400(public, host):
    assert refused(
        public, "The host in the request target is invalid: ", REQUEST_URI=f"http://{host}/0.1/root"
    )
