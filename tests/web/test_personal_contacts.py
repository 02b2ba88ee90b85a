"""My contacts: the personal contacts of who is signed in."""

import csv
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Error, expect

from web.accessibility import violations
from web.contact_page import ContactPage
from web.site import LOOKUP, configuration, token

READ = "dird.personal.read"
LONG = "W" * 2000
NAMES = {
    "a script": "<script>document.title='broken'</script>",
    "an image": "<img src=x onerror=\"document.title='broken'\">",
    "another direction": "\u202egnp.exe",
    "right to left": "محمد عبد الله",
    "long": LONG,
    "words": "W " * 1000,
}
RIGHTS = {
    "Add contact": "dird.personal.create",
    "Import": "dird.personal.import.create",
    "Edit Ada": "dird.personal.*.update",
    "Delete Ada": "dird.personal.*.delete",
    "Delete all": "dird.personal.delete",
}


@pytest.fixture(scope="module")
def new_configuration():
    """Return the function that declares tokens with one right each, and one without a user."""

    def with_tokens(folder):
        config = configuration(folder)
        tokens = [token(right, LOOKUP, READ, right) for right in RIGHTS.values()]
        userless = {**token("userless", "#"), "user_uuid": None}
        config["auth"]["tokens"] += [*tokens, token("only-reads", LOOKUP, READ), userless]
        return config

    return with_tokens


@pytest.fixture(autouse=True)
def _no_contacts(served):
    assert served.daemon.request("DELETE", "/0.1/personal").status_code == 204


@pytest.fixture
def store(served):
    """Return the function that stores contacts without the page, and returns their ids."""

    def store(*contacts):
        answers = [served.daemon.request("POST", "/0.1/personal", json=contact) for contact in contacts]
        assert {answer.status_code for answer in answers} <= {201}
        return [answer.json["id"] for answer in answers]

    return store


@pytest.fixture
def stored(served):
    """Return the function that returns all contacts without their ids."""

    def stored():
        items = served.daemon.get("/personal").json["items"]
        return [{name: text for name, text in item.items() if name != "id"} for item in items]

    return stored


@pytest.fixture
def mine(signed_in):
    """Open the page."""
    signed_in.visit("My contacts")
    contacts = ContactPage(signed_in)
    expect(contacts.filter).to_be_focused()
    return contacts


def test_a_contact_is_added_and_listed(mine, stored):
    expect(mine.tab.get_by_text("There are no contacts here yet.")).to_be_visible()
    mine.add(First_name="Ada", Last_name="Stern", Phone=" 2045 ")
    mine.page.shows("Ada Stern")
    expect(mine.notice).to_have_text("Ada Stern was added.")
    assert stored() == [{"firstname": "Ada", "lastname": "Stern", "number": "2045"}]
    expect(mine.page.selected).to_contain_text("Ada Stern")
    with mine.tab.expect_request("tel:**") as call:
        mine.page.press("Enter")
    assert call.value.url == "tel:2045"


def test_columns_are_those_that_a_contact_has(mine, store):
    store({"name": "Ada", "shoe": "43", "email": "a@b.c"}, {"firstname": "Bo", "mobile_2": "1", "fax": "2"})
    mine.tab.reload()
    expect(mine.headers).to_have_text(["Name", "E-mail", "Mobile 2", "Fax", "shoe"])


def test_a_contact_without_a_name_shows_what_it_has(mine, store):
    store({"company": "Acme", "number": "1"}, {"lastname": "Bo"}, {"hat": "Cap"}, {})
    mine.tab.reload()
    expect(mine.page.rows).to_have_count(4)
    mine.page.shows("", "Acme", "Bo", "Cap")


def test_an_edited_contact_keeps_its_other_fields(mine, store, stored):
    store({"name": "Ada", "number": "1", "mobile": "2", "shoe": "43", "note": "two\nlines"})
    mine.tab.reload()
    mine.edit("Ada")
    mine.fill(Phone="2045", Mobile="")
    expect(mine.field("note")).to_have_value("two\nlines")
    mine.save()
    expect(mine.notice).to_have_text("Ada was changed.")
    assert stored() == [{"name": "Ada", "number": "2045", "shoe": "43", "note": "two\nlines"}]
    expect(mine.page.selected.get_by_role("link", name="2045")).to_be_focused()


