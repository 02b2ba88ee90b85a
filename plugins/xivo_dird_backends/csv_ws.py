"""The csv_ws backend: a web service that returns CSV."""

from typing import Annotated, ClassVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from xivo_dird.backend import DESTINATION, HIDDEN_PASSWORD, Column, SecondsOrZero, SourceOptions
from xivo_dird_backends._placeholder import PlaceholderBackend
from xivo_dird_backends._remote_options import CertificateVerification


def _validate_absolute_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        is_absolute = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_absolute = False
    if not is_absolute or any(character.isspace() for character in url):
        raise PydanticCustomError("url", "Not a valid URL.")
    return url


Url = Annotated[str, AfterValidator(_validate_absolute_url), HIDDEN_PASSWORD]


class CsvWsOptions(SourceOptions):
    """The options of a csv_ws source (contract section 2.9); `timeout` is in seconds."""

    orders: ClassVar[tuple[str, ...]] = ("name", "lookup_url", "list_url")

    lookup_url: Annotated[Url, DESTINATION]
    list_url: Annotated[Url | None, DESTINATION] = None
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] = ","
    timeout: SecondsOrZero = 10.0
    unique_column: Column | None = None
    verify_certificate: Annotated[CertificateVerification, DESTINATION] = True


class CsvWsBackend(PlaceholderBackend[CsvWsOptions]):
    """Accepts csv_ws sources; it can't answer yet."""

    Options = CsvWsOptions
