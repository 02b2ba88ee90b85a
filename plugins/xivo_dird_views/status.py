"""The status of the daemon (contract section 2.12)."""

from xivo_dird.status.model import StatusAnswer
from xivo_dird.view import Caller, Resource, Routes, Services, operation


class StatusResource(Resource):
    """The state of the daemon and of the caller's sources."""

    @operation("Show what works", acl="dird.status.read", response=StatusAnswer)
    def get(self, caller: Caller) -> dict[str, object]:
        """Return the status, always with a 200."""
        return self.services.status.status(caller).to_json()


def register(routes: Routes, services: Services) -> None:
    """Add the resource."""
    routes.add("/status", StatusResource(services))