def test_a_field_with_any_name_can_be_added(mine, stored):
    mine.push("Add contact")
    mine.fill(First_name="Ada")
    mine.push("Add a field")
    expect(mine.field("Name of the field")).to_be_focused()
    mine.page.type("Shoe size / %?")
    mine.fill(Value="43")
    mine.save()
    assert stored() == [{"firstname": "Ada", "Shoe size / %?": "43"}]


def test_names_with_blanks_around_them_are_kept_when_a_contact_is_edited(mine, store, stored):
    contact = {"firstname": "Ada", " lastname": "Stern", "lastname ": "S", "id ": "7", " ": "x"}
    store(contact)
    mine.tab.reload()
    mine.edit("Ada")
    mine.fill(Phone="2045")
    mine.save()
    assert stored() == [{**contact, "number": "2045"}]


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        (None, None, "Fill in at least one field."),
        ("", "43", "A field with a value needs a name."),
        ("id", "43", "No field can be named “id”."),
        ("firstname", "43", "There are two fields “firstname”."),
    ],
)
def test_what_can_not_be_a_contact_is_not_sent(mine, name, value, reason):
    sent = mine.page.requests("0.1/personal")
    mine.push("Add contact")
    if name is not None:
        mine.fill(First_name="Ada")
        mine.push("Add a field")
        mine.fill(Name_of_the_field=name, Value=value)
    mine.push("Save")
    expect(mine.page.alert).to_have_text(reason)
    assert sent == []
    mine.fill(First_name="Ada", **({} if name is None else {"Name_of_the_field": "shoe"}))
    mine.save()
    mine.page.shows("Ada")


def test_a_deleted_contact_comes_back_with_undo_and_its_id(mine, store, served):
    stars = [{"name": "Ada", "shoe": "", "number": "1"}, {"name": "Bo"}, {"name": "Cy"}]
    store(*stars)
    before = {item["name"]: item for item in served.daemon.get("/personal").json["items"]}
    mine.tab.reload()
    mine.push("Delete Ada")
    mine.page.shows("Bo", "Cy")
    expect(mine.notice).to_contain_text("Ada was deleted.")
    expect(mine.page.selected).to_contain_text("Bo")
    with mine.tab.expect_response("**/personal") as answer:
        mine.push("Undo")
    assert answer.value.status == 201
    mine.page.shows("Ada", "Bo", "Cy")
    expect(mine.filter).to_be_focused()
    after = {item["name"]: item for item in served.daemon.get("/personal").json["items"]}
    assert after == before


def test_a_deletion_is_sent_before_its_undo(mine, store, stored):
    store({"name": "Ada"})
    mine.tab.reload()
    held = mine.page.hold("**/personal/*")
    mine.push("Delete Ada")
    mine.push("Undo")
    mine.page.shows()
    held.first().continue_()
    mine.page.shows("Ada")
    assert stored() == [{"name": "Ada"}]
    expect(mine.page.alert).to_have_count(0)


def test_a_deletion_that_fails_is_undone_and_said(mine, store):
    store({"name": "Ada"})
    mine.page.errors.expected_statuses = {503}
    mine.tab.reload()
    mine.tab.route("**/personal/*", lambda route: route.fulfill(status=503))
    mine.push("Delete Ada")
    expect(mine.page.alert).to_contain_text("Ada could not be deleted. The directory can't be reached.")
    mine.page.shows("Ada")


def test_what_another_tab_has_deleted_is_deleted_without_a_failure(mine, store, served):
    (ada,) = store({"name": "Ada"})
    mine.page.errors.expected_statuses = {404}
    mine.tab.reload()
    mine.page.shows("Ada")
    assert served.daemon.request("DELETE", f"/0.1/personal/{ada}").status_code == 204
    mine.push("Delete Ada")
    mine.page.shows()
    expect(mine.page.alert).to_have_count(0)


