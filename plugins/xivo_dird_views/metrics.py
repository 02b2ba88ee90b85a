"""Metrics for Prometheus, of all tenants: for the token of the tenant that administers the installation."""

from xivo_dird.metrics.model import CONTENT_TYPE
from xivo_dird.view import Resource, Routes, Services, Text, operation


class MetricsText(Text):
    """The text format of Prometheus."""

    content_type = CONTENT_TYPE


class MetricsResource(Resource):
    """The metrics of all workers of this daemon."""

    @operation("Show metrics for Prometheus", acl="dird.metrics.read", for_master_tenant=True)
    def get(self) -> MetricsText:
        """Return the metrics as they are now."""
        return MetricsText(self.services.metrics.text())


def register(routes: Routes, services: Services) -> None:
    """Add the resource."""
    routes.add("/metrics", MetricsResource(services))
