"""Errors for resources that do not exist, or that the caller may not see; each is a 404."""

from xivo_dird.exceptions.base import DirdError


class NotFound(DirdError):
    """A resource does not exist, or is not visible to the caller."""

    def __init__(self, identifier: str) -> None:
        """Create an error for the identifier that the client sent."""
        super().__init__(f"No such {type(self).__name__.removeprefix('Unknown').lower()}: {identifier}")
        self.details = {"uuid": identifier}


class UnknownContact(NotFound):
    """The contact does not exist."""

    error_id = "unknown-contact"
    resource = "contacts"


class UnknownDisplay(NotFound):
    """The display does not exist."""

    error_id = "unknown-display"
    resource = "displays"


class UnknownFavorite(NotFound):
    """The contact is not a favorite of this user."""

    error_id = "unknown-favorite"
    resource = "favorites"


class UnknownPhonebook(NotFound):
    """The phonebook does not exist."""

    error_id = "unknown-phonebook"

    def __init__(self, identifier: str, resource: str = "phonebooks") -> None:
        """Create an error; `resource` is the kind of the requested resource."""
        super().__init__(identifier)
        self.resource = resource


class PhonebookOutOfReach(NotFound):
    """A source refers to a phonebook that its tenant does not have (contract section 2.9)."""

    error_id = "unknown-phonebook"

    def __init__(self, phonebook_uuid: str, tenant_uuid: str, backend: str) -> None:
        """Create an error for the phonebook; `tenant_uuid` and `backend` are those of the source."""
        super().__init__(phonebook_uuid)
        self.resource = f"/backends/{backend}/sources"
        self.message = f"No such phonebook in the tenant of the source: {phonebook_uuid}"
        self.details = {"phonebook_key": {"uuid": phonebook_uuid}, "visible_tenants": [tenant_uuid]}


class UnknownProfile(NotFound):
    """The profile does not exist."""

    error_id = "unknown-profile"
    resource = "profiles"


class MissingService(NotFound):
    """The profile does not have the service; a service without sources is not an error."""

    error_id = "unknown-service"
    resource = "profiles"

    def __init__(self, profile: str, service: str) -> None:
        """Create an error for a profile and the service that it lacks."""
        super().__init__(profile)
        self.message = f"The profile {profile!r} has no service {service!r}"


class UnknownSource(NotFound):
    """The source does not exist."""

    error_id = "unknown-source"
    resource = "sources"


class NoTokenFound(NotFound):
    """The user has no token for the service whose contacts are requested (contract section 2.10)."""

    error_id = "no-token-found"

    def __init__(self, user_uuid: str | None) -> None:
        """Create an error for a user, None for a caller without a user."""
        super().__init__(user_uuid or "")
        self.message = "No token was found for the user"
        self.details = {"user_uuid": user_uuid}


class UnknownTenant(NotFound):
    """No visible tenant has this name."""

    error_id = "unknown-tenant"
    resource = "tenants"


class UnknownUser(NotFound):
    """The user does not exist, or is in no tenant that the caller may ask for."""

    error_id = "unknown-user"
    resource = "users"
