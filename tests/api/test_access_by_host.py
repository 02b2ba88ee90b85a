"""Access by network is only given to requests for an address or a name of the daemon."""

from base64 import b64encode

import pytest

from api.conftest import TENANT, USER, Daemon
from phones.people import CREW, phone_configuration

PHONE = {"REMOTE_ADDR": "10.20.0.7"}
PROXY = {"REMOTE_ADDR": "192.0.2.80"}
OUTSIDE = {"REMOTE_ADDR": "192.0.2.7"}
SUBNETS = [{"subnet": "10.20.0.0/16", "tenant_uuid": TENANT}]
METHODS = {
    "yealink_view": ["network"],
    "snom_view": [["network", "token"]],
    "cisco_view": ["token", "network"],
    "aastra_view": [["network", "basic"], ["network", "token"]],
}
REST_API = {
    "public_url": "https://PBX.example.org.:8443/api/dird",
    "host_names": ["Phones.LAN.", "dird"],
    "trusted_proxies": [PROXY["REMOTE_ADDR"]],
}
BASIC = {"Authorization": "Basic " + b64encode(b"token:admin").decode()}

KNOWN_HOSTS = [
    "10.20.0.1",
    "10.20.0.1:9489",
    "127.0.0.1",
    "203.0.113.9:80",
    "[::1]",
    "[::1]:9489",
    "[2001:DB8::1]:9489",
    "[::ffff:10.20.0.1]",
    "localhost",
    "localhost:9489",
    "LocalHost",
    "localhost.",
    "LOCALHOST.:80",
    "pbx.example.org",
    "pbx.example.org:9489",
    "PBX.Example.ORG",
    "pbx.example.org.",
    "pbx.example.org.:8443",
    "phones.lan",
    "PHONES.lan.:1",
    "dird:9489",
]
UNKNOWN_HOSTS = [
    "evil.example",
    "EVIL.example.:9489",
    "localhost.evil.example",
    "evil.localhost",
    "localhost-",
    "localhost..",
    "localhos",
    "localdomain",
    "pbx.example.org.evil.example",
    "evil-pbx.example.org",
    "example.org",
    "a.pbx.example.org",
    "pbx",
    "xn--mller-kva.example",
    "dird.lan",
    "10.20.0.1.evil.example",
    "10-20-0-1.evil.example",
    "10.20.0.1.nip.io",
]
NO_HOSTS = [
    "",
    " ",
    "2130706433",
    "0x7f.1",
    "0x7f000001",
    "0177.0.0.1",
    "127.1",
    "127.0.0.1.",
    "256.0.0.1",
    "::1",
    "[::1",
    "[fe80::1%25eth0]",
    "[v1.a]",
    "localhost:",
    "localhost:0",
    "localhost:99999",
    "localhost:80:80",
    "localhost@evil.example",
    "evil.example@localhost",
    "evil.example#localhost",
    "localhost/",
    "localhost\\evil.example",
    "localhost, evil.example",
    "lo%63alhost",
    "\uff4cocalhost".encode().decode("latin-1"),
    "l" * 10_000,
]


def path(vendor):
    return f"/0.1/directories/lookup/default/{USER}/{vendor}?term=crew"


@pytest.fixture(scope="module")
def new_phones(tmp_path_factory):
    """Return the function that returns a daemon with these settings of `rest_api`."""

    def new_phones(**rest_api):
        views = {
            view: {"methods": methods, "authorized_subnets": SUBNETS} for view, methods in METHODS.items()
        }
        folder = tmp_path_factory.mktemp("daemon")
        return Daemon(phone_configuration(folder, CREW, access={"views": views}, rest_api=rest_api))

    return new_phones


@pytest.fixture(scope="module")
def ask(new_phones):
    """Return the function that sends a request of a phone for a host."""
    with new_phones(**REST_API) as daemon:

        def ask(host, vendor="yealink", peer=PHONE, token=None, **headers):
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            environ = {"HTTP_HOST": host, "REQUEST_URI": path(vendor)}
            return daemon.request(
                "GET", path(vendor), token, sent, environ_base=peer, environ_overrides=environ
            )

        yield ask


def is_refused(response):
    """Return whether a request is refused without a contact, and without its host."""
    return response.status_code == 403 and response.json["reason"] == [
        "The host name of the URL is unknown: set rest_api.public_url or rest_api.host_names"
    ]


@pytest.mark.parametrize("host", KNOWN_HOSTS)
def test_a_phone_may_use_an_address_or_a_name_of_the_daemon(ask, host):
    assert b"Crew 01" in ask(host).data
    for upstream in ("127.0.0.1:9489", "dird:9489", host):
        assert b"Crew 01" in ask(upstream, peer=PROXY, **forwarded(host)).data


@pytest.mark.parametrize("host", [*UNKNOWN_HOSTS, *NO_HOSTS], ids=ascii)
def test_a_request_for_another_host_is_refused(ask, host):
    assert is_refused(ask(host))
    assert is_refused(ask(host, peer=PROXY, X_Forwarded_For=PHONE["REMOTE_ADDR"]))


