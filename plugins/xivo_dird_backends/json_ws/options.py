"""The options of a json_ws source."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from more_itertools import always_iterable
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, StringConstraints
from typing_extensions import override

from xivo_dird.backend import DESTINATION, EXCLUDE_UNSET, NO_BOOLEAN, CachedOptions, Column, Seconds
from xivo_dird_backends._refresh_interval import RefreshSeconds
from xivo_dird_backends._remote_options import CertificateVerification
from xivo_dird_backends.json_ws.auth_options import JsonAuth, Url
from xivo_dird_backends.json_ws.paths import PathText
from xivo_dird_backends.json_ws.request_options import (
    MAX_PARAMETERS,
    HeaderName,
    JsonListOperation,
    JsonOperation,
    ParameterName,
    ParameterText,
    SecretText,
    VariableName,
)

MAX_MOMENT = 2**53
"""The largest number that JSON carries exactly (RFC 8259 section 6)."""

Status = Annotated[int, Field(ge=100, le=599), NO_BOOLEAN]
NumberKind = Literal[
    "work",
    "mobile",
    "home",
    "main",
    "other",
    "fax",
    "fax_work",
    "fax_home",
    "work_mobile",
    "pager",
    "assistant",
    "callback",
    "car",
]


class JsonField(BaseModel):
    """A field of an entry."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)

    path: PathText | Annotated[tuple[PathText, ...], Field(min_length=1, max_length=20)] | None = None
    """Where the value is in an item. Of a list of paths, what they find is a list."""

    constant: JsonValue = None
    """The value of all contacts, instead of a path."""

    join: Annotated[str, StringConstraints(max_length=64)] | None = None
    """Joins the texts of a list. Without it, the field is a list."""

    default: JsonValue = None
    """The value if nothing is found."""

    strip_html: bool = False
    """Whether tags are removed from texts."""


class JsonNumber(BaseModel):
    """A phone number, or a list of some of one kind, in an item."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    path: PathText
    """Where the number, or a list of numbers of this kind, is in an item."""

    kind: NumberKind = "work"
    """Its kind."""


class JsonNumberList(BaseModel):
    """A list of phone numbers of several kinds in an item."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    items: PathText
    """Where the list of numbers is in an item."""

    number: PathText
    """Where the number is in an element of the list."""

    type: PathText | None = None
    """Where its type is in the element."""

    kinds: Mapping[Annotated[str, StringConstraints(max_length=128)], NumberKind] = {}
    """The kind that each type means. Others are the kind `other`."""


def _text_of_number(value: object) -> object:
    is_number = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_MOMENT
    return str(value) if is_number else value


MomentText = Annotated[str, StringConstraints(max_length=128), BeforeValidator(_text_of_number)]
"""The type of an option that is a time as the service writes it, or a number."""


class JsonWsOptions(CachedOptions):
    """The options of a JSON web service."""

    orders: ClassVar[tuple[str, ...]] = ("name", "url")

    url: Annotated[Url, DESTINATION]
    """The URL that every `path` follows. It has no parameters and no account."""

    auth: Annotated[JsonAuth, EXCLUDE_UNSET] = JsonAuth()
    """How requests are authorized."""

    secrets: Annotated[Mapping[VariableName, SecretText], Field(max_length=20), EXCLUDE_UNSET] = {}
    """Names and texts, for `{secret.<name>}` in requests."""

    headers: Annotated[Mapping[HeaderName, SecretText], Field(max_length=MAX_PARAMETERS), EXCLUDE_UNSET] = {}
    """Headers of all requests to the service."""

    query: Annotated[
        Mapping[ParameterName, ParameterText], Field(max_length=MAX_PARAMETERS), EXCLUDE_UNSET
    ] = {}
    """Parameters of all requests to the service."""

    list: Annotated[JsonListOperation | None, EXCLUDE_UNSET] = None
    """The request for all contacts. It can't be combined with `search`, `reverse` and `get`."""

    search: Annotated[JsonOperation | None, EXCLUDE_UNSET] = None
    """The request for a term."""

    reverse: Annotated[JsonOperation | None, EXCLUDE_UNSET] = None
    """The request for a number."""

    get: Annotated[JsonOperation | None, EXCLUDE_UNSET] = None
    """The request for a favorite."""

    items: Annotated[PathText, EXCLUDE_UNSET] = "@"
    """The path of the list of contacts in an answer. `@` is the whole answer."""

    error: Annotated[PathText | None, EXCLUDE_UNSET] = None
    """The path of an error: if it finds something, the request has failed, even with status 200."""

    empty_statuses: Annotated[tuple[Status, ...], Field(max_length=20), EXCLUDE_UNSET] = (204,)
    """Statuses that mean that nothing was found, such as 404."""

    fields: Annotated[Mapping[Column, PathText | JsonField], Field(max_length=1000), EXCLUDE_UNSET] = {}
    """The fields of a contact, and the path of each in an item. Without it, all keys are fields."""

    numbers: Annotated[
        tuple[JsonNumber, ...] | JsonNumberList, Field(union_mode="left_to_right"), EXCLUDE_UNSET
    ] = ()
    """Where phone numbers are, if they have kinds."""

    unique_column: Column | None = None
    """The field that identifies a contact. Without it there are no favorites."""

    limit: Annotated[int, Field(ge=1, le=10_000), NO_BOOLEAN, EXCLUDE_UNSET] = 100
    """Maximum number of contacts of an answer: `{limit}`."""

    refresh_seconds: RefreshSeconds = 900.0
    """Seconds between two reads of the list."""

    etag: Annotated[bool, EXCLUDE_UNSET] = False
    """Whether the list is read only if its `ETag` has changed."""

    changed: Annotated[PathText | None, EXCLUDE_UNSET] = None
    """The path of the time or number of the last change in an item; only changed items are then read."""

    deleted: Annotated[PathText | None, EXCLUDE_UNSET] = None
    """The path of what an item has if it was removed."""

    since_start: Annotated[MomentText | None, EXCLUDE_UNSET] = None
    """The value of `{since}` while everything is read."""

    timeout: Annotated[Seconds, EXCLUDE_UNSET] = 10.0
    """Seconds for a question, with a login. For a list, for each of its requests."""

    verify_certificate: Annotated[CertificateVerification, DESTINATION] = True

    @property
    def is_listed(self) -> bool:
        """Return True if the source lists its entries; False if it asks the service each question."""
        return self.list is not None and self.search is None and self.reverse is None

    @override
    def field_origins(self) -> Mapping[str, str]:
        """Return the paths of each field, with their option."""
        origins = {name: f"fields.{name} ({_paths_of(field)})" for name, field in self.fields.items()}
        if isinstance(self.numbers, JsonNumberList):
            return {**origins, "numbers": f"numbers ({self.numbers.items}, {self.numbers.number})"}
        for kind in dict.fromkeys(number.kind for number in self.numbers):
            paths = [number.path for number in self.numbers if number.kind == kind]
            origins[kind] = f"numbers ({', '.join(paths)})"
        return origins


def _paths_of(field: str | JsonField) -> str:
    return ", ".join(always_iterable(field if isinstance(field, str) else field.path)) or "constant"
