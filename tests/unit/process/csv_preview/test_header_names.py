"""The names of columns say what they have."""

import pytest

from xivo_dird.process.csv_preview.header_names import MEANINGS, Meaning, folded_name, meaning_of


@pytest.mark.parametrize(
    ("meaning", "names"),
    [
        (Meaning.FIRST_NAME, ["First Name", "Vorname", "Prénom", "FirstName", "fname", "Given Name"]),
        (Meaning.LAST_NAME, ["Last Name", "Nachname", "lname", "Apellidos", "Family Name"]),
        (Meaning.FULL_NAME, ["Name", "Display Name", "display_name", "Anzeigename", "displayname"]),
        (Meaning.COMPANY, ["Company", "Firma", "Société", "Organization 1 - Name", "Organization Name"]),
        (Meaning.EMAIL, ["E-mail Address", "E-Mail-Adresse", "E-mail 1 - Value", "Primary Email", "email_1"]),
        (
            Meaning.NUMBER,
            [
                "Business Phone 2",
                "Telefon (geschäftlich)",
                "Téléphone (bureau)",
                "Tél. mobile",
                "Mobile2",
                "Home",
                "Phone 1 - Value",
                "phone_1_number",
                "office_number",
                "Mobil-Tel.-Nr.",
                "Tel. dienstlich",
                "Durchwahl",
                "Assistant's Phone",
                "Haupttelefon",
                "MobilePhone",
                "Other",
            ],
        ),
        (
            Meaning.OTHER_NUMBER,
            [
                "Business Fax",
                "Fax geschäftlich",
                "Télécopie (bureau)",
                "Pager Number",
                "Telex",
                "Callback",
                "BusinessFax",
                "HomeFax",
                "Rückmeldung",
                "TTY/TDD Phone",
                "ISDN",
            ],
        ),
        (
            None,
            [
                "Phone 1 - Type",
                "Phone 1 - Label",
                "phone_1_speeddial",
                "Home Address",
                "Business Street",
                "Notes",
                "Home City",
                "Work ZipCode",
                "",
                "2",
                "Birthday",
            ],
        ),
    ],
)
def test_names_of_usual_exports_are_known(meaning, names):
    assert {name: meaning_of(name) for name in names} == dict.fromkeys(names, meaning)


def test_the_names_of_the_table_are_folded():
    assert [name for name in MEANINGS if folded_name(name) != name] == []
