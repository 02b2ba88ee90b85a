"""Documents in place of errors: a phone shows its own message for every other status than 200."""

from collections.abc import Mapping
from functools import partial

from xivo_dird.config.phones import PhonesSection
from xivo_dird.phone_documents.vendor import HtmlDocument, VendorDocuments, XmlDocument
from xivo_dird.phones.languages import labels, language_of
from xivo_dird.phones.templates import ERROR_BLOCK
from xivo_dird.view import ErrorDocuments

MESSAGES: Mapping[int, str] = {
    400: "Invalid request",
    403: "Access denied",
    404: "Unknown directory or user",
    429: "Too many attempts",
    503: "Directory unavailable",
}
"""What is shown for each status; for a 401, phones send their password."""


def error_documents(vendor: VendorDocuments, settings: PhonesSection) -> ErrorDocuments | None:
    """Return the documents of a vendor, None if they are not configured, or its template has none."""
    if not (settings.errors_as_documents and vendor.documents.has_error):
        return None
    return ErrorDocuments(frozenset(MESSAGES), partial(_document, vendor, settings.default_language))


def _document(
    vendor: VendorDocuments, default_language: str, status: int, accept_language: str
) -> XmlDocument | HtmlDocument:
    translate = labels(language_of(accept_language, default_language))
    values = {"_": translate, "message": translate(MESSAGES[status]), "status": status}
    return vendor.document(vendor.documents.render(ERROR_BLOCK, values))
