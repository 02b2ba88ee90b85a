"""The events of favorites (contract section 5.3)."""

from xivo_dird.events.model import Event


def added(
    xivo_uuid: str | None, tenant_uuid: str | None, user_uuid: str, source: str, contact_id: str
) -> Event:
    """Tell that a user marked a contact of a source, which is given by name."""
    data = _data(xivo_uuid, user_uuid, source, contact_id)
    return Event("favorite_added", "favorite.created", tenant_uuid, user_uuid, data)


def deleted(
    xivo_uuid: str | None, tenant_uuid: str | None, user_uuid: str, source: str, contact_id: str
) -> Event:
    """Tell that the mark is gone."""
    data = _data(xivo_uuid, user_uuid, source, contact_id)
    return Event("favorite_deleted", "favorite.deleted", tenant_uuid, user_uuid, data)


def _data(xivo_uuid: str | None, user_uuid: str, source: str, contact_id: str) -> dict[str, object]:
    return {
        "xivo_uuid": xivo_uuid,
        "user_uuid": user_uuid,
        "source": source,
        "source_entry_id": contact_id,
    }
