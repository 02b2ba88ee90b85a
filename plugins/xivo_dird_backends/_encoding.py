"""The option that names the encoding of a file."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from xivo_dird.backend import check_encoding


def _check_encoding(name: str) -> str:
    try:
        check_encoding(name)
    except (LookupError, ValueError) as error:
        message = f"{name!r} is not an encoding of text, such as utf-8 or windows-1252"
        raise PydanticCustomError("encoding", "{message}", {"message": message}) from error
    return name


Encoding = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(_check_encoding)]
