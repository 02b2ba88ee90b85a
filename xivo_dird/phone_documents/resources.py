"""The resources of a vendor: one per document."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from xivo_dird.http.named_user import PATH_USER, named_user
from xivo_dird.http.public_url import proxy_url, public_root
from xivo_dird.phone_documents.queries import Asked, PhoneLookupQuery, PhoneQuery, PhoneReverseQuery
from xivo_dird.phone_documents.vendor import HtmlDocument, VendorDocuments, XmlDocument
from xivo_dird.phones.languages import labels, language_of
from xivo_dird.phones.links import PhoneLinks
from xivo_dird.phones.model import PageRange, PhoneContact, PhoneDirectory, PhoneLine
from xivo_dird.view import Caller, ErrorFamily, Header, Resource, Services, operation

AcceptLanguage = Annotated[str, Header("Accept-Language")]

_ACL = "dird.directories.{step}.{{profile}}.{{user_uuid}}.read"


class PhoneResource(Resource):
    """A document of a vendor."""

    error_family = ErrorFamily.LEGACY
    has_configured_access = True

    def __init__(self, services: Services, vendor: VendorDocuments) -> None:
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
        user_uuid = named_user(path, query.xivo_user_uuid)
        return PhoneLinks(
            public_root, proxy_url, self._vendor.key, path["profile"], user_uuid, PATH_USER in path
        )


def step_resource(vendor: VendorDocuments, services: Services, step: str) -> PhoneResource:
    """Return the resource for the menu or the form of a vendor."""

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


def lookup_resource(vendor: VendorDocuments, services: Services) -> PhoneResource:
    """Return the resource for the lookups of a vendor."""

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


def reverse_resource(vendor: VendorDocuments, services: Services) -> PhoneResource:
    """Return the resource for the reverse lookups of a vendor."""

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
    services: Services, vendor: VendorDocuments, caller: Caller, profile: str, asked: Asked
) -> PhoneDirectory:
    if asked.exten is None:
        return services.phones.lookup(caller, profile, asked.term, vendor.plus)
    contact = services.phones.reverse(caller, profile, asked.exten, vendor.plus)
    return PhoneDirectory([contact] if contact is not None and contact.numbers else [])


def _values(
    vendor: VendorDocuments,
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
