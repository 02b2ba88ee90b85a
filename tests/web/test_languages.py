"""The language of the page is that of the browser."""

from typing import NamedTuple

import pytest
from playwright.sync_api import expect

from web.site import PASSWORD


class Words(NamedTuple):
    """The texts of a language."""

    language: str
    user_name: str
    password: str
    sign_in: str
    search: str
    one: str
    two: str
    nobody: str
    sign_out: str


ENGLISH = Words(
    "en",
    "User name",
    "Password",
    "Sign in",
    "Search people",
    "1 person from 1 source",
    "2 people from 1 source",
    "Nobody found for “xyz”.",
    "Sign out",
)
FRENCH = Words(
    "fr",
    "Nom d\u2019utilisateur",
    "Mot de passe",
    "Se connecter",
    "Rechercher des personnes",
    "1 personne dans 1 source",
    "2 personnes dans 1 source",
    "Personne ne correspond à « xyz ».",
    "Se déconnecter",
)
GERMAN = Words(
    "de",
    "Benutzername",
    "Passwort",
    "Anmelden",
    "Personen suchen",
    "1 Person aus 1 Quelle",
    "2 Personen aus 1 Quelle",
    "Niemand gefunden für „xyz“.",
    "Abmelden",
)
SPANISH = Words(
    "es",
    "Nombre de usuario",
    "Contraseña",
    "Iniciar sesión",
    "Buscar personas",
    "1 persona de 1 fuente",
    "2 personas de 1 fuente",
    "No se ha encontrado a nadie con «xyz».",
    "Cerrar sesión",
)
LOCALES = {"en-GB": ENGLISH, "fr-CA": FRENCH, "de": GERMAN, "es-MX": SPANISH, "ja-JP": ENGLISH}


@pytest.mark.parametrize(("locale", "words"), LOCALES.items(), ids=LOCALES)
def test_the_page_speaks_the_language_of_the_browser(new_page, locale, words):
    page = new_page(locale=locale)
    page.open()
    expect(page.tab.locator("html")).to_have_attribute("lang", words.language)
    page.tab.get_by_label(words.user_name).fill("ada")
    page.tab.get_by_label(words.password).fill(PASSWORD)
    page.tab.get_by_role("button", name=words.sign_in, exact=True).click()
    field = page.tab.get_by_label(words.search)
    for term, outcome in (("stern", words.one), ("ada", words.two), ("xyz", words.nobody)):
        field.fill(term)
        expect(page.tab.get_by_text(outcome)).to_be_visible()
    page.tab.get_by_role("button", name=words.sign_out).click()
    expect(page.tab.get_by_role("button", name=words.sign_in, exact=True)).to_be_visible()
