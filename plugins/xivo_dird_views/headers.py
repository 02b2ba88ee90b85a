"""The columns of a profile's display, without contacts (contract section 2.1)."""

from dataclasses import dataclass

from xivo_dird.displays.presentation import Presentation
from xivo_dird.view import Caller, ErrorFamily, Resource, Routes, Services, operation


@dataclass(frozen=True, slots=True)
class Headers:
    """The title and type of each column."""

    column_headers: list[str | None]
    column_types: list[str | None]


class HeadersResource(Resource):
    """The columns that a lookup returns."""

    error_family = ErrorFamily.LEGACY

    @operation(
        "List the columns of a profile", acl="dird.directories.lookup.{profile}.headers.read", errors=(404,)
    )
    def get(self, caller: Caller, profile: str) -> Headers:
        """Return the columns."""
        resolved_profile = self.services.lookup.find_profile(caller, profile)
        presentation = Presentation(resolved_profile.display)
        return Headers(presentation.column_headers, presentation.column_types)


def register(routes: Routes, services: Services) -> None:
    """Add the resource."""
    routes.add("/directories/lookup/<profile>/headers", HeadersResource(services), "headers")
