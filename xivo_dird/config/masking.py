"""Secrets, marked by the annotation of their fields, and masked in every output.

The JSON dump of a model has `MASK` instead of the value of a field annotated with `HIDDEN`, and instead of
the password in a URI annotated with `HIDDEN_PASSWORD`. With `context=REVEALED` the dump has the values, for the
store and for users who may edit them.
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

# In a list of URIs, as of LDAP servers, user name and password end before the next URI.
_NEXT_URI = r"[\s,]+\w+://"
_PASSWORD_IN_URI = re.compile(rf"(?<=://)((?:(?!{_NEXT_URI})[^/@:])*):(?:(?!{_NEXT_URI})[^@])*@")


class _Masking:
    """Annotation that masks the text of a field in JSON dumps."""

    def __init__(self, mask: Callable[[str], str]) -> None:
        """Create an annotation; `mask` returns the masked text."""
        self._mask = mask

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return a schema that serializes the text masked or, with `REVEALED`, unmasked."""
        serialization = core_schema.plain_serializer_function_ser_schema(
            self._serialize, info_arg=True, when_used="json-unless-none"
        )
        return core_schema.no_info_after_validator_function(
            lambda value: value, handler(source), serialization=serialization
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Return the schema of an ordinary text, because users who may write the secret may also read it."""
        json_schema = handler(schema)
        for name in ("format", "writeOnly"):
            json_schema.pop(name, None)
        return json_schema

    def _serialize(self, value: object, info: core_schema.SerializationInfo[Any]) -> str:
        text = str(value.get_secret_value() if isinstance(value, Secret | SecretStr) else value)
        return text if info.context == REVEALED else self._mask(text)


def _mask_text(text: str) -> str:
    return MASK if text else ""


def _mask_password(uri: str) -> str:
    return _PASSWORD_IN_URI.sub(rf"\1:{MASK}@", uri)


HIDDEN = _Masking(_mask_text)
"""Annotation of a secret. The type `Secret` or `SecretStr` hides it in `repr` and logs, too."""

HIDDEN_PASSWORD = _Masking(_mask_password)
"""Annotation of a URI that may contain a password, or of a list of such URIs."""

HiddenText = Annotated[SecretStr, HIDDEN]


def masked(values: Mapping[str, object], model: BaseModel | None) -> dict[str, object]:
    """Return `values` with a mask instead of each secret.

    Args:
        values: The raw values that `model` was created from.
        model: The model, which knows the secrets. Values that it does not have may be secrets and are masked,
            too. None: mask all values.
    """
    dumped: object = {} if model is None else model.model_dump(mode="json")
    masked_values = _with_masks(dict(values), dumped)
    return masked_values if isinstance(masked_values, dict) else {}


def _with_masks(value: object, dumped: object) -> object:
    if isinstance(value, Mapping) and isinstance(dumped, Mapping):
        return {key: _with_masks(child, dumped.get(key, MASK)) for key, child in value.items()}
    if isinstance(value, list | tuple) and isinstance(dumped, list | tuple) and len(value) == len(dumped):
        return [_with_masks(*pair) for pair in zip(value, dumped, strict=True)]
    return dumped if isinstance(dumped, str) and MASK in dumped else value
