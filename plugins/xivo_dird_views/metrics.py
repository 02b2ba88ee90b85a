"""Metrics for Prometheus, of all tenants: for the token of the tenant that administers the installation."""

from xivo_dird.view import (
    METRICS_TYPE,
    Api,
    Config,
    Operation,
    Response,
    ServiceResource,
    Services,
    operation,
)


class MetricsResource(ServiceResource):
    """Figures over all workers of this daemon."""

    @operation(
        Operation(
            "Show figures for Prometheus",
            "dird.metrics.read",
            answer=str,
            for_master_tenant=True,
            content_type="text/plain",
        )
    )
    def get(self) -> Response:
        """Answer the text format of Prometheus."""
        return Response(self._services.metrics.text(), content_type=METRICS_TYPE)


def register(api: Api, services: Services, config: Config) -> None:  # noqa: ARG001
    """Add the resource."""
    api.add_resource(
        MetricsResource, "/metrics", endpoint="metrics", resource_class_kwargs={"services": services}
    )