def test_undo_shows_what_another_tab_has_added_again(mine, store, stored):
    mine.page.errors.expected_statuses = {409}
    store({"name": "Ada"})
    mine.tab.reload()
    with mine.tab.expect_response("**/0.1/personal/*"):
        mine.push("Delete Ada")
    store({"name": "Ada"})
    mine.push("Undo")
    expect(mine.page.alert).to_have_text("Ada could not be restored. There is the same contact already.")
    mine.page.shows("Ada")
    assert stored() == [{"name": "Ada"}]


def test_the_filter_finds_words_in_any_field(mine, store):
    store({"name": "Éric Müller", "number": "2046"}, {"name": "Ada", "company": "Muller & Co"})
    mine.tab.reload()
    mine.filter.fill("muller")
    mine.page.shows("Ada", "Éric Müller")
    mine.filter.fill("2046 müll")
    mine.page.shows("Éric Müller")
    expect(mine.page.outcome.first).to_have_text("1 contact")
    mine.filter.fill("<b>nobody")
    expect(mine.tab.get_by_text("No contact matches “<b>nobody”.")).to_be_visible()


def test_the_same_contact_is_refused_and_what_was_typed_stays(mine, store, stored):
    store({"firstname": "Ada"})
    mine.page.errors.expected_statuses = {409}
    mine.tab.reload()
    mine.push("Add contact")
    mine.fill(First_name="Ada")
    mine.push("Save")
    expect(mine.page.alert).to_have_text("There is the same contact already.")
    expect(mine.field("First name")).to_have_value("Ada")
    mine.fill(Phone="1")
    mine.save()
    assert len(stored()) == 2


def test_a_contact_that_was_deleted_elsewhere_can_be_saved_anew(mine, store, served, stored):
    (ada,) = store({"name": "Ada", "shoe": "43"})
    mine.page.errors.expected_statuses = {404}
    mine.tab.reload()
    mine.edit("Ada")
    mine.fill(Phone="2045")
    assert served.daemon.request("DELETE", f"/0.1/personal/{ada}").status_code == 204
    mine.push("Save")
    expect(mine.page.alert).to_have_text(
        "This contact was deleted meanwhile. Save it again to add it as a new one."
    )
    expect(mine.field("Phone")).to_have_value("2045")
    mine.save()
    assert stored() == [{"name": "Ada", "number": "2045", "shoe": "43"}]


def test_what_was_changed_elsewhere_is_not_overwritten(mine, store, served, stored):
    (ada,) = store({"name": "Ada", "number": "1", "mobile": "2"})
    mine.tab.reload()
    mine.edit("Ada")
    mine.fill(Phone="2045")
    newer = {"name": "Ada Stern", "number": "9", "mobile": "3", "shoe": "43"}
    assert served.daemon.request("PUT", f"/0.1/personal/{ada}", json=newer).status_code == 200
    mine.push("Save")
    expect(mine.page.alert).to_contain_text("This contact was changed elsewhere meanwhile.")
    expect(mine.field("Phone")).to_have_value("2045")
    expect(mine.field("Mobile")).to_have_value("3")
    assert stored() == [newer]
    mine.save()
    assert stored() == [{**newer, "number": "2045"}]


def test_two_tabs_of_one_person_see_what_the_other_has_changed(mine, new_page, stored):
    other = new_page(context=mine.tab.context)
    other.open("#/personal")
    second = ContactPage(other)
    second.add(First_name="Ada")
    mine.tab.reload()
    mine.edit("Ada")
    second.edit("Ada")
    second.fill(Phone="1")
    second.save()
    mine.fill(Mobile="2")
    mine.push("Save")
    expect(mine.page.alert).to_contain_text("This contact was changed elsewhere meanwhile.")
    mine.save()
    assert stored() == [{"firstname": "Ada", "number": "1", "mobile": "2"}]


