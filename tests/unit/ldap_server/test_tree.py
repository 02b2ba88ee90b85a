"""The tree of names: what they name, and what they do not."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xivo_dird.ldap_server.model import LdapFailure, ResultCode
from xivo_dird.ldap_server.tree import DirectoryTree, Place, entry_uid, parse_uid

TENANT = "2c34c282-433e-4bb8-8d56-fec14ff7e1e9"
TREE = DirectoryTree("dc=directory,dc=example")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("", Place()),
        ("dc=directory,dc=example", Place()),
        ("DC=Directory, dc=EXAMPLE", Place()),
        ("ou=default,dc=directory,dc=example", Place(None, "default")),
        ("uid=crew:17,ou=default,dc=directory,dc=example", Place(None, "default", "crew:17")),
        (f"o={TENANT},dc=directory,dc=example", Place(TENANT)),
        (f"ou=default,o={TENANT.upper()},dc=directory,dc=example", Place(TENANT, "default")),
    ],
)
def test_a_name_is_a_place(name, place):
    assert TREE.place(name) == place


@pytest.mark.parametrize(
    "name",
    [
        "dc=example",
        "dc=other,dc=example",
        "cn=x,dc=directory,dc=example",
        "ou=a,ou=b,dc=directory,dc=example",
        "uid=crew:17,dc=directory,dc=example",
        "ou=a+o=b,dc=directory,dc=example",
        f"o={TENANT},ou=default,dc=directory,dc=example",
        "cn=x,uid=crew:17,ou=default,dc=directory,dc=example",
    ],
)
def test_another_name_has_no_place(name):
    with pytest.raises(LdapFailure) as failure:
        TREE.place(name)
    assert failure.value.code is ResultCode.NO_SUCH_OBJECT


@pytest.mark.parametrize("name", ["x", "dc=", "=", "dc=directory,", "ou=" + "x" * 3000])
def test_what_is_no_name_is_an_error(name):
    with pytest.raises(LdapFailure) as failure:
        TREE.place(name)
    assert failure.value.code in {ResultCode.INVALID_DN_SYNTAX, ResultCode.NO_SUCH_OBJECT}


@given(st.uuids() | st.none(), TEXTS, TEXTS | st.none())
def test_the_name_of_a_place_is_read_again(tenant, profile, uid):
    place = Place(str(UUID(str(tenant))) if tenant else None, profile, uid)
    assert TREE.place(TREE.place_dn(place)) == place


@given(TEXTS, st.text(max_size=10), TEXTS, st.text(max_size=10))
def test_each_entry_has_a_uid_of_its_own(source, entry_id, other_source, other_id):
    assert parse_uid(entry_uid(source, entry_id)) == (source, entry_id)
    if (source, entry_id) != (other_source, other_id):
        assert entry_uid(source, entry_id) != entry_uid(other_source, other_id)


def test_a_text_without_a_separator_is_no_uid():
    assert parse_uid("crew") is None
