"""Arguments of paths: which are ids, and their one spelling."""

import pytest

from xivo_dird.exceptions import PhonebookOutOfReach, UnknownDisplay
from xivo_dird.http.path_arguments import PathRule, fill_path
from xivo_dird.validation import canonical_uuid

UUID = "0c34c282-433e-4bb8-8d56-fec14ff7e1e9"
RULE = PathRule.parse("/tenants/<tenant>/<int:number>/<id:uuid>")


def test_a_path_declares_its_arguments_and_which_are_ids():
    assert RULE.names == ("tenant", "number", "uuid")
    assert RULE.ids == {"uuid"}
    assert fill_path("/tenants/<tenant>/<int:number>/<id:uuid>", str.upper) == "/tenants/TENANT/NUMBER/UUID"


def test_only_ids_are_canonicalised():
    sent = {"tenant": UUID.upper(), "number": "007", "uuid": UUID.upper()}
    assert RULE.canonical(sent) == {**sent, "uuid": UUID}


def test_an_error_repeats_the_id_as_it_was_sent():
    error = UnknownDisplay(UUID)
    RULE.repeat_as_sent(error, {"tenant": "t", "number": "1", "uuid": UUID.upper()})
    assert error.details == {"uuid": UUID.upper()}


def test_an_error_about_something_else_is_unchanged():
    sent = {"tenant": "t", "number": "1", "uuid": UUID.upper()}
    for error in (UnknownDisplay("other"), PhonebookOutOfReach(UUID, "t", "phonebook")):
        details = error.details
        RULE.repeat_as_sent(error, sent)
        assert error.details == details


@pytest.mark.parametrize("spelling", ["{}", "{{{}}}", "urn:uuid:{}", "URN:UUID:{}"])
def test_a_uuid_has_one_canonical_form(spelling):
    for written in (UUID, UUID.upper(), UUID.replace("-", "")):
        assert canonical_uuid(spelling.format(written)) == UUID


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        f"{UUID} ",
        f"{{{UUID}",
        f"{UUID}\n",
        f"0x{UUID[2:]}",
        f"1_{UUID[2:]}",
        "\u0661" + UUID[1:],
        "-" * 32,
    ],
)
def test_any_other_text_is_no_uuid(text):
    assert canonical_uuid(text) == text
