"""The backends of which sources can be created (contract section 2.7)."""

from dataclasses import dataclass

from xivo_dird.view import ErrorFamily, ListQuery, Page, Resource, Routes, Services, operation


class BackendsQuery(ListQuery):
    """The query parameters of the list of backends."""

    orders = ("name",)

    name: str | None = None


@dataclass(frozen=True, slots=True)
class BackendAnswer:
    """A backend."""

    name: str


class BackendsResource(Resource):
    """The backends that are enabled and installed; the same for all tenants."""

    error_family = ErrorFamily.LEGACY

    @operation("List the backends", acl="dird.backends.read", errors=(400,))
    def get(self, query: BackendsQuery) -> Page[BackendAnswer]:
        """Return the requested part of the backends."""
        return self.services.sources.find_backends(query.listing()).map(BackendAnswer)


def register(routes: Routes, services: Services) -> None:
    """Add the resource."""
    routes.add("/backends", BackendsResource(services))
