"""Our errors. Foreign ones are translated where the library is called; HTTP is made of them once.

DirdError
 ├── InvalidConfiguration      the administrator's files; the daemon does not start
 ├── InvalidData               what a client sent, `details` per field (contract section 1.6)
 │    ├── NullBody             the JSON literal null
 │    ├── InvalidReference     it names something that is not there
 │    ├── InvalidContact       a personal contact, or every row of a file of them
 │    ├── InvalidQuery         a list parameter breaks a rule (contract section 1.7)
 │    │    └── InvalidParameter
 │    └── InvalidImport        a file of contacts that can't be imported (contract section 2.3)
 │         ├── BadEncoding     its charset is unknown, or it is not in it
 │         ├── InvalidCsv      it is no CSV
 │         ├── DuplicateColumns
 │         ├── EmptyFile       it has no row
 │         └── BadContacts     some rows are no contacts, `details` per row
 ├── InvalidArgument           a query argument is missing or malformed, `details` per argument
 ├── NotFound
 │    ├── UnknownContact
 │    ├── MissingService       a profile does not have it
 │    ├── UnknownDisplay
 │    ├── UnknownFavorite
 │    ├── UnknownPhonebook
 │    ├── PhonebookOutOfReach  a source is to be based on it
 │    ├── UnknownProfile
 │    ├── UnknownSource
 │    └── UnknownTenant
 ├── Conflict                  a unique name is taken
 │    └── ReadOnly             it is declared in the configuration
 ├── Unauthorized              no valid token, or not enough rights
 ├── Unavailable               a server that we depend on does not answer
 │    ├── AuthServerUnreachable
 │    ├── BrokerUnavailable
 │    ├── MasterTenantUnknown
 │    └── StoreUnavailable
 └── SourceError               one source; costs only its own entries
      ├── InvalidSource        its options can't work
      └── SourceUnavailable    it can't answer now
           ├── SourceDataMissing   there is nothing to answer from any more
           └── QuestionRefused it works, but would not answer this one question
"""

from collections.abc import Mapping, Sequence


class DirdError(Exception):
    """The root: everything the daemon raises on purpose.

    `error_id` and `details` are what the API shows of it; the message is for people.
    """

    error_id = "unexpected-error"
    resource: str | None = None

    def __init__(self, message: str, details: Mapping[str, object] | None = None) -> None:
        """Keep `details`, a JSON-ready object (default: empty)."""
        super().__init__(message)
        self.message = message
        self.details: Mapping[str, object] = details or {}

    @property
    def reason(self) -> object:
        """Answer what legacy answers tell (contract section 1.4, shape L1)."""
        return [self.message]


class InvalidConfiguration(DirdError):
    """A configuration file is wrong; the message names the file and the key."""


class InvalidData(DirdError):
    """A client sent data that breaks a rule."""

    error_id = "invalid-data"


class NullBody(InvalidData):
    """The body is the JSON literal `null` (contract section 1.4)."""


class InvalidReference(InvalidData):
    """A body names what does not exist in its tenant; told like that one's own 404 (contract section 2.6)."""

    def __init__(self, missing: "NotFound") -> None:
        """Tell of `missing`, but as a fault of the body."""
        super().__init__(missing.message, missing.details)
        self.error_id = missing.error_id
        self.resource = missing.resource


class InvalidQuery(InvalidData):
    """A list parameter breaks a rule (contract section 1.7)."""


class InvalidParameter(InvalidQuery):
    """A list parameter breaks a rule where that is told as plain text (contract section 2.2)."""

    @property
    def reason(self) -> object:
        """Answer a text where others answer a list."""
        return self.message


class InvalidContact(InvalidData):
    """A personal contact breaks rules, or every row of a file of them does (contract section 2.2)."""

    def __init__(self, reasons: Sequence[object]) -> None:
        """Tell all that is wrong: texts, or an object per row."""
        more = f" ({len(reasons) - 1} more problems)" if len(reasons) > 1 else ""
        super().__init__(f"{reasons[0]}{more}", {"reasons": reasons})

    @property
    def reason(self) -> object:
        """Answer all that is wrong."""
        return self.details["reasons"]


class InvalidImport(InvalidData):
    """A file of contacts can't be imported (contract section 2.3)."""

    resource = "contacts"


class BadEncoding(InvalidImport):
    """The charset is unknown, or the bytes are not in it."""

    error_id = "phonebook-contact-import-bad-encoding"

    def __init__(self, charset: str, error: str) -> None:
        """Name the charset that the client named."""
        super().__init__(
            f"The file can't be read with the charset {charset!r}: {error}",
            {"error": error, "charset": charset},
        )


class InvalidCsv(InvalidImport):
    """The file is no CSV."""

    error_id = "phonebook-contact-import-invalid-file"

    def __init__(self, line: int, error: str) -> None:
        """`line` counts from 1."""
        super().__init__(f"The file is no valid CSV at line {line}: {error}", {"error": error})


class DuplicateColumns(InvalidImport):
    """The header names a column twice."""

    error_id = "phonebook-contact-import-duplicate-columns"

    def __init__(self, duplicates: Sequence[str]) -> None:
        """Name them."""
        super().__init__(f"The header has columns twice: {', '.join(duplicates)}", {"duplicates": duplicates})


