"""Links and addresses of clients, over real connections: with and without a trusted proxy."""

import pytest

from link_application import PROXY_URL, ROOT, link_application
from servers.raw_http import RawClient, running_server

FORWARDED = {
    "X-Forwarded-For": "192.0.2.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "phones.example",
    "X-Forwarded-Prefix": "/api/dird",
    "Proxy-URL": "https://gate.example/phones",
}


def ask(port, target=ROOT, host="127.0.0.1", version="1.1", **headers):
    """Send a request, and return status and body."""
    fields = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with RawClient(port, host=host) as client:
        status, _, body = client.ask(f"GET {target} HTTP/{version}\r\n{fields}\r\n".encode("latin-1"))
    return status, body.decode()


def server(**settings):
    return running_server(link_application(**settings), **settings)


def test_headers_of_a_trusted_proxy_are_in_links():
    with server() as running:
        assert ask(running.port, Host="dird", **FORWARDED) == (200, "https://phones.example/api/dird")
        assert ask(running.port, PROXY_URL, Host="dird", **FORWARDED) == (200, "https://gate.example/phones")


def test_headers_of_another_client_are_not_in_links():
    with server(trusted_proxies=["192.0.2.1"]) as running:
        assert ask(running.port, Host="dird:80", **FORWARDED) == (200, "http://dird:80")
        assert ask(running.port, PROXY_URL, Host="dird", **FORWARDED) == (200, "None")


@pytest.mark.parametrize("listen", ["127.0.0.1", "::1", "::"])
def test_without_host_links_have_the_address_of_the_socket(listen):
    with server(listen=listen) as running:
        for host in {"127.0.0.1": ["127.0.0.1"], "::1": ["::1"], "::": ["127.0.0.1", "::1"]}[listen]:
            shown = f"[{host}]" if ":" in host else host
            assert ask(running.port, host=host, version="1.0") == (200, f"http://{shown}:{running.port}")


def test_a_proxy_that_reaches_the_ipv6_socket_over_ipv4_is_trusted():
    with server(listen="::", trusted_proxies=["127.0.0.1"]) as running:
        assert ask(running.port, Host="dird", **FORWARDED)[1] == "https://phones.example/api/dird"
        assert ask(running.port, host="::1", Host="dird", **FORWARDED)[1] == "http://dird"


def test_a_request_target_with_another_host_than_the_header_is_refused():
    with server() as running:
        status, message = ask(running.port, f"http://target.example{ROOT}", Host="dird")
    assert (status, "target.example" in message) == (400, False)


@pytest.mark.parametrize(
    "host", ["a@b", "evil.com/path", "<script>", "a b", "", "[fe80::1%25eth0]", "x:0", "h" * 10_000]
)
def test_a_hostile_host_is_a_400_for_links_only(host):
    with server() as running:
        status, message = ask(running.port, Host=host)
        assert (status, message[:40]) == (400, '{"message":"The header Host is invalid: ')
        assert ask(running.port, PROXY_URL, Host=host) == (200, "None")
