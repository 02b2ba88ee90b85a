"""Reads the XML answers of WebDAV servers (RFC 4918), as a stream, without entities and of bounded depth and size."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from xivo_dird.backend import printable_excerpt

MAX_DEPTH = 32
"""Maximum number of elements around a text; answers of servers have at most ten."""

MAX_ELEMENTS = 5_000_000
"""Maximum number of elements of an answer: a list of half a million cards."""

MAX_NAMES = 1000
"""Maximum number of different names of elements and attributes: the parser keeps each; servers need a few dozen."""

MAX_NAMESPACE_CHARACTERS = 256
"""Maximum length of a namespace: the parser writes it out before the name of each element and attribute."""

MAX_TAG_BYTES = 16 * 1024
"""Maximum size of one tag, comment or processing instruction; texts may be longer."""

MAX_TOKEN_CHARACTERS = 16 * 1024
"""Maximum length of a sync token or CTag, which is stored, and compared or sent back in the next run."""

_CHUNK_BYTES = 8 * 1024
"""Bytes for the parser at a time: after an error it goes on to the end of what it has."""

CARDDAV = "urn:ietf:params:xml:ns:carddav"
CALENDAR_SERVER = "http://calendarserver.org/ns/"

MULTISTATUS, RESPONSE, HREF, STATUS = "{DAV:}multistatus", "{DAV:}response", "{DAV:}href", "{DAV:}status"
PROPSTAT, PROP, ERROR, SYNC_TOKEN = "{DAV:}propstat", "{DAV:}prop", "{DAV:}error", "{DAV:}sync-token"
RESOURCE_TYPE, COLLECTION, ETAG = "{DAV:}resourcetype", "{DAV:}collection", "{DAV:}getetag"
DISPLAY_NAME, PRINCIPAL = "{DAV:}displayname", "{DAV:}current-user-principal"
REPORTS, SYNC_COLLECTION = "{DAV:}supported-report-set", "{DAV:}sync-collection"
ADDRESS_BOOK, HOME_SET = f"{{{CARDDAV}}}addressbook", f"{{{CARDDAV}}}addressbook-home-set"
ADDRESS_DATA, CTAG = f"{{{CARDDAV}}}address-data", f"{{{CALENDAR_SERVER}}}getctag"
_TOKENS = frozenset((SYNC_TOKEN, CTAG))

_STATUS_LINE = re.compile(r"\s*\S+\s+([0-9]{3})(?!\S)")
_PATH_OF_PROPERTY = [MULTISTATUS, RESPONSE, PROPSTAT, PROP]


class MalformedXml(ValueError):
    """An answer is no XML that can be used; the message says why."""


@dataclass(slots=True)
class DavProperty:
    """The value of a property: its text, the names of all elements in it, and the texts of the `href` among them."""

    text: str = ""
    names: set[str] = field(default_factory=set)
    hrefs: list[str] = field(default_factory=list)


@dataclass(slots=True)
class DavItem:
    """What a multistatus says about one resource.

    Attributes:
        href: The path or URL of the resource, as the server writes it.
        status: The status of the resource as a whole, None if there is none.
        properties: The properties that the server has given.
    """

    href: str = ""
    status: int | None = None
    properties: dict[str, DavProperty] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return the text of a property without outer blanks, "" if there is none."""
        found = self.properties.get(name)
        return "" if found is None else found.text.strip()

    def has(self, name: str, element: str) -> bool:
        """Return True if a property has an element."""
        return name in self.properties and element in self.properties[name].names


@dataclass(slots=True)
class DavAnswer:
    """The content of an XML answer.

    Attributes:
        root: The name of the outermost element.
        items: What is said about each resource.
        sync_token: Where the next `sync-collection` report continues, "" if nothing is said.
        conditions: The names of the elements in an `error` around everything.
    """

    root: str = ""
    items: list[DavItem] = field(default_factory=list)
    sync_token: str = ""
    conditions: set[str] = field(default_factory=set)


