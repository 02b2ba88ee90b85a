"""The session of a source with its service: what the requests of a login have returned."""

import time
from collections.abc import Callable, Mapping, Sequence
from math import isnan

from typing_extensions import override

from xivo_dird.backend import Deadline, HttpResponse, RequestFailed
from xivo_dird_backends._renewed_value import IssuedValue, RenewedValue, believable_life
from xivo_dird_backends.json_ws.paths import JsonPath, describe_json
from xivo_dird_backends.json_ws.refusals import refusal_text
from xivo_dird_backends.json_ws.request_options import JsonLoginStep
from xivo_dird_backends.json_ws.requests import FilledRequest, RequestTemplate
from xivo_dird_backends.json_ws.templates import Values

MAX_KEPT_CHARACTERS = 16_384

SessionValues = Mapping[str, str | int]
"""What the steps of a login keep, by the names of the variables."""

Send = Callable[[FilledRequest, Deadline], HttpResponse]


class LoginStep:
    """A request of a login, and what is kept of its answer."""

    def __init__(self, request: RequestTemplate, step: JsonLoginStep) -> None:
        """Prepare the paths."""
        self.request = request
        self._keep = {name: JsonPath(path) for name, path in step.keep.items()}
        self._lifetime = None if step.lifetime is None else JsonPath(step.lifetime)

    @property
    def kept_names(self) -> frozenset[str]:
        """Return the variables that later requests can use."""
        return frozenset(f"session.{name}" for name in self._keep)

    def kept(self, response: HttpResponse, asked: Values) -> SessionValues:
        """Return the values of the variables.

        Args:
            response: The answer.
            asked: The values of the request.

        Raises:
            SourceUnavailable: The answer does not have one of them.
        """
        try:
            answer = response.require_success().json()
        except RequestFailed as error:
            cause = f"the login failed: {self.request.option}: {error.cause}{refusal_text(response, asked)}"
            raise RequestFailed(response.server, cause) from error
        return {f"session.{name}": self._value(path, answer, response) for name, path in self._keep.items()}

    def lifetime(self, response: HttpResponse) -> float | None:
        """Return for how many seconds the answer is valid, None if it does not say it."""
        found = None if self._lifetime is None else self._lifetime.find(response.json())
        if not isinstance(found, int | float | str) or isinstance(found, bool):
            return None
        try:
            seconds = float(found)
        except ValueError:
            return None
        return None if isnan(seconds) else believable_life(seconds)

    def _value(self, path: JsonPath, answer: object, response: HttpResponse) -> str | int:
        value = path.find(answer)
        if not isinstance(value, str | int) or isinstance(value, bool) or value == "":
            cause = f"{self.request.option}: no {path.text} in the answer, which is {describe_json(answer)}"
            raise RequestFailed(response.server, f"the login failed: {cause}")
        if isinstance(value, str) and (len(value) > MAX_KEPT_CHARACTERS or not value.isprintable()):
            cause = (
                f"{self.request.option}: {path.text} is too long, or has characters that are not printable"
            )
            raise RequestFailed(response.server, f"the login failed: {cause}")
        return value


class Session(RenewedValue[SessionValues]):
    """Logs in when that is needed; shared by threads, of which one logs in for all."""

    def __init__(
        self,
        steps: Sequence[LoginStep],
        seconds: float,
        send: Send,
        new_secrets: Callable[[], Values],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open nothing yet.

        Args:
            steps: The requests of a login.
            seconds: How long a session is used, unless an answer says it.
            send: Sends a request.
            new_secrets: Returns the values that the requests of one login may use.
            clock: Returns the time in seconds.
        """
        super().__init__("login", clock)
        self._steps = steps
        self._seconds = seconds
        self._send = send
        self._new_secrets = new_secrets

    @override
    def request(self, deadline: Deadline) -> IssuedValue[SessionValues]:
        """Log in."""
        secrets = self._new_secrets()
        values: dict[str, str | int] = {}
        seconds = self._seconds
        for step in self._steps:
            asked = {**secrets, **values}
            response = self._send(step.request.fill(asked), deadline)
            values.update(step.kept(response, asked))
            seconds = step.lifetime(response) or seconds
        return IssuedValue(values, seconds)
