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
    """A request; texts are templates.

    Attributes:
        method: The method.
        path: What follows the URL of the service; values are encoded as parts of a path.
        query: Parameters of the query; a list is a repeated parameter. One whose variable has no value is left out.
        headers: Further headers, which may be secret.
        body: A JSON body, whose texts are templates; a text that is one variable becomes its value, such as a number.
        form: Parameters of a form, instead of a body.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    method: Annotated[Literal["GET", "POST"], EXCLUDE_UNSET] = "GET"
    path: Annotated[TemplateText, EXCLUDE_UNSET] = ""
    query: Annotated[Parameters, EXCLUDE_UNSET] = {}
    headers: Annotated[Headers, EXCLUDE_UNSET] = {}
    body: Annotated[JsonValue, EXCLUDE_UNSET] = None
    form: Annotated[Parameters | None, EXCLUDE_UNSET] = None


class JsonOperation(JsonRequest):
    """A question.

    Attributes:
        items: Where the list of the entries is in an answer, if not where the source says.
        single_object: Whether one entry is there, and no list.
    """

    items: Annotated[PathText | None, EXCLUDE_UNSET] = None
    single_object: Annotated[bool, EXCLUDE_UNSET] = False


class JsonPaging(BaseModel):
    """How a list is divided into pages. An empty page is the last one.

    Attributes:
        kind: What the next page is asked with: `{page}`, `{offset}`, a `{cursor}` of the answer, its link, or the
            `{cursor}` that is the id of the last entry.
        size: Number of entries of a page: `{limit}`.
        start: The number of the first page; for `last_id`, the first `{cursor}`.
        cursor: Where the cursor or the link is in an answer; for `last_id`, where the id is in an entry.
        more: Where an answer says whether there are more pages.
        total: Where it says how many entries there are.
        short_page_ends: Whether a page with fewer entries than `size` is the last one.
        max_pages: Maximum number of pages; a list that is longer is an error.
        max_items: Maximum number of entries.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    kind: Literal["page", "offset", "cursor", "next_url", "link_header", "last_id"]
    size: Annotated[int, Field(ge=1, le=10_000), NO_BOOLEAN] = 100
    start: Annotated[int, Field(ge=0, le=1_000_000_000), NO_BOOLEAN] = 0
    cursor: PathText | None = None
    more: PathText | None = None
    total: PathText | None = None
    short_page_ends: bool = False
    max_pages: Annotated[int, Field(ge=1, le=10_000), NO_BOOLEAN] = 1000
    max_items: Annotated[int, Field(ge=1, le=1_000_000), NO_BOOLEAN] = 250_000


class JsonListOperation(JsonOperation):
    """The list of all entries."""

    paging: Annotated[JsonPaging | None, EXCLUDE_UNSET] = None


class JsonLoginStep(JsonRequest):
    """A request of a login.

    Attributes:
        keep: Where the values are in the answer that later requests use as `{session.<name>}`.
        lifetime: Where the answer says for how many seconds they are valid.
    """

    keep: Annotated[Mapping[VariableName, PathText], Field(max_length=20)] = {}
    lifetime: Annotated[PathText | None, EXCLUDE_UNSET] = None
