"""Valid requests of every kind, as bytes: what the mutations begin with."""

import json

from api.conftest import TENANT, USER
from servers.daemon import TOKEN

DISPLAY = "d1591a10-0000-4000-8000-00000000000a"
CSV_SOURCE = "50c5ce00-0000-4000-8000-00000000000b"
PROFILE = "9f0f11e0-0000-4000-8000-00000000000c"
PHONEBOOK = "b00cb00c-0000-4000-8000-00000000000d"
PHONEBOOK_CONTACT = "c0447ac7-0000-4000-8000-00000000000e"
"""Ids that stand for those of resources that exist when a request is sent, see `Samples`."""

CONTACT = "ada-1"
"""The id of a personal contact that the first requests of the corpus create again and again."""

JSON = "application/json"
CSV = "text/csv; charset=utf-8"
CSV_TEXT = 'firstname,lastname,number\r\nÉric,"Müller, jr.",+33 1 44 55\r\nZoë,O\'Neil,2047\r\n'
COLUMNS = [{"title": "Name", "type": "name", "field": "name", "default": "?"}, {"type": "favorite"}]
SOURCE = {
    "name": "posted",
    "file": "crew.csv",
    "separator": ",",
    "unique_column": "id",
    "searched_columns": ["firstname", "lastname"],
    "first_matched_columns": ["number"],
    "format_columns": {"name": "{firstname} {lastname}", "reverse": "{firstname}"},
}
SERVICES = {"lookup": {"sources": [{"uuid": CSV_SOURCE}], "options": {"timeout": 0.5}}}


def request(method: str, path: str, *fields: str, body: bytes = b"") -> bytes:
    """Return a request with the token of the tests.

    Args:
        method: The HTTP method.
        path: The path below `/0.1`, with its query.
        fields: Further header fields.
        body: The body as it is sent.
    """
    lines = [f"{method} /0.1{path} HTTP/1.1", "Host: localhost", f"X-Auth-Token: {TOKEN}", *fields, "", ""]
    return "\r\n".join(lines).encode() + body


def get(path: str, *fields: str) -> bytes:
    """Return a GET request."""
    return request("GET", path, *fields)


def send(method: str, path: str, body: object) -> bytes:
    """Return a request with a JSON body."""
    return send_text(method, path, json.dumps(body), JSON)


def send_text(method: str, path: str, text: str, media_type: str = CSV) -> bytes:
    """Return a request with a text as its body."""
    body = text.encode()
    return request(method, path, f"Content-Type: {media_type}", f"Content-Length: {len(body)}", body=body)


