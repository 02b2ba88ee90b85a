"""The options of sources on the stand-ins of `servers.json_services`, as for the real systems."""

from typing import Any

from servers.json_services import ACCOUNT, KEY
from servers.jwt_endpoint import ISSUER, KEY_ID, SUBJECT, pem_of, rsa_key
from servers.salesforce import AUDIENCE

COLUMNS: dict[str, Any] = {
    "searched_columns": ["name"],
    "first_matched_columns": ["phone", "mobile", "numbers"],
    "unique_column": "id",
}


def espo_api(url: str) -> dict[str, Any]:
    """Return what all sources of EspoCRM have."""
    return {
        **COLUMNS,
        "url": f"{url}/espo/api/v1",
        "auth": {"type": "header", "name": "X-Api-Key", "value": KEY},
        "items": "list",
        "fields": {"id": "id", "name": "name"},
        "numbers": {
            "items": "phoneNumberData",
            "number": "phoneNumber",
            "type": "type",
            "kinds": {"Office": "work", "Mobile": "mobile"},
        },
    }


def espo_list(url: str) -> dict[str, Any]:
    """Return a snapshot of EspoCRM, in pages by offset."""
    paging = {"kind": "offset", "size": 2, "total": "total"}
    query = {"maxSize": "{limit}", "offset": "{offset}"}
    return {**espo_api(url), "list": {"path": "Contact", "query": query, "paging": paging}}


def espo(url: str) -> dict[str, Any]:
    """Return EspoCRM that is asked each question."""
    by_name = {"where[0][type]": "textFilter", "where[0][value]": "{term}", "maxSize": "{limit}"}
    by_number = {
        "where[0][type]": "contains",
        "where[0][attribute]": "phoneNumber",
        "where[0][value]": "{number.last9}",
        "maxSize": "{limit}",
    }
    return {
        **espo_api(url),
        "search": {"path": "Contact", "query": by_name},
        "reverse": {"path": "Contact", "query": by_number},
        "get": {"path": "Contact/{id}", "items": "@", "single_object": True},
    }


def _odoo_call(domain: list[Any], **options: Any) -> dict[str, Any]:
    fields = ["name", "phone", "mobile", "parent_id"]
    arguments = ["crm", "{session.uid}", "{secret.key}", "res.partner", "search_read", [domain]]
    parameters: dict[str, Any] = {
        "service": "object",
        "method": "execute_kw",
        "args": [*arguments, {"fields": fields, "limit": "{limit}", **options}],
    }
    body = {"jsonrpc": "2.0", "method": "call", "params": parameters, "id": 1}
    return {"method": "POST", "path": "jsonrpc", "body": body}


def odoo_api(url: str) -> dict[str, Any]:
    """Return what all sources of Odoo have."""
    login = {"service": "common", "method": "authenticate", "args": ["crm", ACCOUNT, "{secret.key}", {}]}
    step = {
        "method": "POST",
        "path": "jsonrpc",
        "body": {"jsonrpc": "2.0", "method": "call", "params": login, "id": 1},
        "keep": {"uid": "result"},
    }
    return {
        **COLUMNS,
        "url": f"{url}/odoo",
        "secrets": {"key": KEY},
        "auth": {"type": "login", "steps": [step]},
        "items": "result",
        "error": "error.data.name || error.code",
        "fields": {
            "id": "id",
            "name": "name",
            "phone": "phone || ''",
            "mobile": "mobile || ''",
            "company": "parent_id[1]",
        },
    }


def odoo(url: str) -> dict[str, Any]:
    """Return Odoo that is asked each question."""
    numbers = ["|", ["phone", "ilike", "{number.last9}"], ["mobile", "ilike", "{number.last9}"]]
    return {
        **odoo_api(url),
        "search": _odoo_call([["name", "ilike", "{term}"]]),
        "reverse": _odoo_call(numbers),
        "get": _odoo_call([["id", "in", ["{id}"]]]),
    }


def odoo_list(url: str) -> dict[str, Any]:
    """Return a snapshot of Odoo, in pages by offset."""
    paging = {"kind": "offset", "size": 2, "short_page_ends": True}
    return {**odoo_api(url), "list": {**_odoo_call([], offset="{offset}"), "paging": paging}}


def hubspot_api(url: str) -> dict[str, Any]:
    """Return what all sources of HubSpot have."""
    return {
        **COLUMNS,
        "url": f"{url}/hubspot/crm/v3/objects",
        "auth": {"type": "bearer", "token": KEY},
        "items": "results",
        "fields": {
            "id": "id",
            "firstname": "properties.firstname",
            "lastname": "properties.lastname",
            "name": {"path": ["properties.firstname", "properties.lastname"], "join": " "},
            "phone": "properties.phone",
            "mobile": "properties.mobilephone",
        },
    }


def hubspot(url: str) -> dict[str, Any]:
    """Return HubSpot that is asked each question, by POST."""
    path, limit = "contacts/search", "{limit}"
    number = {"propertyName": "hs_searchable_calculated_phone_number", "operator": "CONTAINS_TOKEN"}
    filters = [{"filters": [{**number, "value": "{number.last9}"}]}]
    return {
        **hubspot_api(url),
        "search": {"method": "POST", "path": path, "body": {"query": "{term}", "limit": limit}},
        "reverse": {"method": "POST", "path": path, "body": {"filterGroups": filters, "limit": limit}},
    }


