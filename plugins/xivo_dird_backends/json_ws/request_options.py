"""The requests that the options of a json_ws source describe."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from xivo_dird.backend import EXCLUDE_UNSET, NO_BOOLEAN, WRITE_ONLY, Secret
from xivo_dird_backends.json_ws.paths import PathText
from xivo_dird_backends.json_ws.templates import MAX_TEMPLATE_CHARACTERS, TemplateText

MAX_PARAMETERS = 100

HeaderName = Annotated[str, StringConstraints(pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$")]
SecretText = Annotated[
    Secret[Annotated[str, StringConstraints(max_length=MAX_TEMPLATE_CHARACTERS)]], WRITE_ONLY
]
ParameterName = Annotated[str, StringConstraints(min_length=1, max_length=256)]
ParameterText = TemplateText | tuple[TemplateText, ...]
Parameters = Annotated[Mapping[ParameterName, ParameterText], Field(max_length=MAX_PARAMETERS)]
Headers = Annotated[Mapping[HeaderName, SecretText], Field(max_length=MAX_PARAMETERS)]
VariableName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class JsonRequest(BaseModel):
    """A request; texts are templates."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)

    method: Annotated[Literal["GET", "POST"], EXCLUDE_UNSET] = "GET"
    """The method."""

    path: Annotated[TemplateText, EXCLUDE_UNSET] = ""
    """What follows the URL of the service."""

    query: Annotated[Parameters, EXCLUDE_UNSET] = {}
    """Parameters. A list of texts repeats one: `fields: [name, phone]`."""

    headers: Annotated[Headers, EXCLUDE_UNSET] = {}
    """Further headers, such as `Range: "{offset}-{last}"`. They can't have `{term}`, `{number}`, `{id}` and
    `{cursor}`."""

    body: Annotated[JsonValue, EXCLUDE_UNSET] = None
    """A JSON body, for `POST`."""

    form: Annotated[Parameters | None, EXCLUDE_UNSET] = None
    """Parameters of a form, instead of a body."""


class JsonOperation(JsonRequest):
    """A question."""

    items: Annotated[PathText | None, EXCLUDE_UNSET] = None
    """The path of the list in the answers to this request. By default that of the source."""

    single_object: Annotated[bool, EXCLUDE_UNSET] = False
    """Whether there is one contact and no list."""


class JsonPaging(BaseModel):
    """How a list is divided into pages. An empty page is the last one."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)

    kind: Literal["page", "offset", "cursor", "next_url", "link_header", "last_id"]
    """What the next page is asked with."""

    size: Annotated[int, Field(ge=1, le=10_000), NO_BOOLEAN] = 100
    """Number of contacts of a page: `{limit}`."""

    start: Annotated[int, Field(ge=0, le=1_000_000_000), NO_BOOLEAN] = 0
    """The number of the first page; for `last_id`, the first `{cursor}`."""

    cursor: PathText | None = None
    """The path of the cursor or link in an answer; for `last_id`, of the id in an item."""

    more: PathText | None = None
    """The path of what is true if there are more pages."""

    total: PathText | None = None
    """The path of the number of all items."""

    short_page_ends: bool = False
    """Whether a page with fewer items than `size` is the last. Some services leave out items that the account
    may not see."""

    max_pages: Annotated[int, Field(ge=1, le=10_000), NO_BOOLEAN] = 1000
    """Maximum number of pages. A longer list is an error."""

    max_items: Annotated[int, Field(ge=1, le=1_000_000), NO_BOOLEAN] = 250_000
    """Maximum number of items. A longer list is an error."""


class JsonListOperation(JsonOperation):
    """The list of all entries."""

    paging: Annotated[JsonPaging | None, EXCLUDE_UNSET] = None
    """How the list is divided into pages."""


class JsonLoginStep(JsonRequest):
    """A request of a login."""

    keep: Annotated[Mapping[VariableName, PathText], Field(max_length=20)] = {}
    """Names and paths of values in the answer, for `{session.<name>}` in later requests."""

    lifetime: Annotated[PathText | None, EXCLUDE_UNSET] = None
    """The path of the seconds that these values are valid."""
