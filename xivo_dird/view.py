"""PUBLIC: all that the author of a view imports.

A view is a function `register(api, services, config)`, named in the entry-point group `xivo_dird.views`. It adds
resources to `api`; each of their methods is declared with `operation`, which verifies the caller, parses the
query, turns our errors into answers, and documents the route in OpenAPI.
"""

from typing import Protocol, runtime_checkable

from flask import Response
from flask_restful import Api

from xivo_dird.backend import SourceOptions
from xivo_dird.caller import Caller
from xivo_dird.config.schema import Config
from xivo_dird.contacts.created import CreatedContacts
from xivo_dird.contacts.csv_reader import CsvUpload
from xivo_dird.contacts.csv_writer import csv_text
from xivo_dird.contacts.model import StoredContact
from xivo_dird.directory.contact import Contact
from xivo_dird.displays.model import Display, DisplayColumn, DisplayDraft
from xivo_dird.displays.presentation import Presentation, Relations, Result
from xivo_dird.events.model import Cut, Scope
from xivo_dird.exceptions import (
    BadContacts,
    EmptyFile,
    InvalidArgument,
    InvalidParameter,
    UnknownPhonebook,
    UnknownProfile,
)
from xivo_dird.http.csv_body import CsvBody
from xivo_dird.http.errors import ErrorFamily
from xivo_dird.http.identity import caller_may, current_caller, current_user, tenant_named, visible_tenants
from xivo_dird.http.json_body import Body
from xivo_dird.http.json_lines import json_lines_response, wants_json_lines
from xivo_dird.http.json_response import empty_response, import_response, json_response
from xivo_dird.http.openapi import document, render
from xivo_dird.http.operation import ListQuery, Operation, Query, RecursiveListQuery, Resource, operation
from xivo_dird.http.stored_resource import StoredResource, add_stored_resource, scope_tenants
from xivo_dird.listing import Direction, Listing, Page
from xivo_dird.lookup.model import LookupOptions, SourcePart
from xivo_dird.lookup.model import Order as LookupOrder
from xivo_dird.lookup.service import ArrivingAnswer, LookupAnswer
from xivo_dird.personal.model import FailedRow
from xivo_dird.phonebooks.model import Phonebook, PhonebookDraft
from xivo_dird.phonebooks.service import FOLDED_ORDERS
from xivo_dird.profiles.model import Profile, ProfileDraft, ProfileOutline
from xivo_dird.prometheus import CONTENT_TYPE_LATEST as METRICS_TYPE
from xivo_dird.running_config.model import ConfigPatch
from xivo_dird.services import Services
from xivo_dird.sources.model import Source
from xivo_dird.sources.service import SourceService
from xivo_dird.status.service import StatusAnswer
from xivo_dird.validation import PLAIN_DIGITS, Storable

__all__ = [
    "FOLDED_ORDERS",
    "METRICS_TYPE",
    "PLAIN_DIGITS",
    "Api",
    "ArrivingAnswer",
    "BadContacts",
    "Body",
    "Caller",
    "Config",
    "ConfigPatch",
    "Contact",
    "CreatedContacts",
    "CsvBody",
    "CsvUpload",
    "Cut",
    "Direction",
    "Display",
    "DisplayColumn",
    "DisplayDraft",
    "EmptyFile",
    "ErrorFamily",
    "FailedRow",
    "InvalidArgument",
    "InvalidParameter",
    "ListQuery",
    "Listing",
    "LookupAnswer",
    "LookupOptions",
    "LookupOrder",
    "Operation",
    "Page",
    "Phonebook",
    "PhonebookDraft",
    "Presentation",
    "Profile",
    "ProfileDraft",
    "ProfileOutline",
    "Query",
    "RecursiveListQuery",
    "Register",
    "Relations",
    "Resource",
    "Response",
    "Result",
    "Scope",
    "ServiceResource",
    "Services",
    "Source",
    "SourceOptions",
    "SourcePart",
    "SourceService",
    "StatusAnswer",
    "Storable",
    "StoredContact",
    "StoredResource",
    "UnknownPhonebook",
    "UnknownProfile",
    "add_stored_resource",
    "caller_may",
    "csv_text",
    "current_caller",
    "current_user",
    "document",
    "empty_response",
    "import_response",
    "json_lines_response",
    "json_response",
    "operation",
    "render",
    "scope_tenants",
    "tenant_named",
    "visible_tenants",
    "wants_json_lines",
]


class ServiceResource(Resource):
    """The base of a resource that needs nothing but the services."""

    def __init__(self, services: Services) -> None:
        """Keep them for the methods."""
        self._services = services


@runtime_checkable
class Register(Protocol):
    """What an entry point of `xivo_dird.views` is."""

    def __call__(self, api: Api, services: Services, config: Config) -> None:
        """Add resources to `api`."""
