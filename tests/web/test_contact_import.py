"""Importing files of contacts: what is shown before, while and after."""

import pytest
from playwright.sync_api import expect

from web.accessibility import violations
from web.contact_page import ContactPage
from web.site import configuration

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
CARDS = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Éric Müller\r\nTEL:2046\r\nEND:VCARD\r\n"
WITH_ERROR = b"firstname,lastname\nAda,Stern\nonly one\nBo,Berg\n"
MAX_BODY_BYTES = 1_000_000

_DROP = """([name, content]) => {
    const transfer = new DataTransfer()
    transfer.items.add(new File([content], name))
    const options = {dataTransfer: transfer, bubbles: true, cancelable: true}
    const over = new DragEvent("dragover", options)
    document.body.dispatchEvent(over)
    document.body.dispatchEvent(new DragEvent("drop", options))
    return over.defaultPrevented
}"""

_DROP_WITH_THE_BUTTON = f"""
new MutationObserver((_, observer) => {{
    if (![...document.querySelectorAll("button")].some(button => button.textContent === "Import")) return
    observer.disconnect();
    ({_DROP})(["people.csv", "name\\nAda\\n"])
}}).observe(document, {{childList: true, subtree: true}})
"""


@pytest.fixture(scope="module")
def new_configuration():
    """Return the function that limits the size of files."""
    return lambda folder: configuration(folder, rest_api={"max_request_body": MAX_BODY_BYTES})


@pytest.fixture(autouse=True)
def _no_contacts(served):
    assert served.daemon.request("DELETE", "/0.1/personal").status_code == 204
    for phonebook in served.daemon.get("/phonebooks").json["items"]:
        assert served.daemon.request("DELETE", f"/0.1/phonebooks/{phonebook['uuid']}").status_code == 204


@pytest.fixture
def stored(served):
    """Return the function that returns the names of all personal contacts, sorted."""

    def stored():
        items = served.daemon.get("/personal").json["items"]
        return sorted(item.get("name") or f"{item['firstname']} {item['lastname']}" for item in items)

    return stored


@pytest.fixture
def mine(signed_in):
    """Open the personal contacts."""
    signed_in.visit("My contacts")
    return ContactPage(signed_in)


@pytest.fixture
def importing(mine):
    """Open the dialog of personal contacts."""
    mine.push("Import")
    expect(mine.dialog.locator("input[type=file]")).to_be_focused()
    return mine


@pytest.fixture
def suppliers(signed_in, served):
    """Open the dialog of a phonebook with one contact."""
    uuid = served.daemon.request("POST", "/0.1/phonebooks", json={"name": "Suppliers"}).json["uuid"]
    path = f"/0.1/phonebooks/{uuid}/contacts"
    assert (
        served.daemon.request("POST", path, json={"firstname": "Bo", "lastname": "Berg"}).status_code == 201
    )
    signed_in.open(f"#/phonebooks/{uuid}")
    signed_in.shows("Bo Berg")
    contacts = ContactPage(signed_in)
    contacts.push("Import")
    return contacts


def counts(contacts):
    return contacts.dialog.locator(".counts")


def encoding(contacts):
    return contacts.dialog.get_by_role("combobox", name="Encoding")


def preview(contacts):
    return contacts.dialog.get_by_role("table").locator("tbody tr")


def test_a_file_is_shown_before_it_is_imported(importing, stored):
    lines = [f"Ada,Stern {number:03},204{number}" for number in range(118)]
    importing.choose_file("people.csv", "\n".join(["firstname,lastname,number", *lines]).encode())
    expect(counts(importing)).to_have_text("118 new contacts")
    expect(preview(importing)).to_have_count(20)
    expect(preview(importing).first).to_contain_text("Ada Stern 000")
    expect(importing.dialog.get_by_role("columnheader")).to_have_text(["Name", "Phone"])
    expect(encoding(importing)).to_have_count(0)
    assert stored() == []
    importing.push("Import 118 contacts")
    expect(importing.dialog).to_have_count(0)
    expect(importing.notice).to_have_text("118 contacts were imported.")
    expect(importing.page.outcome.first).to_have_text("118 contacts")
    importing.page.shows(*(f"Ada Stern {number:03}" for number in range(100)))
    assert len(stored()) == 118


