"""Tests of search requests in BER: they are those of ldap3, which takes longer to encode them."""

import ldap3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ldap3.operation.search import search_operation
from ldap3.protocol.convert import build_controls_list
from ldap3.protocol.rfc2696 import paged_search_control
from ldap3.protocol.rfc4511 import LDAPMessage, MessageID, ProtocolOp
from ldap3.utils import asn1

from xivo_dird_backends.ldap.filters import escape
from xivo_dird_backends.ldap.options import LdapOptions, LdapServer, servers_from_options
from xivo_dird_backends.ldap.search_request import is_filter, search_request
from xivo_dird_backends.ldap.searches import LdapSearch

BASE_DN = "ou=Größe,dc=example,dc=org"
DEREFERENCE = {
    "never": ldap3.DEREF_NEVER,
    "search": ldap3.DEREF_SEARCH,
    "find": ldap3.DEREF_BASE,
    "always": ldap3.DEREF_ALWAYS,
}
ENCODE = vars(asn1)["encode"]
"""The encoder of ldap3, which its stubs do not have."""


def joined(values: list[str | None]) -> str:
    return "*".join(value or "" for value in values)


VALUES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300).map(escape)
ATTRIBUTES = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,20}(;lang-[a-z]{2})?", fullmatch=True)
LEAVES = st.one_of(
    st.builds("({}=*)".format, ATTRIBUTES),
    st.builds("({}{}{})".format, ATTRIBUTES, st.sampled_from(["=", ">=", "<=", "~="]), VALUES),
    st.builds("({}={}*{}*{})".format, ATTRIBUTES, VALUES, st.lists(VALUES, min_size=1).map(joined), VALUES),
    st.builds("({}=*{}*)".format, ATTRIBUTES, VALUES),
    st.builds(
        "({}{}{}:={})".format,
        ATTRIBUTES,
        st.sampled_from(["", ":dn"]),
        st.sampled_from(["", ":2.5.13.5", ":caseExactMatch"]),
        VALUES,
    ),
    st.builds("(:dn:2.5.13.5:={})".format, VALUES),
)


def groups(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(parts, min_size=1, max_size=5).map("".join)
    return st.builds("({}{})".format, st.sampled_from("&|"), several) | st.builds("(!{})".format, parts)


FILTERS = st.recursive(LEAVES, groups, max_leaves=20)


def ldap_server(**options: object) -> LdapServer:
    complete = {"name": "x", "ldap_uri": "ldap://x", "ldap_base_dn": BASE_DN, **options}
    return servers_from_options(LdapOptions.model_validate(complete))[0]


def by_ldap3(message_id: int, server: LdapServer, search: LdapSearch) -> bytes:
    message = LDAPMessage()
    message["messageID"] = MessageID(message_id)
    request = search_operation(
        server.base_dn if search.entry_dn is None else search.entry_dn,
        search.filter,
        ldap3.SUBTREE if search.entry_dn is None else ldap3.BASE,
        DEREFERENCE[server.dereference],
        search.attributes or [ldap3.NO_ATTRIBUTES],
        search.size_limit,
        server.time_limit,
        False,
        True,
        True,
    )
    message["protocolOp"] = ProtocolOp().setComponentByName("searchRequest", request)
    if search.page_size:
        message["controls"] = build_controls_list(
            [paged_search_control(False, search.page_size, search.cookie)]
        )
    return bytes(ENCODE(message))


@given(FILTERS, st.integers(0, 2**31 - 1))
def test_any_filter_is_encoded_as_by_ldap3(text: str, message_id: int) -> None:
    search = LdapSearch(text, ("cn",))
    assert search_request(message_id, ldap_server(), search) == by_ldap3(message_id, ldap_server(), search)


@pytest.mark.parametrize(
    "search",
    [
        LdapSearch("(cn=*)", ()),
        LdapSearch("(cn=*)", ("cn", "mail", "description;lang-de")),
        LdapSearch("(cn=*)", ("cn",), size_limit=2**31 - 1),
        LdapSearch("(cn=*)", ("cn",), entry_dn=""),
        LdapSearch("(cn=*)", ("cn",), entry_dn="cn=Subschema"),
        LdapSearch("(cn=*)", ("cn",), page_size=1000),
        LdapSearch("(cn=*)", ("cn",), page_size=1, cookie=bytes(range(256))),
        LdapSearch(" (& (cn = a) ( | (sn=\\)) (x=b\\2)(y=\\zz))", ("cn",)),
        LdapSearch(f"(|{'(cn=*)' * 20_000})", ("cn",)),
    ],
    ids=[
        "no attributes",
        "options of attributes",
        "a size limit",
        "the root DSE",
        "one entry",
        "a first page",
        "a next page",
        "blanks and backslashes",
        "many conditions",
    ],
)
def test_every_part_of_a_request_is_encoded_as_by_ldap3(search: LdapSearch) -> None:
    assert search_request(7, ldap_server(), search) == by_ldap3(7, ldap_server(), search)


@pytest.mark.parametrize("dereference", DEREFERENCE)
def test_aliases_are_dereferenced_as_the_source_says(dereference: str) -> None:
    server = ldap_server(ldap_dereference_aliases=dereference, ldap_timeout=300)
    search = LdapSearch("(cn=*)", ("cn",))
    assert search_request(1, server, search) == by_ldap3(1, server, search)


MALFORMED = [
    *("", "cn=a", "(cn)", "(cn=*", "()", "(!)", "(!())", "(&)", "(:=x)", "((a=b))"),
    *(
        "(a=b)(c=d)",
        "(!(a=b)(c=d))",
        "(!(a=b)(&(c=d)))",
        "(!(|(a=b))(!(c=d)))",
        "(&(!)(a=b))",
        "(&(a=b)()(c=d))",
        "(a=\ud800)",
    ),
    f"{'(&' * 3000}(a=b){')' * 3000}",
]


@pytest.mark.parametrize("text", MALFORMED, ids=[text[:20] or "nothing" for text in MALFORMED])
def test_a_malformed_filter_is_recognized(text: str) -> None:
    assert not is_filter(text)


@given(FILTERS)
def test_a_filter_is_recognized(text: str) -> None:
    assert is_filter(text)


@pytest.mark.parametrize("asterisks", ["**", "***", "*****"])
def test_asterisks_alone_are_a_test_of_presence(asterisks: str) -> None:
    server = ldap_server()
    found = search_request(1, server, LdapSearch(f"(!(cn={asterisks}))", ("cn",)))
    assert found == search_request(1, server, LdapSearch("(!(cn=*))", ("cn",)))
