"""Secrets by type: a field that is one says so, so that whatever is shown hides it.

A model that is dumped as JSON shows `MASK` in the place of a field annotated with `HIDDEN`, and of the password in a
URI annotated with `HIDDEN_PASSWORD`; with `context=REVEALED` it shows them, for the store and for who wrote them.
"""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler, Secret, SecretStr
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

__all__ = ["HIDDEN", "HIDDEN_PASSWORD", "MASK", "REVEALED", "HiddenText", "Secret", "masked"]

MASK = "********"
REVEALED = {"secrets": "revealed"}

_PASSWORD_IN_URI = re.compile(r"(?<=://)([^/@:]*):[^@]*@")


class _Hidden:
    """Annotates a field: how its text is shown."""

    def __init__(self, hide: Callable[[str], str]) -> None:
        """Show what `hide` makes of the text."""
        self._hide = hide

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Serialize the text hidden or, with `REVEALED`, as it is."""
        shown = core_schema.plain_serializer_function_ser_schema(
            self._shown, info_arg=True, when_used="json-unless-none"
        )
        return core_schema.no_info_after_validator_function(
            lambda value: value, handler(source), serialization=shown
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Describe it as the text that it is: who wrote it may read it."""
        described = handler(schema)
        for name in ("format", "writeOnly"):
            described.pop(name, None)
        return described

    def _shown(self, value: object, info: core_schema.SerializationInfo[Any]) -> str:
        text = str(value.get_secret_value() if isinstance(value, Secret | SecretStr) else value)
        return text if info.context == REVEALED else self._hide(text)


def _as_mask(text: str) -> str:
    return MASK if text else ""


def _without_password(uri: str) -> str:
    return _PASSWORD_IN_URI.sub(rf"\1:{MASK}@", uri)


HIDDEN = _Hidden(_as_mask)
"""Annotates a secret; of the type `Secret` or `SecretStr` it is kept out of `repr` and logs, too."""

HIDDEN_PASSWORD = _Hidden(_without_password)
"""Annotates a URI that may have a password in it."""

HiddenText = Annotated[SecretStr, HIDDEN]


def masked(given: Mapping[str, object], model: BaseModel | None) -> dict[str, object]:
    """Return what was given with a mask for every secret that `model`, which was made of it, has.

    What the model does not know may be a secret as well; without a model, that is everything.
    """
    shown: object = {} if model is None else model.model_dump(mode="json")
    overlaid = _overlaid(dict(given), shown)
    return overlaid if isinstance(overlaid, dict) else {}


def _overlaid(given: object, shown: object) -> object:
    if isinstance(given, Mapping) and isinstance(shown, Mapping):
        return {key: _overlaid(value, shown.get(key, MASK)) for key, value in given.items()}
    if isinstance(given, list | tuple) and isinstance(shown, list | tuple) and len(given) == len(shown):
        return [_overlaid(*pair) for pair in zip(given, shown, strict=True)]
    return shown if isinstance(shown, str) and MASK in shown else given
