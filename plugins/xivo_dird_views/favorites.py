"""The favorite contacts of a user (contract section 2.1)."""

from xivo_dird.view import Caller, ErrorFamily, Resource, Routes, Services, UserCaller, operation
from xivo_dird_views._contact_list import DisplayedContacts, display_contacts


class FavoritesResource(Resource):
    """The favorites of the token's user."""

    error_family = ErrorFamily.LEGACY

    @operation("List favorites", acl="dird.directories.favorites.{profile}.read", errors=(404,))
    def get(self, caller: Caller, profile: str) -> DisplayedContacts:
        """Return the favorites that still exist in the sources of the profile."""
        resolved_profile = self.services.profiles.find_by_name(caller.tenant_uuid, profile)
        contacts = self.services.favorites.find_contacts(caller, resolved_profile)
        favorite_ids = {(contact.source, contact.source_entry_id or "") for contact in contacts}
        return display_contacts(resolved_profile, contacts, favorite_ids)


class FavoriteResource(Resource):
    """One contact as a favorite; the name of its directory may contain slashes."""

    error_family = ErrorFamily.LEGACY

    @operation(
        "Add a favorite",
        acl="dird.directories.favorites.{directory}.{contact}.update",
        errors=(400, 404, 409),
    )
    def put(self, caller: UserCaller, directory: str, contact: str) -> None:
        """Add the favorite, without checking that the contact exists."""
        self.services.favorites.add(caller.tenant_uuid, caller.user_uuid, directory, contact)

    @operation(
        "Remove a favorite", acl="dird.directories.favorites.{directory}.{contact}.delete", errors=(404,)
    )
    def delete(self, caller: Caller, directory: str, contact: str) -> None:
        """Remove the favorite."""
        self.services.favorites.remove(caller.tenant_uuid, caller.user_uuid, directory, contact)


def register(routes: Routes, services: Services) -> None:
    """Add the resources."""
    routes.add("/directories/favorites/<profile>", FavoritesResource(services), "favorites")
    routes.add("/directories/favorites/<path:directory>/<contact>", FavoriteResource(services), "favorite")
