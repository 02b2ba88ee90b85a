"""The conversion of contacts into the columns of a display."""

from xivo_dird.directory.contact import ContactFormat
from xivo_dird.displays.model import Display, DisplayColumn
from xivo_dird.displays.presentation import Presentation


def test_a_personal_column_is_true_for_every_personal_backend() -> None:
    display = Display("d", "t", "d", (DisplayColumn(type="personal"), DisplayColumn(field="name")))
    presentation = Presentation(display)
    formats = [ContactFormat("s", "notes", "id", {}, is_personal) for is_personal in (True, False)]
    results = presentation.results(contact_format.format({"name": "Ada"}) for contact_format in formats)
    assert [result.column_values for result in results] == [[True, "Ada"], [False, "Ada"]]
