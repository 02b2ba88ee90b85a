"""Contacts of two large answers are merged in linear time."""

from waiting import LONG_TIMEOUT
from xivo_dird.directory.contact import Contact
from xivo_dird.lookup.merging import FoundContacts, merge_contacts
from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.threads.deadline import Deadline


def test_many_numbers_with_equal_last_digits_are_merged_quickly():
    people = [
        Contact({"name": str(number), "number": f"+331{number:04}6677"}, str(number), "csv", None)
        for number in range(1000)
    ]
    found = FoundContacts(people, ["number"])
    persons, _ = merge_contacts([found, found], DialPlan("FR"), Deadline.after(LONG_TIMEOUT))
    assert len(persons) < 2000