class EmptyFile(InvalidImport):
    """The file has no row beside its header."""

    error_id = "phonebook-contact-import-empty-file"

    def __init__(self, line_count: int, byte_count: int) -> None:
        """Tell how much there is."""
        super().__init__(
            "The file has no contact in it", {"line_count": line_count, "byte_count": byte_count}
        )


class BadContacts(InvalidImport):
    """Some rows of the file are no contacts."""

    error_id = "phonebook-contact-import-bad-contacts"

    def __init__(self, errors: Sequence[Mapping[str, object]]) -> None:
        """`errors` has an `index`, a `message` and the `contact` for each bad row."""
        first = errors[0]
        super().__init__(
            f"{len(errors)} rows of the file are no contacts, the first is row {first['index']}:"
            f" {first['message']}",
            {"errors": errors},
        )
        self.errors = errors


class InvalidArgument(DirdError):
    """A query argument is missing or malformed (contract section 1.4, shape P)."""

    error_id = "invalid-data"


class NotFound(DirdError):
    """A resource that does not exist, or not for this caller."""

    def __init__(self, identifier: str) -> None:
        """Name the resource as the client named it."""
        super().__init__(f"No such {type(self).__name__.removeprefix('Unknown').lower()}: {identifier}")
        self.details = {"uuid": identifier}


class UnknownContact(NotFound):
    """No such contact."""

    error_id = "unknown-contact"
    resource = "contacts"


class UnknownDisplay(NotFound):
    """No such display."""

    error_id = "unknown-display"
    resource = "displays"


class UnknownFavorite(NotFound):
    """The contact is no favorite of this user."""

    error_id = "unknown-favorite"
    resource = "favorites"


class UnknownPhonebook(NotFound):
    """No such phonebook."""

    error_id = "unknown-phonebook"

    def __init__(self, identifier: str, resource: str = "phonebooks") -> None:
        """`resource` is the kind of what was asked for."""
        super().__init__(identifier)
        self.resource = resource


class PhonebookOutOfReach(NotFound):
    """A source names a phonebook that its tenant does not have (contract section 2.9)."""

    error_id = "unknown-phonebook"

    def __init__(self, phonebook_uuid: str, tenant_uuid: str, backend: str) -> None:
        """Name the phonebook, the tenant and the backend of the source."""
        super().__init__(phonebook_uuid)
        self.resource = f"/backends/{backend}/sources"
        self.message = f"No such phonebook in the tenant of the source: {phonebook_uuid}"
        self.details = {"phonebook_key": {"uuid": phonebook_uuid}, "visible_tenants": [tenant_uuid]}


class UnknownProfile(NotFound):
    """No such profile."""

    error_id = "unknown-profile"
    resource = "profiles"


class MissingService(NotFound):
    """A profile does not have a service at all; one without sources is something else."""

    error_id = "unknown-service"
    resource = "profiles"

    def __init__(self, profile: str, service: str) -> None:
        """Name the profile, and what is missing in it."""
        super().__init__(profile)
        self.message = f"The profile {profile!r} has no service {service!r}"


class UnknownSource(NotFound):
    """No such source."""

    error_id = "unknown-source"
    resource = "sources"


class UnknownTenant(NotFound):
    """No tenant of that name can be seen."""

    error_id = "unknown-tenant"
    resource = "tenants"


class Conflict(DirdError):
    """A unique value is taken already."""

    error_id = "conflict"

    def __init__(
        self, message: str, details: Mapping[str, object] | None = None, resource: str | None = None
    ) -> None:
        """`resource` is the kind of what could not be written."""
        super().__init__(message, details)
        self.resource = resource


class ReadOnly(Conflict):
    """A resource that the configuration declares."""

    def __init__(self, resource: str, name: str) -> None:
        """Say where it can be changed."""
        message = f"{name!r} is declared in the configuration, under provisioning.{resource}: change it there"
        super().__init__(message, resource=resource)


class Unauthorized(DirdError):
    """No valid token, a missing right or a tenant out of reach; always a 401 (contract section 1.2)."""

    error_id = "unauthorized"


class Unavailable(DirdError):
    """A server that we depend on does not answer; a 503."""


class AuthServerUnreachable(Unavailable):
    """The authentication server can't be asked."""

    error_id = "authentication-server-unreachable"

    def __init__(self, host: str, port: int, original_error: str) -> None:
        """Say which server, and what its failure was."""
        super().__init__(
            "Authentication server unreachable",
            {"auth_server_host": host, "auth_server_port": port, "original_error": original_error},
        )


class MasterTenantUnknown(Unavailable):
    """The master tenant is not known yet."""

    error_id = "matser-tenant-not-initiated"  # spelled so by contract section 1.3


class BrokerUnavailable(Unavailable):
    """The broker of the bus does not answer, or takes nothing."""

    error_id = "broker-unavailable"


class StoreUnavailable(Unavailable):
    """The database does not answer. As text it tells why, for logs; that names hosts, so clients read no reason."""

    error_id = "store-unavailable"

    def __init__(self, problem: str) -> None:
        """Keep the `problem` from clients."""
        super().__init__(problem)
        self.message = "the database does not answer"


class SourceError(DirdError):
    """Something about one source; the other sources go on."""


class InvalidSource(SourceError):
    """The options of a source can't work."""


class SourceUnavailable(SourceError):
    """A source can't answer now."""


class SourceDataMissing(SourceUnavailable):
    """The directory itself is missing: its last good data must not answer for it any longer."""


class QuestionRefused(SourceUnavailable):
    """The directory answered that it will not answer this one question, such as a term with too many matches."""
