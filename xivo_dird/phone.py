"""PUBLIC: the module that authors of views for desk phones import.

A vendor is one declaration, a `PhoneVendor`, and one template with a block per document. The declaration is itself the
view: name it in the entry-point group `xivo_dird.views`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, ClassVar, NamedTuple

from pydantic import Field

from xivo_dird.http.public_url import proxy_url, public_root
from xivo_dird.phones.dialled_number import PlusRule
from xivo_dird.phones.languages import labels, language_of
from xivo_dird.phones.links import PhoneLinks
from xivo_dird.phones.model import PageRange, PhoneContact, PhoneDirectory, PhoneLine, PhoneNumber
from xivo_dird.phones.templates import XML_PROLOG, PhoneTemplate
from xivo_dird.phones.texts import cut, one_line
from xivo_dird.view import (
    Caller,
    ErrorFamily,
    Header,
    NaturalNumber,
    Query,
    Resource,
    Routes,
    Services,
    TextResponse,
    operation,
)

__all__ = [
    "Asked",
    "HtmlDocument",
    "NaturalNumber",
    "PhoneContact",
    "PhoneLine",
    "PhoneLookupQuery",
    "PhoneNumber",
    "PhoneQuery",
    "PhoneVendor",
    "XmlDocument",
]

AcceptLanguage = Annotated[str, Header("Accept-Language")]

_PATHS = (
    "/directories/{step}/<profile>/<user_uuid>/{key}",
    "/directories/{step}/<profile>/{key}",
    "/{key}/directories/{step}/<profile>",
)
"""The paths of a document: of a user, of a gateway that names the user in the query, and its successor."""

MAX_TERM_CHARACTERS = 256

_ACL = "dird.directories.{step}.{{profile}}.{{user_uuid}}.read"


class XmlDocument(TextResponse):
    """An XML document."""

    content_type: ClassVar[str] = "text/xml; charset=utf-8"


class HtmlDocument(TextResponse):
    """An XHTML page."""

    content_type: ClassVar[str] = "text/html; charset=utf-8"


class Asked(NamedTuple):
    """What a phone asks for.

    Attributes:
        term: The text to look for; an empty one matches all contacts.
        limit: The maximum number of items, None or 0 for the default of the vendor.
        offset: The number of items before the first one.
        exten: The number to look for instead of the term, None for a search.
    """

    term: str
    limit: int | None = None
    offset: int = 0
    exten: str | None = None


class PhoneQuery(Query):
    """The query parameters of every document."""

    has_parsing_errors = True

    xivo_user_uuid: Annotated[str, Field(description="The user, in paths that do not name it.")] = ""


class PhoneLookupQuery(PhoneQuery):
    """The query parameters of a lookup; a vendor whose phones send others has a subclass."""

    term: Annotated[
        str,
        Field(
            max_length=MAX_TERM_CHARACTERS,
            description="The text to look for; an empty one matches all contacts.",
        ),
    ]
    limit: NaturalNumber | None = None
    offset: NaturalNumber = 0

    def asked(self) -> Asked:
        """Return what the phone asks for."""
        return Asked(self.term, self.limit, self.offset)


class PhoneReverseQuery(PhoneQuery):
    """The query parameters of a reverse lookup."""

    exten: Annotated[str, Field(description="The number of the caller.")]


@dataclass(frozen=True, kw_only=True)
class PhoneVendor:
    """The documents of a vendor's phones, and the view that serves them.

    Attributes:
        key: The last segment of the paths.
        template: The file of the template. Each block is a document: `menu`, `input`, `lookup`, `reverse`. A document
            without a block has no route.
        max_items: The maximum number of items of a lookup, whatever the phone asks for.
        page_size: The number of items of a lookup without a `limit`; None: `max_items`.
        max_bytes: The maximum size of the document of a lookup; a page that is larger has fewer items. None: any.
        groups_numbers: Whether an item is a contact with its numbers; otherwise each number is an item.
        max_name_characters: The maximum length of a name.
        forbidden_in_names: Characters that a name must not have, even escaped; they become blanks.
        plus: What happens to the `+` of a number; None: as configured.
        query: The query parameters of a lookup.
        document: The type of the documents.
        prolog: What each document begins with.
        further_lookup_paths: Further paths of the lookup, with `<profile>` and maybe `<user_uuid>`.
    """

    key: str
    template: Path
    max_items: int
    page_size: int | None = None
    max_bytes: int | None = None
    groups_numbers: bool = False
    max_name_characters: int | None = None
    forbidden_in_names: str = ""
    plus: PlusRule | None = None
    query: type[PhoneLookupQuery] = PhoneLookupQuery
    document: type[XmlDocument | HtmlDocument] = XmlDocument
    prolog: str = XML_PROLOG
    further_lookup_paths: tuple[str, ...] = ()

    def __call__(self, routes: Routes, services: Services) -> None:
        """Add the documents."""
        resources = {
            "menu": _step_resource(self, services, "menu"),
            "input": _step_resource(self, services, "input"),
            "lookup": _lookup_resource(self, services),
            "reverse": _reverse_resource(self, services),
        }
        for step in self.documents.steps & resources.keys():
            further_paths = self.further_lookup_paths if step == "lookup" else ()
            for path in (*_PATHS, *further_paths):
                routes.add(path.format(step=step, key=self.key), resources[step])

    @cached_property
    def documents(self) -> PhoneTemplate:
        """The compiled template."""
        return PhoneTemplate(self.template, self.prolog)

    def shown(self, item: PhoneContact | PhoneLine) -> PhoneContact | PhoneLine:
        """Return an item with a name that the phone accepts."""
        blanks = " " * len(self.forbidden_in_names)
        name = one_line(item.name.translate(str.maketrans(self.forbidden_in_names, blanks)))
        if self.max_name_characters is not None:
            name = cut(name, self.max_name_characters)
        return item._replace(name=name or _number_of(item))

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


class PhoneResource(Resource):
    """A document of a vendor."""

    error_family = ErrorFamily.LEGACY
    has_configured_access = True

    def __init__(self, services: Services, vendor: PhoneVendor) -> None:
        """Initialize with the services and the vendor."""
        super().__init__(services)
        self._vendor = vendor

    def render(
        self,
        step: str,
        links: PhoneLinks,
        language: str,
        values: Mapping[str, object],
    ) -> str:
        """Return the text of a document; `language` is the header `Accept-Language`."""
        translate = labels(language_of(language, self.services.phones.settings.default_language))
        return self._vendor.documents.render(step, {"_": translate, "links": links, **values})

    def links(self, query: PhoneQuery, path: Mapping[str, str]) -> PhoneLinks:
        """Return the links for the current request."""
        named = path.get("user_uuid")
        user_uuid = named or query.xivo_user_uuid
        return PhoneLinks(
            public_root, proxy_url, self._vendor.key, path["profile"], user_uuid, named is not None
        )


def _step_resource(vendor: PhoneVendor, services: Services, step: str) -> PhoneResource:
    class PhoneStepResource(PhoneResource):
        """The menu, or the form for the search."""

        @operation(f"Get the {step} of a phone", acl=_ACL.format(step=step), errors=(400, 403, 404))
        def get(
            self, caller: Caller, query: PhoneQuery, language: AcceptLanguage, **path: str
        ) -> XmlDocument | HtmlDocument:
            """Return the document."""
            links = self.links(query, path)
            profile = self.services.phones.find_profile(caller.for_user(links.user_uuid), links.profile)
            return vendor.document(self.render(step, links, language, {"profile": profile.name}))

    return PhoneStepResource(services, vendor)


def _lookup_resource(vendor: PhoneVendor, services: Services) -> PhoneResource:
    class PhoneLookupResource(PhoneResource):
        """The result of a search."""

        @operation(
            "Find people by text, for a phone",
            acl=_ACL.format(step="lookup"),
            errors=(400, 403, 404),
            query=vendor.query,
        )
        def get(
            self, caller: Caller, query: PhoneLookupQuery, language: AcceptLanguage, **path: str
        ) -> XmlDocument | HtmlDocument:
            """Return the contacts that match the term, and have a number."""
            links, asked = self.links(query, path), query.asked()
            found = _found(self.services, vendor, caller.for_user(links.user_uuid), links.profile, asked)
            items = found.sorted_contacts() if vendor.groups_numbers else found.sorted_lines()
            page = vendor.range_of(asked, len(items))
            while True:
                values = _values(vendor, links, asked, items, page)
                document = self.render("lookup", links, language, {"query": query, **values})
                smaller = vendor.smaller_page(page, len(document.encode()))
                if smaller is None:
                    return vendor.document(document)
                page = smaller

    return PhoneLookupResource(services, vendor)


def _reverse_resource(vendor: PhoneVendor, services: Services) -> PhoneResource:
    class PhoneReverseResource(PhoneResource):
        """The contact with a number."""

        @operation(
            "Find who has a number, for a phone", acl=_ACL.format(step="reverse"), errors=(400, 403, 404)
        )
        def get(
            self, caller: Caller, query: PhoneReverseQuery, language: AcceptLanguage, **path: str
        ) -> XmlDocument | HtmlDocument:
            """Return the contact with the number."""
            links = self.links(query, path)
            contact = self.services.phones.reverse(
                caller.for_user(links.user_uuid), links.profile, query.exten, vendor.plus
            )
            name = "" if contact is None else vendor.shown(contact).name
            values = {"name": name, "number": query.exten}
            return vendor.document(self.render("reverse", links, language, values))

    return PhoneReverseResource(services, vendor)


def _found(
    services: Services, vendor: PhoneVendor, caller: Caller, profile: str, asked: Asked
) -> PhoneDirectory:
    if asked.exten is None:
        return services.phones.lookup(caller, profile, asked.term, vendor.plus)
    contact = services.phones.reverse(caller, profile, asked.exten, vendor.plus)
    return PhoneDirectory([contact] if contact is not None and contact.numbers else [])


def _values(
    vendor: PhoneVendor,
    links: PhoneLinks,
    asked: Asked,
    items: Sequence[PhoneContact] | Sequence[PhoneLine],
    page: PageRange,
) -> dict[str, object]:
    return {
        "items": [vendor.shown(item) for item in items[page.offset : page.last]],
        "page": page,
        "previous": _page_link(links, asked, page, page.previous_offset),
        "next": _page_link(links, asked, page, page.next_offset),
    }


def _page_link(links: PhoneLinks, asked: Asked, page: PageRange, offset: int | None) -> str | None:
    if offset is None or asked.exten is not None:
        return None
    return links.step("lookup", term=asked.term, limit=page.limit, offset=offset)


def _number_of(item: PhoneContact | PhoneLine) -> str:
    if isinstance(item, PhoneLine):
        return item.number
    return item.numbers[0].number if item.numbers else ""
