"""The sources and display columns of a new tenant (contract section 4.1)."""

from collections.abc import Mapping

from xivo_dird.listener import DisplayColumn

Options = Mapping[str, object]

_FULL_NAME = "{firstname} {lastname}"
_AUTH = {"host": "localhost", "port": 9497, "prefix": None, "https": False, "version": "0.1"}
_CONFD = {"host": "localhost", "port": 9486, "prefix": None, "https": False, "version": "1.1"}
_KEY_FOLDER = "/var/lib/wazo-auth-keys"

SOURCES: Mapping[str, tuple[str, Options]] = {
    "conference": (
        "auto_conference_{tenant}",
        {
            "searched_columns": ["name", "extensions", "incalls"],
            "first_matched_columns": ["extensions", "incalls"],
            "format_columns": {"phone": "{extensions[0]}", "reverse": "{name}"},
            "auth": {**_AUTH, "key_file": f"{_KEY_FOLDER}/wazo-dird-conference-backend-key.yml"},
            "confd": _CONFD,
        },
    ),
    "personal": (
        "personal",
        {
            "searched_columns": ["firstname", "lastname", "number", "mobile", "fax"],
            "first_matched_columns": ["number", "mobile"],
            "format_columns": {
                "phone": "{number}",
                "name": _FULL_NAME,
                "phone_mobile": "{mobile}",
                "reverse": _FULL_NAME,
            },
        },
    ),
    "wazo": (
        "auto_wazo_{tenant}",
        {
            "searched_columns": ["firstname", "lastname", "full_name", "exten"],
            "first_matched_columns": ["exten", "mobile_phone_number"],
            "format_columns": {"phone": "{exten}", "name": _FULL_NAME, "reverse": _FULL_NAME},
            "auth": {**_AUTH, "key_file": f"{_KEY_FOLDER}/wazo-dird-wazo-backend-key.yml"},
            "confd": _CONFD,
        },
    ),
    "office365": (
        "auto_office365_{tenant}",
        {
            "searched_columns": ["givenName", "surname", "businessPhones", "homePhones", "mobilePhone"],
            "first_matched_columns": ["businessPhones", "mobilePhone", "homePhones"],
            "format_columns": {
                "name": "{givenName} {surname}",
                "phone_mobile": "{mobilePhone}",
                "reverse": "{givenName} {surname}",
                "phone": "{numbers_except_label[mobilePhone][0]}",
            },
            "auth": _AUTH,
            "endpoint": "https://graph.microsoft.com/v1.0/me/contacts",
        },
    ),
    "google": (
        "auto_google_{tenant}",
        {
            "searched_columns": ["name", "numbers", "familyName", "givenName"],
            "first_matched_columns": ["numbers"],
            "format_columns": {
                "phone_mobile": "{numbers_by_label[mobile]}",
                "reverse": "{name}",
                "phone": "{numbers_except_label[mobile][0]}",
            },
            "auth": _AUTH,
        },
    ),
}
"""The name and the stored options of the source of each backend; `{tenant}` stands for the tenant name."""

DISPLAY_COLUMNS = (
    DisplayColumn(field="name", title="Nom", type="name"),
    DisplayColumn(field="firstname", title="Prénom", type="firstname"),
    DisplayColumn(field="lastname", title="Nom de famille", type="lastname"),
    DisplayColumn(field="phone", title="Numéro", type="number", number_display="{name}"),
    DisplayColumn(field="phone_mobile", title="Mobile", type="number", number_display="{name} (mobile)"),
    DisplayColumn(field="voicemail", title="Boîte vocale", type="voicemail"),
    DisplayColumn(field="favorite", title="Favoris", type="favorite"),
    DisplayColumn(field="email", title="E-mail", type="email"),
)
