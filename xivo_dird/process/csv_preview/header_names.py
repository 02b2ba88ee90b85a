"""The names that address books and phone systems give to columns, and what they mean.

To add a name, write it below in the form of `folded_name`: small letters without accents and punctuation.
"""

import re
from collections.abc import Set as AbstractSet
from enum import StrEnum

from xivo_dird.text.folding import fold


class Meaning(StrEnum):
    """What a column has."""

    FIRST_NAME = "first name"
    MIDDLE_NAME = "middle name"
    LAST_NAME = "last name"
    FULL_NAME = "name"
    COMPANY = "company"
    EMAIL = "e-mail"
    NUMBER = "number"
    OTHER_NUMBER = "number, not to be dialled"
    ID = "id"


# Outlook (en, de, fr, es, it, nl), Google (old, new), Thunderbird (en, de), 3CX, FreePBX, FusionPBX, Yealink, Snom.
_NAMES: dict[Meaning, str] = {
    Meaning.FIRST_NAME: """
        first name|firstname|given name|givenname|fname|forename|first|contact name given
        vorname|rufname|prenom|nombre|nome|voornaam|imie|jmeno|fornavn|fornamn|etunimi""",
    Meaning.MIDDLE_NAME: """
        middle name|additional name|mname|weitere vornamen|deuxieme prenom|segundo nombre|secondo nome|tussenvoegsel""",
    Meaning.LAST_NAME: """
        last name|lastname|family name|familyname|surname|lname|last|contact name family|sn
        nachname|familienname|zuname|nom de famille|apellido|apellidos|cognome|achternaam|nazwisko|prijmeni
        etternavn|efternamn|sukunimi""",
    Meaning.FULL_NAME: """
        name|display name|displayname|full name|fullname|contact|contact name|file as|cn|common name
        anzeigename|ansprechpartner|kontakt|teilnehmer|nom|nom complet|nom affiche|contacto|nombre completo
        nome completo|nominativo|naam|volledige naam|weergavenaam""",
    Meaning.COMPANY: """
        company|company name|organization|organisation|organization name|organization 1 name|contact organization
        firma|firmenname|unternehmen|organisationseinheit|societe|entreprise|empresa|azienda|societa|bedrijf
        bedrijfsnaam|firma nazwa|yritys|foretag""",
    Meaning.EMAIL: """
        e mail|email|mail|e mail address|email address|primary email|e mail 1 value|e mail 1|email 1|emailaddress
        e mail adresse|email adresse|mailadresse|primare e mail adresse|adresse de messagerie|adresse e mail
        courriel|correo|correo electronico|direccion de correo electronico|indirizzo posta elettronica
        indirizzo e mail|e mailadres|secondary email|e mail 2 address|e mail 2 value|email 2""",
    Meaning.ID: """
        id|uid|uuid|guid|recordid|record id|contact uuid|contact id|customer id|customer number|external id|key
        kundennummer|kundennr|kunden nr|personalnummer|nr|no|ref|reference|numero client|matricule|codigo""",
    Meaning.OTHER_NUMBER: """
        callback|ruckmeldung|rappel|isdn|rnis|telex|ttytdd phone|pager|pager number|businessfax|homefax|fax|fax number
        fax nummer|telefax|telefon fur horbehinderte|telephone tddtty|recepteur de radiomessagerie|pager nummer""",
    Meaning.NUMBER: """
        mobile|mobil|home|business|other|work|office|phone|cell|handy|natel|portable|movil|cellulare|gsm|main
        telefon|tel|telephone|telefono|telefoon|rufnummer|durchwahl|number|nummer|numero|extension|nebenstelle
        privat|geschaftlich|dienstlich|zentrale|assistants phone|hauptnummer""",
}

MEANINGS = {name: meaning for meaning, text in _NAMES.items() for name in re.split(r"[|\n]\s*", text.strip())}
"""Folded name of a column -> what it has."""


def _words(text: str) -> AbstractSet[str]:
    return frozenset(text.split())


MOBILE_WORDS = _words(
    "mobile mobil mobiltelefon handy handynummer natel portable cell cellphone movil cellulare gsm"
)
"""Words of columns with numbers of mobile phones."""

NUMBER_WORDS = MOBILE_WORDS | _words(
    "phone phones tel tels telefon telephone telefono telefoon telefone telefonnummer rufnummer fax telefax"
    " telecopie haupttelefon autotelefon number nummer numero durchwahl telex radiotelephone"
)
"""Words of other columns with numbers: `Telefon (geschäftlich)`, `Phone 1 - Value`, `office_number`."""

OTHER_NUMBER_WORDS = _words("fax telefax telecopie telex pager tty tdd ttytdd tddtty isdn rnis callback")
"""Words of columns whose numbers nobody calls."""

OTHER_WORDS = _words(
    "type label flags speeddial locale extension ring id prefid date street address city zip postal country"
    " state code count line account password pin priority birthday birth username picture photo"
)
"""Words of columns that belong to a number but have none, or have numbers that are no phone numbers."""

CALL_LIST = frozenset({"typ", "datum", "rufnummer", "nebenstelle", "dauer"})
"""Columns of the call list of a FRITZ!Box."""

_PUNCTUATION = re.compile(r"[\s_\-.:()/#,;*]+")
_CAMEL_CASE = re.compile(r"(?<=[a-z])(?=[A-Z])")
_FINAL_DIGITS = re.compile(r"\s*\d+$")


def folded_name(name: str) -> str:
    """Return the name of a column in small letters, without accents, apostrophes and punctuation."""
    plain = fold(name).replace("'", "").replace("\u2019", "")
    return " ".join(_PUNCTUATION.sub(" ", plain).split())


def meaning_of(name: str) -> Meaning | None:
    """Return what a column has by its name; None if the name does not say it."""
    folded = folded_name(name)
    known = MEANINGS.get(folded) or MEANINGS.get(_FINAL_DIGITS.sub("", folded))
    if known is not None:
        return known
    words = _words_of(name)
    if not words & NUMBER_WORDS or words & OTHER_WORDS:
        return None
    return Meaning.OTHER_NUMBER if words & OTHER_NUMBER_WORDS else Meaning.NUMBER


def is_mobile(name: str) -> bool:
    """Return True if the numbers of a column are those of mobile phones, by its name."""
    return any(_FINAL_DIGITS.sub("", word) in MOBILE_WORDS for word in _words_of(name))


def can_be_number(name: str) -> bool:
    """Return False if the name of a column says that its digits are no phone number."""
    return not set(folded_name(name).split()) & OTHER_WORDS and meaning_of(name) not in {
        Meaning.ID,
        Meaning.EMAIL,
    }


def _words_of(name: str) -> AbstractSet[str]:
    return {*folded_name(name).split(), *folded_name(_CAMEL_CASE.sub(" ", name)).split()}
