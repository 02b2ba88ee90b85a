"""What may be the reason that there is no name, although no source has a problem."""

from collections.abc import Iterator, Mapping

from xivo_dird.diagnosis.column_hints import display_hints, option_hints
from xivo_dird.diagnosis.model import Inquiry
from xivo_dird.numbers.caller import caller_number
from xivo_dird.numbers.dial_plan import DialPlan
from xivo_dird.numbers.requested import requested_number

REVERSE_COLUMN = "reverse"
"""The column that a reverse lookup answers as the name."""

NO_USER_HINT = "contacts of single users are left out: name a user with"
"""What precedes the option or parameter that names one."""


def hints_of_inquiry(
    inquiry: Inquiry, sources: Mapping[str, str], plan: DialPlan, user_option: str | None
) -> Iterator[str]:
    """Yield what may be the reason that there is no name.

    Args:
        inquiry: The question and its answers.
        sources: The name of each source of the tenant, by its uuid.
        plan: How numbers are dialled at the tenant.
        user_option: What names the user on whose behalf the sources are asked; None if one was named.
    """
    if is_withheld(inquiry):
        yield "a withheld, unknown or missing number: no source is asked"
        return
    if inquiry.service == "reverse":
        yield from _number_hints(inquiry.asked, plan)
    if not inquiry.answers:
        yield f"the profile has no sources for {inquiry.service}: add them to services.{inquiry.service}.sources"
    asked = {answer.source.uuid for answer in inquiry.answers}
    unused = sorted(name for uuid, name in sources.items() if uuid not in asked)
    if unused:
        yield f"not asked, since the profile does not name them for {inquiry.service}: {', '.join(unused)}"
    if user_option is not None and any(answer.is_personal for answer in inquiry.answers):
        yield f"{NO_USER_HINT} {user_option}"
    yield from option_hints(inquiry)
    yield from _reverse_hints(inquiry) if inquiry.service == "reverse" else display_hints(inquiry)


def name_of(inquiry: Inquiry) -> str | None:
    """Return the name that a phone shows for the number of a reverse lookup; None if there is none."""
    if inquiry.service != "reverse" or not inquiry.contacts:
        return None
    name = str(inquiry.contacts[0].fields.get(REVERSE_COLUMN) or "")
    return name if name.strip() else None


def is_withheld(inquiry: Inquiry) -> bool:
    """Return whether no source is asked since there is no number."""
    return inquiry.service == "reverse" and caller_number(inquiry.asked) is None


def _number_hints(number: str, plan: DialPlan) -> Iterator[str]:
    """Yield how the number is read at the tenant."""
    numbers = requested_number(caller_number(number) or "", plan).complete
    if plan.country is None:
        yield (
            "the tenant has no country, so only international numbers are found in another spelling:"
            " set its country, or lookup.default_country"
        )
    elif numbers:
        yield f"in the country {plan.country}, the number is read as {' or '.join(numbers)}"


def _reverse_hints(inquiry: Inquiry) -> Iterator[str]:
    if inquiry.contacts and name_of(inquiry) is None:
        contact = inquiry.contacts[0]
        is_blank = REVERSE_COLUMN in contact.fields
        action = (
            f"let {REVERSE_COLUMN} also insert a column that is filled"
            if is_blank
            else f"add {REVERSE_COLUMN}"
        )
        yield (
            f"phones show no name: the contact of {contact.source!r} has no {REVERSE_COLUMN!r};"
            f" {action}, in the format_columns of the source"
        )
