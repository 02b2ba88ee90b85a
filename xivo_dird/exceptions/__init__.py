"""The errors that the daemon raises on purpose.

Errors of libraries are translated where the library is called. `xivo_dird.http` turns errors into HTTP responses.

DirdError
 ├── InvalidConfiguration      a configuration file; the daemon does not start
 ├── InvalidData               the data of a client, `details` per field (contract section 1.6)
 │    ├── NullBody             the JSON literal null
 │    ├── InvalidReference     a reference to a resource that does not exist
 │    ├── InvalidContact       a personal contact, or every row of an imported file
 │    ├── InvalidQuery         a list parameter (contract section 1.7)
 │    │    └── InvalidParameter
 │    └── InvalidImport        a file of contacts (contract section 2.3)
 │         ├── BadEncoding     an unknown charset, or bytes that are not in it
 │         ├── InvalidCsv      no valid CSV
 │         ├── UploadedForm    a form with the file in it
 │         ├── DuplicateColumns
 │         ├── EmptyFile       no rows
 │         └── BadContacts     invalid rows, `details` per row
 ├── InvalidArgument           a missing or malformed query argument, `details` per argument
 ├── NotFound
 │    ├── UnknownContact
 │    ├── NoTokenFound         a user without a token for another service
 │    ├── MissingService       a service that a profile does not have
 │    ├── UnknownDisplay
 │    ├── UnknownFavorite
 │    ├── UnknownPhonebook
 │    ├── PhonebookOutOfReach  the phonebook of a source
 │    ├── UnknownProfile
 │    ├── UnknownSource
 │    ├── UnknownTenant
 │    └── UnknownUser          the user that a phone names
 ├── Conflict                  a unique value that is in use
 │    └── ReadOnly             a resource that the configuration declares
 ├── TooManyRequests           more requests at the same time, or wrong credentials, than a client may have
 ├── Unauthorized              no valid token, or a missing permission
 ├── UnauthorizedNetwork       a client outside of the networks that may use a view
 │    └── UnknownHost          a host name under which no phone uses the daemon
 ├── Unavailable               a server that the daemon depends on does not answer
 │    ├── AuthServerUnreachable
 │    ├── BrokerUnavailable
 │    ├── ContactsUnavailable  the contacts of a source can't be listed
 │    ├── MasterTenantUnknown
 │    ├── RequestAbandoned     nobody waits for the answer
 │    ├── StoreUnavailable
 │    │    └── StoreUnusable   an administrator has to repair it
 │    ├── TemporaryFilesUnavailable
 │    └── TooBusy              this process has no capacity left
 └── SourceError               one source; the other sources are not affected
      ├── InvalidSource        invalid options
      └── SourceUnavailable    no answer at present
           ├── SourceDataMissing   the directory no longer exists
           └── QuestionRefused     the directory works, but refuses this one question
"""

from xivo_dird.exceptions.base import DirdError, InvalidConfiguration
from xivo_dird.exceptions.containment import PluginBoundary
from xivo_dird.exceptions.dependencies import (
    AuthServerUnreachable,
    BrokerUnavailable,
    ContactsUnavailable,
    MasterTenantUnknown,
    RequestAbandoned,
    StoreUnavailable,
    StoreUnusable,
    TemporaryFilesUnavailable,
    TooBusy,
    Unavailable,
    translated_temporary_file_errors,
)
from xivo_dird.exceptions.description import (
    describe_error,
    error_message,
    traceback_text,
    without_question,
    without_quoted_data,
)
from xivo_dird.exceptions.imports import (
    BadContacts,
    BadEncoding,
    DuplicateColumns,
    EmptyFile,
    InvalidCsv,
    InvalidImport,
    UploadedForm,
)
from xivo_dird.exceptions.invalid_data import (
    InvalidArgument,
    InvalidContact,
    InvalidData,
    InvalidParameter,
    InvalidQuery,
    InvalidReference,
    NullBody,
)
from xivo_dird.exceptions.not_found import (
    MissingService,
    NotFound,
    NoTokenFound,
    PhonebookOutOfReach,
    UnknownContact,
    UnknownDisplay,
    UnknownFavorite,
    UnknownPhonebook,
    UnknownProfile,
    UnknownSource,
    UnknownTenant,
    UnknownUser,
)
from xivo_dird.exceptions.refusals import (
    Conflict,
    ReadOnly,
    TooManyRequests,
    Unauthorized,
    UnauthorizedNetwork,
    UnknownHost,
)
from xivo_dird.exceptions.sources import (
    InvalidSource,
    QuestionRefused,
    SourceDataMissing,
    SourceError,
    SourceUnavailable,
)

__all__ = [
    "AuthServerUnreachable",
    "BadContacts",
    "BadEncoding",
    "BrokerUnavailable",
    "Conflict",
    "ContactsUnavailable",
    "DirdError",
    "DuplicateColumns",
    "EmptyFile",
    "InvalidArgument",
    "InvalidConfiguration",
    "InvalidContact",
    "InvalidCsv",
    "InvalidData",
    "InvalidImport",
    "InvalidParameter",
    "InvalidQuery",
    "InvalidReference",
    "InvalidSource",
    "MasterTenantUnknown",
    "MissingService",
    "NoTokenFound",
    "NotFound",
    "NullBody",
    "PhonebookOutOfReach",
    "PluginBoundary",
    "QuestionRefused",
    "ReadOnly",
    "RequestAbandoned",
    "SourceDataMissing",
    "SourceError",
    "SourceUnavailable",
    "StoreUnavailable",
    "StoreUnusable",
    "TemporaryFilesUnavailable",
    "TooBusy",
    "TooManyRequests",
    "Unauthorized",
    "UnauthorizedNetwork",
    "Unavailable",
    "UnknownContact",
    "UnknownDisplay",
    "UnknownFavorite",
    "UnknownHost",
    "UnknownPhonebook",
    "UnknownProfile",
    "UnknownSource",
    "UnknownTenant",
    "UnknownUser",
    "UploadedForm",
    "describe_error",
    "error_message",
    "traceback_text",
    "translated_temporary_file_errors",
    "without_question",
    "without_quoted_data",
]
