"""The options of a csv_ws source."""

from typing import Annotated, ClassVar

from pydantic import StringConstraints

from xivo_dird.backend import DESTINATION, CachedOptions, Column, SecondsOrZero
from xivo_dird_backends._remote_options import DEFAULT_TIMEOUT_SECONDS, CertificateVerification, Url


class CsvWsOptions(CachedOptions):
    """The options of contract section 2.9, and those of a cache."""

    orders: ClassVar[tuple[str, ...]] = ("name", "lookup_url", "list_url")

    lookup_url: Annotated[Url, DESTINATION]
    """The URL of questions. It may have a query and an account of its own:
    `https://user:password@crm.example.org/people?key=7`."""

    list_url: Annotated[Url | None, DESTINATION] = None
    """The URL of all rows, for favorites."""

    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] = ","
    """The sign between cells. Another one is found if this one does not split the header."""

    timeout: SecondsOrZero = DEFAULT_TIMEOUT_SECONDS
    """Seconds for a whole answer. 0: the default."""

    unique_column: Column | None = None
    """The field that identifies a row. Without it or `list_url` there are no favorites."""

    verify_certificate: Annotated[CertificateVerification, DESTINATION] = True

    @property
    def timeout_seconds(self) -> float:
        """The timeout that is used, above 0."""
        return self.timeout or DEFAULT_TIMEOUT_SECONDS
