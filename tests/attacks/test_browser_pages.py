"""Pages of other sites, in a browser in the network of phones, that want to read contacts without credentials."""

from contextlib import contextmanager

import pytest

from api.conftest import TENANT, USER, Daemon
from phones.people import CREW, phone_configuration
from servers.raw_http import RawClient, running_server

LOOPBACK = [{"subnet": "127.0.0.0/8", "tenant_uuid": TENANT}]
REST_API = {"public_url": "http://dird.example.org:9489", "trusted_proxies": []}
PATH = f"/0.1/directories/lookup/default/{USER}/yealink?term=crew"
BROWSER = {"User-Agent": "Mozilla/5.0", "Accept": "*/*", "Connection": "keep-alive"}
REBOUND = {**BROWSER, "Host": "evil.example:9489", "Referer": "http://evil.example:9489/"}
"""A page at evil.example whose name now leads to the daemon: for the browser it asks its own site."""

OF_SAME_SITE = {
    "a plain request": {},
    "a reloaded page": {"Cache-Control": "no-cache", "Sec-Fetch-Site": "same-origin"},
    "an URL that was typed": {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"},
    "a forwarded host": {"X-Forwarded-Host": "dird.example.org"},
    "a forwarded client": {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1"},
    "a forwarded request": {"Forwarded": "for=127.0.0.1;host=dird.example.org;proto=http"},
    "a URL of a gateway": {"Proxy-URL": "http://dird.example.org"},
    "a host under other names": {"X-Host": "localhost", "X-Original-Host": "localhost"},
    "an original URL": {"X-Original-URL": "http://localhost/", "X-Rewrite-URL": "/"},
    "another method": {"X-HTTP-Method-Override": "GET"},
    "an upgrade": {"Connection": "Upgrade", "Upgrade": "h2c"},
    "credentials of its own": {"Authorization": "Basic dG9rZW46ZXZpbA=="},
    "a token of its own": {"X-Auth-Token": "evil"},
    "a tenant": {"Wazo-Tenant": TENANT},
}
"""What a script may add to requests to its own site; a browser sets `Host`, `Origin` and `Sec-*` itself."""

OF_OTHER_SITE = {
    "an image": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
    "a script of a neighbour": {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors"},
    "a link": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
    "a frame": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "iframe"},
    "a script with CORS": {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    "an old browser with CORS": {"Origin": "https://evil.example"},
    "a sandboxed frame": {"Origin": "null"},
    "a local file": {"Origin": "file://"},
    "an extension": {"Origin": "moz-extension://4c8a", "Sec-Fetch-Site": "none"},
}

BROKEN_HEADS = {
    "two hosts": "Host: localhost\r\nHost: evil.example\r\n",
    "two hosts, reversed": "Host: evil.example\r\nHost: localhost\r\n",
    "a folded host": "Host: evil.example\r\n localhost\r\n",
    "a host with a blank": "Host : localhost\r\n",
    "another name for the host": "Host_: localhost\r\nHost: evil.example\r\n",
    "an underscore": "X_Forwarded_Host: localhost\r\nHost: evil.example\r\n",
    "a list of hosts": "Host: localhost, evil.example\r\n",
    "no host": "",
}


@contextmanager
def asked_daemon(folder, **rest_api):
    """Yield the function that sends a request to a daemon, for which the tests are phones in their network."""
    access = {"default": {"methods": ["network"], "authorized_subnets": LOOPBACK}}
    config = phone_configuration(folder, CREW, access=access, rest_api=rest_api)
    with Daemon(config) as daemon, running_server(daemon.controller.application) as server:

        def ask(fields, target=PATH, version="1.1"):
            if not isinstance(fields, str):
                fields = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
            with RawClient(server.port) as client:
                request = f"GET {target} HTTP/{version}\r\n{fields}\r\n"
                status, _, body = client.ask(request.encode("latin-1"))
            return status, body

        yield ask


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    with asked_daemon(tmp_path_factory.mktemp("daemon"), **REST_API) as ask:
        yield ask


@pytest.fixture(scope="module")
def ask_from_trusted_machine(tmp_path_factory):
    """Return the function for a daemon that takes the tests for a proxy, as it does by default."""
    with asked_daemon(tmp_path_factory.mktemp("trusting"), public_url=REST_API["public_url"]) as ask:
        yield ask


def is_refused(answer):
    status, body = answer
    return status in {400, 403} and b"Crew" not in body and b"evil" not in body


def test_a_phone_reads_contacts(ask):
    for host in ("127.0.0.1:9489", "dird.example.org:9489", "localhost"):
        status, body = ask({"Host": host})
        assert (status, b"Crew 01" in body) == (200, True)


def test_a_phone_of_http_1_0_needs_no_host(ask):
    status, body = ask({}, version="1.0")
    assert (status, b"Crew 01" in body) == (200, True)


@pytest.mark.parametrize("added", OF_SAME_SITE.values(), ids=OF_SAME_SITE)
def test_a_page_whose_name_leads_to_the_daemon_reads_nothing(ask, added):
    assert is_refused(ask({**REBOUND, **added}))


@pytest.mark.parametrize("added", OF_SAME_SITE.values(), ids=OF_SAME_SITE)
def test_a_page_on_a_trusted_machine_reads_nothing(ask_from_trusted_machine, added):
    for forwarded in ({}, {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Host": "localhost"}):
        assert is_refused(ask_from_trusted_machine({**REBOUND, **forwarded, **added}))
    assert ask_from_trusted_machine({"Host": "localhost", "X-Forwarded-Host": "dird.example.org"})[0] == 200


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_host_in_the_target_lets_no_page_in(ask, version):
    assert is_refused(ask({"Host": "evil.example"}, f"http://evil.example{PATH}", version=version))
    assert is_refused(ask({"Host": "evil.example"}, f"http://localhost{PATH}", version=version))
    assert is_refused(ask({"Host": "localhost"}, f"http://localhost@evil.example{PATH}", version=version))
    assert is_refused(ask({"Host": "localhost"}, f"http://evil.example{PATH}", version=version))


@pytest.mark.parametrize("added", OF_OTHER_SITE.values(), ids=OF_OTHER_SITE)
def test_a_page_of_another_site_reads_nothing(ask, added):
    assert is_refused(ask({**BROWSER, "Host": "127.0.0.1:9489", **added}))


@pytest.mark.parametrize("head", BROKEN_HEADS.values(), ids=BROKEN_HEADS)
def test_no_broken_head_hides_the_host(ask, head):
    assert is_refused(ask(head))


@pytest.mark.parametrize("step", ["menu", "input", "lookup", "reverse"])
def test_no_document_is_shown_to_a_page(ask, step):
    for user in (f"/{USER}/cisco?", f"/cisco?xivo_user_uuid={USER}&"):
        path = f"/0.1/directories/{step}/default{user}term=crew&exten=2001"
        assert ask({"Host": "localhost"}, path)[0] == 200
        assert is_refused(ask(REBOUND, path))
