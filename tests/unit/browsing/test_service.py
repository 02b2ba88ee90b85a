"""Browsing lists the contacts of all sources of a profile, whatever becomes of some of them."""

import pytest

from unit.directory.conftest import CALLER, SHORT_TIMEOUT
from waiting import LONG_TIMEOUT
from xivo_dird.browsing.cursor import Cursor
from xivo_dird.displays.model import DisplayColumn
from xivo_dird.exceptions import InvalidArgument, UnknownProfile


def group_texts(part):
    return [(group.text, group.result) for group in part.groups]


def outcomes(part):
    return {one.name: (one.status, one.contacts, one.truncated) for one in part.parts}


def test_contacts_of_all_sources_are_in_one_order(directory):
    directory.use(directory.source("b", "Zoe", "ada", "Mia"), directory.source("a", "Ada", "Éric", ""))
    part = directory.browse()
    found = [(contact.fields["name"], contact.source) for contact in part.contacts]
    assert found == [("ada", "b"), ("Ada", "a"), ("Éric", "a"), ("Mia", "b"), ("Zoe", "b"), ("", "a")]
    assert (part.by, part.next, part.fields) == ("name", None, ["name", "town"])
    assert group_texts(part) == [("A", 0), ("E", 2), ("M", 3), ("Z", 4), ("", 5)]
    assert outcomes(part) == {"b": ("ok", 3, False), "a": ("ok", 3, False)}


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 500])
def test_the_parts_of_a_list_have_each_contact_once(directory, limit):
    directory.use(directory.source("a", "B", "A", "A", "C"), directory.source("b", "A", "A", "D", ""))
    parts = directory.names(limit=limit)
    assert [name for part in parts for name in part] == ["A", "A", "A", "A", "B", "C", "D", ""]
    assert [len(part) for part in parts[:-1]] == [limit] * (len(parts) - 1)
    assert len(parts[-1]) > 0


def test_contacts_with_equal_values_are_sorted_by_name(directory):
    directory.use(
        directory.source("a", ("Zoe", "Bern"), ("Ada", "Genf")), directory.source("b", ("Mia", "bern"))
    )
    assert directory.names(by="town", limit=1) == [["Mia"], ["Zoe"], ["Ada"]]
    part = directory.browse(by="town", kind="values")
    assert group_texts(part) == [("bern", 0), ("Genf", 2)]


def test_a_list_begins_at_a_text_or_at_a_group(directory):
    directory.use(directory.source("a", "Ada", "Bea", "Cleo", "7 Seas"))
    assert directory.names(begin="B", limit=9) == [["Bea", "Cleo", "7 Seas"]]
    assert directory.names(begin="zz") == [["7 Seas"]]
    groups = directory.service.count_groups(CALLER, "all", "", "initials").groups
    assert [(group.text, group.count) for group in groups] == [("A", 1), ("B", 1), ("C", 1), ("#", 1)]
    assert directory.names(after=groups[2].after) == [["Cleo", "7 Seas"]]
    assert [group.after for group in directory.browse().groups] == [group.after for group in groups]


def test_groups_are_values_unless_there_are_too_many(directory):
    towns = [(f"Ada {n}", f"Town {n}") for n in range(200)]
    directory.use(directory.source("a", *towns), directory.source("b", ("Bea", "TOWN 7"), ("Cleo", "")))
    counted = directory.service.count_groups(CALLER, "all", "town")
    assert (counted.kind, len(counted.groups)) == ("initials", 2)
    assert [(part.name, part.contacts) for part in counted.parts] == [("a", 200), ("b", 2)]
    directory.people["a"].entries.pop()
    counted = directory.service.count_groups(CALLER, "all", "town")
    assert (counted.kind, len(counted.groups)) == ("values", 200)
    counts = {group.text: group.count for group in counted.groups}
    assert (counts["Town 7"], counts[""]) == (2, 1)
    assert directory.service.count_groups(CALLER, "all", "town", "initials").kind == "initials"


def test_a_source_that_can_only_be_searched_is_refused(directory):
    directory.use(directory.source("a", "Ada"), directory.source("b", "Bea", backend="searched"))
    assert outcomes(directory.browse()) == {"a": ("ok", 1, False), "b": ("refused", 0, False)}
    parts = directory.service.count_groups(CALLER, "all", "").parts
    assert [(part.status, part.contacts) for part in parts] == [("ok", 1), ("refused", 0)]


def test_a_source_that_fails_between_two_parts_costs_no_other_contact(directory):
    sources = [directory.source(name, *(f"{letter}{name}" for letter in "ABC")) for name in "xyz"]
    directory.use(*sources)
    first = directory.browse(limit=4)
    directory.people["y"].fails = True
    second = directory.browse(limit=2, after=first.next)
    assert [contact.fields["name"] for contact in second.contacts] == ["Bz", "Cx"]
    assert outcomes(second) == {"x": ("ok", 1, False), "y": ("failed", 0, False), "z": ("ok", 1, True)}
    directory.people["y"].fails = False
    assert directory.names(limit=2, after=first.next) == [["By", "Bz"], ["Cx", "Cy"], ["Cz"]]
    assert directory.names(limit=9, after=second.next) == [["Cy", "Cz"]]


