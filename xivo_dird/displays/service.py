"""The display service."""

from collections.abc import Collection

from typing_extensions import override

from xivo_dird.database.engine import Session
from xivo_dird.displays import dao
from xivo_dird.displays.model import Display, DisplayDraft
from xivo_dird.displays.notifier import DISPLAY_LIFECYCLE
from xivo_dird.exceptions import UnknownDisplay
from xivo_dird.tenants.owned_service import OwnedService
from xivo_dird.tenants.owned_store import Storage


class DisplayService(OwnedService[Display, DisplayDraft]):
    """Reads and writes the displays of all tenants. Removing a display also removes it from profiles."""

    def __init__(self, storage: Storage) -> None:
        """Create the service for displays in `storage`."""
        super().__init__("displays", dao, storage, DISPLAY_LIFECYCLE, UnknownDisplay)

    def require_exists(self, session: Session, tenant_uuid: str, uuid: str) -> None:
        """Raise `UnknownDisplay` unless a tenant has this display, in the transaction that refers to it."""
        self._store.find(session, [tenant_uuid], uuid)

    def provision(self, displays: Collection[Display]) -> None:
        """Write the displays that YAML declares; mark those that it no longer declares as editable."""
        self._store.provision(displays)

    @override
    def _build(self, session: Session, uuid: str, tenant_uuid: str, draft: DisplayDraft) -> Display:
        return Display(uuid, tenant_uuid, draft.name, draft.columns)
