"""PUBLIC: the module that view authors import, besides the models of the data (`xivo_dird.<resource>.model`).

A view is a function `register(routes, services)`, named in the entry-point group `xivo_dird.views`. It adds
resources to `routes`. Each of their methods is declared with `operation`; its annotations define its parameters
and its response. The daemon verifies the caller, parses the query and the body, turns a `DirdError` into an error
response, encodes the returned value, and describes the route in OpenAPI.
"""

from typing import Protocol, runtime_checkable

from xivo_dird.blocking import share_processor
from xivo_dird.bounds import CUT, DEFAULT_CALLER_NAME_CHARACTERS, MAX_CALLER_NAME_CHARACTERS, MAX_INTEGER
from xivo_dird.caller import Caller, UserCaller
from xivo_dird.contacts.csv_reader import CsvUpload
from xivo_dird.contacts.upload import ContactUpload
from xivo_dird.http.client import client_origin, is_loopback_client
from xivo_dird.http.errors import ErrorDocuments, ErrorFamily
from xivo_dird.http.identity import Access, RequestToken
from xivo_dird.http.named_user import named_user
from xivo_dird.http.operation import operation
from xivo_dird.http.public_url import proxy_url, public_root
from xivo_dird.http.query import ListQuery, NaturalNumber, Query, RecursiveListQuery
from xivo_dird.http.raw_body import RawBody
from xivo_dird.http.responses import (
    EmptyResponse,
    ImportResponse,
    JsonResponse,
    NdjsonResponse,
    TextResponse,
    prefers_ndjson,
)
from xivo_dird.http.routes import BaseResource, Routes
from xivo_dird.http.session_cookie import (
    cookie_of,
    refuse_forms,
    removed_cookie,
    session_of_cookie,
    verified_session,
)
from xivo_dird.http.signature import Header
from xivo_dird.http.static_file import StaticFile
from xivo_dird.http.stored_resource import StoredResource, add_stored_resource
from xivo_dird.listing import Direction, Listing, Page
from xivo_dird.phones.dialplan import dialplan_name
from xivo_dird.services import Services
from xivo_dird.validation import PLAIN_DIGITS, Storable, canonical_uuid

__all__ = [
    "CUT",
    "DEFAULT_CALLER_NAME_CHARACTERS",
    "MAX_CALLER_NAME_CHARACTERS",
    "MAX_INTEGER",
    "PLAIN_DIGITS",
    "Access",
    "Caller",
    "ContactUpload",
    "CsvUpload",
    "Direction",
    "EmptyResponse",
    "ErrorDocuments",
    "ErrorFamily",
    "Header",
    "ImportResponse",
    "JsonResponse",
    "ListQuery",
    "Listing",
    "NaturalNumber",
    "NdjsonResponse",
    "Page",
    "Query",
    "RawBody",
    "RecursiveListQuery",
    "RegisterView",
    "RequestToken",
    "Resource",
    "Routes",
    "Services",
    "StaticFile",
    "Storable",
    "StoredResource",
    "TextResponse",
    "UserCaller",
    "add_stored_resource",
    "canonical_uuid",
    "client_origin",
    "cookie_of",
    "dialplan_name",
    "is_loopback_client",
    "named_user",
    "operation",
    "prefers_ndjson",
    "proxy_url",
    "public_root",
    "refuse_forms",
    "removed_cookie",
    "session_of_cookie",
    "share_processor",
    "verified_session",
]


class Resource(BaseResource):
    """The base class of resources; its methods `get`, `post`, `put`, `patch` and `delete` are operations."""

    def __init__(self, services: Services) -> None:
        """Initialize with the services that the methods use."""
        self.services = services


@runtime_checkable
class RegisterView(Protocol):
    """The function that an entry point of `xivo_dird.views` names."""

    def __call__(self, routes: Routes, services: Services) -> None:
        """Add the resources of the view to `routes`."""
