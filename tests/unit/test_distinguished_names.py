"""Distinguished names: RFC 4514, what older clients write, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ldap3.utils.dn import escape_rdn

from attacks.test_memory import memory_of
from waiting import assert_prompt
from xivo_dird.distinguished_names import MAX_NAME_CHARACTERS, check_name, comparable, parse_name, rdn

ATTRIBUTES = st.from_regex(r"\A[a-z][a-z0-9-]{0,5}\Z")
VALUES = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ODD_VALUES = st.text(alphabet=' #,+"\\<>;=\0\n\t\x1c\x85\xa0\u2028\u3000aé\U0001f600', max_size=12)


@given(st.lists(st.tuples(ATTRIBUTES, VALUES | ODD_VALUES), min_size=1, max_size=4))
def test_a_written_name_is_read_again(pairs):
    name = ",".join(rdn(attribute, value) for attribute, value in pairs)
    assert parse_name(name) == tuple((pair,) for pair in pairs)


@given(VALUES.filter(bool))
def test_what_another_library_escapes_is_read(value):
    try:
        name = f"cn={escape_rdn(value)}"
    except IndexError:  # ldap3 2.9.1 expects more than one character in some places
        return
    if (
        "\n" in name or "\r" in name or value != value.strip()
    ):  # it leaves blanks other than the space as they are
        return
    assert parse_name(name) == ((("cn", value),),)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("", ()),
        ("  ", ()),
        ("dc=a,dc=b", ((("dc", "a"),), (("dc", "b"),))),
        (" DC = a , dc= b ", ((("dc", "a"),), (("dc", "b"),))),
        ("dc=a;dc=b", ((("dc", "a"),), (("dc", "b"),))),
        ('o="a, b",dc=c', ((("o", "a, b"),), (("dc", "c"),))),
        ('o="a\\"b\\\\"', ((("o", 'a"b\\'),),)),
        (r"cn=a\, b\+\"\\", ((("cn", 'a, b+"\\'),),)),
        (r"cn=a\ ", ((("cn", "a "),),)),
        (r"cn=\ a\  ", ((("cn", " a "),),)),
        (r"cn=a\\ ", ((("cn", "a\\"),),)),
        (r"cn=Zo\c3\ab", ((("cn", "Zoë"),),)),
        (r"cn=a\ff", ((("cn", "a\ufffd"),),)),
        ("uid=x+cn=y", ((("cn", "y"), ("uid", "x")),)),
        ("2.5.4.3=a", ((("2.5.4.3", "a"),),)),
        ("cn=", ((("cn", ""),),)),
        ("cn=a=b<c>", ((("cn", "a=b<c>"),),)),
        ("cn=a  b\tc", ((("cn", "a  b\tc"),),)),
        ("cn=a\n", ((("cn", "a"),),)),
    ],
)
def test_a_name_is_read(text, name):
    assert parse_name(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "=a",
        "cn=a,",
        ",cn=a",
        "cn=a,,cn=b",
        'cn="a',
        'cn=a"b',
        "cn=a\\",
        r"cn=a\4",
        r"cn=a\4g",
        "c_n=a",
        "1.=a",
        "cn a",
        "cn=a\0,",
        "\udc80",
    ],
)
def test_what_is_no_name_is_an_error(text):
    with pytest.raises(ValueError, match="distinguished name"):
        parse_name(text)


@given(st.text(alphabet='cn= ,;+"\\a4#\0é', max_size=30))
def test_any_text_is_a_name_or_an_error(text):
    try:
        name = parse_name(text)
    except ValueError:
        return
    assert comparable(name) == comparable(comparable(name))


@pytest.mark.parametrize(
    "text", ["cn=" + "a" * MAX_NAME_CHARACTERS, " " * (MAX_NAME_CHARACTERS + 1), "x" * 100_000]
)
def test_a_long_name_is_an_error(text):
    with pytest.raises(ValueError, match=f"more than {MAX_NAME_CHARACTERS}"):
        parse_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "cn=" + " " * 2000,
        "cn=" + "\\" * 2000,
        "cn=" + " a" * 1000 + '"',
        'cn="' + "\\a" * 1000,
        "cn=a," * 400,
    ],
)
def test_the_time_is_linear_in_the_length(text):
    with assert_prompt():
        for number in range(100):
            with pytest.raises(ValueError, match="distinguished name"):
                parse_name(f"{text}{number}\\")


def test_names_of_clients_are_soon_forgotten():
    def parse_many():
        for number in range(600):
            parse_name(f"cn={number}" + ",a=" * 600)
            parse_name(" " * number)

    assert memory_of(parse_many) < 32


def test_names_are_compared_without_case_and_repeated_blanks():
    assert comparable(parse_name("OU=Über  uns,DC=A")) == comparable(parse_name("ou=ÜBER uns, dc=a"))


def test_an_empty_name_is_no_base():
    assert check_name("dc=a") == "dc=a"
    with pytest.raises(ValueError, match="an empty name"):
        check_name(" ")
