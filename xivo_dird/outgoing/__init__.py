"""Outgoing connections of sources, in particular HTTP requests; `xivo_dird.backend` exports it to authors of backends.

A backend gets its door from `environment.outgoing` and opens no connection in any other way. The door resolves names,
checks the addresses, and connects only to those that the administrator allows (`outgoing.allow`); it limits time and
size, verifies TLS, and turns all errors into `SourceUnavailable`.
"""

from xivo_dird.outgoing.door import Outgoing
from xivo_dird.outgoing.errors import RequestFailed
from xivo_dird.outgoing.http_client import HttpClient
from xivo_dird.outgoing.limits import HttpLimits
from xivo_dird.outgoing.response import HttpResponse
from xivo_dird.outgoing.targets import AllowedTargets, TargetNotAllowed
from xivo_dird.outgoing.throttle import Throttled
from xivo_dird.outgoing.urls import basic_authorization, parse_url

__all__ = [
    "AllowedTargets",
    "HttpClient",
    "HttpLimits",
    "HttpResponse",
    "Outgoing",
    "RequestFailed",
    "TargetNotAllowed",
    "Throttled",
    "basic_authorization",
    "parse_url",
]
