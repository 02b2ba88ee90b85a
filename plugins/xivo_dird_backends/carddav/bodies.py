"""The bodies of WebDAV requests."""

from collections.abc import Iterable
from html import escape

XML_HEADERS = {"Content-Type": "application/xml; charset=utf-8", "Accept": "application/xml, text/xml"}

_BEGIN = '<?xml version="1.0" encoding="utf-8"?>'
_NAMESPACES = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav" xmlns:CS="http://calendarserver.org/ns/"'

FIND_BOOKS = (
    f"{_BEGIN}<propfind {_NAMESPACES}><prop><resourcetype/><displayname/><current-user-principal/>"
    "<C:addressbook-home-set/><supported-report-set/><sync-token/><CS:getctag/></prop></propfind>"
).encode()
"""Asks for all properties of discovery; servers omit them from `allprop`."""

LIST_CARDS = f"{_BEGIN}<propfind {_NAMESPACES}><prop><getetag/><resourcetype/></prop></propfind>".encode()


def sync_collection(token: str) -> bytes:
    """Return the body of a report of what has changed since a token, of everything if it is empty (RFC 6578).

    It has no limit, which Nextcloud answers with an error, or with a wrong token.
    """
    return (
        f"{_BEGIN}<sync-collection {_NAMESPACES}><sync-token>{escape(token)}</sync-token>"
        "<sync-level>1</sync-level><prop><getetag/><resourcetype/></prop></sync-collection>"
    ).encode()


def multiget(hrefs: Iterable[str]) -> bytes:
    """Return the body of a report of the cards with these hrefs, as the server has written them."""
    listed = "".join(f"<href>{escape(href)}</href>" for href in hrefs)
    return (
        f"{_BEGIN}<C:addressbook-multiget {_NAMESPACES}><prop><getetag/><C:address-data/></prop>{listed}"
        "</C:addressbook-multiget>"
    ).encode()
