"""What has the focus when something is opened, in a browser that is too busy to draw it."""

import pytest
from playwright.sync_api import expect

from web.contact_page import ContactPage

DIALOGS = {"Add contact": "First name", "Import": "Choose a file"}
FIELDS = {"Who called?": "Number", "Why no name?": "Number or name"}


@pytest.fixture
def mine(signed_in, served):
    """List a contact in a tab that draws nothing more: its clock stands still."""
    served.daemon.request("POST", "/0.1/personal", json={"firstname": "Ada"})
    signed_in.tab.clock.install()
    signed_in.visit("My contacts")
    expect(signed_in.tab.get_by_role("button", name="Delete all")).to_be_visible()
    signed_in.tab.clock.pause_at(signed_in.tab.evaluate("Date.now()") / 1000 + 1)
    return ContactPage(signed_in)


@pytest.mark.parametrize(("button", "field"), DIALOGS.items())
def test_the_first_field_of_a_dialog_has_the_focus(mine, button, field):
    mine.push(button)
    expect(mine.dialog.get_by_label(field)).to_be_focused()


def test_the_name_of_an_added_field_has_the_focus(mine):
    mine.push("Add contact")
    mine.push("Add a field")
    expect(mine.field("Name of the field")).to_be_focused()


def test_the_harmless_button_of_a_question_has_the_focus(mine):
    mine.push("Delete all")
    expect(mine.dialog.get_by_role("button", name="Cancel")).to_be_focused()
    mine.push("Cancel")
    mine.push("Add contact")
    mine.fill(First_name="Bo")
    mine.page.press("Escape")
    expect(mine.dialog.get_by_role("button", name="Keep editing")).to_be_focused()


@pytest.mark.parametrize(("title", "field"), FIELDS.items())
def test_the_field_of_a_page_has_the_focus(mine, title, field):
    mine.page.visit(title)
    expect(mine.tab.get_by_label(field)).to_be_focused()


def test_a_saved_contact_has_the_focus(mine):
    mine.push("Edit Ada")
    mine.fill(Phone="2045")
    mine.save()
    expect(mine.tab.get_by_role("link", name="2045")).to_be_focused()
