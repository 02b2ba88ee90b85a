"""Takes pictures of the web page with the sample people, in docs/pictures/web, for docs/web.md.

`make docs` runs this module. It needs Chromium (`.ci/system-packages`).
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import yaml
from playwright.sync_api import Browser, expect

from docs.phone_pictures import PICTURES, ROOT
from web.browser import chromium
from web.contact_page import ContactPage
from web.directory_page import DirectoryPage
from web.site import Site, site, user

WEB_PICTURES = PICTURES / "web"
SAMPLE = ROOT / "etc" / "xivo-dird"
Scheme = Literal["light", "dark"]
Source = Mapping[str, object]

WIDE, NARROW = (1000, 480), (360, 640)
"""Width and height of windows, in pixels."""


class Picture(NamedTuple):
    """A picture of the page.

    Attributes:
        visit: Brings the page to what is shown.
        scheme: `light` or `dark`.
        size: Of the window.
        sources: Sources of the profile, beside those of `make run`.
    """

    visit: Callable[[DirectoryPage], None]
    scheme: Scheme
    size: tuple[int, int]
    sources: Sequence[Source] = ()


def sign_in(page: DirectoryPage) -> None:
    """Show the sign-in page."""
    page.open()
    page.shows_sign_in()


def people(page: DirectoryPage) -> None:
    """Show the people that a search finds, one of them selected."""
    page.sign_in()
    page.search("marc")
    expect(page.outcome).to_contain_text("people from")
    page.press("ArrowDown")
    expect(page.selected).to_have_count(1)


def browse(page: DirectoryPage) -> None:
    """Show all people, from A to Z."""
    page.sign_in()
    page.shows_search()
    page.visit("Browse")
    expect(page.outcome).to_contain_text("people from")


def favorites(page: DirectoryPage) -> None:
    """Show the favorites of the user."""
    people(page)
    for name in ("Jérôme Martel", "Amélie Marchand", "Zoé Delmas"):
        page.search(name)
        if page.star(name).get_attribute("aria-pressed") == "false":
            page.star(name).click()
            expect(page.star(name)).to_have_attribute("aria-pressed", "true")
    page.visit("Favorites")
    expect(page.rows).to_have_count(3)


def who_called(page: DirectoryPage) -> None:
    """Show whose numbers were pasted."""
    page.sign_in()
    page.visit("Who called?")
    page.tab.get_by_label("Number", exact=True).fill("+33 6 39 98 01 11\n0199002678\n030 1234567")
    page.tab.get_by_role("button", name="Find").click()
    expect(page.tab.get_by_text("Nobody has this number.")).to_be_visible()


def contacts(page: DirectoryPage) -> None:
    """Show personal contacts, one of them deleted a moment ago."""
    mine = imported(page)
    mine.push("Import 5 contacts")
    mine.push("Close")
    expect(page.rows).to_have_count(5)
    mine.push("Delete Alma Reyes")
    expect(page.rows).to_have_count(4)


def import_preview(page: DirectoryPage) -> None:
    """Show a file before it is imported."""
    mine = imported(page)
    expect(mine.dialog_buttons).to_have_count(2)


def imported(page: DirectoryPage) -> ContactPage:
    """Choose a file of personal contacts, after those of other pictures have been deleted."""
    page.sign_in()
    page.shows_search()
    page.visit("My contacts")
    mine = ContactPage(page)
    expect(page.outcome.first).to_contain_text("contacts")
    expect(page.tab.get_by_role("button", name="Import")).to_be_visible()
    if mine.has_button("Delete all"):
        mine.push("Delete all")
        mine.dialog.locator(".danger").click()
        expect(page.rows).to_have_count(0)
    mine.push("Import")
    mine.choose_file("people.csv", IMPORTED.encode("cp1252"))
    return mine


IMPORTED = """firstname,lastname,company,number,mobile,email
Alma,Reyes,Vela Sailing,+34 910 555 021,+34 600 555 021,alma@vela.example
Björn,Sæther,Fjord Freight,+47 21 55 50 19,,bjorn@fjord.example
Chiara,Neri,,,+39 320 555 0117,
Broken,Row
Désirée,Colin,Atelier Colin,+33 1 99 00 12 34,+33 6 39 98 05 55,desiree@colin.example
Emil,Novák,Novák & Son,+420 225 550 144,,emil@novak.example
"""


def phonebook(page: DirectoryPage) -> None:
    """Show the contacts of a phonebook, which an earlier picture may have added."""
    page.sign_in()
    page.shows_search()
    page.visit("Phonebooks")
    book = ContactPage(page)
    suppliers, nothing = (
        page.tab.get_by_role("link", name="Suppliers"),
        page.tab.get_by_text("no phonebooks yet"),
    )
    expect(suppliers.or_(nothing)).to_be_visible()
    is_new = nothing.is_visible()
    if is_new:
        book.push("Add phonebook")
        book.fill(Name="Suppliers", Description="Whom the purchase department calls")
        book.save()
    suppliers.click()
    if is_new:
        book.push("Import")
        book.choose_file("suppliers.csv", IMPORTED.replace("Broken,Row\n", "").encode())
        book.push("Import 5 contacts")
    expect(page.rows).to_have_count(5)


def sources(page: DirectoryPage) -> None:
    """Show the sources, one of which does not answer, after some searches."""
    page.sign_in()
    for name in ("marc", "amélie", "zoé", "jérôme", "martel", "delmas"):
        page.visit("People")
        page.search(name)
        expect(page.outcome).to_contain_text("intranet")
        page.visit("Sources")
        expect(page.rows).to_have_count(3)
    expect(page.outcome).to_contain_text("1 of 3 sources does not answer.")


def why(page: DirectoryPage) -> None:
    """Show why there is a name for a number, although a source does not answer."""
    page.sign_in()
    page.visit("Why no name?")
    page.tab.get_by_label("Number or name").fill("0639 98 01 11")
    page.tab.get_by_role("button", name="Ask").click()
    expect(page.outcome).to_contain_text("A phone shows")


WEB_PAGES = {
    "sign-in": sign_in,
    "people": people,
    "browse": browse,
    "favorites": favorites,
    "who-called": who_called,
    "contacts": contacts,
    "import": import_preview,
    "phonebook": phonebook,
    "sources": sources,
    "why": why,
}

INTRANET = {
    "tenant": "sample",
    "name": "intranet",
    "backend": "csv_ws",
    "lookup_url": "http://127.0.0.1:1/people",
    "searched_columns": ["name"],
    "first_matched_columns": ["number"],
}
"""A source whose server does not run."""

MORE_SOURCES = {"sources": [INTRANET], "why": [INTRANET]}
"""Sources of the profile, beside those of `make run`, by the name of the page."""

LOOKS: dict[str, tuple[Scheme, tuple[int, int]]] = {
    "light": ("light", WIDE),
    "dark": ("dark", WIDE),
    "phone": ("light", NARROW),
}

TAKEN = {
    f"{page}-{look}": Picture(visit, *settings, MORE_SOURCES.get(page, ()))
    for page, visit in WEB_PAGES.items()
    for look, settings in LOOKS.items()
}
"""The pictures by the names of their files."""


def web_picture_file(name: str) -> Path:
    """Return the file of a picture."""
    return WEB_PICTURES / f"{name}.png"


def take_all() -> None:
    """Write all pictures."""
    WEB_PICTURES.mkdir(exist_ok=True)
    with chromium() as browser:
        for sources in ((), [INTRANET]):
            with (
                tempfile.TemporaryDirectory() as folder,
                site(sample_configuration(Path(folder), sources)) as served,
            ):
                for name, picture in TAKEN.items():
                    if picture.sources == sources:
                        web_picture_file(name).write_bytes(taken(browser, served, picture))


def taken(browser: Browser, served: Site, picture: Picture) -> bytes:
    """Return a picture as PNG."""
    width, height = picture.size
    with browser.new_context(
        locale="en-US", color_scheme=picture.scheme, viewport={"width": width, "height": height}
    ) as context:
        page = DirectoryPage(context.new_page(), served.url)
        picture.visit(page)
        page.tab.mouse.move(0, 0)
        return page.tab.screenshot(animations="disabled")


def sample_configuration(folder: Path, sources: Sequence[Source] = ()):
    """Return the configuration of `make run`, with its files in a folder and a user who has a password.

    Args:
        folder: Where its files are.
        sources: Further sources of its profile.
    """
    config = yaml.safe_load((SAMPLE / "development.yml").read_text(encoding="utf-8"))
    config["provisioning"]["sources"] += sources
    for service in config["provisioning"]["profiles"][0]["services"].values():
        service["sources"] += [source["name"] for source in sources]
    del config["agi"], config["ldap_server"], config["extra_config_files"]
    tenant = config["provisioning"]["tenants"][0]["uuid"]
    return {
        **config,
        "db_uri": f"sqlite:///{folder / 'dird.db'}",
        "state_directory": str(folder),
        "auth": {"method": "static", "users": [user("ada", tenant_uuid=tenant)]},
        "backends": {"csv": {"folders": [str(SAMPLE / "sample")]}},
    }


if __name__ == "__main__":
    take_all()
