"""What is shown when nobody matches: similar names, and names typed on the keys of a phone."""

from playwright.sync_api import expect

from web.accessibility import violations

SIMILAR = "Nobody found for “stren”. Similar names:"


def test_a_typing_error_finds_similar_names_with_one_request(signed_in):
    asked = signed_in.requests("/lookup/")
    signed_in.search("stren")
    expect(signed_in.tab.get_by_text(SIMILAR)).to_be_visible()
    signed_in.shows("Ada Stern")
    expect(signed_in.outcome).to_have_text("1 other person from 1 source")
    assert len(asked) == 1


def test_digits_that_nobody_has_find_names_on_their_keys(signed_in):
    asked = signed_in.requests("/lookup/")
    signed_in.search("7837")
    expect(signed_in.tab.get_by_text("Nobody found for “7837”.")).to_be_visible()
    signed_in.shows("Ada Stern")
    assert len(asked) == 2


def test_digits_that_somebody_has_need_one_request(signed_in):
    asked = signed_in.requests("/lookup/")
    signed_in.search("2045")
    signed_in.shows("Ada Stern")
    expect(signed_in.outcome).to_have_text("1 person from 1 source")
    assert len(asked) == 1


def test_nobody_at_all_is_said_once(signed_in):
    for term in ("xyzxyz", "999999"):
        signed_in.search(term)
        expect(signed_in.tab.get_by_text(f"Nobody found for “{term}”.")).to_have_count(1)
        expect(signed_in.rows).to_have_count(0)


def test_the_next_search_says_nothing_of_similar_names(signed_in):
    signed_in.search("stren")
    expect(signed_in.tab.get_by_text(SIMILAR)).to_be_visible()
    signed_in.search("stern")
    expect(signed_in.outcome).to_have_text("1 person from 1 source")
    expect(signed_in.tab.get_by_text("Similar names")).to_have_count(0)


def test_axe_finds_nothing_in_similar_names(signed_in):
    signed_in.search("stren")
    expect(signed_in.tab.get_by_text(SIMILAR)).to_be_visible()
    assert violations(signed_in.tab) == []
