"""Exports of address books and phone systems, each with Ada Lovelace, 030 1234567, as one of three people."""

from typing import NamedTuple


class CsvExport(NamedTuple):
    """An export.

    Attributes:
        text: The text of the file.
        encoding: Its encoding.
        numbers: The columns with numbers that have some.
        unique: The column that identifies its rows.
    """

    text: str
    encoding: str
    numbers: set[str]
    unique: str | None = None


def _crlf(text: str) -> str:
    return text.replace("\n", "\r\n")


EXPORTS = {
    "outlook-en": CsvExport(
        _crlf(
            '"Title","First Name","Middle Name","Last Name","Suffix","Company","Business Street",'
            '"Business Fax","Business Phone","Home Phone","Mobile Phone","TTY/TDD Phone","Birthday",'
            '"E-mail Address","E-mail Type","Notes"\n'
            '"","Ada","","Lovelace","","Engines ""&"" Co","Main 1","+49 30 1234569","+49 30 1234567","","",'
            '"","0/0/00","ada@example.org","SMTP","met\nin 1840"\n'
            '"","Grace","B.","Hopper","","Navy","","","+49 30 7654321","","0171 1234567","","9/12/06",'
            '"grace@example.org","SMTP",""\n'
            '"","Zoë","","Quinn","","","","","","030 5556677","","","0/0/00","","SMTP",""\n'
        ),
        "cp1252",
        {"Business Phone", "Home Phone", "Mobile Phone", "Business Fax"},
    ),
    "outlook-de": CsvExport(
        _crlf(
            "Anrede;Vorname;Weitere Vornamen;Nachname;Suffix;Firma;Abteilung;Straße geschäftlich;Telefon Assistent;"
            "Fax geschäftlich;Telefon geschäftlich;Telefon geschäftlich 2;Rückmeldung;Autotelefon;Telefon privat;"
            "Mobiltelefon;Haupttelefon;Benutzer 1;E-Mail-Adresse;Kategorien;Notizen\n"
            "Frau;Ada;;Lovelace;;Größe & Söhne;;Hauptstraße 1;;030/1234569;030/1234567;;;;;;;;ada@example.org;;\n"
            "Frau;Jürgen;;Müller;;;;;;;030/7654321;;;;;0171/1234567;;;;;\n"
            "Herr;Jörg;;Weiß;;;;;;;;;;;030 5556677;;;;;;\n"
        ),
        "cp1252",
        {"Telefon geschäftlich", "Telefon privat", "Mobiltelefon", "Fax geschäftlich"},
    ),
    "outlook-fr": CsvExport(
        _crlf(
            "Titre;Prénom;Deuxième prénom;Nom;Suffixe;Société;Service;Titre;Téléphone (bureau);Téléphone 2 (bureau);"
            "Télécopie (bureau);Tél. mobile;Téléphone (domicile);Adresse de messagerie\n"
            ";Ada;;Lovelace;;Machines;;Comtesse;+49 30 1234567;;;;;ada@example.org\n"
            ";Hélène;;Boucher;;;;Pilote;;;01 23 45 67 89;06 12 34 56 78;;helene@example.org\n"
            ";Émilie;;du Châtelet;;;;;;;;06 12 34 56 79;;emilie@example.org\n"
        ),
        "utf-8-sig",
        {"Téléphone (bureau)", "Tél. mobile", "Télécopie (bureau)"},
        "Adresse de messagerie",
    ),
    "google-old": CsvExport(
        "Name,Given Name,Additional Name,Family Name,Birthday,Notes,Group Membership,E-mail 1 - Type,E-mail 1 - Value,"
        "Phone 1 - Type,Phone 1 - Value,Phone 2 - Type,Phone 2 - Value,Organization 1 - Type,Organization 1 - Name\n"
        'Ada Lovelace,Ada,,Lovelace,1815-12-10,"a\nb",* myContacts,* Work,ada@example.org,Mobile,'
        "+49 30 1234567 ::: +49 30 1234568,,,,Engines\n"
        "Grace Hopper,Grace,,Hopper,,,* myContacts,,,Work,+49 30 7654321,Home,+49 171 1234567,,\n"
        "Zoë Quinn,Zoë,,Quinn,,,* myContacts,,,Work,+49 30 5556677,,,,\n",
        "utf-8",
        {"Phone 1 - Value", "Phone 2 - Value"},
        "Phone 1 - Value",
    ),
    "google-new": CsvExport(
        "First Name,Middle Name,Last Name,Phonetic First Name,Name Prefix,Nickname,File As,Organization Name,"
        "Organization Title,Birthday,Notes,Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,"
        "Phone 1 - Value,Address 1 - Label,Address 1 - Postal Code\n"
        "Ada,,Lovelace,,,,,Engines,,,,,* myContacts,* Work,ada@example.org,* Work,+49 30 1234567,,10115\n"
        "Grace,,Hopper,,,,,,,,,,* myContacts,* Work,grace@example.org,Mobile,+49 171 1234567,,10117\n"
        "Zoë,,Quinn,,,,,,,,,,* myContacts,* Work,zoe@example.org,,,,\n",
        "utf-8",
        {"Phone 1 - Value"},
        "E-mail 1 - Value",
    ),
    "thunderbird": CsvExport(
        "First Name,Last Name,Display Name,Nickname,Primary Email,Secondary Email,Screen Name,Work Phone,Home Phone,"
        "Fax Number,Pager Number,Mobile Number,Home Address,Home ZipCode,Organization,Birth Year,Custom 1,Notes,\n"
        "Ada,Lovelace,Ada Lovelace,,ada@example.org,,,030 1234567,,030 1234569,,,Main 1,10115,Engines,1815,,,\n"
        "Grace,Hopper,Grace Hopper,,grace@example.org,,,030 7654321,,,,0171 1234567,,,,1906,,,\n"
        "Zoë,Quinn,Zoë Quinn,,zoe@example.org,,,,030 5556677,,,,,,,,,,\n",
        "utf-8",
        {"Work Phone", "Home Phone", "Mobile Number", "Fax Number"},
        "Primary Email",
    ),
    "3cx": CsvExport(
        "FirstName,LastName,Company,Mobile,Mobile2,Home,Home2,Business,Business2,Email,Other,BusinessFax,HomeFax,Pager\n"
        "Ada,Lovelace,Engines,,,,,0301234567,,ada@example.org,,0301234569,,\n"
        "Grace,Hopper,Navy,01711234567,,,,,,grace@example.org,,,,\n"
        "Zoë,Quinn,,,,0305556677,,,,zoe@example.org,,,,\n",
        "utf-8-sig",
        {"Mobile", "Home", "Business", "BusinessFax"},
        "Email",
    ),
    "freepbx": CsvExport(
        "groupname,grouptype,displayname,fname,lname,title,company,address,userman_username,phone_1_number,phone_1_type,"
        "phone_1_extension,phone_1_flags,phone_1_speeddial,phone_1_locale,phone_2_number,phone_2_type,email_1\n"
        "Friends,external,Ada Lovelace,Ada,Lovelace,,Engines,,,+49301234567,work,,,,DE,,,ada@example.org\n"
        "Friends,external,Grace Hopper,Grace,Hopper,,Navy,,,+49307654321,work,12,sms,*10,DE,01711234567,cell,\n"
        "Team,internal,Zoë Quinn,Zoë,Quinn,,,,101,,,,,,,,,\n",
        "utf-8",
        {"phone_1_number", "phone_2_number"},
    ),
    "yealink": CsvExport(
        "display_name,office_number,mobile_number,other_number,line,ring,auto_divert,priority,group_id_name\n"
        "Ada Lovelace,0301234567,,,-1,Auto,,,All Contacts\n"
        "Grace Hopper,0307654321,01711234567,,-1,Auto,,,All Contacts\n"
        "Zoë Quinn,0305556677,,,-1,Auto,,,All Contacts\n",
        "utf-8",
        {"office_number", "mobile_number"},
        "office_number",
    ),
    "excel": CsvExport(
        _crlf(
            ";;;\nKundennr;Name;Vorname;Ort;Rückruf unter;PLZ\n1001;Lovelace;Ada;Köln;030 / 12 34 567;50667\n"
            "1002;Hopper;Grace;Münster;0171 1234567;48143\n1003;Quinn;Zoë;Würzburg;030 5556677;97070\n"
        ),
        "cp1252",
        {"Rückruf unter"},
        "Kundennr",
    ),
    "panasonic": CsvExport(
        "RecordID\tName\tNumPrefID\tNumID\tNumber\n1\tAda Lovelace\t\t1\t0301234567\n2\tGrace Hopper\t\t1\t0171123456\n"
        "3\tZoë Quinn\t\t1\t0305556677\n",
        "utf-16",
        {"Number"},
        "RecordID",
    ),
}
