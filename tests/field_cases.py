"""Inputs of people who run phone directories: what is in the book, what is asked, and who is expected."""

from collections.abc import Mapping
from typing import NamedTuple

from xivo_dird.numbers.dial_plan import DialPlan

INVISIBLE = "\u202a\u202b\u202c\u2066\u2067\u2068\u2069\u200e\u200f\u200b\ufeff\u061c"


class NumberCase(NamedTuple):
    """Numbers of a book, and who is found by a number.

    Attributes:
        title: What the case is about.
        plan: How numbers are dialled at the tenant.
        book: The numbers of each contact, by name.
        expected: The name of the contact, by the number asked; None for nobody.
        is_in_ldap: True if a directory server can list and find these numbers.
    """

    title: str
    plan: DialPlan
    book: Mapping[str, str]
    expected: Mapping[str, str | None]
    is_in_ldap: bool = True


def _case(
    title: str,
    country: str,
    book: Mapping[str, str],
    expected: Mapping[str, str | None],
    *,
    ldap: bool = True,
) -> NumberCase:
    return NumberCase(title, DialPlan(country), book, expected, ldap)


NUMBER_CASES = (
    _case(
        "a trunk sends international numbers without plus",
        "DE",
        {
            "Mo": "0171 3920012",
            "Lou": "+33 1 99 00 12 34",
            "Lon": "+44 20 7946 0958",
            "Ber": "+49 30 23125012",
        },
        {
            "491713920012": "Mo",
            "33199001234": "Lou",
            "442079460958": "Lon",
            "493023125012": "Ber",
            "+491713920012": "Mo",
            "+33199001234": "Lou",
            "+442079460958": "Lon",
        },
    ),
    _case(
        "invisible characters in the cell",
        "DE",
        {f"U+{ord(sign):04X}": f"{sign}+49 30 231250{at + 20}{sign}" for at, sign in enumerate(INVISIBLE)},
        {f"030231250{at + 20}": f"U+{ord(sign):04X}" for at, sign in enumerate(INVISIBLE)},
        ldap=False,
    ),
    _case(
        "invisible characters in the question",
        "DE",
        {"Ber": "+49 30 23125012", "Ext": "1001"},
        {
            **{f"{sign}+493023125012{sign}": "Ber" for sign in INVISIBLE},
            **{f"{sign}1001{sign}": "Ext" for sign in INVISIBLE},
        },
    ),
    _case(
        "guards of a spreadsheet",
        "DE",
        {"A": "'+49 30 23125015", "B": "'0171 3920015", "C": '="0221 4710125"', "D": " +49 30 23125018"},
        {"03023125015": "A", "+491713920015": "B", "+492214710125": "C", "03023125018": "D"},
        ldap=False,
    ),
    _case(
        "words beside the number in the United States",
        "US",
        {
            "Office": "425-555-0101 (office)",
            "Cell": "(425) 555-0102 cell",
            "Tel": "Tel. 425-555-0104",
            "Home": "+1 425-555-0103 (home)",
        },
        {"4255550101": "Office", "+14255550102": "Cell", "14255550104": "Tel", "4255550103": "Home"},
        ldap=False,
    ),
    _case(
        "words beside the number in Germany",
        "DE",
        {"Büro": "030 23125016 (Büro)"},
        {"+493023125016": "Büro", "493023125016": "Büro", "03023125016": "Büro"},
        ldap=False,
    ),
    _case(
        "a plus that arrives as a blank in Germany",
        "DE",
        {"Mo": "+49 171 3920017", "Lou": "+33 1 99 00 12 36"},
        {" 491713920017": "Mo", " 33199001236": "Lou"},
    ),
    _case(
        "a plus that arrives as a blank in France", "FR", {"Lou": "01 99 00 12 36"}, {" 33199001236": "Lou"}
    ),
    _case(
        "the nine of mobile numbers in Argentina",
        "AR",
        {"Without": "+54 11 2345-6789", "With": "+54 9 351 234-5678"},
        {
            "+5491123456789": "Without",
            "01115 23456789": "Without",
            "+543512345678": "With",
            "0351 15 2345678": "With",
            "543512345678": "With",
        },
    ),
    _case(
        "the ninth digit in Brazil",
        "BR",
        {"New": "(11) 96123-4567", "Old": "(11) 6123-4568"},
        {
            "+5511961234567": "New",
            "5511961234567": "New",
            "011961234567": "New",
            "11961234567": "New",
            "0 15 11 96123-4567": "New",
            "+5511961234568": "Old",
        },
    ),
    *(
        _case(
            f"the zero of Italy, asked in {country}",
            country,
            {"Roma": "+39 02 1234 5678"},
            {
                "+390212345678": "Roma",
                "00390212345678": "Roma",
                "+39 02 1234 5678": "Roma",
                "390212345678": "Roma",
                "+39212345678": None,
            },
        )
        for country in ("IT", "GB")
    ),
    _case(
        "whole numbers of six digits in the Faroe Islands",
        "FO",
        {"Plus": "+298 201234", "Plain": "203040", "Ext": "1234"},
        {"201234": "Plus", "298201234": "Plus", "+298203040": "Plain", "1234": "Ext", "+2981234": None},
    ),
    _case(
        "whole numbers of six digits in Luxembourg",
        "LU",
        {"Lux": "40 21 23", "Plus": "+352 402124"},
        {"+352402123": "Lux", "352402123": "Lux", "402124": "Plus"},
    ),
    *(
        _case(
            f"several numbers in one cell, separated by {separator!r}",
            "FR",
            {"Two": f"06 39 98 12 50{separator}01 99 00 12 37"},
            {"+33639981250": "Two", "0639981250": "Two", "+33199001237": "Two", "0199001237": "Two"},
            ldap=False,
        )
        for separator in (" ::: ", " / ", "/", "; ", ";", ", ", ",", "\n")
    ),
    _case(
        "company blocks",
        "DE",
        {"Works": "+49 30 23125-0", "Inc": "0221-4710*", "Desk": "030 23125-43"},
        {"+49302312542": "Works", "0221471042": "Inc", "+49302312543": "Desk", "+49302312642": None},
        ldap=False,
    ),
    _case(
        "a switchboard in a directory",
        "DE",
        {"Works": "+49 30 23125-0", "Desk": "030 23125-43"},
        {"+49302312542": "Works", "+49302312543": "Desk", "+49302312642": None},
    ),
    _case(
        "texts that are no number",
        "DE",
        {"Mo": "0171 3920012", "Nothing": ""},
        dict.fromkeys(("", " ", "-1", "anonymous", "+", "0")),
    ),
    _case(
        "codes and extensions",
        "FR",
        {"Star": "**610", "Ext": "610", "Hidden": "*31#610"},
        {"**610": "Star", "610": "Ext", "*31#610": "Hidden"},
        ldap=False,
    ),
    _case(
        "Outlook and TAPI in Germany",
        "DE",
        {
            "Ber": "+49 (30) 23125040",
            "Mo": "+49 (171) 3920040",
            "Zero": "0049 30 23125041",
            "Hyphen": "030-23125042",
        },
        {
            "03023125040": "Ber",
            "+493023125040": "Ber",
            "491713920040": "Mo",
            "03023125041": "Zero",
            "+493023125042": "Hyphen",
        },
    ),
    _case(
        "Outlook and TAPI in the United States",
        "US",
        {"Outlook": "+1 (425) 555-0140", "National": "(425) 555-0141"},
        {"4255550140": "Outlook", "+14255550140": "Outlook", "14255550141": "National"},
    ),
    _case(
        "a local number is no foreign number",
        "US",
        {"Lux Co": "+352 23 44"},
        {"352-2344": None, "3522344": None},
    ),
    _case(
        "a trunk's number of a mobile is no fixed line",
        "DE",
        {"Hafen Leer": "0491 713920047", "Mobile": "+49 171 3920047"},
        {"491713920047": "Mobile", "0491713920047": "Hafen Leer"},
    ),
)
