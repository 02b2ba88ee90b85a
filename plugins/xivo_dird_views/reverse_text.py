"""The name of a caller as plain text, below a path of its own: PBXs can rarely send a header."""

from xivo_dird.view import Routes, Services
from xivo_dird_views._caller_name import CallerNameResource


class PbxCallerNameResource(CallerNameResource):
    """The name of a caller, for PBXs that the section `access` of the configuration lets in."""

    has_configured_access = True


def register(routes: Routes, services: Services) -> None:
    """Add the resource."""
    routes.add(
        "/directories/reverse/<profile>/<id:user_uuid>/text", PbxCallerNameResource(services), "reverse_text"
    )
