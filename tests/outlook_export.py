"""A file of contacts as Outlook for Windows exports it: all its columns, quoted, with CRLF, in Windows-1252."""

import csv
import io
from collections.abc import Mapping, Sequence

_GERMAN = (
    "Anrede|Vorname|Weitere Vornamen|Nachname|Suffix|Firma|Abteilung|Position|Straße geschäftlich"
    "|Straße geschäftlich 2|Straße geschäftlich 3|Ort geschäftlich|Region geschäftlich"
    "|Postleitzahl geschäftlich|Land/Region geschäftlich|Straße privat|Straße privat 2|Straße privat 3"
    "|Ort privat|Bundesland/Kanton privat|Postleitzahl privat|Land/Region privat|Weitere Straße"
    "|Weitere Straße 2|Weitere Straße 3|Weiterer Ort|Weiteres/r Bundesland/Kanton|Weitere Postleitzahl"
    "|Weiteres/e Land/Region|Telefon Assistent|Fax geschäftlich|Telefon geschäftlich"
    "|Telefon geschäftlich 2|Rückmeldung|Autotelefon|Telefon Firma|Fax privat|Telefon privat"
    "|Telefon privat 2|ISDN|Mobiltelefon|Weiteres Fax|Weiteres Telefon|Pager|Haupttelefon"
    "|Mobiltelefon 2|Telefon für Hörbehinderte|Telex|Abrechnungsinformation|Benutzer 1|Benutzer 2"
    "|Benutzer 3|Benutzer 4|Beruf|Büro|E-Mail-Adresse|E-Mail-Typ|E-Mail: Angezeigter Name"
    "|E-Mail 2: Adresse|E-Mail 2: Typ|E-Mail 2: Angezeigter Name|E-Mail 3: Adresse|E-Mail 3: Typ"
    "|E-Mail 3: Angezeigter Name|Empfohlen von|Geburtstag|Geschlecht|Hobby|Initialen"
    "|Internet-Frei/Gebucht|Jahrestag|Kategorien|Kinder|Konto|Name Assistent|Name des/der Vorgesetzten"
    "|Notizen|Organisationsnr.|Ort|Partner/in|Postfach geschäftlich|Postfach privat|Priorität|Privat"
    "|Regierungs-Nr.|Reisekilometer|Sprache|Stichwörter|Vertraulichkeit|Verzeichnisserver|Webseite"
    "|Weiteres Postfach"
)
GERMAN = tuple(_GERMAN.split("|"))

_ENGLISH = (
    "Title|First Name|Middle Name|Last Name|Suffix|Company|Department|Job Title|Business Street"
    "|Business Street 2|Business Street 3|Business City|Business State|Business Postal Code"
    "|Business Country/Region|Home Street|Home Street 2|Home Street 3|Home City|Home State"
    "|Home Postal Code|Home Country/Region|Other Street|Other Street 2|Other Street 3|Other City"
    "|Other State|Other Postal Code|Other Country/Region|Assistant's Phone|Business Fax|Business Phone"
    "|Business Phone 2|Callback|Car Phone|Company Main Phone|Home Fax|Home Phone|Home Phone 2|ISDN"
    "|Mobile Phone|Other Fax|Other Phone|Pager|Primary Phone|Radio Phone|TTY/TDD Phone|Telex|Account"
    "|Anniversary|Assistant's Name|Billing Information|Birthday|Business Address PO Box|Categories"
    "|Children|Directory Server|E-mail Address|E-mail Type|E-mail Display Name|E-mail 2 Address"
    "|E-mail 2 Type|E-mail 2 Display Name|E-mail 3 Address|E-mail 3 Type|E-mail 3 Display Name|Gender"
    "|Government ID Number|Hobby|Home Address PO Box|Initials|Internet Free Busy|Keywords|Language"
    "|Location|Manager's Name|Mileage|Notes|Office Location|Organizational ID Number"
    "|Other Address PO Box|Priority|Private|Profession|Referred By|Sensitivity|Spouse|User 1|User 2"
    "|User 3|User 4|Web Page"
)
ENGLISH = tuple(_ENGLISH.split("|"))

ALWAYS = {
    "Geburtstag": "0.0.00",
    "Geschlecht": "Keine Angabe",
    "Jahrestag": "0.0.00",
    "Priorität": "Normal",
    "Privat": "Aus",
    "Vertraulichkeit": "Normal",
    "E-Mail-Typ": "SMTP",
    "Anniversary": "0/0/00",
    "Birthday": "0/0/00",
    "Gender": "Unspecified",
    "Priority": "Normal",
    "Private": "False",
    "Sensitivity": "Normal",
    "E-mail Type": "SMTP",
}
"""What Outlook writes for each contact."""


def outlook_export(header: Sequence[str], contacts: Sequence[Mapping[str, str]]) -> bytes:
    """Return the file of contacts, which are given by the columns that have a value."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header, restval="", quoting=csv.QUOTE_ALL, extrasaction="raise")
    writer.writeheader()
    always = {column: value for column, value in ALWAYS.items() if column in header}
    writer.writerows([{**always, **contact} for contact in contacts])
    return text.getvalue().encode("cp1252")
