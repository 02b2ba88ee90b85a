"""By which columns of a display its contacts can be sorted."""

from xivo_dird.directory.sort_order import SortOrder
from xivo_dird.displays.model import Display, DisplayColumn
from xivo_dird.exceptions import InvalidArgument

_WITHOUT_TEXT = ("favorite", "personal")
"""The types of columns that show no field of the contact."""


def sortable_fields(display: Display | None) -> list[str | None]:
    """Return the field of each column of a display, None where contacts can't be sorted by it."""
    return [_field(column) for column in (display.columns if display else ())]


def order_of(display: Display | None, by: str) -> SortOrder:
    """Return the order of contacts by the field of a column, those with equal values by name.

    Args:
        display: The display of the profile.
        by: The field; "" for that of the column of type `name`, or else of the first column that has one.

    Raises:
        InvalidArgument: No column has this field, or any.
    """
    fields = list(dict.fromkeys(field for field in sortable_fields(display) if field is not None))
    if not fields:
        raise InvalidArgument("Unknown field", {"by": "No column of the profile's display has a field"})
    names = [_field(column) for column in (display.columns if display else ()) if column.type == "name"]
    name = next((field for field in names if field is not None), fields[0])
    if by and by not in fields:
        choices = ", ".join(fields)
        raise InvalidArgument("Unknown field", {"by": f"No column has this field; they have: {choices}"})
    return SortOrder(tuple(dict.fromkeys((by or name, name))))


def _field(column: DisplayColumn) -> str | None:
    return None if column.type in _WITHOUT_TEXT else column.field or None
