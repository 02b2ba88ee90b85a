"""The data that a `SnapshotBackend` lists, as the index reads them."""

from collections.abc import Callable, Iterable
from hashlib import blake2b

from xivo_dird.backend import Caller, Entry, SnapshotBackend, SourceOptions, SourceUnavailable
from xivo_dird.exceptions import PluginBoundary
from xivo_dird.index.build_request import NewBackend
from xivo_dird.index.format import IndexShape

MIN_CHECK_SECONDS = 0.01
"""The shortest time between two checks in the background."""

MAX_VERSION = 1024
"""Maximum number of characters of a version; a longer one is replaced by its beginning and its hash."""

_KEPT_CHARACTERS = 100


class DirectoryData:
    """The data of one backend. Only a backend that is `per_user` learns who asks.

    Attributes:
        name: The name of the source.
        check_interval: Seconds between two checks in the background; 0: each question checks.
        is_version_blocking: Whether a check may wait for another machine.
        shape: What is indexed, and how.
        per_user: Whether each user has data of their own.
        recipe: Returns how the backend is created in another process, None if it can't be.
    """

    def __init__(
        self, backend: SnapshotBackend[SourceOptions], recipe: Callable[[], NewBackend] | None = None
    ) -> None:
        """Read the properties of a backend."""
        self._backend = backend
        self.recipe = recipe
        self.name = backend.options.name
        interval = backend.check_interval
        self.check_interval = max(MIN_CHECK_SECONDS, interval) if interval > 0 else 0.0
        self.is_version_blocking = backend.is_version_blocking()
        self.shape = IndexShape.of_backend(backend)
        self.per_user = backend.per_user

    def version(self, caller: Caller | None) -> str:
        """Return the version of the data that a caller sees.

        Raises:
            SourceUnavailable: The version is no text.
            Exception: Whatever the backend raises.
        """
        version: object = self._backend.version(self._known(caller))
        if not isinstance(version, str):
            raise SourceUnavailable(f"its version is a {type(version).__name__}, not a text")
        if len(version) <= MAX_VERSION:
            return version
        digest = blake2b(version.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        return f"{version[:_KEPT_CHARACTERS]}… {digest}"

    def entries(self, caller: Caller | None) -> Iterable[Entry]:
        """Return the entries that a caller sees.

        Raises:
            Exception: Whatever the backend raises.
        """
        return self._backend.entries(self._known(caller))

    def authorize(self, caller: Caller) -> None:
        """Check that a token that is not the user's may read the entries of the user.

        Raises:
            Exception: Whatever the backend raises if it may not.
        """
        with PluginBoundary("checking who may read its entries"):
            self._backend.authorize(caller)

    def _known(self, caller: Caller | None) -> Caller | None:
        """Return the caller if the backend may know it: an index that users share must depend on none of them."""
        return caller if self.per_user else None
