"""The phonebooks of the tenant and their contacts."""

import csv
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Error, expect

from web.accessibility import violations
from web.contact_page import ContactPage
from web.site import LOOKUP, configuration, token

LIST = "dird.phonebooks.read"
CONTACTS = "dird.phonebooks.*.contacts"
RIGHTS = {
    "Rename": "dird.phonebooks.*.update",
    "Delete phonebook": "dird.phonebooks.*.delete",
    "Add contact": f"{CONTACTS}.create",
    "Edit Ada": f"{CONTACTS}.*.update",
    "Delete Ada": f"{CONTACTS}.*.delete",
}
HOSTILE = "<script>document.title='broken'</script>\u202egnp.exe " + "W" * 200


@pytest.fixture(scope="module")
def new_configuration():
    """Return the function that declares tokens with one right each."""

    def with_tokens(folder):
        config = configuration(folder)
        reads = (LOOKUP, LIST, f"{CONTACTS}.read")
        config["auth"]["tokens"] += [
            *(token(right, *reads, right) for right in RIGHTS.values()),
            token("only-reads", *reads),
            token("only-lists", LOOKUP, LIST),
            token("only-adds", LOOKUP, LIST, "dird.phonebooks.create"),
        ]
        return config

    return with_tokens


@pytest.fixture(autouse=True)
def _no_phonebooks(served):
    for phonebook in served.daemon.get("/phonebooks").json["items"]:
        assert served.daemon.request("DELETE", f"/0.1/phonebooks/{phonebook['uuid']}").status_code == 204


@pytest.fixture
def add(served):
    """Return the function that adds a phonebook with contacts without the page, and returns its uuid."""

    def add(name, *contacts, description=None):
        body = {"name": name, "description": description}
        uuid = served.daemon.request("POST", "/0.1/phonebooks", json=body).json["uuid"]
        for contact in contacts:
            path = f"/0.1/phonebooks/{uuid}/contacts"
            assert served.daemon.request("POST", path, json=contact).status_code == 201
        return uuid

    return add


@pytest.fixture
def stored(served):
    """Return the function that returns the contacts of a phonebook without their ids."""

    def stored(uuid):
        items = served.daemon.get(f"/phonebooks/{uuid}/contacts").json["items"]
        return [{name: text for name, text in item.items() if name != "id"} for item in items]

    return stored


@pytest.fixture
def listed(signed_in, add):
    """Open the list with two phonebooks."""
    add("Suppliers", description="Whom we buy from")
    add("Customers")
    signed_in.visit("Phonebooks")
    return ContactPage(signed_in)


@pytest.fixture
def suppliers(signed_in, add):
    """Return the uuid of a phonebook and the page that shows it."""
    uuid = add("Suppliers", {"name": "Bo", "number": "2"}, {"name": "Ada", "number": "1", "shoe": "43"})
    signed_in.open(f"#/phonebooks/{uuid}")
    signed_in.shows("Ada", "Bo")
    return uuid, ContactPage(signed_in)


def books(contacts):
    return contacts.tab.get_by_role("list", name="Phonebooks").get_by_role("listitem")


def heading(contacts):
    return contacts.tab.get_by_role("heading", level=1)


def test_phonebooks_are_listed_by_name_and_opened(listed):
    expect(books(listed)).to_have_text(["Customers", "SuppliersWhom we buy from"])
    listed.tab.get_by_role("link", name="Suppliers").click()
    expect(heading(listed)).to_have_text("Suppliers")
    expect(listed.tab.get_by_text("Whom we buy from")).to_be_visible()
    expect(listed.tab.get_by_text("There are no contacts here yet.")).to_be_visible()
    assert listed.tab.title().startswith("Suppliers")
    listed.tab.go_back()
    expect(books(listed)).to_have_count(2)
    listed.tab.go_forward()
    listed.tab.get_by_role("link", name="All phonebooks").click()
    expect(books(listed)).to_have_count(2)


