"""Headers: the columns of a profile's display, without any contact (contract section 2.1)."""

from dataclasses import dataclass

from xivo_dird.displays.presentation import Presentation
from xivo_dird.view import Caller, ErrorFamily, Resource, Routes, Services, operation


@dataclass(frozen=True, slots=True)
class Headers:
    """Title and type of each column."""

    column_headers: list[str | None]
    column_types: list[str | None]


class HeadersResource(Resource):
    """The columns that a lookup will answer."""

    errors = ErrorFamily.LEGACY

    @operation(
        "List the columns of a profile", acl="dird.directories.lookup.{profile}.headers.read", errors=(404,)
    )
    def get(self, caller: Caller, profile: str) -> Headers:
        """Return the columns."""
        found = self.services.lookup.find_profile(caller, profile)
        presentation = Presentation(found.display)
        return Headers(presentation.column_headers, presentation.column_types)


def register(routes: Routes, services: Services) -> None:
    """Add the resource."""
    routes.add("/directories/lookup/<profile>/headers", HeadersResource(services), "headers")
