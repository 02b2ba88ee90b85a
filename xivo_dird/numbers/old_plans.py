"""Numbering plans that changed: what an old number has become.

Address books keep numbers for decades, and some trunks still send the form of an old plan. The rules are those of the
national plans, as announced in the operational bulletins of the ITU (ITU-T E.129). Every rule changes only digits in
front of the last six, so that an old number has the same key as the new one.
"""

import re
from collections.abc import Iterator
from itertools import count
from typing import NamedTuple


class PlanChange(NamedTuple):
    """A change of a numbering plan.

    Attributes:
        old: A regular expression for the digits of an old number, with its country code. Outside its groups it has
            only digits, and perhaps a lookahead.
        new: The digits that it has become; several templates if the old number does not show which one.
        is_optional: True if both forms are in use, so that a valid number may be an old one.
    """

    old: str
    new: tuple[str, ...]
    is_optional: bool = False


PLAN_CHANGES = (  # each with the year in which it took effect
    # Digits of mobile numbers that come and go.
    PlanChange(r"54(?!9)(\d{10})", (r"549\1",), is_optional=True),  # 1999, Argentina: 9 and 15
    PlanChange(r"55(\d\d)([6-9]\d{7})", (r"55\g<1>9\2",)),  # 2016, Brazil: the ninth digit
    PlanChange(r"521(\d{10})", (r"52\1",)),  # 2019, Mexico: 1, 044 and 045
    PlanChange(r"52044(\d{10})", (r"52\1",)),  # 2019
    PlanChange(r"52045(\d{10})", (r"52\1",)),  # 2019
    PlanChange(r"30(9\d{8})", (r"306\1",)),  # 2002, Greece
    PlanChange(r"66([1-9]\d{7})", (r"668\1",)),  # 2006, Thailand
    PlanChange(r"995([579]\d{7})", (r"9955\1",)),  # 2011, Georgia
    PlanChange(r"201([0124])(\d{7})", (r"2010\1\2", r"201\1\1\2", r"2011\1\2")),  # 2011, Egypt
    PlanChange(r"201([69])(\d{7})", (r"2010\1\2",)),  # 2011
    PlanChange(r"201([78])(\d{7})", (r"2012\1\2",)),  # 2011
    PlanChange(r"593([89]\d{7})", (r"5939\1",)),  # 2012, Ecuador
    PlanChange(r"230(\d{7})", (r"2305\1",)),  # 2013, Mauritius
    PlanChange(r"8416([2-9]\d{7})", (r"843\1",)),  # 2018, Vietnam: eleven digits became ten
    PlanChange(r"84120(\d{7})", (r"8470\1",)),  # 2018
    PlanChange(r"84121(\d{7})", (r"8479\1",)),  # 2018
    PlanChange(r"84122(\d{7})", (r"8477\1",)),  # 2018
    PlanChange(r"8412([68]\d{7})", (r"847\1",)),  # 2018
    PlanChange(r"8412([345]\d{7})", (r"848\1",)),  # 2018
    PlanChange(r"84127(\d{7})", (r"8481\1",)),  # 2018
    PlanChange(r"84129(\d{7})", (r"8482\1",)),  # 2018
    PlanChange(r"8418([68]\d{7})", (r"845\1",)),  # 2018
    PlanChange(r"84199(\d{7})", (r"8459\1",)),  # 2018
    # Numbers that became longer.
    PlanChange(r"852(\d{7})", (r"8522\1",)),  # 1995, Hong Kong
    PlanChange(r"351([1-8]\d{7})", (r"3512\1",)),  # 1999, Portugal
    PlanChange(r"301(\d{7})", (r"30210\1",)),  # 2002, Greece: Athens
    PlanChange(r"65([2-9]\d{6})", (r"656\1",)),  # 2002, Singapore
    PlanChange(r"356(\d{6})", (r"35621\1",)),  # 2002, Malta
    PlanChange(r"503([267]\d{6})", (r"5032\1", r"5037\1")),  # 2005, El Salvador
    PlanChange(r"507([69]\d{6})", (r"5076\1",)),  # 2005, Panama
    PlanChange(r"411(\d{7})", (r"4144\1",)),  # 2007, Switzerland: Zurich
    PlanChange(r"221(8\d{6})", (r"22133\1",)),  # 2007, Senegal
    PlanChange(r"965(\d)(\d{6})", (r"9652\1\2", r"965\1\1\2", r"9656\1\2", r"9659\1\2")),  # 2007, Kuwait
    PlanChange(r"371(\d{7})", (r"3716\1", r"3712\1")),  # 2008, Latvia
    PlanChange(r"506([2-9]\d{6})", (r"5062\1", r"5068\1")),  # 2008, Costa Rica
    PlanChange(r"505([2-9]\d{6})", (r"5052\1", r"5058\1")),  # 2009, Nicaragua
    PlanChange(r"212(\d{8})", (r"2125\1", r"2126\1")),  # 2009, Morocco
    PlanChange(r"974([3-7])(\d{6})", (r"974\1\1\2",)),  # 2010, Qatar
    PlanChange(r"99532(\d{6})", (r"995322\1",)),  # 2011, Georgia: Tbilisi
    PlanChange(r"562(\d{7})", (r"5622\1",)),  # 2012, Chile: Santiago, then the provinces
    PlanChange(r"56(3[2-5]|4[1-35]|5[1-357]|6[13-57]|7[1-35])(\d{6})", (r"56\g<1>2\2",)),  # 2016
    PlanChange(r"237(\d{8})", (r"2372\1", r"2376\1")),  # 2014, Cameroon
    PlanChange(r"632(\d{7})", (r"6328\1", r"6327\1", r"6323\1")),  # 2019, Philippines: Manila
    PlanChange(r"57([124-8]\d{7})", (r"5760\1",)),  # 2021, Colombia
    PlanChange(
        r"225(\d{8})",
        (r"22507\1", r"22505\1", r"22501\1", r"22527\1", r"22525\1", r"22521\1"),
    ),  # 2021, Ivory Coast
    PlanChange(r"229(\d{8})", (r"22901\1",)),  # 2024, Benin
    PlanChange(r"234([1-9]\d{7})", (r"23420\1",)),  # 2024, Nigeria
    # Area codes and country codes that changed.
    PlanChange(r"44171(\d{7})", (r"44207\1",)),  # 2000, United Kingdom: London, then other cities
    PlanChange(r"44181(\d{7})", (r"44208\1",)),  # 2000
    PlanChange(r"441203(\d{6})", (r"442476\1",)),  # 2000
    PlanChange(r"441222(\d{6})", (r"442920\1",)),  # 2000
    PlanChange(r"441232(\d{6})", (r"442890\1",)),  # 2000
    PlanChange(r"441703(\d{6})", (r"442380\1",)),  # 2000
    PlanChange(r"441705(\d{6})", (r"442392\1",)),  # 2000
    PlanChange(r"70(\d{9})", (r"74\1",)),  # 2005, Russia
    PlanChange(r"844(\d{8})", (r"8424\1",)),  # 2017, Vietnam: Hanoi, Ho Chi Minh City
    PlanChange(r"848(\d{8})", (r"8428\1",)),  # 2017
    PlanChange(r"381([23][89]\d{6})", (r"383\1",)),  # 2017, Kosovo
    PlanChange(r"386(4[39]\d{6})", (r"383\1",)),  # 2017
)
"""All changes. Italy is missing: there a number without its zero is the number of somebody else (a mobile phone)."""

