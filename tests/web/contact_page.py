"""The pages of contacts, as a person uses them."""

from typing import Any

from playwright.sync_api import Locator, expect

from web.directory_page import DirectoryPage


class ContactPage:
    """A tab in which contacts are listed and changed.

    Attributes:
        page: The page in this tab.
    """

    def __init__(self, page: DirectoryPage) -> None:
        self.page = page
        self.tab = page.tab

    @property
    def dialog(self) -> Locator:
        """Return the open dialog."""
        return self.tab.get_by_role("dialog")

    @property
    def dialog_buttons(self) -> Locator:
        """Return the buttons at the end of the open dialog."""
        return self.dialog.locator(".modal-buttons button")

    @property
    def filter(self) -> Locator:
        """Return the field above the list."""
        return self.tab.get_by_label("Filter contacts")

    @property
    def headers(self) -> Locator:
        """Return the titles of the columns."""
        return self.tab.locator("main thead th")

    @property
    def notice(self) -> Locator:
        """Return what is said about the last change."""
        return self.tab.locator(".notices")

    def push(self, name: str) -> None:
        """Push a button."""
        self.tab.get_by_role("button", name=name, exact=True).click()

    def has_button(self, name: str) -> bool:
        """Return whether there is a button."""
        return self.tab.get_by_role("button", name=name, exact=True).count() > 0

    def field(self, label: str) -> Locator:
        """Return a field of the open dialog."""
        return self.dialog.get_by_label(label, exact=True)

    def fill(self, **texts: str) -> None:
        """Fill fields of the open dialog; an underscore in a name is a blank of the label."""
        for label, text in texts.items():
            self.field(label.replace("_", " ")).fill(text)

    def add(self, **texts: str) -> None:
        """Add a contact with the form."""
        self.push("Add contact")
        self.fill(**texts)
        self.save()

    def edit(self, name: str) -> None:
        """Open the form of a contact."""
        self.push(f"Edit {name}")
        expect(self.dialog).to_be_visible()

    def save(self) -> None:
        """Save the open form, which closes."""
        self.push("Save")
        expect(self.dialog).to_have_count(0)

    def choose_file(self, name: str, content: bytes, media_type: str = "") -> None:
        """Choose a file in the open dialog of an import."""
        file: Any = {"name": name, "mimeType": media_type or "text/csv", "buffer": content}
        self.dialog.locator("input[type=file]").set_input_files(file)
