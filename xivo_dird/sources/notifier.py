"""The events of sources, for administrators."""

from xivo_dird.config.masking import masked
from xivo_dird.events.lifecycle import Lifecycle
from xivo_dird.sources.model import Source


def _shown(source: Source) -> dict[str, object]:
    return {
        "uuid": source.uuid,
        "tenant_uuid": source.tenant_uuid,
        "name": source.name,
        "backend": source.backend,
        "options": masked(source.options),
    }


SOURCE = Lifecycle("source", _shown)
"""Profiles and favorites have lost a deleted source."""
