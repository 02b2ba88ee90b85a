"""PUBLIC: what the author of a view imports, beside the models of what is shown (`xivo_dird.<resource>.model`).

A view is a function `register(routes, services)`, named in the entry-point group `xivo_dird.views`. It adds resources
to `routes`. Each of their methods is declared with `operation`; its annotations say what it takes and returns:
the caller is verified, the query and the body are parsed, our errors become answers, what is returned is encoded, and
the route is described in OpenAPI.
"""

from typing import Protocol, runtime_checkable

from xivo_dird.caller import Caller, UserCaller
from xivo_dird.contacts.csv_reader import CsvUpload
from xivo_dird.http.answers import ImportAnswer, Lines, Text, prefers_lines
from xivo_dird.http.errors import ErrorFamily
from xivo_dird.http.identity import Access
from xivo_dird.http.operation import operation
from xivo_dird.http.query import ListQuery, Query, RecursiveListQuery
from xivo_dird.http.routes import BaseResource, Routes
from xivo_dird.http.signature import Header
from xivo_dird.http.stored_resource import StoredResource, add_stored_resource
from xivo_dird.listing import Direction, Listing, Page
from xivo_dird.services import Services
from xivo_dird.validation import PLAIN_DIGITS, Storable

__all__ = [
    "PLAIN_DIGITS",
    "Access",
    "Caller",
    "CsvUpload",
    "Direction",
    "ErrorFamily",
    "Header",
    "ImportAnswer",
    "Lines",
    "ListQuery",
    "Listing",
    "Page",
    "Query",
    "RecursiveListQuery",
    "Register",
    "Resource",
    "Routes",
    "Services",
    "Storable",
    "StoredResource",
    "Text",
    "UserCaller",
    "add_stored_resource",
    "operation",
    "prefers_lines",
]


class Resource(BaseResource):
    """The base of a resource: its methods `get`, `post`, `put`, `patch` and `delete` are operations."""

    def __init__(self, services: Services) -> None:
        """Keep the services for the methods."""
        self.services = services


@runtime_checkable
class Register(Protocol):
    """What an entry point of `xivo_dird.views` is."""

    def __call__(self, routes: Routes, services: Services) -> None:
        """Add resources to `routes`."""
