"""The section `phones`: what documents for desk phones contain."""

from typing import Annotated, Literal

from pydantic import Field

from xivo_dird.config.section import Section


class PhonesSection(Section):
    """The documents for desk phones.

    Attributes:
        default_language: The language of labels for phones that name none of those there are.
        leading_plus: Whether the `+` of an international number is kept or replaced by `international_prefix`.
        international_prefix: The digits that are dialled before a country code.
        errors_as_documents: Whether errors are sent as documents that phones show, with the status 200.
    """

    default_language: Literal["en", "de", "es", "fr", "it", "nl", "pt_BR"] = "en"
    leading_plus: Literal["keep", "replace"] = "keep"
    international_prefix: Annotated[str, Field(pattern="^[0-9*#]{1,8}$")] = "00"
    errors_as_documents: bool = False
