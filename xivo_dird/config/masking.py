"""Secrets, marked by the annotation of their fields, and masked in every output.

The JSON dump of a model has `MASK` instead of the value of a field annotated with `HIDDEN` or `WRITE_ONLY`, and instead
of the password in a URI annotated with `HIDDEN_PASSWORD`. With `context=REVEALED` the dump has the values, for the
store, and with `context=SHOWN` what users may read who may edit them.

A secret may refer to a file or an environment variable (see `secret_reader`). Validation with a `SecretReader` as its
context resolves the references; every dump, and `repr`, has the text with the references.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, NamedTuple, get_args, get_origin

from pydantic import (
    BaseModel,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Secret,
    SecretStr,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from xivo_dird.config.secret_reader import SecretReader, check_references, has_reference
from xivo_dird.exceptions import SourceError

__all__ = [
    "HIDDEN",
    "HIDDEN_PASSWORD",
    "MASK",
    "MASKED",
    "REVEALED",
    "SHOWN",
    "WRITE_ONLY",
    "HiddenText",
    "Secret",
    "SecretRewrite",
    "masked",
]

MASK = "********"

# In a list of URIs, as of LDAP servers, user name and password end before the next URI.
_NEXT_URI = re.compile(r"(?<![\s,])[\s,]+(?=\w+://)")
_REFERENCE = r"\$\{\w+:[^{}]*\}"
_PASSWORD_IN_URI = re.compile(
    rf"(?<=://)(?:{_REFERENCE}|(?!{_REFERENCE})[^/@:])*+:((?:{_REFERENCE}|(?!{_REFERENCE})[^@])*+)@"
)

_Spans = Callable[[str], Iterator[tuple[int, int]]]


def _mask(secret: str) -> str:
    return MASK if secret else ""


class SecretRewrite(NamedTuple):
    """The context of a dump: what it has instead of each secret, and of each secret that is `WRITE_ONLY`."""

    secret: Callable[[str], str]
    write_only: Callable[[str], str]


MASKED = SecretRewrite(_mask, _mask)
REVEALED = SecretRewrite(str, str)
SHOWN = SecretRewrite(str, _mask)


class _ResolvedText(str):
    """A secret with resolved references, which remembers the text with the references."""

    reference: str

    def __new__(cls, text: str, reference: str = "") -> "_ResolvedText":
        """Create the text."""
        resolved = super().__new__(cls, text)
        resolved.reference = reference
        return resolved

    def __repr__(self) -> str:
        """Return the text with the references."""
        return repr(self.reference)


class _Masking:
    """Annotation that masks the text of a field in JSON dumps, and resolves the references in it."""

    def __init__(self, spans: _Spans, *, is_uri: bool = False, is_write_only: bool = False) -> None:
        """Create an annotation.

        Args:
            spans: Returns where the secrets in a text begin and end.
            is_uri: Whether the text is a URI.
            is_write_only: Whether `SHOWN` masks the secrets, too.
        """
        self._spans = spans
        self._is_uri = is_uri
        self._is_write_only = is_write_only

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return a schema that serializes the text masked, or as its context says."""
        serialization = core_schema.plain_serializer_function_ser_schema(
            self._serialize, info_arg=True, when_used="json-unless-none"
        )
        secret_type = _secret_type(source)

        def validate(value: object, inner: ValidatorFunctionWrapHandler, info: ValidationInfo) -> object:
            if not isinstance(value, str) or not has_reference(value):
                return inner(value)
            return self._resolve(value, inner, info.context, secret_type)

        return core_schema.with_info_wrap_validator_function(
            validate, handler(source), serialization=serialization
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Return the schema of an ordinary text, because users who may write the secret may also read it."""
        json_schema = handler(schema)
        for name in ("format", "writeOnly"):
            json_schema.pop(name, None)
        return json_schema

    def _resolve(
        self,
        text: str,
        inner: ValidatorFunctionWrapHandler,
        context: object,
        secret_type: Callable[[str], object],
    ) -> object:
        """Return the field with resolved references; without a reader, with the text as it is."""
        try:
            check_references(text)
            if not isinstance(context, SecretReader):
                return secret_type(text)
            resolved = context.resolve(text, in_uri=self._is_uri)
        except SourceError as error:
            raise PydanticCustomError("reference", "{message}", {"message": str(error)}) from None
        try:
            value = inner(resolved)
        except ValidationError as error:
            reason = context.redacted(error.errors()[0]["msg"])
            message = f"what {text} stands for is refused: {reason}"
            raise PydanticCustomError("reference", "{message}", {"message": message}) from None
        return _with_reference(value, text)

    def _serialize(self, value: object, info: core_schema.SerializationInfo[Any]) -> str:
        plain = value.get_secret_value() if isinstance(value, Secret | SecretStr) else value
        text = plain.reference if isinstance(plain, _ResolvedText) else str(plain)
        rewrite = info.context if isinstance(info.context, SecretRewrite) else MASKED
        return self._rewritten(text, rewrite.write_only if self._is_write_only else rewrite.secret)

    def _rewritten(self, text: str, replace: Callable[[str], str]) -> str:
        parts, end = [], 0
        for start, stop in self._spans(text):
            parts += [text[end:start], replace(text[start:stop])]
            end = stop
        return "".join([*parts, text[end:]])


def _secret_type(source: object) -> Callable[[str], object]:
    """Return what creates the value of a field of this type from a text: `Secret`, `SecretStr`, or `str`."""
    for candidate in (source, *get_args(source)):
        kind = get_origin(candidate) or candidate
        if kind is Secret:
            return Secret
        if kind is SecretStr:
            return SecretStr
    return str


def _with_reference(value: object, reference: str) -> object:
    """Return a validated text, which may be in a `Secret`, that remembers its references."""
    if isinstance(value, Secret | SecretStr):
        text = value.get_secret_value()
        return type(value)(_ResolvedText(text, reference)) if isinstance(text, str) else value
    return _ResolvedText(value, reference) if isinstance(value, str) else value


def _whole_text(text: str) -> Iterator[tuple[int, int]]:
    yield 0, len(text)


def _passwords_in_uris(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the passwords are. The text of each URI ends at its last `@`, so that no text takes long."""
    start = 0
    for end in (*(match.start() for match in _NEXT_URI.finditer(text)), len(text)):
        for match in _PASSWORD_IN_URI.finditer(text, start, text.rfind("@", start, end) + 1):
            yield match.span(1)
        start = end


HIDDEN = _Masking(_whole_text)
"""Annotation of a secret. The type `Secret` or `SecretStr` hides it in `repr` and logs, too."""

HIDDEN_PASSWORD = _Masking(_passwords_in_uris, is_uri=True)
"""Annotation of a URI that may contain a password, or of a list of such URIs."""

WRITE_ONLY = _Masking(_whole_text, is_write_only=True)
"""Annotation of a secret that no client may read, whatever `rest_api.show_secrets` is. It is also `HIDDEN`."""

HiddenText = Annotated[SecretStr, HIDDEN]


def masked(
    values: Mapping[str, object], model: BaseModel | None, rewrite: SecretRewrite = MASKED
) -> dict[str, object]:
    """Return `values` with a mask instead of each secret.

    Args:
        values: The raw values that `model` was created from.
        model: The model, which knows the secrets. Values that it does not have may be secrets and are masked,
            too. None: mask all values.
        rewrite: Which secrets are masked.
    """
    dumped: object = {} if model is None else model.model_dump(mode="json", context=rewrite)
    masked_values = _with_masks(dict(values), dumped)
    return masked_values if isinstance(masked_values, dict) else {}


def _with_masks(value: object, dumped: object) -> object:
    if isinstance(value, Mapping) and isinstance(dumped, Mapping):
        return {key: _with_masks(child, dumped.get(key, MASK)) for key, child in value.items()}
    if isinstance(value, list | tuple) and isinstance(dumped, list | tuple) and len(value) == len(dumped):
        return [_with_masks(*pair) for pair in zip(value, dumped, strict=True)]
    return dumped if isinstance(dumped, str) and MASK in dumped else value