def test_without_phonebooks_the_page_says_so(signed_in):
    signed_in.visit("Phonebooks")
    expect(signed_in.tab.get_by_text("There are no phonebooks yet.")).to_be_visible()


def test_a_bookmark_opens_a_phonebook_and_an_unknown_one_is_said(suppliers, add):
    _, contacts = suppliers
    contacts.tab.reload()
    contacts.page.shows("Ada", "Bo")
    for unknown in ("17", "%E0%", "00000000-0000-4000-8000-000000000000"):
        contacts.page.open(f"#/phonebooks/{unknown}")
        expect(contacts.page.alert).to_have_text("There is no such phonebook.")
        expect(books(contacts)).to_have_text(["Suppliers"])
    newer = add("Newer", {"name": "Cy"})
    contacts.page.open(f"#/phonebooks/{newer}")
    contacts.page.shows("Cy")
    expect(contacts.page.alert).to_have_count(0)


def test_nobody_else_sees_phonebooks_that_come_late(signed_in):
    held = signed_in.hold_first("**/0.1/phonebooks?order=name")
    signed_in.visit("Phonebooks")
    older = held.first()
    signed_in.sign_out()
    signed_in.send_password("eve")
    expect(signed_in.tab.get_by_text("There are no phonebooks yet.")).to_be_visible()
    with suppress(Error):  # the page has given it up
        older.fulfill(json={"items": [{"uuid": "x", "name": "Secret"}]})
    signed_in.session()
    expect(signed_in.tab.get_by_text("There are no phonebooks yet.")).to_be_visible()
    assert "Secret" not in signed_in.tab.content()


def test_a_phonebook_is_added_and_renamed(listed, served):
    listed.push("Add phonebook")
    listed.push("Save")
    expect(listed.page.alert).to_have_text("A phonebook needs a name.")
    listed.fill(Name="Partners", Description="First line\nand second")
    listed.save()
    expect(listed.notice).to_have_text("Partners was added.")
    listed.tab.get_by_role("link", name="Partners").click()
    listed.push("Rename")
    expect(listed.field("Description")).to_have_value("First line\nand second")
    listed.fill(Name="Friends", Description="")
    listed.save()
    expect(heading(listed)).to_have_text("Friends")
    found = {one["name"]: one["description"] for one in served.daemon.get("/phonebooks").json["items"]}
    assert found == {"Suppliers": "Whom we buy from", "Customers": None, "Friends": None}


def test_a_name_that_is_taken_is_refused_and_what_was_typed_stays(listed):
    listed.page.errors.expected_statuses = {409}
    listed.push("Add phonebook")
    listed.fill(Name="Customers", Description="Typed")
    listed.push("Save")
    expect(listed.page.alert).to_have_text("There is a phonebook with this name already.")
    expect(listed.field("Description")).to_have_value("Typed")
    listed.page.press("Escape")
    listed.push("Keep editing")
    listed.fill(Name="Others")
    listed.save()
    expect(books(listed)).to_have_count(3)


def test_what_was_typed_about_a_phonebook_outlives_the_session(listed, served):
    listed.page.errors.expected_statuses = {401}
    listed.push("Add phonebook")
    listed.fill(Name="Partners")
    listed.page.before_next_request("**/0.1/phonebooks", served.end_sessions)
    listed.push("Save")
    expect(listed.tab.get_by_text("Your session has ended.")).to_be_visible()
    listed.page.send_password()
    expect(listed.field("Name")).to_have_value("Partners")
    listed.save()
    expect(books(listed)).to_have_count(3)


def test_a_phonebook_is_deleted_after_a_question_with_its_contacts(suppliers, served):
    uuid, contacts = suppliers
    source = {"name": "shown", "phonebook_uuid": uuid}
    assert served.daemon.request("POST", "/0.1/backends/phonebook/sources", json=source).status_code == 200
    contacts.push("Delete phonebook")
    expect(contacts.dialog).to_contain_text("Delete the phonebook “Suppliers”?")
    expect(contacts.dialog).to_contain_text(
        "Its 2 contacts are deleted, too. So is every source that shows this phonebook."
    )
    contacts.push("Cancel")
    contacts.push("Delete phonebook")
    contacts.dialog.get_by_role("button", name="Delete phonebook").click()
    expect(contacts.tab.get_by_text("There are no phonebooks yet.")).to_be_visible()
    expect(contacts.notice).to_have_text("Suppliers was deleted.")
    expect(contacts.page.alert).to_have_count(0)
    assert served.daemon.get("/backends/phonebook/sources").json["items"] == []


