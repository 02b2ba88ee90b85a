"""The running configuration, for the master tenant (contract section 2.13)."""

from xivo_dird.running_config.model import ConfigPatch
from xivo_dird.view import Resource, Routes, Services, operation


class ConfigResource(Resource):
    """Show it, and turn debugging on and off."""

    @operation("Show the configuration", acl="dird.config.read", for_master_tenant=True)
    def get(self) -> dict[str, object]:
        """Return the configuration, secrets masked."""
        return self.services.config.show()

    @operation("Turn debugging on or off", acl="dird.config.update", errors=(400,), for_master_tenant=True)
    def patch(self, body: ConfigPatch) -> dict[str, object]:
        """Change the configuration and return it."""
        self.services.config.change(body)
        return self.services.config.show()


def register(routes: Routes, services: Services) -> None:
    """Add the resource."""
    routes.add("/config", ConfigResource(services))
