"""A user who was deleted leaves no contacts and no favorites (contract section 4.2)."""

from typing import Annotated

from pydantic import StringConstraints

from xivo_dird.listener import EventData, Listener


class UserDeleted(EventData):
    """The user; in any form, for nobody checks what a token says either."""

    uuid: Annotated[str, StringConstraints(min_length=1, max_length=1024, pattern=r"^[^\x00]*$")]


class UserCleanup(Listener[UserDeleted]):
    """Removes what the user wrote down; an unknown user has nothing."""

    events = ("user_deleted",)
    Data = UserDeleted

    def handle(self, name: str, data: UserDeleted) -> None:  # noqa: ARG002
        """Remove contacts and favorites."""
        self.services.personal.remove_all(data.uuid)
        self.services.favorites.remove_all(data.uuid)