@pytest.mark.parametrize("way", ["Escape", "backdrop", "Cancel"])
def test_what_was_typed_is_not_lost_without_a_question(mine, way):
    mine.push("Add contact")
    mine.fill(First_name="Ada")
    for _ in range(3):
        close(mine, way)
    expect(mine.dialog.get_by_text("Discard what you have typed?")).to_be_visible()
    mine.push("Keep editing")
    expect(mine.field("First name")).to_have_value("Ada")
    close(mine, way)
    mine.push("Discard")
    expect(mine.dialog).to_have_count(0)
    expect(mine.tab.get_by_role("button", name="Add contact")).to_be_focused()
    mine.push("Add contact")
    expect(mine.field("First name")).to_have_value("")
    close(mine, way)
    expect(mine.dialog).to_have_count(0)


def close(mine, way):
    if way == "backdrop":
        mine.tab.mouse.click(5, 5)
    elif way == "Cancel":
        mine.push("Cancel")
    else:
        mine.page.press(way)


def test_the_back_button_loses_nothing_that_was_typed(mine):
    mine.push("Add contact")
    mine.fill(First_name="Ada")
    mine.tab.go_back()
    mine.page.shows_search()
    expect(mine.dialog).to_have_count(0)
    mine.page.visit("My contacts")
    expect(mine.field("First name")).to_have_value("Ada")


def test_the_browser_asks_before_a_window_with_typed_text_is_closed(mine):
    asked = []

    def accept(dialog):
        asked.append(dialog.type)
        dialog.accept()

    mine.tab.on("dialog", accept)
    mine.tab.reload()
    assert asked == []
    mine.push("Add contact")
    mine.fill(First_name="Ada")
    mine.tab.reload()
    assert asked == ["beforeunload"]


@pytest.fixture
def ended(mine, store, served):
    """Return the page whose session has ended while a contact was edited."""
    store({"name": "Ada"})
    mine.tab.reload()
    mine.edit("Ada")
    mine.fill(Phone="2045")
    mine.page.errors.expected_statuses = {401}
    mine.page.before_next_request("**/0.1/personal/*", served.end_sessions)
    mine.push("Save")
    expect(mine.tab.get_by_text("Your session has ended.")).to_be_visible()
    return mine


def test_what_was_typed_is_there_after_signing_in_again(ended, stored):
    ended.page.send_password()
    expect(ended.field("Phone")).to_have_value("2045")
    ended.save()
    assert stored() == [{"name": "Ada", "number": "2045"}]


def test_nobody_else_sees_what_was_typed_before_the_session_ended(ended):
    ended.page.send_password("eve")
    expect(ended.tab.get_by_text("There are no contacts here yet.")).to_be_visible()
    expect(ended.dialog).to_have_count(0)
    assert "Ada" not in ended.tab.content()


def test_nobody_else_sees_an_answer_that_comes_late(mine, store):
    store({"name": "Ada"})
    mine.page.visit("People")
    held = mine.page.hold_first("**/0.1/personal")
    mine.page.visit("My contacts")
    older = held.first()
    answer = older.fetch()
    mine.page.sign_out()
    mine.page.send_password("eve")
    expect(mine.tab.get_by_text("There are no contacts here yet.")).to_be_visible()
    with suppress(Error):  # the page has given it up
        older.fulfill(response=answer)
    mine.page.session()
    mine.filter.fill("Ad")
    expect(mine.tab.get_by_text("No contact matches “Ad”.")).to_be_visible()
    assert "Ada" not in mine.tab.content()


def test_a_daemon_that_is_down_loses_nothing_that_was_typed(mine, stored):
    mine.page.errors.may_lose_connection = True
    mine.push("Add contact")
    mine.fill(First_name="Ada")
    mine.tab.route("**/0.1/personal", lambda route: route.abort("connectionrefused"))
    mine.push("Save")
    expect(mine.page.alert).to_have_text("The directory can't be reached.")
    expect(mine.field("First name")).to_have_value("Ada")
    mine.tab.unroute("**/0.1/personal")
    mine.save()
    assert stored() == [{"firstname": "Ada"}]


