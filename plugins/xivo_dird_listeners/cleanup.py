"""Removes the personal contacts and favorites of a deleted user (contract section 4.2)."""

from typing import Annotated

from pydantic import StringConstraints

from xivo_dird.listener import EventData, Listener


class UserDeleted(EventData):
    """The deleted user. The uuid may have any form, as in tokens."""

    uuid: Annotated[str, StringConstraints(min_length=1, max_length=1024, pattern=r"^[^\x00]*$")]


class UserCleanup(Listener[UserDeleted]):
    """Removes the data of deleted users; an event about an unknown user has no effect."""

    events = ("user_deleted",)
    Data = UserDeleted

    def handle(self, name: str, data: UserDeleted) -> None:  # noqa: ARG002
        """Remove the contacts and favorites of the user."""
        self.services.personal.remove_all(data.uuid)
        self.services.favorites.remove_all(data.uuid)
