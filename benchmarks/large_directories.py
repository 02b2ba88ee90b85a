"""Large directories as servers answer them: bytes that are prepared, except for the people who have changed."""

import csv
import json
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PAGE = 1000
"""Number of items of a page of a list."""

_NAMESPACES = (
    b'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav" xmlns:CS="http://calendarserver.org/ns/"'
)
_HREF = re.compile(rb"<href>/book/(\d+)\.vcf</href>")
_SYNC_TOKEN = re.compile(rb"<sync-token>(\d*)</sync-token>")


@dataclass(frozen=True)
class Asked:
    """A request: its method, `Depth`, query and body."""

    method: str
    depth: int
    query: Mapping[str, str]
    body: bytes


class LargeDirectory(ABC):
    """A directory whose `version` increases with each look; every time, the same people change."""

    status = 200
    content_type = "application/json"
    has_reports = True

    def __init__(self, file: str, changes: int) -> None:
        """Prepare the people of a CSV file, of whom so many change at a time."""
        with Path(file).open(newline="", encoding="utf-8") as opened:
            self.people = list(csv.DictReader(opened))
        self.changing = range(0, len(self.people), len(self.people) // changes)
        self.version = 1
        self._parts = [self.part(number, 1) for number in range(len(self.people))]

    def answer(self, asked: Asked) -> bytes:
        """Return the body of the answer."""
        self.version += self.is_look(asked)
        return self.body(asked)

    def parts(self, numbers: range) -> list[bytes]:
        """Return the parts of these people in an answer."""
        return [
            self.part(number, self.version) if number in self.changing else self._parts[number]
            for number in numbers
        ]

    def person(self, number: int, version: int) -> Mapping[str, str]:
        """Return a person; those who change have a new name in each version."""
        person = self.people[number]
        return person if version == 1 else {**person, "lastname": f"Changed {version}"}

    def stop_reports(self) -> None:
        """Report no changes from now on."""
        self.has_reports = False

    @abstractmethod
    def is_look(self, asked: Asked) -> bool:
        """Return True if a request begins to look for changes."""

    @abstractmethod
    def body(self, asked: Asked) -> bytes:
        """Return the body of an answer."""

    @abstractmethod
    def part(self, number: int, version: int) -> bytes:
        """Return what a list says about a person."""


class WholeList(LargeDirectory):
    """A list of JSON objects, in pages."""

    def is_look(self, asked: Asked) -> bool:
        """Return True for the first page."""
        return asked.query["page"] == "0"

    def body(self, asked: Asked) -> bytes:
        """Return a page."""
        return self.page(range(len(self.people)), int(asked.query["page"]))

    def page(self, numbers: range, page: int) -> bytes:
        """Return a page of a list of these people."""
        items = b",".join(self.parts(numbers[page * PAGE : (page + 1) * PAGE]))
        return b'{"total":%d,"items":[%b]}' % (len(numbers), items)

    def part(self, number: int, version: int) -> bytes:
        """Return the object of a person."""
        return json.dumps({**self.person(number, version), "changed": version}).encode()


class ChangedList(WholeList):
    """A list of JSON objects; `since` selects those that have changed."""

    def body(self, asked: Asked) -> bytes:
        """Return a page of everything, or of what has changed."""
        numbers = range(len(self.people)) if asked.query["since"] == "0" else self.changing
        return self.page(numbers, int(asked.query["page"]))


class AddressBook(LargeDirectory):
    """An address book on a CardDAV server that reports changes (RFC 6578), until it only has a CTag."""

    status = 207
    content_type = "text/xml; charset=utf-8"

    def is_look(self, asked: Asked) -> bool:
        """Return True for the properties of the book."""
        return asked.method == "PROPFIND" and asked.depth == 0

    def body(self, asked: Asked) -> bytes:
        """Return the properties of the book, cards, or the ETags of all cards or of those that have changed."""
        if asked.method == "PROPFIND":
            cards = range(len(self.people)) if asked.depth else range(0)
            return _multistatus(self._properties(), *self.parts(cards))
        if b"addressbook-multiget" in asked.body:
            return _multistatus(*(self._card(int(number)) for number in _HREF.findall(asked.body)))
        since = _SYNC_TOKEN.findall(asked.body)[0]
        parts = self.parts(self.changing if since else range(len(self.people)))
        return _multistatus(*parts, self._sync_token())

    def part(self, number: int, version: int) -> bytes:
        """Return the ETag of a card."""
        return _response(number, b'<getetag>"%d"</getetag><resourcetype/>' % version)

    def _properties(self) -> bytes:
        reports = b"<report><sync-collection/></report>" if self.has_reports else b""
        return (
            b"<response><href>/book/</href><propstat><prop><resourcetype><collection/><C:addressbook/></resourcetype>"
            b"<supported-report-set><report><C:addressbook-multiget/></report>%b</supported-report-set>%b<CS:getctag>%d</CS:getctag></prop>"
            b"<status>HTTP/1.1 200 OK</status></propstat></response>"
        ) % (reports, self._sync_token(), self.version)

    def _sync_token(self) -> bytes:
        return b"<sync-token>%d</sync-token>" % self.version if self.has_reports else b""

    def _card(self, number: int) -> bytes:
        version = self.version if number in self.changing else 1
        person = self.person(number, version)
        card = (
            "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{email}\r\nFN:{firstname} {lastname}\r\nN:{lastname};{firstname};;;\r\n"
            "TEL;TYPE=WORK:{number}\r\nTEL;TYPE=CELL:{mobile}\r\nORG:{organisation}\r\nEMAIL:{email}\r\nEND:VCARD\r\n"
        ).format_map(person)
        data = b'<getetag>"%d"</getetag><C:address-data>%b</C:address-data>' % (version, card.encode())
        return _response(number, data)


def _multistatus(*responses: bytes) -> bytes:
    return b'<?xml version="1.0"?><multistatus %b>%b</multistatus>' % (_NAMESPACES, b"".join(responses))


def _response(number: int, properties: bytes) -> bytes:
    return (
        b"<response><href>/book/%d.vcf</href><propstat><prop>%b</prop>"
        b"<status>HTTP/1.1 200 OK</status></propstat></response>"
    ) % (number, properties)