def test_a_list_that_can_not_be_loaded_is_loaded_again(mine, store):
    store({"name": "Ada"})
    mine.page.errors.expected_statuses = {503}
    mine.tab.route("**/0.1/personal", lambda route: route.fulfill(status=503))
    mine.tab.reload()
    expect(mine.page.alert).to_contain_text("The directory can't be reached.")
    mine.tab.unroute("**/0.1/personal")
    mine.push("Try again")
    mine.page.shows("Ada")
    expect(mine.page.alert).to_have_count(0)


def test_a_reason_of_the_daemon_is_said_in_its_language(mine):
    mine.page.errors.expected_statuses = {400}
    mine.push("Add contact")
    mine.fill(First_name="A\0da")
    mine.push("Save")
    expect(mine.page.alert).to_contain_text("The directory refused the request.")
    expect(mine.page.alert.locator("[lang=en]")).to_have_text("The body is invalid")


def test_all_contacts_are_deleted_after_a_question_with_their_number(mine, store, stored):
    store(*({"name": f"Ada {number}"} for number in range(3)))
    mine.tab.reload()
    mine.filter.fill("Ada 1")
    mine.page.shows("Ada 1")
    mine.push("Delete all")
    expect(mine.dialog).to_contain_text("Delete all 3 contacts?")
    expect(mine.dialog.get_by_role("button", name="Cancel")).to_be_focused()
    mine.page.press("Enter")
    expect(mine.dialog).to_have_count(0)
    assert len(stored()) == 3
    mine.push("Delete all")
    mine.push("Delete 3 contacts")
    expect(mine.notice).to_have_text("3 contacts were deleted.")
    mine.page.shows()
    assert stored() == []


def test_a_question_counts_what_another_tab_has_added(mine, store):
    store({"name": "Ada"})
    mine.tab.reload()
    mine.page.shows("Ada")
    store({"name": "Bo"})
    mine.push("Delete all")
    expect(mine.dialog).to_contain_text("Delete all 2 contacts?")


def test_deleting_all_that_fails_is_said_in_the_dialog(mine, store):
    store({"name": "Ada"})
    mine.page.errors.expected_statuses = {503}
    mine.tab.reload()
    mine.push("Delete all")
    mine.tab.route("**/0.1/personal", lambda route: route.fulfill(status=503))
    mine.push("Delete 1 contact")
    expect(mine.dialog.get_by_role("alert")).to_have_text("The directory can't be reached.")


def saved(mine, button):
    with mine.tab.expect_download() as download:
        mine.push(button)
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_all_contacts_are_exported_whatever_the_filter_shows(mine, store):
    store({"name": "Ada", "number": "+33 1"}, {"name": "Bo"})
    mine.tab.reload()
    mine.filter.fill("Bo")
    mine.page.shows("Bo")
    name, content = saved(mine, "Export as CSV")
    assert name == "My contacts.csv"
    rows = csv.DictReader(content.decode().splitlines())
    assert {row["name"]: row["number"] for row in rows} == {"Ada": "+33 1", "Bo": ""}
    name, content = saved(mine, "Export as vCard")
    assert name == "My contacts.vcf"
    assert content.count(b"BEGIN:VCARD") == 2


def test_an_export_that_fails_is_said(mine, store):
    store({"name": "Ada"})
    mine.page.errors.expected_statuses = {503}
    mine.tab.reload()
    mine.page.shows("Ada")
    mine.tab.route("**/personal?**", lambda route: route.fulfill(status=503))
    mine.push("Export as CSV")
    expect(mine.page.alert).to_contain_text("The contacts could not be exported.")