def hubspot_list(url: str) -> dict[str, Any]:
    """Return a snapshot of HubSpot, in pages by a cursor."""
    query = {"limit": "{limit}", "after": "{cursor}"}
    paging = {"kind": "cursor", "size": 2, "cursor": "paging.next.after"}
    return {**hubspot_api(url), "list": {"path": "contacts", "query": query, "paging": paging}}


def vtiger(url: str) -> dict[str, Any]:
    """Return vTiger that is asked each question, after a login with the hash of a challenge."""
    login = {
        "operation": "login",
        "username": ACCOUNT,
        "accessKey": "{session.challenge+secret.user_key:md5}",
    }
    challenge = {"operation": "getchallenge", "username": ACCOUNT}
    return {
        **COLUMNS,
        "url": f"{url}/vtiger/webservice.php",
        "secrets": {"user_key": KEY},
        "auth": {
            "type": "login",
            "steps": [
                {"query": challenge, "keep": {"challenge": "result.token"}},
                {"method": "POST", "form": login, "keep": {"name": "result.sessionName"}},
            ],
            "expired": "error.code == 'INVALID_SESSIONID'",
        },
        "query": {"operation": "query", "sessionName": "{session.name}"},
        "search": {
            "query": {
                "query": "SELECT * FROM Contacts WHERE label LIKE '%{term:sql_like,sql}%' LIMIT 0,{limit};"
            }
        },
        "reverse": {
            "query": {"query": "SELECT * FROM Contacts WHERE phone LIKE '%{number.last9}%' LIMIT 0,{limit};"}
        },
        "items": "result",
        "error": "error.code",
        "fields": {"id": "id", "name": "label", "phone": "phone", "mobile": "mobile"},
    }


def glpi(url: str) -> dict[str, Any]:
    """Return a snapshot of GLPI, with a session in a header and ranges."""
    return {
        **COLUMNS,
        "url": f"{url}/glpi/apirest.php",
        "secrets": {"user_token": KEY, "app_token": "app"},
        "auth": {
            "type": "login",
            "steps": [
                {
                    "path": "initSession",
                    "headers": {
                        "Authorization": "user_token {secret.user_token}",
                        "App-Token": "{secret.app_token}",
                    },
                    "keep": {"token": "session_token"},
                }
            ],
        },
        "headers": {"App-Token": "{secret.app_token}", "Session-Token": "{session.token}"},
        "list": {
            "path": "search/Contact",
            "query": {"range": "{offset}-{last}", "forcedisplay[0]": "2", "forcedisplay[1]": "3"},
            "paging": {"kind": "offset", "size": 2, "total": "totalcount"},
        },
        "items": "data",
        "fields": {"id": '"2"', "name": '"1"', "phone": '"3"', "mobile": '"5"'},
    }


def zoho(url: str) -> dict[str, Any]:
    """Return Zoho CRM that is asked each question, with a token for a refresh token."""
    return {
        **COLUMNS,
        "url": f"{url}/zoho/crm/v2",
        "auth": {
            "type": "oauth2",
            "url": f"{url}/zoho/oauth/v2/token",
            "grant_type": "refresh_token",
            "client_id": "c",
            "client_secret": "s",
            "refresh_token": KEY,
        },
        "headers": {"Authorization": "Zoho-oauthtoken {session.token}"},
        "search": {"path": "Contacts/search", "query": {"word": "{term}", "per_page": "{limit}"}},
        "reverse": {"path": "Contacts/search", "query": {"phone": "{number.last9}"}},
        "items": "data",
        "fields": {"id": "id", "name": "Full_Name", "phone": "Phone", "mobile": "Mobile"},
    }


def salesforce(url: str, **changes: Any) -> dict[str, Any]:
    """Return a snapshot of Salesforce, with a token for a signed token; changes are those of `auth.jwt`."""
    jwt = {
        "key": pem_of(rsa_key()),
        "key_id": KEY_ID,
        "claims": {"iss": ISSUER, "sub": SUBJECT, "aud": AUDIENCE},
        **changes,
    }
    token_url = f"{url}/salesforce/services/oauth2/token"
    statement = "SELECT Id, Name, Account.Name, Phone, MobilePhone FROM Contact"
    paging = {"kind": "next_url", "cursor": "nextRecordsUrl"}
    return {
        **COLUMNS,
        "url": f"{url}/salesforce/services/data/v62.0",
        "auth": {"type": "oauth2", "url": token_url, "grant_type": "jwt_bearer", "jwt": jwt},
        "list": {"path": "query", "query": {"q": statement}, "paging": paging},
        "items": "records",
        "fields": {
            "id": "Id",
            "name": "Name",
            "company": "Account.Name",
            "phone": "Phone",
            "mobile": "MobilePhone",
        },
    }


def salesforce_asked(url: str) -> dict[str, Any]:
    """Return Salesforce that is asked each question, in its search language."""
    found = "FIELDS RETURNING Contact(Id, Name, Phone, MobilePhone)"
    listed = salesforce(url)
    return {
        **{name: option for name, option in listed.items() if name != "list"},
        "search": {"path": "search", "query": {"q": f"FIND {{{{{{term:sosl}}}}}} IN NAME {found}"}},
        "reverse": {"path": "search", "query": {"q": f"FIND {{{{{{number.last9}}}}}} IN PHONE {found}"}},
        "items": "searchRecords",
    }