def test_a_late_source_is_left_at_the_timeout_of_the_profile(directory):
    directory.use(directory.source("a", "Ada"), directory.source("b", "Bea"), timeout=10 * SHORT_TIMEOUT)
    directory.people["a"].gate.clear()
    part = directory.browse()
    assert outcomes(part) == {"a": ("late", 0, False), "b": ("ok", 1, False)}
    assert part.next is None
    directory.people["a"].gate.set()
    directory.use(directory.source("c", "Ada"), timeout=LONG_TIMEOUT)
    assert directory.browse().deadline.timeout == LONG_TIMEOUT


def test_a_source_that_is_removed_between_two_parts_leaves_the_others(directory):
    a, b = directory.source("a", "Ada", "Mia", "Zoe"), directory.source("b", "Bea", "Mia", "Nina")
    directory.use(a, b)
    end = directory.browse(limit=2).next
    directory.use(a)
    assert directory.names(after=end) == [["Mia", "Zoe"]]
    directory.use()
    part = directory.browse(after=end)
    assert (part.contacts, part.next, part.parts, part.groups) == ([], None, [], [])


def test_contacts_that_change_between_two_parts_move_no_others(directory):
    directory.use(directory.source("a", "Ada", "Cleo", "Dora", "Zoe"))
    end = directory.browse(limit=2).next
    people = directory.people["a"].entries
    people[:] = [*people[2:], {"id": "9", "name": "Bea"}, {"id": "8", "name": "Eva"}]
    assert directory.names(after=end) == [["Dora", "Eva", "Zoe"]]


def test_two_sources_of_one_directory_have_its_contacts_twice(directory):
    directory.use(directory.source("a", "Ada", "Mia"), directory.source("b", "Ada", "Mia"))
    assert directory.names(limit=1) == [["Ada"], ["Ada"], ["Mia"], ["Mia"]]


def test_a_source_that_answers_other_contacts_does_not_hold_up_the_list(directory):
    directory.use(directory.source("a", "Ada", "Mia", "Zoe"), directory.source("b", "Bea"))
    directory.people["a"].fetched = [
        {"id": str(n), "name": name} for n, name in enumerate(("Zoe", "Al", "Al"))
    ]
    assert directory.names(limit=1) == [["Bea"]]


def test_a_cursor_of_another_tenant_is_a_position_only(directory):
    directory.use(directory.source("a", "Ada", "Mia"))
    assert directory.names(after=Cursor("0b", "uuid-of-another-tenant", 5).encode()) == [["Mia"]]


def test_no_more_contacts_are_left_out_than_have_the_key_of_the_cursor(directory):
    directory.use(directory.source("a", "Ada", "Mia"), directory.source("b", "Zoe"))
    assert directory.names(after=Cursor("0ada", "uuid-a", 2**63 - 1).encode()) == [["Mia", "Zoe"]]


@pytest.mark.parametrize(
    ("columns", "by", "fields"),
    [
        ((DisplayColumn(field="town"), DisplayColumn(field="name")), "town", ["town", "name"]),
        ((DisplayColumn(type="name", title="x"), DisplayColumn(field="town")), "town", [None, "town"]),
        ((DisplayColumn(field="town"), DisplayColumn(field="town", type="name")), "town", ["town", "town"]),
        (
            (DisplayColumn(type="favorite", field="name"), DisplayColumn(type="personal", field="name")),
            None,
            [None, None],
        ),
        ((DisplayColumn(title="x"),), None, [None]),
        ((), None, []),
    ],
)
def test_contacts_are_sorted_by_the_name_or_by_the_first_field(directory, columns, by, fields):
    directory.use(directory.source("a", ("Ada", "Bern")), columns=columns)
    if by is None:
        with pytest.raises(InvalidArgument) as caught:
            directory.browse()
        assert list(caught.value.details) == ["by"]
        return
    part = directory.browse()
    assert (part.by, part.fields, len(part.contacts)) == (by, fields, 1)


def test_an_unknown_field_is_an_error_that_names_the_others(directory):
    directory.use(directory.source("a", "Ada"))
    for ask in (lambda: directory.browse(by="x"), lambda: directory.service.count_groups(CALLER, "all", "x")):
        with pytest.raises(InvalidArgument) as caught:
            ask()
        assert caught.value.details == {"by": "No column has this field; they have: name, town"}


def test_an_unknown_profile_is_an_error(directory):
    with pytest.raises(UnknownProfile):
        directory.browse()