def test_keys_reach_every_button_and_the_filter(mine, store):
    store({"name": "Ada", "number": "1"}, {"name": "Bo"})
    mine.tab.reload()
    mine.page.shows("Ada", "Bo")
    # The buttons come when the rights are known, which may be later than the rows.
    expect(mine.tab.get_by_role("button", name="Edit Ada")).to_be_visible()
    mine.page.press("ArrowDown")
    mine.page.press("ArrowRight")
    expect(mine.tab.get_by_role("button", name="Edit Ada")).to_be_focused()
    mine.page.press("Enter")
    expect(mine.field("First name")).to_be_visible()
    mine.page.press("ArrowDown")
    mine.page.press("Escape")
    expect(mine.tab.get_by_role("button", name="Edit Ada")).to_be_focused()
    mine.page.press("ArrowRight")
    mine.page.press("Enter")
    mine.page.shows("Bo")
    expect(mine.page.selected).to_contain_text("Bo")
    mine.page.type("o")
    expect(mine.filter).to_have_value("o")
    mine.page.press("Escape")
    mine.tab.get_by_role("link", name="My contacts").focus()
    mine.page.press("/")
    expect(mine.filter).to_be_focused()


@pytest.mark.parametrize("button", RIGHTS)
def test_only_what_is_granted_is_offered(page, store, button):
    store({"name": "Ada"})
    page.sign_in_with_token(RIGHTS[button])
    page.visit("My contacts")
    contacts = ContactPage(page)
    expect(page.tab.get_by_role("button", name=button, exact=True)).to_be_visible()
    assert [other for other in RIGHTS if contacts.has_button(other)] == [button]


def test_contacts_that_may_only_be_read_have_no_buttons(page, store):
    store({"name": "Ada"})
    page.sign_in_with_token("only-reads")
    page.visit("My contacts")
    expect(page.tab.get_by_role("button", name="Export as CSV")).to_be_visible()
    expect(page.rows.get_by_role("button")).to_have_count(0)
    expect(page.tab.locator("main").get_by_role("button")).to_have_text(["Export as CSV", "Export as vCard"])


@pytest.mark.parametrize("name", ["reader", "userless"])
def test_without_the_right_or_without_a_user_there_is_no_such_page(page, name):
    page.sign_in_with_token(name)
    page.shows_search()
    page.open("#/personal")
    page.shows_search()
    expect(page.tab.get_by_role("navigation").get_by_role("link", name="My contacts")).to_have_count(0)


@pytest.mark.parametrize("width", [320, 1280])
def test_any_text_is_shown_as_it_is(mine, store, width):
    store(*({"name": name, "company": name, name[:500]: name} for name in NAMES.values()))
    mine.tab.set_viewport_size({"width": width, "height": 640})
    mine.tab.reload()
    expect(mine.page.rows).to_have_count(len(NAMES))
    shown = mine.tab.evaluate("[...document.querySelectorAll('tbody tr')].map((row) => row.textContent)")
    assert all(any(name in text for text in shown) for name in NAMES.values())
    for name in NAMES.values():
        mine.tab.get_by_role("button", name=f"Edit {name}", exact=True).click()
        expect(mine.field("Company")).to_have_value(name)
        assert not mine.page.scrolls_sideways()
        assert not mine.dialog.evaluate("(dialog) => dialog.scrollWidth > dialog.clientWidth")
        mine.push("Cancel")
    mine.tab.get_by_role("button", name=f"Delete {NAMES['a script']}", exact=True).click()
    expect(mine.notice).to_contain_text(f"{NAMES['a script']} was deleted.")
    assert "broken" not in mine.tab.title()
    assert not mine.page.scrolls_sideways()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_list_and_its_dialogs(mine, store, width, scheme):
    store({"name": "Ada", "number": "1", "email": "a@b.c"}, {"name": "Bo"})
    mine.tab.emulate_media(color_scheme=scheme)
    mine.tab.set_viewport_size({"width": width, "height": 640})
    mine.tab.reload()
    mine.push("Delete Bo")
    mine.page.press("ArrowDown")
    assert violations(mine.tab) == []
    assert not mine.page.scrolls_sideways()
    mine.edit("Ada")
    mine.push("Add a field")
    mine.fill(Value="43")
    mine.push("Save")
    mine.push("Cancel")
    assert violations(mine.tab) == []
    assert not mine.page.scrolls_sideways()
    mine.push("Discard")
    mine.push("Delete all")
    assert violations(mine.tab) == []