_ALL = [(re.compile(change.old), change.new) for change in PLAN_CHANGES]
_OPTIONAL = [(re.compile(change.old), change.new) for change in PLAN_CHANGES if change.is_optional]
_LOOKAHEAD = re.compile(r"\(\?![^)]*\)")
_GROUP = re.compile(r"\((?!\?)[^()]*\)")
_REFERENCE = re.compile(r"\\(?:g<)?(\d)>?")


def _reverse(change: PlanChange, new: str) -> tuple[re.Pattern[str], str]:
    """Return a regular expression for the new numbers of a change, and the template of the old number."""
    plain = _LOOKAHEAD.sub("", change.old)
    groups: list[str] = _GROUP.findall(plain)
    seen: set[str] = set()

    def group_of(reference: re.Match[str]) -> str:
        number = reference[1]
        if number in seen:
            return f"(?P=g{number})"
        seen.add(number)
        return f"(?P<g{number}>{groups[int(number) - 1][1:-1]})"

    numbers = count(1)
    return re.compile(_REFERENCE.sub(group_of, new)), _GROUP.sub(lambda _: rf"\g<g{next(numbers)}>", plain)


_REVERSED = [_reverse(change, new) for change in PLAN_CHANGES for new in change.new]


def old_forms(digits: str) -> Iterator[str]:
    """Yield the digits that a number may have had before a change of its plan."""
    for pattern, template in _REVERSED:
        match = pattern.fullmatch(digits)
        if match is not None:
            yield match.expand(template)


def current_forms(digits: str, *, is_valid: bool) -> Iterator[str]:
    """Yield the digits that an old number may have become; not all of them are valid numbers.

    Args:
        digits: The digits of a number with its country code.
        is_valid: True if it is a valid number today; then it is an old one only if both forms are in use.
    """
    for pattern, templates in _OPTIONAL if is_valid else _ALL:
        match = pattern.fullmatch(digits)
        if match is not None:
            yield from map(match.expand, templates)
