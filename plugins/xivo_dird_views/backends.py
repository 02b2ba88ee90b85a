"""The backends that a source can have (contract section 2.7)."""

from dataclasses import dataclass

from xivo_dird.view import ErrorFamily, ListQuery, Page, Resource, Routes, Services, operation


class BackendsQuery(ListQuery):
    """What part of the backends is wanted."""

    orders = ("name",)

    name: str | None = None


@dataclass(frozen=True, slots=True)
class BackendAnswer:
    """A backend."""

    name: str


class BackendsResource(Resource):
    """The backends that are enabled and installed, for any tenant."""

    errors = ErrorFamily.LEGACY

    @operation("List the backends", acl="dird.backends.read", errors=(400,))
    def get(self, query: BackendsQuery) -> Page[BackendAnswer]:
        """Return their names."""
        return self.services.sources.find_backends(query.listing()).map(BackendAnswer)


def register(routes: Routes, services: Services) -> None:
    """Add the list."""
    routes.add("/backends", BackendsResource(services))
