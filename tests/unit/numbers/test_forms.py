"""The forms of a number that queries of other systems compare."""

import pytest

from xivo_dird.numbers.dial_plan import UNKNOWN_PLAN, DialPlan
from xivo_dird.numbers.forms import NumberForms, number_forms

FRANCE = DialPlan("FR")


@pytest.mark.parametrize(
    ("text", "plan", "expected"),
    [
        ("0612345678", FRANCE, ("+33612345678", "0612345678", "0612345678", "612345678")),
        ("+33 6 12 34 56 78", FRANCE, ("+33612345678", "33612345678", "0612345678", "612345678")),
        ("+33 6 12 34 56 78", UNKNOWN_PLAN, ("+33612345678", "33612345678", "0612345678", "612345678")),
        ("2045", UNKNOWN_PLAN, (None, "2045", "2045", "2045")),
        ("anonymous", FRANCE, (None, None, None, None)),
        ("", FRANCE, (None, None, None, None)),
        ("+", FRANCE, (None, None, None, None)),
        ("\u0661\u0662", FRANCE, (None, None, None, None)),
    ],
)
def test_a_number_has_the_forms_that_others_compare(text, plan, expected):
    assert number_forms(text, plan) == NumberForms(text, *expected)