def test_rows_in_error_are_shown_before_and_after(importing, stored, served):
    answer = served.daemon.request("POST", "/0.1/personal", json={"firstname": "Bo", "lastname": "Berg"})
    assert answer.status_code == 201
    importing.choose_file("people.csv", WITH_ERROR)
    expect(counts(importing)).to_have_text("1 new contact · 1 exists already · 1 row in error")
    failed = importing.dialog.get_by_role("listitem")
    expect(failed).to_contain_text("Line 3: ")
    expect(failed.locator("[lang=en]")).not_to_be_empty()
    importing.push("Import 1 contact")
    expect(importing.dialog.get_by_text("1 contact was imported.")).to_be_visible()
    expect(failed).to_contain_text("Line 3: ")
    expect(importing.dialog_buttons).to_have_text("Close")
    importing.push("Close")
    importing.page.shows("Ada Stern", "Bo Berg")
    assert stored() == ["Ada Stern", "Bo Berg"]


def test_a_phonebook_takes_no_file_with_rows_in_error(suppliers, served):
    suppliers.choose_file("people.csv", b"firstname,lastname\nAda,Stern\nCy,Carr,more\n")
    expect(suppliers.dialog.get_by_text("A phonebook takes only files without errors.")).to_be_visible()
    expect(suppliers.dialog.get_by_role("listitem")).to_contain_text("Line 3: ")
    expect(suppliers.dialog_buttons).to_have_text("Cancel")
    suppliers.choose_file("people.csv", b"firstname,lastname\nAda,Stern\nBo,Berg\n")
    expect(counts(suppliers)).to_have_text("1 new contact · 1 exists already")
    suppliers.push("Import 1 contact")
    expect(suppliers.notice).to_have_text("1 contact was imported.")
    suppliers.page.shows("Bo Berg", "Ada Stern")


def test_a_file_without_anything_new_can_not_be_imported(suppliers):
    suppliers.choose_file("people.csv", b"firstname,lastname\nBo,Berg\n")
    expect(counts(suppliers)).to_have_text("0 new contacts · 1 exists already")
    expect(suppliers.dialog_buttons).to_have_text("Cancel")


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("people.csv", "name\nÉric Müller\n".encode(), "text/csv"),
        ("people.csv", "\ufeffname\nÉric Müller\n".encode(), "text/csv"),
        ("people.csv", "\ufeffname\r\nÉric Müller\r\n".encode("utf-16-le"), "text/csv"),
        ("people.csv", "name\nÉric Müller\n".encode("cp1252"), "text/csv; charset=windows-1252"),
        ("people.vcf", CARDS.encode(), "text/vcard"),
        ("contacts", CARDS.encode(), "text/vcard"),
        ("people.vcf", CARDS.encode("cp1252"), "text/vcard; charset=windows-1252"),
    ],
    ids=["utf-8", "mark", "utf-16", "windows-1252", "vcard", "vcard-by-content", "vcard-1252"],
)
def test_the_encoding_is_named_only_if_it_is_not_unicode(importing, stored, name, content, media_type):
    asked = importing.page.requests("/import")
    importing.choose_file(name, content)
    expect(preview(importing)).to_contain_text("Éric Müller")
    importing.push("Import 1 contact")
    importing.page.shows("Éric Müller")
    assert {request.headers["content-type"] for request in asked} == {media_type}
    assert stored() == ["Éric Müller"]


def test_another_encoding_can_be_chosen(importing, stored):
    importing.choose_file("people.csv", "name\nЮлий\n".encode("cp1251"))
    expect(encoding(importing)).to_have_value("windows-1252")
    expect(preview(importing)).to_contain_text("Þëèé")
    encoding(importing).select_option("windows-1251")
    expect(preview(importing)).to_contain_text("Юлий")
    importing.push("Import 1 contact")
    importing.page.shows("Юлий")
    assert stored() == ["Юлий"]


