"""The links in documents for phones."""

from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from xivo_dird.phones.links import PhoneLinks

USER = "44444444-4444-4444-8444-444444444444"
HARD_TEXTS = ["a b&c+é", "100%25", "", "x" * 128, "#?/;=", "\u202e", "__TERM__", "lone \ud800"]


def links(profile="default", *, proxy_url=None, in_path=True, root="http://dird.example.org/prefix"):
    return PhoneLinks(lambda: root, lambda: proxy_url, "cisco", profile, USER, in_path)


def test_a_link_of_a_user_names_the_user_in_the_path_and_the_query():
    expected = (
        f"http://dird.example.org/prefix/0.1/directories/input/default/{USER}/cisco?xivo_user_uuid={USER}"
    )
    assert links().step("input") == expected


def test_a_link_of_a_gateway_names_the_user_in_the_query_only():
    expected = f"http://dird.example.org/prefix/0.1/directories/input/default/cisco?xivo_user_uuid={USER}"
    assert links(in_path=False).step("input") == expected


def test_links_for_another_profile_differ_in_the_profile_only():
    link = links("north").of_profile("south").step("lookup", term="x")
    assert link == links("south").step("lookup", term="x")


def test_the_url_of_a_proxy_replaces_the_link_up_to_its_query():
    link = links(proxy_url="https://gw.example.org/phones").step("lookup", term="é", limit=2, offset=4)
    assert link == f"https://gw.example.org/phones?xivo_user_uuid={USER}&term=%C3%A9&limit=2&offset=4"


@pytest.mark.parametrize("text", HARD_TEXTS)
def test_a_term_arrives_as_it_was(text):
    query = dict(parse_qsl(urlsplit(links().step("lookup", term=text)).query, keep_blank_values=True))
    assert query == {"xivo_user_uuid": USER, "term": text.encode("utf-8", "replace").decode()}


def test_a_blank_is_percent_encoded_and_a_plus_is_no_blank():
    assert links().step("lookup", term="a b+c").endswith("&term=a%20b%2Bc")


@pytest.mark.parametrize("profile", ["menu", "input", "lookup", "north / south", "?a=b#c", "..", "é%2F"])
def test_a_profile_of_any_name_is_one_segment(profile):
    for host in ("menu.example.org", "input"):
        parts = urlsplit(links(profile, root=f"http://{host}").step("lookup", term="x"))
        assert parts.netloc == host
        assert parts.path.split("/")[1:4] == ["0.1", "directories", "lookup"]
        assert [unquote(segment) for segment in parts.path.split("/")[4:]] == [profile, USER, "cisco"]
