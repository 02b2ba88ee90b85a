"""Phones with a remote phonebook: one URL, into which they write the typed text."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from phones.simulated.browsers import entries
from phones.simulated.phone import Line, Phone, Screen, encoded, joined, text_of


class ReplacedSearch(Phone):
    """Replaces `#SEARCH` in its URL."""

    def search_url(self, term: str) -> str:
        return joined(self.url("lookup"), "term=#SEARCH").replace("#SEARCH", encoded(term))


class Yealink(ReplacedSearch):
    """A remote phonebook; without a typed text, the phone downloads it."""

    vendor = "yealink"

    def screen(self, document: ET.Element) -> Screen:
        assert document.tag == "YealinkIPPhoneDirectory"
        return Screen(entries(document))

    def menu(self) -> dict[str, str]:
        """Return the URL of each phonebook of the menu, by its name."""
        document = self.document(self.url("menu"))
        assert document.tag == "YealinkIPPhoneMenu"
        return {text_of(item, "Name"): text_of(item, "URL") for item in document.findall("MenuItem")}

    def search(self, url: str, term: str) -> list[Line]:
        """Open a phonebook of the menu, and type a text."""
        assert url.endswith("&term=#SEARCH")
        return self.open(url.replace("#SEARCH", encoded(term))).lines


class Thomson(ReplacedSearch):
    """Numbers have a prefix."""

    vendor = "thomson"

    def screen(self, document: ET.Element) -> Screen:
        assert document.tag == "ThomsonPhoneBook"
        return Screen([Line(name, number.removeprefix("Dial:")) for name, number in entries(document)])


class ThomsonTb30(ReplacedSearch):
    """Entries of the list lead to its other pages."""

    vendor = "thomson-tb30"

    def screen(self, document: ET.Element) -> Screen:
        assert document.tag == "PhoneBook"
        links = {text_of(item, "Name"): text_of(item, "URL") for item in document.findall("MenuItem")}
        return Screen(entries(document), list(links), links.get("Previous Page"), links.get("Next Page"))


class AppendedSearch(Phone):
    """Appends the typed text to its URL, which ends with `term=`."""

    def search_url(self, term: str) -> str:
        return joined(self.url("lookup"), "term=") + encoded(term)


class FanvilV2(AppendedSearch):
    """Entries with up to three numbers."""

    vendor = "fanvil-v2"

    def screen(self, document: ET.Element) -> Screen:
        assert document.tag == "PhoneBook"
        return Screen([line for entry in document.findall("DirectoryEntry") for line in _fanvil_lines(entry)])


class Htek(AppendedSearch):
    """A plain phonebook."""

    vendor = "htek"

    def screen(self, document: ET.Element) -> Screen:
        assert document.tag == "PhoneDirectory"
        return Screen(entries(document))


class Panasonic(AppendedSearch):
    """Contacts with their numbers, in a namespace."""

    vendor = "panasonic"
    namespace = "{http://panasonic/sip_phone}"

    def screen(self, document: ET.Element) -> Screen:
        ns = self.namespace
        assert document.tag == f"{ns}ppxml"
        people = list(document.iter(f"{ns}Personnel"))
        assert [person.attrib["id"] for person in people] == [str(n + 1) for n in range(len(people))]
        return Screen([line for person in people for line in _panasonic_lines(person, ns)])


class Gigaset(Phone):
    """Asks for its pages itself, by number of line; searches the name of a caller with the same URL."""

    vendor = "gigaset"
    count = 10

    def url(self, step: str, **query: object) -> str:
        url = self.root + "/0.1/directories/lookup/{profile}/gigaset/{user}?".format(**self._names)
        return url + "&".join(f"{name}={encoded(str(value))}" for name, value in query.items())

    def page_url(self, term: str, first: int) -> str:
        """Return the URL of the page that begins with a line, counted from 1."""
        fixed = {"command": "get_list", "type": "pb", "reqid": "7"}
        return self.url("lookup", **fixed, set_first=f"{term}*", first=first, count=self.count)

    def search_url(self, term: str) -> str:
        return self.page_url(term, 1)

    def pages(self, term: str) -> Iterator[Screen]:
        first = 1
        while True:
            screen = self.open(self.page_url(term, first))
            yield screen
            first += len(screen.lines)
            if not screen.lines or first > (screen.total or 0):
                return

    def screen(self, document: ET.Element) -> Screen:
        assert (document.tag, document.attrib["response"]) == ("list", "get_list")
        assert document.attrib["type"] == "pb"
        listed = document.findall("entry")
        first, last = int(document.attrib["first"]), int(document.attrib["last"])
        assert [int(entry.attrib["id"]) for entry in listed] == list(range(first, last + 1))
        return Screen([_gigaset_line(entry) for entry in listed], total=int(document.attrib["total"]))

    def names_of(self, number: str) -> list[str]:
        """Return the names that the phone shows for a caller."""
        document = self.document(self.url("lookup", command="get_list", type="pb", hm=number))
        if document.get("notfound") == "hm":
            return []
        return [name for name, _ in self.screen(document).lines]


class Grandstream(Phone):
    """Downloads one file, and searches in it."""

    vendor = "grandstream"
    file = "phonebook.xml"

    def search_url(self, term: str) -> str:
        path, mark, query = self.url("lookup").partition("?")
        return f"{path}/{self.file}{mark}{query}"

    def screen(self, document: ET.Element) -> Screen:
        assert document.tag == "AddressBook"
        return Screen([line for item in document.findall("Contact") for line in _grandstream_lines(item)])


def _fanvil_lines(entry: ET.Element) -> list[Line]:
    name, telephone = text_of(entry, "Name"), text_of(entry, "Telephone")
    others = (entry.findtext(number) for number in ("Mobile", "Other"))
    return [Line(name, telephone), *(Line(name, number) for number in others if number)]


def _panasonic_lines(person: ET.Element, ns: str) -> list[Line]:
    numbers = [number.text or "" for number in person.iter(f"{ns}PhoneNum")]
    assert numbers
    return [Line(text_of(person, f"{ns}Name"), number) for number in numbers]


def _gigaset_line(entry: ET.Element) -> Line:
    name = f"{text_of(entry, 'fn')} {text_of(entry, 'ln')}".strip()
    return Line(name, text_of(entry, "hm"))


def _grandstream_lines(contact: ET.Element) -> list[Line]:
    name = f"{text_of(contact, 'FirstName')} {text_of(contact, 'LastName')}".strip()
    assert name
    numbers = [text_of(phone, "phonenumber") for phone in contact.findall("Phone")]
    assert numbers
    return [Line(name, number) for number in numbers]
