"""The variables of a number that is asked for."""

from xivo_dird.backend import DialPlan, number_forms

NUMBER_FORMS = ("e164", "digits", "national", "last9")
NUMBER_VARIABLES = ("number", *(f"number.{form}" for form in NUMBER_FORMS))


def number_values(exten: str, plan: DialPlan) -> dict[str, str | None]:
    """Return the forms of a number by their variables; of an extension, which has fewer, the digits."""
    forms = number_forms(exten, plan)._asdict()
    return {f"number.{form}": forms[form] or forms["digits"] for form in NUMBER_FORMS}