@pytest.mark.parametrize("host", [*UNKNOWN_HOSTS, *(host for host in NO_HOSTS if "," not in host)], ids=ascii)
def test_a_proxy_that_forwards_another_host_is_refused(ask, host):
    assert is_refused(ask("localhost", peer=PROXY, **forwarded(host)))
    assert is_refused(ask("localhost", peer=PROXY, **forwarded(f"localhost, {host}")))


@pytest.mark.parametrize("host", [*UNKNOWN_HOSTS, *NO_HOSTS], ids=ascii)
def test_a_known_host_that_is_forwarded_hides_no_other_one(ask, host):
    assert is_refused(ask(host, peer=PROXY, **forwarded("localhost")))


def forwarded(host):
    return {"X_Forwarded_For": PHONE["REMOTE_ADDR"], "X_Forwarded_Host": host}


def test_a_client_that_is_no_proxy_forwards_no_host(ask):
    assert is_refused(ask("evil.example", X_Forwarded_Host="localhost", Forwarded="host=localhost"))
    assert ask("localhost", X_Forwarded_Host="evil.example").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "a@localhost", "", "2130706433"])
def test_a_host_in_the_request_target_counts_like_the_header(new_phones, host):
    with new_phones(**REST_API) as daemon:
        for target, header, is_known in (
            (host, "localhost", False),
            ("localhost:1", host, False),
            ("localhost:1", "dird", True),
        ):
            environ = {"HTTP_HOST": header, "REQUEST_URI": f"http://{target}{path('yealink')}"}
            response = daemon.request(
                "GET", path("yealink"), None, environ_base=PHONE, environ_overrides=environ
            )
            assert is_refused(response) != is_known


def test_without_configuration_only_addresses_and_localhost_are_known(new_phones):
    with new_phones() as daemon:
        for host, status in {"10.20.0.1:9489": 200, "localhost": 200, "dird.example.org": 403}.items():
            response = daemon.request("GET", path("yealink"), None, {"Host": host}, environ_base=PHONE)
            assert response.status_code == status


def test_the_host_of_a_public_url_may_be_an_address(new_phones):
    with new_phones(public_url="http://[2001:db8::1]:9489") as daemon:
        for host, status in {"[2001:db8::1]": 200, "evil.example": 403}.items():
            response = daemon.request("GET", path("yealink"), None, {"Host": host}, environ_base=PHONE)
            assert response.status_code == status


def test_the_host_counts_for_combinations_with_the_network_too(ask):
    for vendor, headers in (("aastra", BASIC), ("snom", {})):
        token = "admin" if vendor == "snom" else None
        assert ask("pbx.example.org", vendor, token=token, **headers).status_code == 200
        assert is_refused(ask("evil.example", vendor, token=token, **headers))


def test_the_host_does_not_matter_to_other_methods(ask):
    assert ask("evil.example", "cisco", token="admin").status_code == 200
    assert ask("a@b", "cisco", peer=OUTSIDE, token="admin").status_code == 200
    assert ask("evil.example", "cisco").status_code == 401


def test_the_answer_is_the_same_from_outside_of_the_networks(ask):
    for host in ("evil.example", "a@b"):
        assert is_refused(ask(host, peer=OUTSIDE))
    assert ask("localhost", peer=OUTSIDE).json["reason"] == [
        "The request does not come from an authorized network"
    ]


@pytest.mark.parametrize("vendor", ["yealink", "aastra"])
def test_the_debug_log_names_the_host_and_the_keys_once(ask, caplog, vendor):
    caplog.set_level("DEBUG")
    ask("Phones.example.org.:9489", vendor)
    lines = [line for line in caplog.messages if "rest_api" in line]
    hint = "unknown_host (set rest_api.public_url, or add 'phones.example.org' to rest_api.host_names)"
    assert len(lines) == 1
    assert hint in lines[0]


def test_no_malformed_host_is_in_the_log(ask, caplog):
    caplog.set_level("DEBUG")
    assert is_refused(ask("canary@localhost\x1b[2J"))
    assert "canary" not in caplog.text
    assert "10.20.0.7 has no access to " in caplog.text


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "None", "none, cross-site", "future"])
def test_a_page_of_another_site_is_in_no_network(ask, site):
    assert ask("localhost", Sec_Fetch_Site=site).status_code == 403
    assert ask("localhost", "cisco", token="admin", Sec_Fetch_Site=site).status_code == 200


@pytest.mark.parametrize("site", ["none", "same-origin"])
def test_an_url_that_a_person_opens_is_not_of_another_site(ask, site):
    assert ask("localhost", Sec_Fetch_Site=site).status_code == 200
    assert is_refused(ask("evil.example", Sec_Fetch_Site=site))


@pytest.mark.parametrize("origin", ["http://localhost", "https://evil.example", "null", ""])
def test_a_page_that_sends_its_origin_is_in_no_network(ask, origin):
    assert ask("localhost", Origin=origin, Sec_Fetch_Site="same-origin").status_code == 403
