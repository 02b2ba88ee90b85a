"""Favorites: the contacts that a user marked (contract section 2.1)."""

from xivo_dird.view import Caller, ErrorFamily, Resource, Routes, Services, UserCaller, operation
from xivo_dird_views._contact_list import DisplayedContacts, contact_list


class FavoritesResource(Resource):
    """The favorites of the token's user."""

    errors = ErrorFamily.LEGACY

    @operation("List favorites", acl="dird.directories.favorites.{profile}.read", errors=(404,))
    def get(self, caller: Caller, profile: str) -> DisplayedContacts:
        """Return those in the sources of the profile that still exist."""
        found = self.services.profiles.find_by_name(caller.tenant_uuid, profile)
        contacts = self.services.favorites.find_contacts(caller, found)
        marks = {(contact.source, contact.source_entry_id or "") for contact in contacts}
        return contact_list(found, contacts, marks)


class FavoriteResource(Resource):
    """One contact, to be marked; the name of its directory may have slashes."""

    errors = ErrorFamily.LEGACY

    @operation(
        "Add a favorite",
        acl="dird.directories.favorites.{directory}.{contact}.update",
        errors=(400, 404, 409),
    )
    def put(self, caller: UserCaller, directory: str, contact: str) -> None:
        """Mark it; nobody asks whether there is such a contact."""
        self.services.favorites.add(caller.tenant_uuid, caller.user_uuid, directory, contact)

    @operation(
        "Remove a favorite", acl="dird.directories.favorites.{directory}.{contact}.delete", errors=(404,)
    )
    def delete(self, caller: Caller, directory: str, contact: str) -> None:
        """Take the mark off."""
        self.services.favorites.remove(caller.tenant_uuid, caller.user_uuid, directory, contact)


def register(routes: Routes, services: Services) -> None:
    """Add the list and its items."""
    routes.add("/directories/favorites/<profile>", FavoritesResource(services), "favorites")
    routes.add("/directories/favorites/<path:directory>/<contact>", FavoriteResource(services), "favorite")
