"""The options of sources as clients, events and logs show them."""

from collections.abc import Mapping

from pydantic import ValidationError

from xivo_dird.config.masking import MASKED, SHOWN, SecretRewrite, masked
from xivo_dird.source_options import SourceOptions, has_write_only
from xivo_dird.sources.model import PHONEBOOK_KEYS, Source

Schemas = Mapping[str, type[SourceOptions]]
"""The schema of the options of each backend, by backend name."""


class ShownOptions:
    """Masks the secrets of sources, which the schema of their backend marks."""

    def __init__(self, schemas: Schemas, *, shows_secrets: bool) -> None:
        """Initialize with the schemas; `shows_secrets` to clients, except those that are `WRITE_ONLY`."""
        self._schemas = schemas
        shown = {name for name, schema in schemas.items() if not has_write_only(schema)}
        self._as_stored = shown if shows_secrets else set()
        self._rewrite = SHOWN if shows_secrets else MASKED

    def to_clients(self, source: Source) -> Mapping[str, object]:
        """Return the options of a source for clients that may read it."""
        if source.backend in self._as_stored:
            return source.options
        return self._rewritten(source, self._rewrite)

    def masked(self, source: Source) -> Mapping[str, object]:
        """Return the options of a source with secrets masked; all values, if the backend is unknown or rejects them."""
        return self._rewritten(source, MASKED)

    def parsed(self, source: Source) -> SourceOptions | None:
        """Return the options of a source, with its references; None if the backend is unknown or rejects them."""
        schema = self._schemas.get(source.backend)
        try:
            return None if schema is None else schema.model_validate(source.named_options())
        except ValidationError:  # the schema of the backend has changed since the options were stored
            return None

    def _rewritten(self, source: Source, rewrite: SecretRewrite) -> Mapping[str, object]:
        values = masked(source.options, self.parsed(source), rewrite)
        shown = PHONEBOOK_KEYS if source.phonebook_uuid is not None else ()
        return values | {key: source.options[key] for key in shown if key in source.options}
