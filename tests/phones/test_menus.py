"""The menu of a Yealink: the profiles that its user may search in."""

from xml.etree import ElementTree as ET

import pytest

from api.conftest import TENANT, USER, Daemon
from phones.people import CREW, PROFILES, phone_configuration
from phones.simulated.phone import Line
from xivo_dird.authenticator import hash_password, hash_token
from xivo_dird.profiles.service import MAX_NAMES

ODD_NAME = 'R&D <lab> "x"'
ALL = {*PROFILES, "templates"}
MENU = f"/directories/menu/default/{USER}/yealink"
ACL = [f"dird.directories.*.{profile}.{USER}.read" for profile in ("default", "menu")]
READER = {"acl": ACL, "tenant_uuid": TENANT, "user_uuid": USER}
OFFICE = {"REMOTE_ADDR": "10.20.0.7"}
TRUSTED_PROXY = {"REMOTE_ADDR": "127.0.0.1"}
OUTSIDE = {"REMOTE_ADDR": "192.0.2.7"}
ACCESS = {
    "methods": ["network", "basic", "token"],
    "authorized_subnets": [{"subnet": "10.20.0.0/16", "tenant_uuid": TENANT}],
}


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    config = phone_configuration(tmp_path_factory.mktemp("daemon"), CREW, access={"default": ACCESS})
    config["auth"]["tokens"].append({**READER, "hash": hash_token("two-profiles")})
    config["auth"]["users"] = [{**READER, "username": "ann", "password_hash": hash_password("secret")}]
    people = {"sources": ["people"]}
    config["provisioning"]["profiles"] += [
        {"tenant": "main", "name": "callers only", "services": {"reverse": people}},
        {"tenant": "other", "name": "of another tenant", "services": {"lookup": {"sources": []}}},
    ]
    with Daemon(config) as daemon:
        yield daemon


def menu(daemon, token=None, headers=None, **arguments):
    """Return the URL of each phonebook of the menu, by its name."""
    response = daemon.request("GET", f"/0.1{MENU}", token, headers, **arguments)
    assert response.status_code == 200, response.text
    items = ET.fromstring(response.data).findall("MenuItem")
    return {item.findtext("Name"): item.findtext("URL") for item in items}


@pytest.mark.parametrize("family", ["user", "gateway", "successor"])
def test_each_phonebook_of_the_menu_is_searched_by_its_link(new_phone, family):
    phone = new_phone("yealink", family=family)
    books = phone.menu()
    assert books.keys() == ALL
    for url in books.values():
        assert phone.search(url, "crew 07") == [Line("Crew 07", "2007")]


def test_the_menu_has_the_profiles_of_the_tenant_that_have_a_lookup(daemon):
    assert menu(daemon, "admin").keys() == ALL
    assert menu(daemon, environ_base=OFFICE).keys() == ALL


def test_profiles_are_in_alphabetical_order(daemon):
    assert list(menu(daemon, "admin")) == ["default", "input", "lookup", "menu", "north / south", "templates"]


def test_a_token_sees_the_profiles_that_it_may_search_in(daemon):
    assert menu(daemon, "two-profiles", environ_base=OUTSIDE).keys() == {"default", "menu"}


def test_a_password_sees_the_profiles_that_its_user_may_search_in(daemon):
    assert menu(daemon, auth=("ann", "secret"), environ_base=OUTSIDE).keys() == {"default", "menu"}
    assert menu(daemon, auth=("token", "two-profiles"), environ_base=OUTSIDE).keys() == {"default", "menu"}


def test_every_link_of_a_menu_is_allowed(daemon):
    for url in menu(daemon, auth=("ann", "secret"), environ_base=OUTSIDE).values():
        path = url.replace("#SEARCH", "crew").partition("/0.1")[2]
        response = daemon.request("GET", f"/0.1{path}", None, auth=("ann", "secret"), environ_base=OUTSIDE)
        assert response.status_code == 200


def test_wrong_credentials_in_an_authorized_network_see_all_profiles(daemon):
    assert menu(daemon, auth=("ann", "wrong"), environ_base=OFFICE).keys() == ALL


def test_a_menu_through_a_gateway_has_only_the_profile_of_its_url(daemon):
    headers = {"Proxy-URL": "https://gw.example.org/yealink"}
    books = menu(daemon, "admin", headers, environ_base=TRUSTED_PROXY)
    assert books == {"default": f"https://gw.example.org/yealink?xivo_user_uuid={USER}&term=#SEARCH"}


def test_a_changed_profile_changes_the_menu(new_profile_daemon):
    assert menu(new_profile_daemon, "admin").keys() == ALL
    body = {"name": ODD_NAME, "services": {"lookup": {"sources": []}}}
    created = new_profile_daemon.request("POST", "/0.1/profiles", json=body)
    assert created.status_code == 201, created.text
    assert menu(new_profile_daemon, "admin").keys() == {*ALL, ODD_NAME}
    removed = new_profile_daemon.request("DELETE", f"/0.1/profiles/{created.json['uuid']}")
    assert removed.status_code == 204
    assert menu(new_profile_daemon, "admin").keys() == ALL


def test_a_menu_has_at_most_100_profiles(tmp_path):
    config = phone_configuration(tmp_path, CREW)
    services = {"lookup": {"sources": ["people"]}}
    config["provisioning"]["profiles"] += [
        {"tenant": "main", "name": f"a{number:03}", "services": services} for number in range(MAX_NAMES)
    ]
    with Daemon(config) as daemon:
        assert list(menu(daemon, "admin")) == [f"a{number:03}" for number in range(100)]


@pytest.fixture
def new_profile_daemon(tmp_path):
    with Daemon(phone_configuration(tmp_path, CREW)) as daemon:
        yield daemon
