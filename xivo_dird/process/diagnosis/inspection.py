"""What a command can ask without a daemon: the sources and profiles of the configuration and of the store.

Nothing is written but temporary files. The daemon may be running: a command has a state directory of its own, in which
links lead to the index files of the daemon (`link_indexes`), so that a large directory need not be read again.
"""

import shutil
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from difflib import get_close_matches
from pathlib import Path

from xivo_dird.config.schema import Config
from xivo_dird.controller import Controller, Unstarted
from xivo_dird.database.engine import sqlite_files
from xivo_dird.diagnosis.source_kinds import SourceKinds
from xivo_dird.exceptions import InvalidConfiguration, StoreUnavailable, UnknownProfile
from xivo_dird.listing import Listing
from xivo_dird.profiles.model import Profile
from xivo_dird.sources.model import Source
from xivo_dird.sync import user_folder
from xivo_dird.tenants.model import Tenant

MAX_NAMED = 10
"""Maximum number of names that an error lists."""

INDEX_FILES = "index-*.sqlite"


class Inspection:
    """The sources and profiles that the daemon would have after its next start.

    Attributes:
        parts: The daemon, with its own state directory.
        kinds: The backends of its sources.
    """

    def __init__(
        self,
        parts: Unstarted,
        state_directory: Path,
        store_problem: str | None = None,
        *,
        is_first_start: bool = False,
    ) -> None:
        """Read the tenants and sources.

        Args:
            parts: The daemon, with its own state directory.
            state_directory: That of the configuration.
            store_problem: Why the store is not used, so that only declared resources are known; None: it is used.
            is_first_start: Whether it is not used because the daemon has not created it yet.

        Raises:
            StoreUnavailable: The store does not answer.
        """
        self.parts = parts
        self.kinds = SourceKinds(parts.backends)
        self._store_problem = store_problem
        self._is_first_start = is_first_start
        self._state_directory = state_directory
        declared = {tenant.uuid: tenant for tenant in parts.declarations.tenants}
        stored = {tenant.uuid: tenant for tenant in parts.services.tenants.find_all()}
        self._tenants = {**stored, **declared}
        sources = {source.uuid: source for source in parts.services.sources.find_all()}
        sources.update({source.uuid: source for source in parts.declarations.sources})
        self._sources = list(sources.values())

    def tenant_name(self, uuid: str) -> str:
        """Return the name of a tenant, its uuid if it has none."""
        tenant = self._tenants.get(uuid)
        return tenant.name or uuid if tenant is not None else uuid

    def store_hints(self, sources: Collection[Source]) -> Iterator[str]:
        """Yield that the store is not used; before the first start only if these sources have their contacts in it."""
        if self._store_problem is None or (
            self._is_first_start and not any(map(self.kinds.is_stored, sources))
        ):
            return
        yield f"the store is not used, only what YAML declares: {self._store_problem}"

    def sources_of(self, tenant_uuid: str) -> list[Source]:
        """Return the sources of a tenant."""
        return [source for source in self._sources if source.tenant_uuid == tenant_uuid]

    def find_source(self, name: str, tenant: str | None) -> Source:
        """Return the source with a name.

        Raises:
            InvalidConfiguration: There is none, or there are several.
        """
        uuids = self._tenant_uuids(tenant)
        candidates = [source for source in self._sources if uuids is None or source.tenant_uuid in uuids]
        found = [source for source in candidates if source.name == name]
        if not found:
            raise InvalidConfiguration(self._unknown("source", name, {source.name for source in candidates}))
        if len(found) > 1:
            raise InvalidConfiguration(self._ambiguous("source", name, [s.tenant_uuid for s in found]))
        return found[0]

    def find_profile(self, name: str, tenant: str | None) -> Profile:
        """Return the profile with a name.

        Raises:
            InvalidConfiguration: There is none, or there are several.
        """
        uuids = self._tenant_uuids(tenant)
        candidates = list(self._tenants) if uuids is None else sorted(uuids)
        found = [profile for uuid in candidates if (profile := self._profile_of(uuid, name)) is not None]
        if not found:
            raise InvalidConfiguration(self._unknown("profile", name, self._profile_names(candidates)))
        if len(found) > 1:
            raise InvalidConfiguration(self._ambiguous("profile", name, [p.tenant_uuid for p in found]))
        return found[0]

    def link_indexes(self, sources: Collection[Source], user_uuid: str | None) -> None:
        """Link the indexes that the daemon has built, which are read if they have the current data."""
        for source in sources:
            folders = [Path(source.uuid)]
            if user_uuid is not None:
                folders.append(user_folder(folders[0], source.tenant_uuid, user_uuid))
            for folder in folders:
                self._link_files(Path("sources") / folder)

    def _link_files(self, folder: Path) -> None:
        target = self.parts.config.state_directory / folder
        with suppress(OSError):  # there are none, or they may not be read: they are built
            for file in (self._state_directory / folder).glob(INDEX_FILES):
                target.mkdir(parents=True, exist_ok=True)
                (target / file.name).symlink_to(file.absolute())

    def _profile_of(self, tenant_uuid: str, name: str) -> Profile | None:
        for profile in self.parts.declarations.profiles:
            if (profile.tenant_uuid, profile.name) == (tenant_uuid, name):
                return profile
        try:
            return self.parts.services.profiles.find_by_name(tenant_uuid, name)
        except UnknownProfile:
            return None

    def _profile_names(self, tenant_uuids: Sequence[str]) -> set[str]:
        stored = self.parts.services.profiles.find_listed(tenant_uuids, Listing()).items
        declared = self.parts.declarations.profiles
        return {*(p.name for p in stored), *(p.name for p in declared if p.tenant_uuid in tenant_uuids)}

    def _tenant_uuids(self, tenant: str | None) -> set[str] | None:
        """Return the uuids of the tenants with a name or uuid; None for any tenant."""
        if tenant is None:
            return None
        known = self._tenants.values()
        found = {
            each.uuid for each in known if tenant.casefold() in (each.uuid, (each.name or "").casefold())
        }
        if not found:
            raise InvalidConfiguration(self._unknown("tenant", tenant, set(map(_label, known)), "--tenant: "))
        return found

    def _unknown(self, kind: str, name: str, known: Collection[str], prefix: str = "") -> str:
        similar = get_close_matches(name, known, 1)
        hint = f"; is it {similar[0]!r}?" if similar else "."
        names = ", ".join(sorted(known)[:MAX_NAMED]) or "none"
        more = " …" if len(known) > MAX_NAMED else ""
        store = f" (the store is not used: {self._store_problem})" if self._store_problem else ""
        return f"{prefix}there is no {kind} {name!r}{hint} Known: {names}{more}{store}"

    def _ambiguous(self, kind: str, name: str, tenant_uuids: Sequence[str]) -> str:
        names = ", ".join(sorted({self.tenant_name(uuid) for uuid in tenant_uuids}))
        advice = "choose one with --tenant" if len(set(tenant_uuids)) > 1 else "rename one of them"
        return f"there are {len(tenant_uuids)} {kind}s {name!r}, of the tenants {names}: {advice}"


