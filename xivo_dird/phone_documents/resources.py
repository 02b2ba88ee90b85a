"""The resources of a vendor: one per document."""

import logging
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated

from xivo_dird.acl import fill_acl
from xivo_dird.http.named_user import PATH_USER, named_user
from xivo_dird.http.public_url import proxy_url, public_root
from xivo_dird.phone_documents.error_documents import error_documents
from xivo_dird.phone_documents.queries import Asked, PhoneLookupQuery, PhoneQuery, PhoneReverseQuery
from xivo_dird.phone_documents.vendor import HtmlDocument, VendorDocuments, XmlDocument
from xivo_dird.phones.languages import labels, language_of
from xivo_dird.phones.links import PhoneLinks
from xivo_dird.phones.model import PageRange, PhoneContact, PhoneDirectory, PhoneLine
from xivo_dird.view import Access, Caller, ErrorFamily, Header, Resource, Services, operation

AcceptLanguage = Annotated[str, Header("Accept-Language")]

logger = logging.getLogger(__name__)

_ACL = "dird.directories.{step}.{{profile}}.{{user_uuid}}.read"


class PhoneResource(Resource):
    """A document of a vendor."""

    error_family = ErrorFamily.LEGACY
    has_configured_access = True

    def __init__(self, services: Services, vendor: VendorDocuments) -> None:
        """Initialize with the services and the vendor."""
        super().__init__(services)
        self._vendor = vendor
        self.error_documents = error_documents(vendor, services.phones.settings)

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
            self, access: Access, query: PhoneQuery, language: AcceptLanguage, **path: str
        ) -> XmlDocument | HtmlDocument:
            """Return the document."""
            links = self.links(query, path)
            caller = access.caller.for_user(links.user_uuid)
            profile = self.services.phones.find_profile(caller, links.profile)
            values = {"profile": profile.name, "profiles": partial(_profiles, self.services, access, links)}
            return vendor.document(self.render(step, links, language, values))

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
                    _log_if_cut(vendor, links.profile, page)
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


def _profiles(services: Services, access: Access, links: PhoneLinks) -> list[str]:
    """Return the names of the profiles that the user may search in.

    If a proxy replaces the links, all lead to one URL, so there is only the requested profile.
    """
    if links.proxy_url() is not None:
        return [links.profile]
    acl = _ACL.format(step="lookup")
    return [
        name
        for name in services.phones.profile_names(access.caller)
        if access.is_allowed(fill_acl(acl, {"profile": name, "user_uuid": links.user_uuid}))
    ]


def _found(
    services: Services, vendor: VendorDocuments, caller: Caller, profile: str, asked: Asked
) -> PhoneDirectory:
    if asked.exten is not None:
        contact = services.phones.reverse(caller, profile, asked.exten, vendor.plus)
        return PhoneDirectory([contact] if contact is not None and contact.numbers else [])
    if asked.term is None:
        return PhoneDirectory([])
    return services.phones.lookup(caller, profile, asked.term, vendor.plus)


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


def _log_if_cut(vendor: VendorDocuments, profile: str, page: PageRange) -> None:
    """Log that a list goes on, unless the document itself says so."""
    if page.next_offset is not None and not vendor.shows_that_a_list_goes_on:
        logger.info(
            "A %s phone of the profile %s gets %d of %d %s",
            vendor.key,
            profile,
            page.last - page.offset,
            page.total,
            "contacts" if vendor.groups_numbers else "lines",
        )


def _page_link(links: PhoneLinks, asked: Asked, page: PageRange, offset: int | None) -> str | None:
    if offset is None or asked.term is None or asked.exten is not None:
        return None
    return links.step("lookup", term=asked.term, limit=page.limit, offset=offset)
