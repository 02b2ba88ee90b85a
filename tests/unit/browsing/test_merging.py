"""The parts of a list, put together, are the sorted contacts of all sources, whatever their borders."""

from bisect import bisect_left, bisect_right

from hypothesis import given
from hypothesis import strategies as st

from xivo_dird.browsing.cursor import Cursor, start_of
from xivo_dird.browsing.merging import cursor_after, merge_sources
from xivo_dird.directory.contact import Contact
from xivo_dird.directory.sort_order import SortOrder

ORDER = SortOrder(("name",))
NAMES = st.sampled_from(["", "a", "A", "ab", "á", "b", "7", "漢", "z z", "\x00", "\x1f"]) | st.text(
    max_size=3
)
SOURCES = st.lists(st.lists(NAMES, max_size=8), min_size=1, max_size=4)


def contacts_of(names, source):
    return [Contact({"name": name}, source, "memory", str(n)) for n, name in enumerate(names)]


def key(contact):
    return ORDER.key(contact.fields)


def sorted_sources(names_of_sources):
    return [sorted(contacts_of(names, str(n)), key=key) for n, names in enumerate(names_of_sources)]


def part(sources, cursor, limit):
    """Return a part of the list, and the cursor of what comes next, None if there is nothing."""
    uuids = [str(n) for n in range(len(sources))]
    starts = cursor.starts(uuids)
    found = []
    for contacts, (from_key, skip) in zip(sources, starts, strict=True):
        begin = bisect_left(contacts, from_key, key=key)
        found.append(contacts[min(begin + skip, bisect_right(contacts, from_key, key=key)) :][:limit])
    listed = merge_sources(found, [from_key for from_key, _ in starts], ORDER, limit)
    end = cursor_after(listed, uuids, cursor) if listed else None
    return [one.contact for one in listed], end


def parts(sources, limits, cursor):
    found = []
    for limit in limits:
        contacts, end = part(sources, cursor, limit)
        if end is None:
            break
        found += contacts
        cursor = start_of("", end.encode())
    return found


@given(SOURCES, st.data())
def test_the_parts_are_the_sorted_whole_for_any_borders(names_of_sources, data):
    sources = sorted_sources(names_of_sources)
    every = [contact for contacts in sources for contact in contacts]
    limits = data.draw(st.lists(st.integers(1, 9), min_size=len(every) + 1, max_size=len(every) + 1))
    assert parts(sources, limits, Cursor()) == sorted(every, key=key)


@given(SOURCES, NAMES)
def test_a_list_from_a_text_has_all_contacts_at_or_after_it(names_of_sources, text):
    sources = sorted_sources(names_of_sources)
    every = sorted((contact for contacts in sources for contact in contacts), key=key)
    begin = start_of(text, "")
    wanted = [contact for contact in every if not text.strip() or key(contact) >= begin.key]
    assert parts(sources, [2] * (len(every) + 1), begin) == wanted


@given(SOURCES, st.integers(1, 4), st.randoms(use_true_random=False))
def test_no_contact_comes_twice_while_others_are_removed_and_added(names_of_sources, limit, random):
    sources = sorted_sources(names_of_sources)
    kept = [contact for contacts in sources for contact in contacts]
    found, cursor = [], Cursor()
    while cursor is not None:
        contacts, cursor = part(sources, cursor, limit)
        found += contacts
        if cursor is None:
            continue
        for contacts in sources:
            equal = [contact for contact in contacts if key(contact) == cursor.key]
            removed = random.choice(contacts) if contacts else None
            if removed is not None and (len(equal) == 1 or removed not in equal):
                contacts.remove(removed)
                kept = [one for one in kept if one is not removed]
        if len(found) < 20:
            sources[0].append(Contact({"name": random.choice("mnx")}, "0", "memory", f"new {len(found)}"))
            sources[0].sort(key=key)
    ids = [(contact.source, contact.source_entry_id) for contact in found]
    assert len(ids) == len(set(ids))
    assert {(contact.source, contact.source_entry_id) for contact in kept} <= set(ids)


def test_contacts_that_are_not_in_the_order_are_left_out():
    rude = contacts_of(["a", "m", "c", "z", "b"], "0")
    listed = merge_sources([rude, contacts_of(["d", "n"], "1")], ["0b", "0b"], ORDER, 9)
    assert [one.contact.fields["name"] for one in listed] == ["d", "m", "n", "z"]