class _Target:
    """Receives the elements from the parser."""

    def __init__(self) -> None:
        self._answer = DavAnswer()
        self._path: list[str] = []
        self._texts: list[str] = []
        self._elements = 0
        self._names: set[str] = set()
        self._item = DavItem()
        self._status: int | None = None
        self._found: dict[str, DavProperty] = {}

    def start_ns(self, _prefix: str, namespace: str) -> None:
        if len(namespace) > MAX_NAMESPACE_CHARACTERS:
            raise MalformedXml(f"a namespace has more than {MAX_NAMESPACE_CHARACTERS} characters")

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._path.append(tag)
        self._texts = []
        self._elements += 1
        if attributes or tag not in self._names:
            self._add_names(tag, attributes)
        if len(self._path) > MAX_DEPTH:
            raise MalformedXml(f"more than {MAX_DEPTH} elements are nested")
        if self._elements > MAX_ELEMENTS:
            raise MalformedXml(f"more than {MAX_ELEMENTS} elements")
        depth = len(self._path)
        if depth == 1:
            self._answer.root = tag
        elif depth == 2 and tag == RESPONSE:
            self._item = DavItem()
        elif depth == 3 and tag == PROPSTAT:
            self._status, self._found = None, {}
        elif depth == 5 and self._path[:4] == _PATH_OF_PROPERTY:
            self._found[tag] = DavProperty()

    def data(self, text: str) -> None:
        self._texts.append(text)

    def end(self, tag: str) -> None:
        text = "".join(self._texts)
        self._texts = []
        path, depth = self._path, len(self._path)
        if depth >= 5 and path[:4] == _PATH_OF_PROPERTY:
            self._end_in_property(tag, text, depth)
        elif path[:2] == [MULTISTATUS, RESPONSE]:
            self._end_in_response(tag, text, depth)
        elif path == [MULTISTATUS, SYNC_TOKEN]:
            self._answer.sync_token = _checked_token(text.strip())
        elif path[0] == ERROR and depth > 1:
            self._answer.conditions.add(tag)
        path.pop()

    def close(self) -> DavAnswer:
        return self._answer

    def _add_names(self, tag: str, attributes: Iterable[str]) -> None:
        self._names.update((tag, *attributes))
        if len(self._names) > MAX_NAMES:
            raise MalformedXml(f"more than {MAX_NAMES} names of elements and attributes")

    def _end_in_property(self, tag: str, text: str, depth: int) -> None:
        found = self._found[self._path[4]]
        if depth == 5:
            found.text = _checked_token(text) if tag in _TOKENS else text
            return
        found.names.add(tag)
        if tag == HREF:
            found.hrefs.append(text.strip())

    def _end_in_response(self, tag: str, text: str, depth: int) -> None:
        if depth == 2 and (self._item.href or self._item.properties):
            self._answer.items.append(self._item)
        elif depth == 3 and tag == HREF:
            self._item.href = text.strip()
        elif depth == 3 and tag == STATUS:
            self._item.status = _status(text)
        elif depth == 4 and tag == STATUS and self._path[2] == PROPSTAT:
            self._status = _status(text)
        elif depth == 3 and tag == PROPSTAT and (self._status is None or 200 <= self._status < 300):
            self._item.properties.update(self._found)


def parse_answer(body: bytes) -> DavAnswer:
    """Return the content of an XML answer.

    Raises:
        MalformedXml: It is no XML, has a document type, or is too deep or too large.
    """
    parser = DefusedXMLParser(target=_Target(), forbid_dtd=True)
    try:
        for start in range(0, len(body), _CHUNK_BYTES):
            parser.feed(body[start : start + _CHUNK_BYTES])
            if start - parser.parser.CurrentByteIndex > MAX_TAG_BYTES:
                raise MalformedXml(f"a tag has more than {MAX_TAG_BYTES} bytes")
        answer = parser.close()
    except DefusedXmlException as error:
        raise MalformedXml("it has a document type or entities, which are refused") from error
    except ParseError as error:
        raise MalformedXml(printable_excerpt(str(error))) from error
    except (LookupError, ValueError) as error:
        raise error if isinstance(error, MalformedXml) else MalformedXml("its encoding is unknown") from error
    if not isinstance(answer, DavAnswer):
        raise MalformedXml("it is empty")
    return answer


def _checked_token(token: str) -> str:
    if len(token) > MAX_TOKEN_CHARACTERS:
        raise MalformedXml(f"a token has more than {MAX_TOKEN_CHARACTERS} characters")
    return token


def _status(line: str) -> int | None:
    """Return the number of a status line (`HTTP/1.1 404 Not Found`), None if it has none of three digits."""
    match = _STATUS_LINE.match(line)
    return int(match[1]) if match else None
