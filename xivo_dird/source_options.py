"""The options of a source and the settings of its backend, as authors of backends declare them."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from xivo_dird.config.masking import REVEALED

KEY_MAX, VALUE_MAX = 128, 2048

Column = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=512)]


def _string_map(given: object) -> object:
    """Judge a map from text to text as one value (contract section 1.6)."""
    if not isinstance(given, Mapping):
        return given
    if not all(isinstance(text, str) for pair in given.items() for text in pair):
        no_text = {"constraint_id": "key-value-type", "constraint": "string"}
        raise PydanticCustomError("key_value_type", "Keys and values should be strings", no_text)
    if any(len(key) > KEY_MAX or len(value) > VALUE_MAX for key, value in given.items()):
        bounds = {"key-max": KEY_MAX, "value-max": VALUE_MAX}
        problem = {"constraint_id": "key-value-length", "constraint": bounds}
        message = f"Keys have at most {KEY_MAX} characters, values {VALUE_MAX}"
        raise PydanticCustomError("key_value_length", "{message}", {**problem, "message": message})
    return given


FormatColumns = Annotated[dict[str, str], BeforeValidator(_string_map)]


class _WhenGiven:
    """Marks a field."""


WHEN_GIVEN = _WhenGiven()
"""Annotates an option that a source keeps and shows only if it was given: its default is never seen."""


class SourceOptions(BaseModel):
    """The schema of a source: validates YAML, validates REST bodies, documents the source in OpenAPI.

    Unknown keys are ignored, so a client may send back what it read (contract section 1.5).
    """

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    orders: ClassVar[tuple[str, ...]] = ("name",)
    """What lists of such sources may be asked to be ordered by; only the name really sorts."""

    phonebook_option: ClassVar[str | None] = None
    """The option that names a phonebook of the daemon by uuid: the source takes its name, and is removed with it."""

    name: Name
    searched_columns: tuple[Column, ...] = ()
    first_matched_columns: tuple[Column, ...] = ()
    format_columns: FormatColumns = {}

    def stored(self) -> dict[str, object]:
        """Return the options as they are kept, JSON-ready, secrets revealed and without the name."""
        return self.model_dump(mode="json", exclude={"name": True, **_never_given(self)}, context=REVEALED)


class CachedOptions(SourceOptions):
    """The options of a source whose answers may be kept for a short time.

    In seconds: `cache_seconds` for who was found, `cache_nothing_seconds` for that nobody was. 0: every question is
    asked.
    """

    cache_seconds: Annotated[float, Field(ge=0, le=3600), WHEN_GIVEN] = 0.0
    cache_nothing_seconds: Annotated[float, Field(ge=0, le=3600), WHEN_GIVEN] = 0.0


def _never_given(options: BaseModel) -> dict[str, bool | dict[str, bool]]:
    """List the `WHEN_GIVEN` fields that were not, those of a sub-object under its name."""
    found: dict[str, bool | dict[str, bool]] = {}
    for name, field in type(options).model_fields.items():
        value = getattr(options, name)
        if WHEN_GIVEN in field.metadata and name not in options.model_fields_set:
            found[name] = True
        elif isinstance(value, BaseModel):
            found[name] = dict.fromkeys(_never_given(value), True)
    return found


class BackendSettings(BaseModel):
    """The schema of `backends.<name>` in the daemon's configuration: what no REST client may choose."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
