"""The attributes that a search requests."""

import pytest

from xivo_dird.ldap_server.model import LdapEntry
from xivo_dird.ldap_server.selection import RequestedAttributes

ENTRY = LdapEntry("uid=1", {"cn": ["Ada"], "telephonenumber": ["1", "2"], "objectclass": ["person"]})
ALL = [("cn", ["Ada"]), ("telephoneNumber", ["1", "2"]), ("objectClass", ["person"])]


def requested(*names, types_only=False):
    return RequestedAttributes(names, types_only=types_only).of(ENTRY)


@pytest.mark.parametrize("names", [(), ("*",), ("*", "+"), ("cn", "*", "telephoneNumber")])
def test_all_attributes_have_their_usual_names(names):
    assert requested(*names) == ALL


def test_an_attribute_has_the_name_that_the_client_used():
    assert requested("CommonName", "2.5.4.20") == [("CommonName", ["Ada"]), ("2.5.4.20", ["1", "2"])]


def test_without_values_only_the_names_are_sent():
    assert requested("cn", types_only=True) == [("cn", ())]


@pytest.mark.parametrize("names", [("1.1",), ("mail",), ("unknown",), ("",), ("cn;lang-de",), ("\udc80",)])
def test_what_an_entry_does_not_have_is_left_out(names):
    assert requested(*names) == []


def test_an_attribute_that_is_requested_twice_is_sent_once():
    assert requested("cn", "CN", "commonname") == [("commonname", ["Ada"])]