def send_chunks(method: str, path: str, media_type: str, *chunks: bytes, trailer: bytes = b"") -> bytes:
    """Return a request whose body is chunked."""
    coded = b"".join(b"%x;part=1\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    fields = (f"Content-Type: {media_type}", "Transfer-Encoding: chunked")
    return request(method, path, *fields, body=coded + b"0\r\n" + trailer + b"\r\n")


PERSONAL = [
    send("POST", "/personal", {"id": CONTACT, "firstname": "Ada", "number": "+33 1 44 55"}),
    get(f"/personal/{CONTACT}"),
    get("/personal"),
    get("/personal?format=text%2Fcsv"),
    get("/personal", "Accept: text/csv"),
    send(
        "PUT", f"/personal/{CONTACT}", {"firstname": "Ada", "lastname": "Stern", "note": "\u202e\U0001f642"}
    ),
    request("DELETE", f"/personal/{CONTACT}"),
    send_text("POST", "/personal/import", CSV_TEXT),
    send_chunks(
        "POST", "/personal/import", CSV, b"name,number\n", b"Bob,12\n", b"Eve,13\n", trailer=b"A: b\r\n"
    ),
    request("DELETE", "/personal"),
]

PHONEBOOKS = [
    send("POST", "/phonebooks", {"name": "Suppliers", "description": "who sells"}),
    get("/phonebooks?search=s&limit=10&offset=0&order=name&direction=desc"),
    get(f"/phonebooks/{PHONEBOOK}"),
    send("PUT", f"/phonebooks/{PHONEBOOK}", {"name": "Customers", "description": None}),
    send(
        "POST", f"/phonebooks/{PHONEBOOK}/contacts", {"name": "Zoë", "number": "0612", "mail": "z@x.example"}
    ),
    get(f"/phonebooks/{PHONEBOOK}/contacts?search=sample&limit=1"),
    get(f"/phonebooks/{PHONEBOOK}/contacts/{PHONEBOOK_CONTACT}"),
    send("PUT", f"/phonebooks/{PHONEBOOK}/contacts/{PHONEBOOK_CONTACT}", {"name": "Zoé", "number": "0613"}),
    send_text("POST", f"/phonebooks/{PHONEBOOK}/contacts/import", CSV_TEXT),
    send_text("POST", f"/phonebooks/{PHONEBOOK}/contacts/import/preview", CSV_TEXT),
    get("/tenants/main/phonebooks"),
]

CONFIGURED = [
    send("POST", "/displays", {"name": "small", "columns": COLUMNS}),
    get("/displays?name=small&recurse=true"),
    get(f"/displays/{DISPLAY}"),
    send("PUT", f"/displays/{DISPLAY}", {"name": "changed display", "columns": COLUMNS}),
    send("POST", "/backends/csv/sources", SOURCE),
    get("/backends/csv/sources?order=name&direction=asc&limit=5"),
    get(f"/backends/csv/sources/{CSV_SOURCE}"),
    send("PUT", f"/backends/csv/sources/{CSV_SOURCE}", {**SOURCE, "name": "changed source"}),
    send("POST", "/backends/personal/sources", {"name": "mine", "searched_columns": ["firstname"]}),
    send("POST", "/backends/phonebook/sources", {"name": "book", "phonebook_uuid": PHONEBOOK}),
    send("POST", "/profiles", {"name": "small", "display": {"uuid": DISPLAY}, "services": SERVICES}),
    get(f"/profiles/{PROFILE}"),
    send(
        "PUT",
        f"/profiles/{PROFILE}",
        {"name": "changed profile", "display": {"uuid": DISPLAY}, "services": {}},
    ),
    send("PATCH", "/config", [{"op": "replace", "path": "/debug", "value": False}]),
]

GRAPHQL = (
    "query ($extens: [String], $first: Int) { me { userUuid"
    ' contacts(profile: "default", extens: $extens, first: $first)'
    " { pageInfo { hasNextPage } edges { cursor node { ...contact } } } } }"
    " fragment contact on ContactInterface { firstname wazoReverse ... on WazoContact { userId } }"
)

READ = [
    get("/directories/lookup/default?term=ada"),
    get("/directories/lookup/default?term=%C3%89ric+M%C3%BCller&limit=10&offset=0&fuzzy=true"),
    get("/directories/lookup/default?term=2046&t9=true", "Accept: application/x-ndjson"),
    get(f"/directories/lookup/default/{USER}?term=stern"),
    get("/directories/browse/default?by=name&from=m&limit=2&kind=values"),
    get("/directories/browse/default?after=WyIwYSIsIiIsMF0"),
    get("/directories/browse/default/groups?by=name&kind=initials"),
    get("/explanations/lookup/default?term=stern"),
    get(f"/explanations/reverse/default?exten=2045&user_uuid={USER}"),
    get("/directories/lookup/default/headers"),
    get(f"/directories/reverse/default/{USER}?exten=2045"),
    get(f"/directories/reverse/default/{USER}?exten=%2B33%201%2044%2055"),
    send(
        "POST", "/directories/reverse/default?sources=true", {"extens": ["2045", "+33 1 44 55", "2045", ""]}
    ),
    send("POST", f"/directories/reverse/default/{USER}", {"extens": ["0033 1 44 55"]}),
    send("POST", "/graphql", {"query": GRAPHQL, "variables": {"extens": ["2045", "9"], "first": 5}}),
    send_text("POST", "/graphql", "{ __schema { types { name fields { name } } } }", "application/graphql"),
    send_text("POST", "/graphql", "query=%7Bhello%7D&operationName=", "application/x-www-form-urlencoded"),
    get("/graphql?query=%7Bhello%20me%7BuserUuid%7D%7D"),
    get(
        f"/directories/reverse/default/{USER}?exten=2045", "Accept: text/plain;q=0.9, application/json;q=0.1"
    ),
    get(f"/directories/reverse/default/{USER}/text?exten=%22A%22%20%3Csip:2045@h%3E&max=15&ascii=1"),
    get("/directories/default/sources?limit=1"),
    request("PUT", "/directories/favorites/crew/17"),
    get("/directories/favorites/default"),
    request("DELETE", "/directories/favorites/crew/17"),
    get("/directories/personal/default"),
    get("/events?after=0&limit=10&names=favorite_added,favorite_deleted&wait=0"),
    get("/sources?search=crew"),
    get("/backends"),
    get("/config"),
    get("/status", f"Wazo-Tenant: {TENANT}"),
    get("/metrics"),
    get("/api/openapi.json", "X-Script-Name: /proxy", "Accept-Encoding: gzip, deflate"),
]

TRANSPORT = [
    request("HEAD", "/status"),
    request("OPTIONS", "/displays", "Origin: http://example.org", "Access-Control-Request-Method: POST"),
    get("/directories/lookup/default?term=ada", 'Cookie: token=a; session="b"', "Accept-Language: fr;q=0.5"),
    get(
        "/directories/lookup/default?term=ada", "Connection: close", 'If-None-Match: "x"', "Range: bytes=0-9"
    ),
    get("/directories/lookup/default?term=a") + get("/status") + get("/directories/favorites/default"),
    send("POST", "/personal", {"firstname": "Bob"}) + get("/personal") + request("DELETE", "/personal"),
    send("POST", "/personal", {"firstname": "Expected"}).replace(b"Host:", b"Expect: 100-continue\r\nHost:"),
    send_chunks("POST", "/personal", JSON, b'{"firstname":', b' "Carol"}'),
    send_text("POST", "/personal/import", "name,note\n" + f"{'x' * 100},{'y' * 600}\n" * 110),
    get("/%64irectories/lookup/default?term=%61da&%6cimit=1"),
    get("/status").replace(b"HTTP/1.1", b"HTTP/1.0"),
]

DELETIONS = [
    request("DELETE", f"/phonebooks/{PHONEBOOK}/contacts/{PHONEBOOK_CONTACT}"),
    request("DELETE", f"/phonebooks/{PHONEBOOK}"),
    request("DELETE", f"/profiles/{PROFILE}"),
    request("DELETE", f"/displays/{DISPLAY}"),
    request("DELETE", f"/backends/csv/sources/{CSV_SOURCE}"),
]

CORPUS = [*PERSONAL, *PHONEBOOKS, *CONFIGURED, *READ, *TRANSPORT, *DELETIONS]
"""All valid requests; each is answered with a success, in this order, by a daemon with new samples."""
