"""The metrics for Prometheus, of all tenants; only for tokens of the master tenant."""

from xivo_dird.metrics.model import CONTENT_TYPE
from xivo_dird.view import Resource, Routes, Services, TextResponse, operation


class MetricsText(TextResponse):
    """Metrics in the text format of Prometheus."""

    content_type = CONTENT_TYPE


class MetricsResource(Resource):
    """The metrics of all workers of this daemon."""

    @operation("Show metrics for Prometheus", acl="dird.metrics.read", master_tenant_only=True)
    def get(self) -> MetricsText:
        """Return the current metrics."""
        return MetricsText(self.services.metrics.text())


def register(routes: Routes, services: Services) -> None:
    """Add the resource."""
    routes.add("/metrics", MetricsResource(services))
