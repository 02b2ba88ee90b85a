"""Phones with a browser: they get a form, and pages with keys for the next one."""

from collections.abc import Iterable
from urllib.parse import unquote, urlencode
from xml.etree import ElementTree as ET

from phones.simulated.phone import Line, Phone, Screen, encoded, joined, text_of


class Aastra(Phone):
    """Appends its parameter to the URL of the form; the links are items of the menu."""

    vendor = "aastra"
    entry = "input"

    def search_url(self, term: str) -> str:
        form = self.document(self.url("input"))
        assert form.tag == "AastraIPPhoneInputScreen"
        return joined(text_of(form, "URL"), f"{text_of(form, 'Parameter')}={encoded(term)}")

    def screen(self, document: ET.Element) -> Screen:
        assert document.tag == "AastraIPPhoneTextMenu"
        items = [(text_of(item, "Prompt"), text_of(item, "URI")) for item in document.iter("MenuItem")]
        links = {label: uri for label, uri in items if uri.startswith("http")}
        lines = [Line(name, uri.removeprefix("Dial:")) for name, uri in items if name not in links]
        return Screen(lines, list(links), links.get("Previous Page"), links.get("Next Page"))


class Cisco(Phone):
    """Opens the menu, then the form, and appends the parameter of its only field."""

    vendor = "cisco"
    entry = "menu"

    def search_url(self, term: str) -> str:
        (item,) = self.document(self.url("menu")).findall("MenuItem")
        form = self.document(text_of(item, "URL"))
        assert form.tag == "CiscoIPPhoneInput"
        (field,) = form.findall("InputItem")
        return joined(text_of(form, "URL"), f"{text_of(field, 'QueryStringParam')}={encoded(term)}")

    def screen(self, document: ET.Element) -> Screen:
        assert document.tag == "CiscoIPPhoneDirectory"
        keys = document.findall("SoftKeyItem")
        positions = [int(text_of(key, "Position")) for key in keys]
        assert positions == sorted(set(positions))
        links = {text_of(key, "Name"): text_of(key, "URL") for key in keys}
        lines = entries(document)
        return Screen(lines, list(links), links.get("PrevPage"), links.get("NextPage"))


class Fanvil(Phone):
    """Appends the parameter of the only field of the form."""

    vendor = "fanvil"
    entry = "input"

    def search_url(self, term: str) -> str:
        form = self.document(self.url("input"))
        (field,) = form.findall("InputField")
        return joined(text_of(form, "URL"), f"{text_of(field, 'Parameter')}={encoded(term)}")

    def screen(self, document: ET.Element) -> Screen:
        assert document.tag == "FanvilIPPhoneDirectory"
        links = {text_of(key, "Name"): text_of(key, "URI") for key in document.iter("SoftKey")}
        lines = [Line(text_of(item, "Prompt"), text_of(item, "URI")) for item in document.iter("MenuItem")]
        return Screen(lines, list(links), links.get("PrevPage"), links.get("NextPage"))


class Polycom(Phone):
    """Submits a form as browsers do: its fields replace the query of its action."""

    vendor = "polycom"
    entry = "input"
    content_type = "text/html; charset=utf-8"

    def search_url(self, term: str) -> str:
        (form,) = self.document(self.url("input")).iter("form")
        fields = {field.attrib["name"]: field.get("value", "") for field in form.iter("input")}
        action = form.attrib["action"].partition("?")[0]
        return f"{action}?{urlencode({**fields, 'term': term})}"

    def screen(self, document: ET.Element) -> Screen:
        (listed,) = document.iter("ol")
        anchors = list(listed.iter("a"))
        links = {a.attrib["title"]: a.attrib["href"] for a in anchors if "title" in a.attrib}
        lines = [_polycom_line(item) for item in listed.iter("li") if (item.text or "") != "["]
        return Screen(lines, list(links), links.get("Previous"), links.get("Next"))


class Snom(Phone):
    """Replaces the token in the URL of the form."""

    vendor = "snom"
    entry = "input"

    def search_url(self, term: str) -> str:
        form = self.document(self.url("input"))
        (field,) = form.findall("InputItem")
        token = text_of(field, "InputToken")
        assert token in text_of(form, "Url")
        return text_of(form, "Url").replace(token, encoded(term))

    def screen(self, document: ET.Element) -> Screen:
        assert document.tag == "SnomIPPhoneMenu"
        links = {text_of(key, "Name"): text_of(key, "URL") for key in document.iter("SoftKeyItem")}
        labels = [text_of(key, "Label") for key in document.iter("SoftKeyItem")]
        lines = [_snom_line(item) for item in document.iter("MenuItem")]
        return Screen(lines, labels, links.get("F2"), links.get("F4"))


class Unify(Phone):
    """Sends the fields of its application as a form; the answer to a selected line dials."""

    vendor = "unify"
    entry = "input"

    def search_url(self, term: str) -> str:
        (field,) = self.document(self.url("input")).iter("IppTextBox")
        return joined(text_of(field, "Url"), urlencode({field.attrib["Key"]: term}))

    def screen(self, document: ET.Element) -> Screen:
        (screen,) = document.iter("IppScreen")
        (listed,) = screen.iter("IppList")
        options = listed.findall("Option")
        assert listed.attrib["Count"] == str(len(options))
        commands = screen.findall("IppCommand")
        assert screen.attrib["CommandCount"] == str(len(commands))
        links = {text_of(key, "Label"): key.findtext("Url") for key in commands}
        self._dial_url = text_of(listed, "Url")
        lines = [Line(text_of(option, "OptionText"), option.attrib["Value"]) for option in options]
        return Screen(lines, list(links), links.get("PrevPage"), links.get("NextPage"))

    def dial(self, line: Line) -> str:
        document = self.document(joined(self._dial_url, urlencode({"dial": line.number})))
        (action,) = document.iter("IppAction")
        assert action.attrib["Type"] == "MAKECALL"
        return text_of(action, "Number")


def entries(document: ET.Element, names: Iterable[str] = ("Name", "Telephone")) -> list[Line]:
    """Return the lines of a list of `DirectoryEntry`."""
    return [Line(*(text_of(entry, name) for name in names)) for entry in document.iter("DirectoryEntry")]


def _polycom_line(item: ET.Element) -> Line:
    link = item.find("a")
    if link is None:
        return Line(item.text or "", "")
    scheme, number = link.attrib["href"].split("//", 1)
    assert scheme == "tel:"
    return Line(link.text or "", unquote(number))


def _snom_line(item: ET.Element) -> Line:
    url = item.findtext("Url")
    if url is None:
        return Line(item.attrib["name"], "")
    scheme, number = url.split("numberdial=", 1)
    assert scheme == "snom://mb_nop#"
    assert text_of(item, "ExtraText") == unquote(number)
    return Line(item.attrib["name"], unquote(number))