def test_every_encoding_that_is_offered_is_known_to_the_daemon(importing, served):
    importing.choose_file("people.csv", "name\n\xe9\n".encode("cp1252"))
    names = encoding(importing).locator("option").all_text_contents()
    assert names[0] == "windows-1252"
    for name in names:
        headers = {"Content-Type": f"text/csv; charset={name}"}
        path = "/0.1/personal/import/preview"
        answer = served.daemon.request("POST", path, headers=headers, data=b"name\nAda\n")
        assert (name, answer.status_code) == (name, 200)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "There is no contact in this file."),
        (b"firstname,lastname\n", "There is no contact in this file."),
        (PNG, "This is no CSV or vCard file. Save a spreadsheet as CSV first."),
    ],
    ids=["empty", "only a header", "a picture"],
)
def test_what_can_not_be_imported_is_said_before_anything_is_stored(importing, content, reason):
    importing.choose_file("people.csv", content)
    expect(importing.page.alert).to_have_text(reason)
    expect(importing.dialog_buttons).to_have_text("Cancel")
    importing.choose_file("people.csv", b"name\nAda\n")
    expect(counts(importing)).to_have_text("1 new contact")
    expect(importing.page.alert).to_have_count(0)


def test_a_file_that_is_too_large_is_said(importing):
    importing.page.errors.expected_statuses = {413}
    importing.page.errors.may_lose_connection = True
    importing.choose_file("people.csv", b"name\n" + b"Ada Stern\n" * (MAX_BODY_BYTES // 10))
    expect(importing.page.alert).to_contain_text("This file is larger than the directory accepts.")


def test_an_error_of_the_whole_file_is_said_with_its_reason(suppliers):
    suppliers.page.errors.expected_statuses = {400}
    suppliers.choose_file("people.csv", b"name,name\nAda,Bo\n")
    expect(suppliers.page.alert).to_contain_text("The directory can't import this file.")
    expect(suppliers.page.alert.locator("[lang=en]")).to_contain_text("The header has columns twice: name")


def test_that_an_import_runs_is_shown_and_nothing_else_can_be_done(importing):
    importing.choose_file("people.csv", b"name\nAda\n")
    held = importing.page.hold("**/personal/import")
    importing.push("Import 1 contact")
    expect(importing.dialog.get_by_role("status").get_by_text("Importing …")).to_be_visible()
    expect(importing.dialog.get_by_role("progressbar")).to_be_visible()
    importing.page.press("Escape")
    importing.tab.mouse.click(5, 5)
    for button in importing.dialog_buttons.all():
        button.click(force=True)
    expect(importing.dialog_buttons).to_have_count(2)
    assert len(held) == 1
    held.first().continue_()
    importing.page.shows("Ada")


def test_an_import_that_fails_can_be_tried_again(importing, stored):
    importing.page.errors.may_lose_connection = True
    importing.choose_file("people.csv", b"name\nAda\n")
    importing.tab.route("**/personal/import", lambda route: route.abort("connectionrefused"))
    importing.push("Import 1 contact")
    expect(importing.page.alert).to_have_text("The directory can't be reached.")
    importing.tab.unroute("**/personal/import")
    importing.push("Import 1 contact")
    importing.page.shows("Ada")
    assert stored() == ["Ada"]


@pytest.mark.parametrize(
    "change", [lambda file: file.write_text("name\nAda\nBo\n"), lambda file: file.unlink()]
)
def test_a_file_that_was_changed_since_it_was_chosen_is_said(importing, tmp_path, stored, change):
    importing.page.errors.may_lose_connection = True
    file = tmp_path / "people.csv"
    file.write_text("name\nAda\n")
    importing.dialog.locator("input[type=file]").set_input_files(file)
    expect(counts(importing)).to_have_text("1 new contact")
    change(file)
    importing.push("Import 1 contact")
    expect(importing.page.alert).to_have_text("The browser can't read this file any more. Choose it again.")
    assert stored() == []


def test_a_file_can_be_dropped_on_the_page(mine):
    expect(mine.tab.get_by_role("button", name="Import")).to_be_visible()
    assert mine.tab.evaluate(_DROP, ["people.csv", "name\nAda\n"])
    expect(counts(mine)).to_have_text("1 new contact")
    assert mine.tab.evaluate(_DROP, ["other.csv", "name\nBo\nCy\n"])
    expect(counts(mine)).to_have_text("2 new contacts")
    mine.push("Cancel")
    mine.push("Add contact")
    assert not mine.tab.evaluate(_DROP, ["people.csv", "name\nAda\n"])
    expect(mine.tab.get_by_role("dialog", name="New contact")).to_be_visible()


def test_a_file_is_taken_before_the_button_is_painted(mine):
    expect(mine.tab.get_by_role("button", name="Import")).to_be_visible()
    mine.tab.add_init_script(_DROP_WITH_THE_BUTTON)
    mine.tab.reload()
    expect(counts(mine)).to_have_text("1 new contact")


def test_a_file_held_over_the_page_is_invited(mine):
    hold = """(type) => document.body.dispatchEvent(new DragEvent(type, {bubbles: true, cancelable: true,
        dataTransfer: (() => {
            const held = new DataTransfer()
            held.items.add(new File(["a"], "a.csv"))
            return held
        })()}))"""
    expect(mine.tab.get_by_role("button", name="Import")).to_be_visible()
    mine.tab.evaluate(hold, "dragover")
    expect(mine.tab.get_by_text("Drop a CSV or vCard file here to import it.")).to_be_visible()
    mine.tab.evaluate(hold, "dragleave")
    expect(mine.tab.get_by_text("Drop a CSV or vCard file here to import it.")).to_have_count(0)


def test_a_chosen_file_is_there_after_signing_in_again(importing, served, stored):
    importing.page.errors.expected_statuses = {401}
    importing.choose_file("people.csv", b"name\nAda\n")
    expect(counts(importing)).to_have_text("1 new contact")
    importing.page.before_next_request("**/0.1/personal/import*", served.end_sessions)
    importing.push("Import 1 contact")
    expect(importing.tab.get_by_text("Your session has ended.")).to_be_visible()
    importing.page.send_password()
    importing.push("Import 1 contact")
    importing.page.shows("Ada")
    assert stored() == ["Ada"]


@pytest.mark.parametrize("button", ["Export as CSV", "Export as vCard"])
def test_what_was_exported_can_be_imported_again(mine, served, stored, button):
    contact = {"name": "Éric; Müller", "number": "+33 1", "company": '=1+1, "x"'}
    assert served.daemon.request("POST", "/0.1/personal", json=contact).status_code == 201
    mine.tab.reload()
    with mine.tab.expect_download() as download:
        mine.push(button)
    assert served.daemon.request("DELETE", "/0.1/personal").status_code == 204
    mine.tab.reload()
    mine.push("Import")
    mine.dialog.locator("input[type=file]").set_input_files(download.value.path())
    mine.push("Import 1 contact")
    mine.page.shows("Éric; Müller")
    (again,) = served.daemon.get("/personal").json["items"]
    assert contact.items() <= again.items()


HOSTILE = ["<script>document.title='broken'</script>", "\u202egnp.exe", "W" * 2000, "محمد"]


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_preview_of_any_text(importing, width, scheme):
    importing.tab.emulate_media(color_scheme=scheme)
    importing.tab.set_viewport_size({"width": width, "height": 640})
    assert violations(importing.tab) == []
    header = "name,number,mobile,email,fax,company," + "W" * 500
    rows = [",".join([name] * 7) for name in HOSTILE]
    importing.choose_file("W" * 200 + ".csv", "\n".join([header, *rows, "Bad"]).encode())
    expect(preview(importing)).to_have_count(4)
    for row, name in zip(preview(importing).all(), HOSTILE, strict=True):
        expect(row).to_contain_text(name)
    assert violations(importing.tab) == []
    assert not importing.page.scrolls_sideways()
    assert not importing.dialog.evaluate("(dialog) => dialog.scrollWidth > dialog.clientWidth")
    assert "broken" not in importing.tab.title()
