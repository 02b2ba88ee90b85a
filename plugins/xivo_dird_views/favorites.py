"""Favorites: the contacts that a user marked (contract section 2.1)."""

from xivo_dird.view import (
    Api,
    Config,
    ErrorFamily,
    Operation,
    Response,
    ServiceResource,
    Services,
    current_caller,
    current_user,
    empty_response,
    json_response,
    operation,
)
from xivo_dird_views._contact_list import DisplayedContacts, contact_list


class FavoritesResource(ServiceResource):
    """The favorites of the token's user."""

    errors = ErrorFamily.LEGACY

    @operation(
        Operation(
            "List favorites",
            "dird.directories.favorites.{profile}.read",
            answer=DisplayedContacts,
            errors=(404,),
        )
    )
    def get(self, profile: str) -> Response:
        """Answer those in the sources of the profile that still exist."""
        caller = current_caller()
        found = self._services.profiles.find_by_name(caller.tenant_uuid, profile)
        contacts = self._services.favorites.find_contacts(caller, found)
        marks = {(contact.source, contact.source_entry_id or "") for contact in contacts}
        return json_response(contact_list(found, contacts, marks))


class FavoriteResource(ServiceResource):
    """One contact, to be marked; the name of its directory may have slashes."""

    errors = ErrorFamily.LEGACY

    @operation(
        Operation(
            "Add a favorite",
            "dird.directories.favorites.{directory}.{contact}.update",
            for_user=True,
            success=204,
            errors=(400, 404, 409),
        )
    )
    def put(self, directory: str, contact: str) -> Response:
        """Mark it; nobody asks whether there is such a contact."""
        self._services.favorites.add(current_caller().tenant_uuid, current_user(), directory, contact)
        return empty_response()

    @operation(
        Operation(
            "Remove a favorite",
            "dird.directories.favorites.{directory}.{contact}.delete",
            success=204,
            errors=(404,),
        )
    )
    def delete(self, directory: str, contact: str) -> Response:
        """Take the mark off."""
        caller = current_caller()
        self._services.favorites.remove(caller.tenant_uuid, caller.user_uuid, directory, contact)
        return empty_response()


def register(api: Api, services: Services, config: Config) -> None:  # noqa: ARG001
    """Add the list and its items."""
    arguments = {"services": services}
    api.add_resource(
        FavoritesResource,
        "/directories/favorites/<profile>",
        endpoint="favorites",
        resource_class_kwargs=arguments,
    )
    api.add_resource(
        FavoriteResource,
        "/directories/favorites/<path:directory>/<contact>",
        endpoint="favorite",
        resource_class_kwargs=arguments,
    )