def test_a_contact_is_added_edited_deleted_and_restored(suppliers, stored):
    uuid, contacts = suppliers
    contacts.push("Add contact")
    contacts.fill(Name="Abe")
    contacts.save()
    contacts.page.shows("Abe", "Ada", "Bo")
    expect(contacts.page.selected).to_contain_text("Abe")
    contacts.edit("Ada")
    contacts.fill(Name="Zoë")
    contacts.save()
    contacts.page.shows("Abe", "Bo", "Zoë")
    contacts.push("Delete Bo")
    contacts.page.shows("Abe", "Zoë")
    contacts.push("Undo")
    contacts.page.shows("Abe", "Bo", "Zoë")
    expect(contacts.page.outcome.first).to_have_text("3 contacts")
    assert stored(uuid) == [
        {"name": "Abe"},
        {"name": "Bo", "number": "2"},
        {"name": "Zoë", "number": "1", "shoe": "43"},
    ]


def test_a_contact_that_was_changed_elsewhere_is_not_overwritten(suppliers, served, stored):
    uuid, contacts = suppliers
    items = {
        one["name"]: one["id"] for one in served.daemon.get(f"/phonebooks/{uuid}/contacts").json["items"]
    }
    contacts.edit("Ada")
    contacts.fill(Phone="2045")
    path = f"/0.1/phonebooks/{uuid}/contacts/{items['Ada']}"
    assert served.daemon.request("PUT", path, json={"name": "Ada", "hat": "7"}).status_code == 200
    contacts.push("Save")
    expect(contacts.page.alert).to_contain_text("This contact was changed elsewhere meanwhile.")
    contacts.save()
    assert stored(uuid)[0] == {"name": "Ada", "number": "2045", "hat": "7"}


def test_a_phonebook_that_was_deleted_elsewhere_is_said(suppliers, served):
    uuid, contacts = suppliers
    contacts.page.errors.expected_statuses = {404}
    contacts.push("Add contact")
    contacts.fill(Name="Cy")
    assert served.daemon.request("DELETE", f"/0.1/phonebooks/{uuid}").status_code == 204
    contacts.push("Save")
    expect(contacts.page.alert).to_have_text("This phonebook was deleted meanwhile.")
    expect(contacts.field("Name")).to_have_value("Cy")


@pytest.mark.parametrize(
    ("contacts", "order", "shown"),
    [
        ([{"name": "Bo"}, {"name": "ada"}, {"lastname": "A"}], "By name", ["ada", "Bo", "A"]),
        ([{"lastname": "Z", "firstname": "A"}, {"lastname": "B"}], "By last name", ["B", "A Z"]),
        ([{"firstname": "Bo"}, {"firstname": "Ada"}], "By first name", ["Ada", "Bo"]),
        ([{"company": "Acme"}], "By name", ["Acme"]),
    ],
)
def test_contacts_are_sorted_by_a_name_that_they_have(signed_in, add, contacts, order, shown):
    signed_in.open(f"#/phonebooks/{add('Sorted', *contacts)}")
    signed_in.shows(*shown)
    expect(signed_in.tab.get_by_label("Order").locator("option:checked")).to_have_text(order)


def test_the_order_can_be_chosen(signed_in, add):
    uuid = add("Sorted", {"firstname": "A", "lastname": "Z"}, {"firstname": "B", "lastname": "Y"})
    signed_in.open(f"#/phonebooks/{uuid}")
    signed_in.shows("B Y", "A Z")
    signed_in.tab.get_by_label("Order").select_option("By first name")
    signed_in.shows("A Z", "B Y")


