"""The running configuration, for the master tenant (contract section 2.13)."""

from xivo_dird.view import (
    Api,
    Body,
    Config,
    ConfigPatch,
    Operation,
    Response,
    ServiceResource,
    Services,
    json_response,
    operation,
)


class ConfigResource(ServiceResource):
    """Show it, and turn debugging on and off."""

    @operation(
        Operation(
            "Show the configuration", "dird.config.read", answer=dict[str, object], for_master_tenant=True
        )
    )
    def get(self) -> Response:
        """Answer the configuration, secrets masked."""
        return json_response(self._services.config.show())

    @operation(
        Operation(
            "Turn debugging on or off",
            "dird.config.update",
            body=Body(ConfigPatch),
            answer=dict[str, object],
            for_master_tenant=True,
            errors=(400,),
        )
    )
    def patch(self, body: ConfigPatch) -> Response:
        """Change the configuration and answer it."""
        self._services.config.change(body)
        return json_response(self._services.config.show())


def register(api: Api, services: Services, config: Config) -> None:  # noqa: ARG001
    """Add the resource."""
    api.add_resource(
        ConfigResource, "/config", endpoint="config", resource_class_kwargs={"services": services}
    )
