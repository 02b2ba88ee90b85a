"""The options of a json_ws source."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, StringConstraints

from xivo_dird.backend import DESTINATION, EXCLUDE_UNSET, NO_BOOLEAN, CachedOptions, Column, Seconds
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
    """A field of an entry.

    Attributes:
        path: Where its value is in an item; of several paths, the values are a list.
        constant: The value of all entries, instead of a path.
        join: What joins the texts of a list; None: a list remains one.
        default: The value if there is none.
        strip_html: Whether tags are removed from texts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    path: PathText | Annotated[tuple[PathText, ...], Field(min_length=1, max_length=20)] | None = None
    constant: JsonValue = None
    join: Annotated[str, StringConstraints(max_length=64)] | None = None
    default: JsonValue = None
    strip_html: bool = False


class JsonNumber(BaseModel):
    """A phone number, or a list of some of one kind, in an item."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: PathText
    kind: NumberKind = "work"


class JsonNumberList(BaseModel):
    """A list of phone numbers of several kinds in an item.

    Attributes:
        items: Where the list is.
        number: Where the number is in an element of it.
        type: Where its type is.
        kinds: The kind that each type means; others are the kind `other`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    items: PathText
    number: PathText
    type: PathText | None = None
    kinds: Mapping[Annotated[str, StringConstraints(max_length=128)], NumberKind] = {}


def _text_of_number(value: object) -> object:
    is_number = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_MOMENT
    return str(value) if is_number else value


MomentText = Annotated[str, StringConstraints(max_length=128), BeforeValidator(_text_of_number)]
"""The type of an option that is a time as the service writes it, or a number."""


class JsonWsOptions(CachedOptions):
    """The options of a JSON web service.

    Attributes:
        url: The URL that all paths follow.
        auth: How requests are authorized.
        secrets: Texts that templates use as `{secret.<name>}`.
        headers: Headers of all requests.
        query: Parameters of all requests.
        list: The request for all entries.
        search: The request for a term.
        reverse: The request for a number.
        get: The request for the entry with an id.
        items: Where the list of the entries is in an answer.
        error: Where an answer says that the request failed, even with status 200.
        empty_statuses: Statuses that mean that nothing was found.
        fields: The fields of an entry, and where they are in an item; none: all keys of an item are fields.
        numbers: Where the phone numbers are.
        unique_column: The field that identifies an entry.
        limit: Maximum number of entries of an answer: `{limit}`, except in a list with pages.
        refresh_seconds: Seconds between two reads of the list.
        etag: Whether the list is only read if its `ETag` has changed.
        changed: Where an item says when it was changed; the largest value is `{since}` in the next list.
        deleted: Where an item says that it was removed.
        since_start: `{since}` while everything is read; digits are a number.
        timeout: Seconds for a question, or for one request of a list.
        verify_certificate: How the certificate of the service is verified.
    """

    orders: ClassVar[tuple[str, ...]] = ("name", "url")

    url: Annotated[Url, DESTINATION]
    auth: Annotated[JsonAuth, EXCLUDE_UNSET] = JsonAuth()
    secrets: Annotated[Mapping[VariableName, SecretText], Field(max_length=20), EXCLUDE_UNSET] = {}
    headers: Annotated[Mapping[HeaderName, SecretText], Field(max_length=MAX_PARAMETERS), EXCLUDE_UNSET] = {}
    query: Annotated[
        Mapping[ParameterName, ParameterText], Field(max_length=MAX_PARAMETERS), EXCLUDE_UNSET
    ] = {}
    list: Annotated[JsonListOperation | None, EXCLUDE_UNSET] = None
    search: Annotated[JsonOperation | None, EXCLUDE_UNSET] = None
    reverse: Annotated[JsonOperation | None, EXCLUDE_UNSET] = None
    get: Annotated[JsonOperation | None, EXCLUDE_UNSET] = None
    items: Annotated[PathText, EXCLUDE_UNSET] = "@"
    error: Annotated[PathText | None, EXCLUDE_UNSET] = None
    empty_statuses: Annotated[tuple[Status, ...], Field(max_length=20), EXCLUDE_UNSET] = (204,)
    fields: Annotated[Mapping[Column, PathText | JsonField], Field(max_length=1000), EXCLUDE_UNSET] = {}
    numbers: Annotated[
        tuple[JsonNumber, ...] | JsonNumberList, Field(union_mode="left_to_right"), EXCLUDE_UNSET
    ] = ()
    unique_column: Column | None = None
    limit: Annotated[int, Field(ge=1, le=10_000), NO_BOOLEAN, EXCLUDE_UNSET] = 100
    refresh_seconds: Annotated[float, Field(ge=1, le=86_400), NO_BOOLEAN, EXCLUDE_UNSET] = 900.0
    etag: Annotated[bool, EXCLUDE_UNSET] = False
    changed: Annotated[PathText | None, EXCLUDE_UNSET] = None
    deleted: Annotated[PathText | None, EXCLUDE_UNSET] = None
    since_start: Annotated[MomentText | None, EXCLUDE_UNSET] = None
    timeout: Annotated[Seconds, EXCLUDE_UNSET] = 10.0
    verify_certificate: Annotated[CertificateVerification, DESTINATION] = True

    @property
    def is_listed(self) -> bool:
        """Return True if the source lists its entries; False if it asks the service each question."""
        return self.list is not None and self.search is None and self.reverse is None
