"""Names with the signs of filters and of distinguished names (RFC 4514, RFC 4515)."""

from collections.abc import Callable, Iterator

import pytest
from ldap3.utils.dn import escape_rdn

from servers.ldap_people import PEOPLE_DN, person
from servers.slapd import Slapd
from xivo_dird.backend import Caller
from xivo_dird_backends.ldap.backend import LdapBackend

MakeBackend = Callable[..., LdapBackend]

NAMES = (
    "Zoë (Büro)",
    "Star * Co",
    "Back\\slash",
    'The "Crew"',
    "a <b> c",
    "#1 Cars",
    "Ada + Bob",
    "x = y",
    "Semi; colon",
    "Doe, Jane",
    "田中 太郎",
    "/usr/local",
    "Smith & Sons",
)


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    """Yield a server with a person of each name, which is also in the distinguished name."""
    entries = [
        {**person(number), "dn": [f"cn={escape_rdn(name)},{PEOPLE_DN}"], "cn": [name]}
        for number, name in enumerate(NAMES)
    ]
    with Slapd(tmp_path_factory.mktemp("names"), entries=entries) as server:
        yield server


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_found_and_its_entry_can_be_a_favorite(
    named: Slapd, make_backend: MakeBackend, caller: Caller, name: str
) -> None:
    backend = make_backend(named.uri, unique_column="entryDN")
    (found,) = backend.search(name, caller)
    assert found["cn"] == name
    assert [entry["cn"] for entry in backend.fetch([str(found["entryDN"])], caller)] == [name]


def test_all_favorites_are_fetched_at_once(named: Slapd, make_backend: MakeBackend, caller: Caller) -> None:
    backend = make_backend(named.uri, unique_column="entryDN")
    ids = [str(entry["entryDN"]) for entry in backend.search("", caller)]
    assert sorted(str(entry["cn"]) for entry in backend.fetch(ids, caller)) == sorted(NAMES)
