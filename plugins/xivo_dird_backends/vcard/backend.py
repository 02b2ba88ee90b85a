"""The vCard backend: a file of cards, or a folder of such files."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from xivo_dird.backend import (
    CARD_FIELDS,
    EXCLUDE_UNSET,
    MAX_BYTES,
    NO_BOOLEAN,
    AllowedFolders,
    BackendSettings,
    Caller,
    Environment,
    ReportedEntries,
    SnapshotBackend,
    SourceOptions,
)
from xivo_dird_backends._encoding import Encoding
from xivo_dird_backends._files import is_on_local_disk
from xivo_dird_backends.vcard.card_entries import CardEntries
from xivo_dird_backends.vcard.card_files import FolderOfFiles, card_files

PathText = Annotated[str, StringConstraints(min_length=1)]


class VcardOptions(SourceOptions):
    """The options of a vCard source."""

    file: Annotated[PathText | None, EXCLUDE_UNSET] = None
    """A file. A relative path is below the first of `folders`, another one must be below one of them. Either
    this or `folder` is needed."""

    folder: Annotated[PathText | None, EXCLUDE_UNSET] = None
    """A folder, whose files with names that end with `.vcf` are read, without its subfolders."""

    encoding: Annotated[Encoding | None, EXCLUDE_UNSET] = None
    """The encoding of texts that are not UTF-8 and name none. Without it, Windows-1252."""


class VcardSettings(BackendSettings):
    """Which files may be read."""

    folders: Annotated[tuple[Path, ...], Field(min_length=1)] = (
        Path("/var/lib/xivo-dird/vcard"),
        Path("/etc/xivo-dird/vcard"),
    )
    """Folders that files must be in, directly or in a subfolder, after following links."""

    max_file_size: Annotated[int, Field(gt=0, le=MAX_BYTES), NO_BOOLEAN] = 2 * 1024**3
    """Maximum size of a file, in bytes."""

    max_files: Annotated[int, Field(gt=0, le=10_000_000), NO_BOOLEAN] = 100_000
    """Maximum number of files in the folder of a source."""


class VcardBackend(SnapshotBackend[VcardOptions]):
    """Reads vCards; a broken card, and a file of a folder that can't be read, are left out and reported."""

    Options = VcardOptions
    Settings = VcardSettings
    check_interval = 0.0
    unique_column = "id"
    entry_fields = CARD_FIELDS

    def __init__(self, options: VcardOptions, environment: Environment) -> None:
        """Check the options; no file is opened yet.

        Raises:
            InvalidSource: The files are outside the allowed folders, or not exactly one option names them.
        """
        super().__init__(options, environment)
        settings = environment.settings_of(VcardSettings)
        allowed = AllowedFolders(settings.folders, "backends.vcard.folders")
        limits = settings.max_file_size, settings.max_files
        self._files = card_files(options.file, options.folder, allowed, *limits)

    def version(self, caller: Caller | None) -> str:  # noqa: ARG002 - files are the same for all
        """Return a text that changes with the names, sizes and times of the files."""
        return self._files.version()

    def is_version_blocking(self) -> bool:
        """Return True for a folder, and for a file that is not known to be on a local disk."""
        return isinstance(self._files, FolderOfFiles) or not is_on_local_disk(self._files.path)

    def entries(self, caller: Caller | None) -> ReportedEntries:  # noqa: ARG002 - files are the same for all
        """Return the people, with a report of the cards and files that were left out."""
        entries = CardEntries(self._files, self.options.encoding)
        return ReportedEntries(entries.read(), entries.report)
