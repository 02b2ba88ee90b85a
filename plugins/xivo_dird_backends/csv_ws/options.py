"""The options of a csv_ws source."""

from typing import Annotated, ClassVar

from pydantic import StringConstraints

from xivo_dird.backend import DESTINATION, CachedOptions, Column, SecondsOrZero
from xivo_dird_backends._remote_options import DEFAULT_TIMEOUT_SECONDS, CertificateVerification, Url


class CsvWsOptions(CachedOptions):
    """The options of contract section 2.9, and those of a cache; `timeout` is in seconds, 0 means the default."""

    orders: ClassVar[tuple[str, ...]] = ("name", "lookup_url", "list_url")

    lookup_url: Annotated[Url, DESTINATION]
    list_url: Annotated[Url | None, DESTINATION] = None
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] = ","
    timeout: SecondsOrZero = DEFAULT_TIMEOUT_SECONDS
    unique_column: Column | None = None
    verify_certificate: Annotated[CertificateVerification, DESTINATION] = True

    @property
    def timeout_seconds(self) -> float:
        """The timeout that is used, above 0."""
        return self.timeout or DEFAULT_TIMEOUT_SECONDS
