"""The minimal body of a source of each backend, and the answer to it (contract section 2.9)."""

import json
from itertools import count
from typing import Any

from api.rest import create

COMMON: dict[str, Any] = {"searched_columns": [], "first_matched_columns": [], "format_columns": {}}
AUTH_SERVER = {
    "host": "localhost",
    "port": 443,
    "https": True,
    "verify_certificate": True,
    "prefix": "/api/auth",
    "version": "0.1",
}
CONFD = {**AUTH_SERVER, "prefix": "/api/confd", "version": "1.1"}
ACCOUNT = {"username": "u", "password": "secret"}
LDAP = {"ldap_uri": "ldap://localhost", "ldap_base_dn": "dc=x"}
SQL = {"uri": "postgresql://localhost/people", "table": "people"}
JSON_WS = {"url": "http://localhost:8080/api", "list": {"path": "people"}}
ENTRA = {"directory_id": "example.org", "client_id": "1111", "client_secret": "secret"}
GOOGLE_KEY = json.dumps(
    {
        "type": "service_account",
        "client_email": "dird@project.iam.gserviceaccount.com",
        "client_id": "1111",
        "private_key": "-----BEGIN PRIVATE KEY-----",
        "private_key_id": "2222",
        "token_uri": "https://oauth2.googleapis.com/token",
    }
)
MINIMAL: dict[str, dict[str, Any]] = {
    "carddav": {"url": "https://localhost/dav/"},
    "conference": {"auth": {"username": "u"}},
    "csv": {"file": "crew.csv"},
    "csv_ws": {"lookup_url": "http://localhost:8080/people?x=1"},
    "entra": ENTRA,
    "google": {},
    "json_ws": JSON_WS,
    "google_directory": {"service_account_key": GOOGLE_KEY, "subject": "ada@example.org"},
    "ldap": LDAP,
    "office365": {},
    "personal": {},
    "sql": SQL,
    "vcard": {"file": "crew.vcf"},
    "wazo": {"auth": {"key_file": "/key.yml"}},
}
DEFAULTS: dict[str, dict[str, Any]] = {
    "carddav": {"url": "https://localhost/dav/", "verify_certificate": True},
    "conference": {"auth": {**AUTH_SERVER, "username": "u"}, "confd": CONFD},
    "csv": {"file": "crew.csv", "separator": ",", "unique_column": None},
    "csv_ws": {
        "lookup_url": "http://localhost:8080/people?x=1",
        "list_url": None,
        "delimiter": ",",
        "timeout": 10.0,
        "unique_column": None,
        "verify_certificate": True,
    },
    "entra": {
        **ENTRA,
        "client_secret": "********",
        "graph_url": "https://graph.microsoft.com",
        "login_url": "https://login.microsoftonline.com",
        "include_guests": False,
        "include_disabled": False,
        "organization_contacts": False,
        "exclude": {},
        "only_with_numbers": False,
    },
    "google": {"auth": AUTH_SERVER},
    "json_ws": {**JSON_WS, "unique_column": None, "verify_certificate": True},
    "google_directory": {
        "service_account_key": "********",
        "subject": "ada@example.org",
        "domain_contacts": False,
        "exclude": {},
        "only_with_numbers": False,
    },
    "ldap": {
        **LDAP,
        "ldap_username": None,
        "ldap_password": None,
        "ldap_custom_filter": None,
        "ldap_network_timeout": 0.3,
        "ldap_timeout": 1.0,
        "unique_column": None,
        "unique_column_format": "string",
    },
    "office365": {"auth": AUTH_SERVER, "endpoint": "https://graph.microsoft.com/v1.0/me/contacts"},
    "personal": {},
    "sql": {**SQL, "unique_column": None, "mode": "snapshot"},
    "vcard": {"file": "crew.vcf"},
    "wazo": {"auth": {**AUTH_SERVER, "key_file": "/key.yml"}, "confd": CONFD},
}


NAME_NUMBERS = count(1)


def create_source(daemon, backend, **fields):
    body = {"name": f"n{next(NAME_NUMBERS)}", **MINIMAL[backend], **fields}
    return create(daemon, f"/backends/{backend}/sources", body)


def post_source(daemon, backend, **fields):
    body = {"name": "n", **MINIMAL[backend], **fields}
    return daemon.request("POST", f"/0.1/backends/{backend}/sources", json=body)
