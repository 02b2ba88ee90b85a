"""PUBLIC: all that the author of a view imports.

A view is a function `register(api, services, config)`, named in the entry-point group `xivo_dird.views`. It adds
resources to `api`; each of their methods is declared with `operation`, which verifies the caller, parses the
query, turns our errors into answers, and documents the route in OpenAPI.
"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from flask import Response
from flask_restful import Api

from xivo_dird.backend import SourceOptions
from xivo_dird.caller import Caller
from xivo_dird.config import Config
from xivo_dird.contacts.csv_reader import CsvUpload
from xivo_dird.contacts.csv_writer import csv_text
from xivo_dird.contacts.model import StoredContact
from xivo_dird.directory.contact import Contact
from xivo_dird.displays.model import Display, DisplayColumn, DisplayDraft
from xivo_dird.displays.presentation import Presentation, Relations, Result
from xivo_dird.displays.service import DisplayService
from xivo_dird.exceptions import BadContacts, EmptyFile, InvalidParameter, UnknownPhonebook, UnknownProfile
from xivo_dird.favorites.service import FavoriteService
from xivo_dird.http.csv_body import CsvBody
from xivo_dird.http.errors import ErrorFamily
from xivo_dird.http.identity import current_caller, current_user, tenant_named, visible_tenants
from xivo_dird.http.json_body import Body
from xivo_dird.http.json_response import empty_response, json_response
from xivo_dird.http.openapi import document, render
from xivo_dird.http.operation import ListQuery, Operation, Query, Resource, operation
from xivo_dird.http.stored_resource import StoredResource, add_stored_resource, scope_tenants
from xivo_dird.listing import Direction, Listing, Page
from xivo_dird.lookup.service import LookupAnswer, LookupService
from xivo_dird.metrics.service import MetricsService
from xivo_dird.personal.model import FailedRow
from xivo_dird.personal.service import PersonalService
from xivo_dird.phonebooks.model import Phonebook, PhonebookDraft
from xivo_dird.phonebooks.service import FOLDED_ORDERS, PhonebookContactService, PhonebookService
from xivo_dird.profiles.model import Profile, ProfileDraft, ProfileOutline
from xivo_dird.profiles.service import ProfileService
from xivo_dird.prometheus import CONTENT_TYPE_LATEST as METRICS_TYPE
from xivo_dird.reverse.service import ReverseService
from xivo_dird.running_config.model import ConfigPatch
from xivo_dird.running_config.service import RunningConfigService
from xivo_dird.sources.model import Source
from xivo_dird.sources.service import SourceService
from xivo_dird.status.service import StatusAnswer, StatusService
from xivo_dird.validation import Storable

__all__ = [
    "FOLDED_ORDERS",
    "METRICS_TYPE",
    "Api",
    "BadContacts",
    "Body",
    "Caller",
    "Config",
    "ConfigPatch",
    "Contact",
    "CsvBody",
    "CsvUpload",
    "Direction",
    "Display",
    "DisplayColumn",
    "DisplayDraft",
    "EmptyFile",
    "ErrorFamily",
    "FailedRow",
    "InvalidParameter",
    "ListQuery",
    "Listing",
    "LookupAnswer",
    "Operation",
    "Page",
    "Phonebook",
    "PhonebookDraft",
    "Presentation",
    "Profile",
    "ProfileDraft",
    "ProfileOutline",
    "Query",
    "Register",
    "Relations",
    "Resource",
    "Response",
    "Result",
    "ServiceResource",
    "Services",
    "Source",
    "SourceOptions",
    "SourceService",
    "StatusAnswer",
    "Storable",
    "StoredContact",
    "StoredResource",
    "UnknownPhonebook",
    "UnknownProfile",
    "add_stored_resource",
    "csv_text",
    "current_caller",
    "current_user",
    "document",
    "empty_response",
    "json_response",
    "operation",
    "render",
    "scope_tenants",
    "tenant_named",
    "visible_tenants",
]


@dataclass(frozen=True)
class Services:
    """Everything that can be done, for views and listeners."""

    displays: DisplayService
    profiles: ProfileService
    sources: SourceService
    phonebooks: PhonebookService
    phonebook_contacts: PhonebookContactService
    lookup: LookupService
    favorites: FavoriteService
    personal: PersonalService
    reverse: ReverseService
    metrics: MetricsService
    status: StatusService
    config: RunningConfigService


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
