"""The base classes of the options of a source and of the settings of a backend."""

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from xivo_dird.bounds import NO_BOOLEAN
from xivo_dird.config.masking import REVEALED, WRITE_ONLY

MAX_COLUMNS = 1000
"""Maximum number of columns in a list, and in `format_columns`."""

MAX_KEY_LENGTH, MAX_VALUE_LENGTH = 128, 2048
"""Maximum number of characters in a key and in a value of a map, such as `format_columns`."""

Column = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Columns = Annotated[tuple[Column, ...], Field(max_length=MAX_COLUMNS)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=512)]


def _check_string_map(value: object) -> object:
    """Validate a map from text to text as one value (contract section 1.6)."""
    if not isinstance(value, Mapping):
        return value
    if not all(isinstance(text, str) for item in value.items() for text in item):
        type_constraint = {"constraint_id": "key-value-type", "constraint": "string"}
        raise PydanticCustomError("key_value_type", "Keys and values should be strings", type_constraint)
    if any(len(key) > MAX_KEY_LENGTH or len(text) > MAX_VALUE_LENGTH for key, text in value.items()):
        bounds = {"key-max": MAX_KEY_LENGTH, "value-max": MAX_VALUE_LENGTH}
        message = f"Keys have at most {MAX_KEY_LENGTH} characters, values {MAX_VALUE_LENGTH}"
        length_constraint = {"constraint_id": "key-value-length", "constraint": bounds}
        raise PydanticCustomError("key_value_length", "{message}", {**length_constraint, "message": message})
    return value


FormatColumns = Annotated[dict[str, str], BeforeValidator(_check_string_map), Field(max_length=MAX_COLUMNS)]


class _ExcludeUnset:
    """The type of `EXCLUDE_UNSET`."""


EXCLUDE_UNSET = _ExcludeUnset()
"""Annotates an option that is stored and shown only if it was set explicitly; its default value is never shown."""


class _Destination:
    """The type of `DESTINATION`."""


DESTINATION = _Destination()
"""Annotates an option that decides which server gets the secrets of the source, and whether its certificate is checked.

A client that changes one must send the secrets again: it can't keep those that it may not read by sending their mask.
"""


def has_annotation(field: FieldInfo, annotation: object) -> bool:
    """Return True if a field, or a type in its union, has an annotation."""
    return any(each is annotation for each in (*field.metadata, *_annotations(field.annotation)))


def has_write_only(schema: type[BaseModel]) -> bool:
    """Return True if the options, or options in them, have a secret that no client may read."""
    models = [schema]
    for model in models:
        for field in model.model_fields.values():
            if has_annotation(field, WRITE_ONLY):
                return True
            models += [inner for inner in _models(field.annotation) if inner not in models]
    return False


def _models(kind: object) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for argument in get_args(kind):
        yield from _models(argument)


def _annotations(kind: object) -> Iterator[object]:
    yield from getattr(kind, "__metadata__", ())
    for argument in get_args(kind):
        yield from _annotations(argument)


class SourceOptions(BaseModel):
    """The schema of a source: it validates YAML and REST bodies, and documents the source in OpenAPI.

    Unknown keys are ignored, so a client may send back what it has read (contract section 1.5). The docstring of an
    option says what it means: it is the description in OpenAPI and in the documentation.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False, use_attribute_docstrings=True)

    orders: ClassVar[tuple[str, ...]] = ("name",)
    """The accepted values of `order` in lists of these sources; only `name` has an effect."""

    phonebook_option: ClassVar[str | None] = None
    """The option with the uuid of a phonebook of the daemon.

    Such a source has the name of its phonebook, and is removed with it.
    """

    name: Name
    """The name of the source, unique in its tenant."""

    searched_columns: Columns = ()
    """The fields that a lookup searches. Without any, it finds nothing in the source."""

    first_matched_columns: Columns = ()
    """The fields with numbers, for reverse lookup. Without any, it finds nothing."""

    format_columns: FormatColumns = {}
    """Further fields, made of others: `name: "{firstname} {lastname}"`."""

    def stored(self) -> dict[str, object]:
        """Return the options as they are stored: JSON-ready, with secrets in plain text, without the name."""
        dumped = self.model_dump(mode="json", exclude={"name"}, context=REVEALED)
        return _set_fields(self, dumped)

    def field_origins(self) -> Mapping[str, str]:
        """Return what the options read each field of an entry from, by field, such as `fields.name (a.path)`.

        `source check` shows those that are empty in every entry.
        """
        return {}


class CachedOptions(SourceOptions):
    """The options of a source whose answers can be cached."""

    cache_seconds: Annotated[float, Field(ge=0, le=3600), NO_BOOLEAN, EXCLUDE_UNSET] = 0.0
    """Seconds that an answer with entries is cached. 0: not at all."""

    cache_nothing_seconds: Annotated[float, Field(ge=0, le=3600), NO_BOOLEAN, EXCLUDE_UNSET] = 0.0
    """Seconds that an answer without entries is cached. 0: not at all."""


def _set_fields(model: BaseModel, dumped: Mapping[str, object]) -> dict[str, object]:
    """Return the dump of a model without its unset `EXCLUDE_UNSET` fields, and without those of the models in it."""
    fields = type(model).model_fields
    return {
        name: _without_unset(getattr(model, name), child)
        for name, child in dumped.items()
        if name in model.model_fields_set or EXCLUDE_UNSET not in fields[name].metadata
    }


def _without_unset(value: object, dumped: object) -> object:
    """Return the dump of the value of a field; see `_set_fields`."""
    if isinstance(value, BaseModel) and isinstance(dumped, dict):
        return _set_fields(value, dumped)
    if isinstance(value, Mapping) and isinstance(dumped, dict):
        pairs = zip(dumped.items(), value.values(), strict=True)
        return {name: _without_unset(child, dumped_child) for (name, dumped_child), child in pairs}
    if isinstance(value, tuple | list) and isinstance(dumped, list):
        return [_without_unset(*pair) for pair in zip(value, dumped, strict=True)]
    return dumped


class BackendSettings(BaseModel):
    """The schema of `backends.<name>` in the configuration: what only the administrator may set, no REST client.

    The docstring of a setting says what it means, for the documentation.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)