@pytest.mark.parametrize("button", RIGHTS)
def test_only_what_is_granted_is_offered(page, add, button):
    uuid = add("Suppliers", {"name": "Ada"})
    page.sign_in_with_token(RIGHTS[button])
    page.shows_search()
    page.open(f"#/phonebooks/{uuid}")
    expect(page.tab.get_by_role("button", name=button, exact=True)).to_be_visible()
    contacts = ContactPage(page)
    assert [other for other in RIGHTS if contacts.has_button(other)] == [button]


def test_a_phonebook_that_may_only_be_read_has_no_buttons(page, add):
    uuid = add("Suppliers", {"name": "Ada"})
    page.sign_in_with_token("only-reads")
    page.visit("Phonebooks")
    expect(page.tab.locator("main").get_by_role("button")).to_have_count(0)
    page.open(f"#/phonebooks/{uuid}")
    page.shows("Ada")
    expect(page.tab.locator("main").get_by_role("button")).to_have_text(["Export as CSV", "Export as vCard"])


def test_contacts_that_may_not_be_read_are_not_asked_for(page, add):
    uuid = add("Suppliers", {"name": "Ada"})
    page.sign_in_with_token("only-lists")
    page.shows_search()
    page.open(f"#/phonebooks/{uuid}")
    expect(page.tab.get_by_text("You have no permission to see its contacts.")).to_be_visible()
    expect(page.tab.locator("main").get_by_role("button")).to_have_count(0)


def test_who_may_add_phonebooks_has_the_button(page):
    page.sign_in_with_token("only-adds")
    page.visit("Phonebooks")
    expect(page.tab.locator("main").get_by_role("button")).to_have_text("Add phonebook")


def test_who_may_not_list_phonebooks_has_no_such_page(page):
    page.sign_in_with_token("reader")
    page.shows_search()
    page.open("#/phonebooks/17")
    page.shows_search()
    expect(page.tab.get_by_role("navigation").get_by_role("link", name="Phonebooks")).to_have_count(0)


@pytest.mark.parametrize("width", [320, 1280])
def test_any_name_is_shown_as_it_is(signed_in, add, width):
    uuid = add(HOSTILE, {"name": HOSTILE}, description="W" * 2000)
    signed_in.tab.set_viewport_size({"width": width, "height": 640})
    signed_in.visit("Phonebooks")
    contacts = ContactPage(signed_in)
    expect(books(contacts)).to_contain_text(HOSTILE)
    assert not signed_in.scrolls_sideways()
    assert violations(signed_in.tab) == []
    signed_in.open(f"#/phonebooks/{uuid}")
    signed_in.shows(HOSTILE)
    contacts.push("Delete phonebook")
    expect(contacts.dialog).to_contain_text(HOSTILE)
    assert not signed_in.scrolls_sideways()
    contacts.push("Cancel")
    contacts.push("Rename")
    expect(contacts.field("Name")).to_have_value(HOSTILE)


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_phonebooks(suppliers, width, scheme):
    _, contacts = suppliers
    contacts.tab.emulate_media(color_scheme=scheme)
    contacts.tab.set_viewport_size({"width": width, "height": 640})
    assert violations(contacts.tab) == []
    assert not contacts.page.scrolls_sideways()
    contacts.push("Rename")
    assert violations(contacts.tab) == []
    contacts.push("Cancel")
    contacts.push("Delete phonebook")
    expect(contacts.dialog).to_contain_text("2 contacts")
    assert violations(contacts.tab) == []


def exported(contacts, button):
    with contacts.tab.expect_download() as download:
        contacts.push(button)
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_a_phonebook_is_exported(suppliers):
    _, contacts = suppliers
    name, content = exported(contacts, "Export as CSV")
    assert name == "Suppliers.csv"
    assert [row["name"] for row in csv.DictReader(content.decode().splitlines())] == ["Ada", "Bo"]
    name, content = exported(contacts, "Export as vCard")
    assert name == "Suppliers.vcf"
    assert content.count(b"BEGIN:VCARD") == 2
