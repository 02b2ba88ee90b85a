"""The running configuration, for tokens of the master tenant (contract section 2.13)."""

from xivo_dird.running_config.model import ConfigPatch
from xivo_dird.view import Resource, Routes, Services, operation


class ConfigResource(Resource):
    """The configuration; debugging can be turned on and off."""

    @operation("Show the configuration", acl="dird.config.read", master_tenant_only=True)
    def get(self) -> dict[str, object]:
        """Return the configuration with secrets masked."""
        return self.services.config.show()

    @operation("Turn debugging on or off", acl="dird.config.update", errors=(400,), master_tenant_only=True)
    def patch(self, body: ConfigPatch) -> dict[str, object]:
        """Change the configuration and return it."""
        self.services.config.change(body)
        return self.services.config.show()


def register(routes: Routes, services: Services) -> None:
    """Add the resource."""
    routes.add("/config", ConfigResource(services))
