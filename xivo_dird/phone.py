"""PUBLIC: the module that authors of views for desk phones import.

A vendor is one declaration, a `PhoneVendor`, and one template with a block per document. The declaration is itself the
view: name it in the entry-point group `xivo_dird.views`.
"""

from xivo_dird.phone_documents.queries import Asked, Exten, PhoneLookupQuery, PhoneQuery, Term
from xivo_dird.phone_documents.resources import lookup_resource, reverse_resource, step_resource
from xivo_dird.phone_documents.vendor import HtmlDocument, VendorDocuments, XmlDocument
from xivo_dird.phones.model import PhoneContact, PhoneLine, PhoneNumber
from xivo_dird.view import NaturalNumber, Routes, Services

__all__ = [
    "Asked",
    "Exten",
    "HtmlDocument",
    "NaturalNumber",
    "PhoneContact",
    "PhoneLine",
    "PhoneLookupQuery",
    "PhoneNumber",
    "PhoneQuery",
    "PhoneVendor",
    "Term",
    "XmlDocument",
]

_PATHS = (
    "/directories/{step}/<profile>/<id:user_uuid>/{key}",
    "/directories/{step}/<profile>/{key}",
    "/{key}/directories/{step}/<profile>",
)
"""The paths of a document: of a user, of a gateway that names the user in the query, and its successor."""


class PhoneVendor(VendorDocuments):
    """The documents of a vendor's phones, and the view that serves them; see `VendorDocuments` for the fields."""

    def __call__(self, routes: Routes, services: Services) -> None:
        """Add the documents."""
        resources = {
            "menu": step_resource(self, services, "menu"),
            "input": step_resource(self, services, "input"),
            "lookup": lookup_resource(self, services),
            "reverse": reverse_resource(self, services),
        }
        for step in self.documents.steps & resources.keys():
            for path in self._paths(step):
                routes.add(path, resources[step])

    def _paths(self, step: str) -> list[str]:
        paths = [path.format(step=step, key=self.key) for path in _PATHS]
        if step != "lookup":
            return paths
        files = [f"{path}/{file}" for path in paths for file in self.lookup_files]
        return [*paths, *files, *self.further_lookup_paths]
