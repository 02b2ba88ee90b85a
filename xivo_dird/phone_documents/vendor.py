"""What a vendor declares: its documents and their limits."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from xivo_dird.phone_documents.queries import Asked, PhoneLookupQuery
from xivo_dird.phones.dialled_number import PlusRule
from xivo_dird.phones.model import PageRange, PhoneContact, PhoneLine
from xivo_dird.phones.templates import XML_PROLOG, PhoneTemplate
from xivo_dird.phones.texts import cut, one_line
from xivo_dird.view import TextResponse


class XmlDocument(TextResponse):
    """An XML document."""

    content_type: ClassVar[str] = "text/xml; charset=utf-8"


class HtmlDocument(TextResponse):
    """An XHTML page."""

    content_type: ClassVar[str] = "text/html; charset=utf-8"


@dataclass(frozen=True, kw_only=True)
class VendorDocuments:
    """The documents of a vendor's phones.

    Attributes:
        key: The last segment of the paths.
        template: The file of the template. Each block is a document: `menu`, `input`, `lookup`, `reverse`. A document
            without a block has no route. The block `error` is sent in place of an error; without it, errors are
            those of the API.
        max_items: The maximum number of items of a lookup, whatever the phone asks for.
        page_size: The number of items of a lookup without a `limit`; None: `max_items`.
        max_bytes: The maximum size of the document of a lookup; a page that is larger has fewer items. None: any.
        groups_numbers: Whether an item is a contact with its numbers; otherwise each number is an item.
        max_name_characters: The maximum length of a name, and of its parts.
        forbidden_in_names: Characters that a name must not have, even escaped; they become blanks.
        plus: What happens to the `+` of a number; None: as configured.
        query: The query parameters of a lookup.
        document: The type of the documents.
        prolog: What each document begins with.
        lookup_files: Names of files below the paths of the lookup; phones that are given such a path add one of them.
        further_lookup_paths: Further paths of the lookup, with `<profile>` and maybe `<id:user_uuid>`.
    """

    key: str
    template: Path
    max_items: int
    page_size: int | None = None
    max_bytes: int | None = None
    groups_numbers: bool = False
    max_name_characters: int = 256
    forbidden_in_names: str = ""
    plus: PlusRule | None = None
    query: type[PhoneLookupQuery] = PhoneLookupQuery
    document: type[XmlDocument | HtmlDocument] = XmlDocument
    prolog: str = XML_PROLOG
    lookup_files: tuple[str, ...] = ()
    further_lookup_paths: tuple[str, ...] = ()

    @cached_property
    def documents(self) -> PhoneTemplate:
        """The compiled template."""
        return PhoneTemplate(self.template, self.prolog)

    @property
    def shows_that_a_list_goes_on(self) -> bool:
        """Return whether the document of a lookup has a link to the next page, or says how long the whole list is."""
        return not self.documents.values.isdisjoint({"next", "page"})

    def shown(self, item: PhoneContact | PhoneLine) -> PhoneContact | PhoneLine:
        """Return an item with a name that the phone accepts."""
        names = item.name, item.first_name, item.last_name
        has_usual_length = max(map(len, names)) <= self.max_name_characters
        if has_usual_length and not self.forbidden_in_names:
            return item
        name, first_name, last_name = map(self._accepted, names)
        name = name or _number_of(item)
        if not (first_name or last_name):
            first_name = name
        return item._replace(name=name, first_name=first_name, last_name=last_name)

    def _accepted(self, name: str) -> str:
        return cut(one_line(name.translate(self._replaced)), self.max_name_characters)

    @cached_property
    def _replaced(self) -> dict[int, str]:
        return dict.fromkeys(map(ord, self.forbidden_in_names), " ")

    def range_of(self, asked: Asked, total: int) -> PageRange:
        """Return the part of a list that the document of a request shows."""
        limit = asked.limit or self.page_size or self.max_items
        return PageRange(asked.offset, min(limit, self.max_items), total)

    def smaller_page(self, page: PageRange, size: int) -> PageRange | None:
        """Return the page to show in place of one with a document of `size` bytes, None if that fits."""
        shown = page.last - page.offset
        if self.max_bytes is None or size <= self.max_bytes or shown <= 1:
            return None
        return page._replace(limit=max(1, shown * self.max_bytes // size))


def _number_of(item: PhoneContact | PhoneLine) -> str:
    if isinstance(item, PhoneLine):
        return item.number
    return item.numbers[0].number if item.numbers else ""
