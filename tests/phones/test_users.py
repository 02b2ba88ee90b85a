"""The user in the URL of a phone: every spelling of a uuid is the same user, any other text is a user of its own."""

from base64 import b64encode
from urllib.parse import quote

import pytest

from api.conftest import SECOND_USER, TENANT, USER, Daemon
from phones.people import CREW, phone_configuration
from phones.vendors import VENDORS
from xivo_dird.authenticator import hash_token

ADA = "abcdefab-cdef-4abc-8def-abcdefabcdef"
PLAIN = ADA.replace("-", "")
SPELLINGS = [
    ADA,
    ADA.upper(),
    ADA.title(),
    PLAIN,
    PLAIN.upper(),
    f"{{{ADA}}}",
    f"{{{ADA.upper()}}}",
    f"{{{PLAIN}}}",
    f"urn:uuid:{ADA}",
    f"URN:UUID:{ADA.upper()}",
    f"urn:uuid:{PLAIN}",
    f"urn:uuid:{{{ADA}}}",
    f"{ADA[:9]}{PLAIN[8:]}",
]
NO_SPELLINGS = [
    f"{ADA}-",
    f" {ADA}",
    f"{ADA}\n",
    f"{{{ADA}",
    f"{ADA}}}",
    f"uuid:{ADA}",
    f"urn:{ADA}",
    f"0x{PLAIN}",
    "-".join(PLAIN),
    ADA.replace("-", "_"),
    ADA[:-1],
    "lobby",
    "LOBBY",
    "Ada.Stern",
]
FAMILIES = [
    "/directories/{step}/default/{user}/{vendor}?",
    "/directories/{step}/default/{vendor}?xivo_user_uuid={user}&",
    "/{vendor}/directories/{step}/default?xivo_user_uuid={user}&",
]
GIGASET = "/directories/lookup/default/gigaset/{user}?"
GRANDSTREAM = "/directories/lookup/default/{user}/grandstream/phonebook.xml?"
IN_NETWORK, IN_BOUND_NETWORK, OUTSIDE = "10.20.0.7", "10.21.0.7", "192.0.2.7"
RULES = {
    "methods": ["network", "basic", "token"],
    "authorized_subnets": ["10.20.0.0/16", {"subnet": "10.21.0.0/16", "tenant_uuid": TENANT}],
}
BASIC = {"Authorization": "Basic " + b64encode(b"token:of-ada").decode()}
MINE = {
    "tenant": "main",
    "name": "mine",
    "backend": "personal",
    "searched_columns": ["name"],
    "first_matched_columns": ["office"],
    "format_columns": {"reverse": "{name}"},
}


@pytest.fixture(scope="module")
def get(tmp_path_factory):
    """Return the function that sends a request of a phone to a daemon where Ada has a personal contact."""
    config = phone_configuration(tmp_path_factory.mktemp("daemon"), CREW, access={"default": RULES})
    config["provisioning"]["sources"].append(MINE)
    for service in config["provisioning"]["profiles"][0]["services"].values():
        service["sources"] = ["people", "mine"]
    acl = [f"dird.directories.*.default.{ADA}.read", "dird.personal.#"]
    token = {"hash": hash_token("of-ada"), "tenant_uuid": TENANT, "user_uuid": ADA.upper(), "acl": acl}
    config["auth"]["tokens"].append(token)
    with Daemon(config) as daemon:
        contact = {"name": "Aunt Private", "office": "4711"}
        assert daemon.request("POST", "/0.1/personal", "of-ada", json=contact).status_code == 201

        def get(url, address, token=None, headers=None):
            return daemon.request("GET", f"/0.1{url}", token, headers, environ_base={"REMOTE_ADDR": address})

        yield get


def url(family, user, step="lookup", vendor="yealink", query="term=private"):
    return family.format(step=step, user=quote(user, safe=""), vendor=vendor) + query


@pytest.mark.parametrize("family", [*FAMILIES, GIGASET, GRANDSTREAM])
@pytest.mark.parametrize("user", SPELLINGS)
def test_every_spelling_of_a_user_finds_their_personal_contacts(get, user, family):
    asked = url(family, user)
    answers = [
        get(asked, OUTSIDE, token="of-ada"),
        get(asked, OUTSIDE, headers=BASIC),
        get(asked, IN_NETWORK),
        get(asked, IN_BOUND_NETWORK),
    ]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert all(b"Private" in answer.data for answer in answers)


@pytest.mark.parametrize("user", SPELLINGS)
@pytest.mark.parametrize("family", FAMILIES)
def test_the_caller_of_a_personal_contact_has_a_name_for_every_spelling(get, user, family):
    assert b"Private" in get(url(family, user, "reverse", "aastra", "exten=4711"), OUTSIDE, "of-ada").data


@pytest.mark.parametrize("user", SPELLINGS)
def test_links_have_the_user_in_one_spelling(get, user):
    for family in FAMILIES:
        for vendor, declared in VENDORS.items():
            for step in declared.documents.steps & {"menu", "input"}:
                document = get(url(family, user, step, vendor, ""), IN_NETWORK).text
                assert ADA in document
                assert document == get(url(family, ADA, step, vendor, ""), IN_NETWORK).text


@pytest.mark.parametrize("user", NO_SPELLINGS)
def test_any_other_text_is_another_user(get, user):
    for family in FAMILIES:
        asked = url(family, user)
        assert get(asked, OUTSIDE, token="of-ada").status_code == 401
        assert get(asked, IN_NETWORK).status_code == 401
        bound = get(asked, IN_BOUND_NETWORK)
        assert (bound.status_code, b"Private" in bound.data) == (200, False)
        form = get(url(family, user, "input", "snom", ""), IN_BOUND_NETWORK).text
        assert f"xivo_user_uuid={quote(user, safe='')}" in form


@pytest.mark.parametrize("spell", [str, str.upper, lambda text: text.replace("-", "")])
def test_no_spelling_of_another_user_gives_their_contacts(get, spell):
    for user in (USER, SECOND_USER):
        for family in FAMILIES:
            asked = url(family, spell(user))
            assert get(asked, OUTSIDE, token="of-ada").status_code == 401
            assert b"Private" not in get(asked, IN_BOUND_NETWORK).data


@pytest.mark.parametrize("user", SPELLINGS)
def test_the_resources_in_json_know_the_same_spellings(get, user):
    quoted = quote(user, safe="")
    lookup = get(f"/directories/lookup/default/{quoted}?term=private", OUTSIDE, token="of-ada")
    reverse = get(f"/directories/reverse/default/{quoted}?exten=4711", OUTSIDE, token="of-ada")
    assert (lookup.status_code, reverse.status_code) == (200, 200)
    assert len(lookup.json["results"]) == 1
    assert reverse.json["display"] == "Aunt Private"
