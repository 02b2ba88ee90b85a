"""References in secrets, `${file:PATH}` and `${env:NAME}`, and the reader that returns what they stand for.

A text is stored and shown with its references. Only validation with a `SecretReader` as its context resolves them:
the administrator's reader for the configuration, the reader of its owner for a source that is opened.
"""

import os
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

from xivo_dird.exceptions import InvalidSource, SourceError, without_question
from xivo_dird.host_files import AllowedFolders, HostFile

MAX_SECRET_BYTES = 64 * 1024
"""Maximum size of a file with a secret."""

MAX_REFERENCE_CHARACTERS = 4096
"""Maximum length of a text with references."""

MAX_REFERENCES = 16
"""Maximum number of references in a text."""

_BEGIN = re.compile(r"\$\{(\w+):")
_REFERENCE = re.compile(r"\$\{(\w+):([^{}]*)\}")
_KINDS = ("file", "env")
_WORD_SEPARATORS = re.compile(r"[\s,]+")


def has_reference(text: str) -> bool:
    """Return whether a text has a reference, valid or not: `${`, a word and a colon."""
    return _BEGIN.search(text) is not None


def check_references(text: str) -> None:
    """Check how the references in a text are written; nothing is read.

    Raises:
        InvalidSource: One is of an unknown kind, has no name or no end, or the text is too long.
    """
    if len(text) > MAX_REFERENCE_CHARACTERS:
        raise InvalidSource(f"a text with references has at most {MAX_REFERENCE_CHARACTERS} characters")
    begins = list(_BEGIN.finditer(text))
    if len(begins) > MAX_REFERENCES:
        raise InvalidSource(f"a text has at most {MAX_REFERENCES} references")
    for begin in begins:
        start, kind = begin.group(), begin.group(1)
        if kind not in _KINDS:
            raise InvalidSource(f"{start}…}} is unknown: a secret refers to ${{file:PATH}} or ${{env:NAME}}")
        reference = _REFERENCE.match(text, begin.start())
        if reference is None or not reference.group(2):
            raise InvalidSource(f"{start} needs a name and a closing brace; references can't be nested")


class SecretReader:
    """Resolves the references in the secrets of one source, or of the configuration."""

    def __init__(self, readers: Mapping[str, Callable[[str], str]]) -> None:
        """Create a reader.

        Args:
            readers: Returns the text that a name stands for, or raises `InvalidSource`, by kind of reference.
        """
        self._readers = readers
        self._read: list[str] = []

    @property
    def has_read(self) -> bool:
        """Return True if a reference was resolved, so that an error may quote its text."""
        return bool(self._read)

    def resolve(self, text: str, *, in_uri: bool) -> str:
        """Return a text with what its references stand for.

        Args:
            text: The text.
            in_uri: Percent-encode what is inserted, unless the whole text is one reference.

        Raises:
            SourceError: A reference can't be resolved; the message names it, never the secret.
        """
        check_references(text)
        if _REFERENCE.fullmatch(text):
            in_uri = False
        return _REFERENCE.sub(lambda reference: self._resolve_one(reference, in_uri=in_uri), text)

    def redacted(self, message: str) -> str:
        """Return the message of an error without what references stand for, as a whole or in part."""
        words = {word for text in self._read for word in (text, *_WORD_SEPARATORS.split(text))}
        variants = {variant for word in words for variant in (word, quote(word, safe=""), repr(word)[1:-1])}
        quoted = [variant for variant in variants if variant.lower() in message.lower()]
        return without_question(message, *sorted(quoted, key=len, reverse=True))

    def _resolve_one(self, reference: re.Match[str], *, in_uri: bool) -> str:
        kind, name = reference.groups()
        try:
            secret = self._readers[kind](name)
        except SourceError as error:
            raise InvalidSource(f"{reference.group()}: {error}") from error
        if not secret:
            raise InvalidSource(f"{reference.group()} is empty")
        self._read.append(secret)
        return quote(secret, safe="") if in_uri else secret


def source_reader(*, is_declared: bool, tenant_uuid: str, tenant_folder: Path | None) -> SecretReader:
    """Return the reader for a source: that of the administrator if YAML declares it, else that of its tenant."""
    return administrator_reader() if is_declared else tenant_reader(tenant_folder, tenant_uuid)


def administrator_reader() -> SecretReader:
    """Return the reader for what the administrator of the host wrote: any file, any environment variable."""
    return SecretReader({"file": _read_any_file, "env": _read_variable})


def tenant_reader(tenant_folder: Path | None, tenant_uuid: str) -> SecretReader:
    """Return the reader for what a client of a tenant wrote: only files in the folder of that tenant.

    Args:
        tenant_folder: The folder with a folder for each tenant; None: all references are refused.
        tenant_uuid: The uuid of the tenant; any other text than a UUID has no folder.
    """
    read_file = partial(_read_tenant_file, tenant_folder, tenant_uuid)
    return SecretReader({"file": read_file, "env": _refuse_variable})


def _read_variable(name: str) -> str:
    try:
        value = os.environ.get(name)
        if value is not None:
            value.encode()
    except UnicodeEncodeError:
        raise InvalidSource("the environment variable is not UTF-8") from None  # the cause quotes it
    if value is None:
        raise InvalidSource("the environment variable is not set")
    return value


def _refuse_variable(_name: str) -> str:
    raise InvalidSource(
        "only a source that is declared in YAML may use an environment variable; use ${file:NAME}"
    )


def _read_any_file(path: str) -> str:
    if not Path(path).is_absolute():
        raise InvalidSource("the path must be absolute")
    return _read_file(HostFile("secret", path, AllowedFolders((Path("/"),), "")))


def _read_tenant_file(tenant_folder: Path | None, tenant_uuid: str, name: str) -> str:
    if tenant_folder is None:
        raise InvalidSource("files are refused unless the administrator sets secrets.tenant_folder")
    if not _is_uuid(tenant_uuid):
        raise InvalidSource("the tenant has no folder for secrets")
    folder = tenant_folder / tenant_uuid
    try:
        return _read_file(HostFile("secret", name, AllowedFolders((folder,), "secrets.tenant_folder")))
    except InvalidSource as error:
        raise InvalidSource(f"it is not a file below {folder}, the folder of the tenant") from error


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def _read_file(file: HostFile) -> str:
    """Return the text of a file without the newline at its end."""
    with file.open(MAX_SECRET_BYTES, "a secret may have") as opened:
        try:
            content = opened.read(MAX_SECRET_BYTES + 1)
        except OSError as error:
            raise SourceError(f"{file} can't be read: {error.strerror}") from error
    if len(content) > MAX_SECRET_BYTES:  # of a file in /proc the size is not known before
        raise SourceError(f"{file} has more than {MAX_SECRET_BYTES} bytes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SourceError(f"{file} is not UTF-8") from None  # the cause quotes the bytes
    return text.removesuffix("\n").removesuffix("\r") if text.endswith("\r\n") else text.removesuffix("\n")