def _label(tenant: Tenant) -> str:
    return tenant.name or tenant.uuid


@contextmanager
def inspect(config: Config) -> Iterator[Inspection]:
    """Yield what a daemon with this configuration would have; if its store can't be used, only what is declared.

    Raises:
        InvalidConfiguration: A setting or a declaration is invalid.
    """
    folder = Path(tempfile.mkdtemp(prefix="xivo-dird-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        own = config.model_copy(update={"state_directory": folder})
        parts = stack.enter_context(Controller(own).unstarted())
        missing = _missing_file(parts)
        problem = _store_problem(parts, missing)
        if problem is not None:
            empty = own.model_copy(update={"db_uri": f"sqlite:///{folder / 'empty.db'}"})
            controller = Controller(empty)
            parts = stack.enter_context(controller.unstarted())
            controller.prepare()
        yield Inspection(parts, config.state_directory, problem, is_first_start=missing is not None)


def _missing_file(parts: Unstarted) -> Path | None:
    """Return the file of the store if the daemon has not created it yet."""
    files = sqlite_files(parts.config.db_uri)
    with suppress(OSError):  # the folder may not be read: asking the store says so
        return files[0] if files and not files[0].exists() else None
    return None


def _store_problem(parts: Unstarted, missing: Path | None) -> str | None:
    if missing is not None:
        return f"there is no {missing}; the daemon creates it when it starts"
    try:
        parts.check_store()
    except StoreUnavailable as error:
        return str(error)
    return None
