"""YAML files with secrets, such as tokens and the keys of service accounts; errors never quote their content."""

from collections.abc import Sequence
from typing import TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, SecretStr, TypeAdapter, ValidationError

Content = TypeVar("Content")


class UnusableSecretFile(ValueError):
    """The content of a file is not valid; the text says why, without the name of the file."""


class ServiceKey(BaseModel):
    """The content of a key file: the account of a service (contract section 6)."""

    model_config = ConfigDict(frozen=True)

    service_id: str
    service_key: SecretStr


def parse_secret_yaml(content: bytes, schema: TypeAdapter[Content]) -> Content:
    """Return the content of a YAML file as an instance of its schema.

    Raises:
        UnusableSecretFile: It is not valid.
    """
    try:
        return schema.validate_python(_parse(content))
    except ValidationError as error:
        messages = "; ".join(
            f"{_location(detail['loc'])}: {detail['msg']}"
            for detail in error.errors(include_input=False, include_url=False, include_context=False)
        )
        raise UnusableSecretFile(messages) from None


def _parse(content: bytes) -> object:
    try:
        parsed: object = yaml.safe_load(content)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        # The text of the error quotes the line, which may contain a token.
        raise UnusableSecretFile(f"line {line} is not valid YAML") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise UnusableSecretFile("not valid YAML in UTF-8") from None
    return parsed


def _location(path: Sequence[int | str]) -> str:
    return ".".join(str(key) for key in path) or "the file"
