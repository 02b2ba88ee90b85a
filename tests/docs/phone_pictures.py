"""Draws what a phone of each vendor shows, from the documents in tests/phones/golden, into docs/pictures.

`make docs` runs this module. The drawings have no fonts, styles or scripts of their own.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "phones" / "golden"
PICTURES = ROOT / "docs" / "pictures"

WIDTH, ROW, MARGIN, GAP = 300, 24, 10, 16
"""The width of a screen, the height of a row, the space beside a text and between two screens, in pixels."""
MAX_ROW_CHARACTERS = 38
TEXT, FAINT, LINE, BAR, SELECTED, PAPER = "#1c2430", "#566070", "#8a94a6", "#e4e9f0", "#d7e6f8", "#ffffff"


class Shape(NamedTuple):
    """Where the texts are in the documents of a vendor: paths of elements, `@` and the name of an attribute.

    Attributes:
        item: An item of the list.
        names: The parts of its name, in the order of the phone.
        numbers: Its numbers, each on a row.
        keys: The labels of soft keys.
    """

    item: str
    names: Sequence[str]
    numbers: Sequence[str]
    keys: str = ""


ENTRIES = Shape("DirectoryEntry", ["Name"], ["Telephone"])
SHAPES = {
    "aastra": Shape("MenuItem", ["Prompt"], ["URI"]),
    "cisco": ENTRIES._replace(keys="SoftKeyItem/Name"),
    "fanvil": Shape("MenuItem", ["Prompt"], ["URI"], "SoftKey/Name"),
    "fanvil-v2": ENTRIES._replace(numbers=["Telephone", "Mobile", "Other"]),
    "gigaset": Shape("entry", ["ln", "fn"], ["hm"]),
    "grandstream": Shape("Contact", ["FirstName", "LastName"], ["Phone/phonenumber"]),
    "htek": ENTRIES,
    "panasonic": Shape("Personnel", ["Name"], ["PhoneNums/PhoneNum"]),
    "polycom": Shape("li", [""], ["a@href"]),
    "snom": Shape("MenuItem", ["@name"], ["ExtraText"], "SoftKeyItem/Label"),
    "thomson": ENTRIES,
    "thomson-tb30": ENTRIES._replace(item="*", numbers=["Telephone", "URL"]),
    "unify": Shape("Option", ["OptionText"], ["@Value"], "IppCommand/Label"),
    "yealink": ENTRIES._replace(item="*", numbers=["Telephone", "URL"]),
}
"""The vendors that have a picture."""

MENUS = {"yealink"}
"""The vendors whose picture begins with their menu."""

ERRORS = "errors"
"""The name of the picture of an error."""

ERROR_VENDORS = ("cisco", "thomson")
"""The vendors in the picture of an error: one with an object for texts, and one that shows a line of a list."""


class Screen(NamedTuple):
    """What a phone shows of a document: the texts of its bar, rows of a name and a number, the labels of soft keys."""

    title: str
    position: str
    rows: list[tuple[str, str]]
    keys: list[str]


def draw_all() -> None:
    """Write all pictures."""
    PICTURES.mkdir(exist_ok=True)
    for vendor in SHAPES:
        picture_file(vendor).write_bytes(picture_of(vendor))
    picture_file(ERRORS).write_bytes(picture_of_errors())


def picture_file(vendor: str) -> Path:
    """Return the file of a picture."""
    return PICTURES / f"{vendor}.svg"


def picture_of(vendor: str) -> bytes:
    """Return the picture: a menu, the result of a lookup, and a later page if such a page has links."""
    menu = [screen_of(vendor, "menu")] if vendor in MENUS else []
    result, later = (screen_of(vendor, name) for name in ("lookup", "next"))
    return _drawn(vendor, [*menu, result, *([later] if _has_links(later) else [])])


def picture_of_errors() -> bytes:
    """Return the picture of an error on phones of `ERROR_VENDORS`, side by side."""
    return _drawn(ERRORS, [_error_screen(vendor) for vendor in ERROR_VENDORS])


def _error_screen(vendor: str) -> Screen:
    document = ElementTree.parse(GOLDEN / f"{vendor}-error.xml").getroot()
    texts = [*_texts(document, ".//Text"), *_texts(document, ".//Name")]
    return Screen([*_texts(document, ".//Title"), ""][0], "", [(text, "") for text in texts], [])


def screen_of(vendor: str, name: str) -> Screen:
    """Return the screen of a golden file."""
    document = ElementTree.parse(GOLDEN / f"{vendor}-{name}.xml").getroot()
    shape = SHAPES[vendor]
    titles = [*_texts(document, ".//Title"), *_texts(document, ".//title"), ""]
    positions = [*_texts(document, ".//Prompt"), ""] if vendor == "cisco" else [""]
    rows = [
        row for item in document.iterfind(_any_namespace(f".//{shape.item}")) for row in _rows(item, shape)
    ]
    keys = _texts(document, f".//{shape.keys}") if shape.keys else []
    return Screen(titles[0], positions[0], rows, keys)


def _rows(item: Element, shape: Shape) -> Iterator[tuple[str, str]]:
    """Yield the name of an item with its first number, then a row for each further number."""
    name = " ".join(text for path in shape.names for text in _texts(item, path))
    for number in (text for path in shape.numbers for text in _texts(item, path)):
        yield name, "" if number.startswith("http") else _dialled(number)
        name = ""


def _dialled(number: str) -> str:
    return unquote(number.removeprefix("Dial:").removeprefix("tel://"))


def _has_links(screen: Screen) -> bool:
    return bool(screen.keys) or any(not number for _, number in screen.rows)


def _texts(element: Element, path: str) -> list[str]:
    """Return the texts at a path that are not empty."""
    path, _, attribute = path.partition("@")
    found = element.iterfind(_any_namespace(path)) if path else iter([element])
    texts = (each.get(attribute, "") if attribute else "".join(each.itertext()) for each in found)
    return [text for text in texts if text]


def _any_namespace(path: str) -> str:
    return "/".join(step if step in {"", "."} else f"{{*}}{step}" for step in path.split("/"))


def _drawn(vendor: str, screens: Sequence[Screen]) -> bytes:
    """Return an SVG image of screens side by side."""
    height = ROW * max(bool(screen.title) + len(screen.rows) + bool(screen.keys) for screen in screens)
    width = len(screens) * (WIDTH + GAP) - GAP
    image = Element(
        "svg",
        {"xmlns": "http://www.w3.org/2000/svg", "width": str(width + 2), "height": str(height + 2)}
        | {"viewBox": f"-1 -1 {width + 2} {height + 2}", "role": "img"}
        | {"font-family": "sans-serif", "font-size": "13", "fill": TEXT},
    )
    SubElement(image, "title").text = f"What a phone shows: {vendor}"
    for number, screen in enumerate(screens):
        _draw_screen(image, screen, number * (WIDTH + GAP), height)
    ElementTree.indent(image)
    return ElementTree.tostring(image, encoding="unicode").encode() + b"\n"


def _draw_screen(image: Element, screen: Screen, left: int, height: int) -> None:
    _box(image, left, 0, height, {"fill": PAPER, "stroke": LINE})
    first_row = int(bool(screen.title))
    if screen.title:
        _box(image, left, 0, ROW, {"fill": BAR, "stroke": LINE})
        _text(image, left + MARGIN, 0, screen.title, {"font-weight": "bold"})
        _text(image, left + WIDTH - MARGIN, 0, screen.position, {"text-anchor": "end", "fill": FAINT})
    _box(image, left, first_row * ROW, ROW, {"fill": SELECTED, "stroke": LINE})
    for row, (name, number) in enumerate(screen.rows, start=first_row):
        room = MAX_ROW_CHARACTERS - len(number)
        shown = name if len(name) <= room else name[: room - 1] + "…"
        _text(image, left + MARGIN, row * ROW, shown)
        _text(image, left + WIDTH - MARGIN, row * ROW, number, {"text-anchor": "end", "fill": FAINT})
    if screen.keys:
        _draw_keys(image, screen.keys, left, height - ROW)


def _draw_keys(image: Element, labels: Sequence[str], left: int, top: int) -> None:
    """Draw the row of soft keys."""
    _box(image, left, top, ROW, {"fill": BAR, "stroke": LINE})
    for position, label in enumerate(labels):
        middle = left + WIDTH * (2 * position + 1) // (2 * len(labels))
        _text(image, middle, top, label, {"text-anchor": "middle", "font-size": "12"})


def _box(image: Element, left: int, top: int, height: int, look: dict[str, str]) -> None:
    place = {"x": str(left), "y": str(top), "width": str(WIDTH), "height": str(height)}
    SubElement(image, "rect", place | look)


def _text(image: Element, left: int, top: int, text: str, look: dict[str, str] | None = None) -> None:
    if text:
        SubElement(image, "text", {"x": str(left), "y": str(top + 17)} | (look or {})).text = text


if __name__ == "__main__":
    draw_all()
