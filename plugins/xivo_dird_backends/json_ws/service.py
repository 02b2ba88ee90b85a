"""Asks the service: sends requests with a session, and reads the answers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus

from xivo_dird.backend import (
    AllowedFolders,
    Deadline,
    Environment,
    HttpLimits,
    HttpResponse,
    QuestionRefused,
)
from xivo_dird_backends._certificates import CertificateSettings, tls_contexts
from xivo_dird_backends.json_ws.answers import AnswerReader, JsonAnswer
from xivo_dird_backends.json_ws.assertions import ASSERTION, Assertion
from xivo_dird_backends.json_ws.auth import authorization_of
from xivo_dird_backends.json_ws.checks import check_names, check_url
from xivo_dird_backends.json_ws.fields import JsonEntries
from xivo_dird_backends.json_ws.options import JsonWsOptions
from xivo_dird_backends.json_ws.paths import JsonPath, is_true
from xivo_dird_backends.json_ws.request_options import JsonOperation
from xivo_dird_backends.json_ws.requests import FilledRequest, RequestTemplate
from xivo_dird_backends.json_ws.session import LoginStep, Session
from xivo_dird_backends.json_ws.templates import Values

QUESTION_ERRORS = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.REQUEST_URI_TOO_LONG})
"""Statuses that may be due to one term, or mean that nothing was found: they do not open the circuit breaker."""


@dataclass(frozen=True)
class JsonQuestion:
    """An operation of the options, ready to be asked."""

    request: RequestTemplate
    reader: AnswerReader


class JsonService:
    """The service of a source; shared by threads.

    Attributes:
        entries: Turns the items of its answers into entries.
    """

    def __init__(self, options: JsonWsOptions, environment: Environment) -> None:
        """Check the options; the first question connects to the service.

        Raises:
            InvalidSource: The options can't work.
        """
        settings = environment.settings_of(CertificateSettings)
        folders = AllowedFolders(settings.certificate_folders, "backends.json_ws.certificate_folders")
        self._options = options
        self.entries = JsonEntries(options)
        urls = {"url": options.url, "auth.url": options.auth.url or options.url}
        for option, url in urls.items():
            check_url(option, url)
        self._client = environment.outgoing.http_client(
            urls,
            new_tls_context=tls_contexts("verify_certificate", options.verify_certificate, folders),
            limits=HttpLimits(timeout=options.timeout),
        )
        self._authorization = authorization_of(options)
        self._constants = {**self._authorization.secrets, "tenant": environment.tenant_uuid}
        self._expired = None if options.auth.expired is None else JsonPath(options.auth.expired)
        is_signed = options.auth.type == "oauth2" and options.auth.jwt is not None
        self._assertion = Assertion(options.auth) if is_signed else None
        steps = _login_steps(options, urls["auth.url"], {*self._login_secrets()})
        self._session_names = frozenset(name for step in steps for name in step.kept_names)
        self._session = (
            Session(steps, options.auth.session_seconds, self._sent, self._login_secrets) if steps else None
        )

    def close(self) -> None:
        """Close the idle connections."""
        self._client.close()

    def deadline(self) -> Deadline:
        """Return when a question ends that begins now."""
        return Deadline.after(self._options.timeout)

    def question(self, option: str, operation: JsonOperation, names: Iterable[str]) -> JsonQuestion:
        """Return an operation of the options, ready to be asked.

        Args:
            option: Its name.
            operation: Its options.
            names: The variables of the question.

        Raises:
            InvalidSource: A part of it can't be used.
        """
        headers, query, _, _ = self._authorization
        request = RequestTemplate(option, self._options.url, operation, headers, query)
        check_names(request, {*names, *self._constants, *self._session_names})
        return JsonQuestion(request, AnswerReader(option, self._options, operation, self.entries))

    def ask(self, question: JsonQuestion, values: Values, deadline: Deadline) -> JsonAnswer:
        """Return the answer to a question.

        Raises:
            QuestionRefused: The service does not like this question.
            SourceUnavailable: There is no usable answer.
        """
        response = self.send(question.request.fill, values, deadline)
        if self.is_empty(response):
            return JsonAnswer(())
        if response.status in QUESTION_ERRORS:
            raise QuestionRefused(f"{response.server}: answered {response.status}")
        return self.read(question, response, values)

    def is_empty(self, response: HttpResponse) -> bool:
        """Return True if the status means that nothing was found."""
        return response.status in {HTTPStatus.NO_CONTENT, *self._options.empty_statuses}

    def read(self, question: JsonQuestion, response: HttpResponse, values: Values) -> JsonAnswer:
        """Return what a response says.

        Raises:
            SourceUnavailable: It is an error, or does not have what the options say.
        """
        return question.reader.read(response, {**self._constants, **values})

    def send(
        self, fill: Callable[[Values], FilledRequest], values: Values, deadline: Deadline
    ) -> HttpResponse:
        """Send a request, after a login if it needs one, and once more if the service no longer accepts the login.

        Raises:
            SourceUnavailable: There is no complete response, or the login failed.
        """
        if self._session is None:
            return self._sent(fill({**self._constants, **values}), deadline)
        kept = self._session.get(deadline)
        response = self._sent(fill({**self._constants, **kept, **values}), deadline)
        if self._is_expired(response):
            kept = self._session.get(deadline, refused=kept)
            response = self._sent(fill({**self._constants, **kept, **values}), deadline)
        return response

    def _login_secrets(self) -> Values:
        """Return the values that the requests of one login may use."""
        signed = {} if self._assertion is None else {ASSERTION: self._assertion.signed()}
        return {**self._constants, **signed}

    def _is_expired(self, response: HttpResponse) -> bool:
        if response.status in self._options.auth.login_statuses:
            return True
        is_answer = response.status == HTTPStatus.OK and self._expired is not None
        return is_answer and self._expired is not None and is_true(self._expired.find(response.json()))

    def _sent(self, request: FilledRequest, deadline: Deadline) -> HttpResponse:
        return self._client.request(
            request.method,
            request.url,
            headers=request.headers,
            query=request.query,
            body=request.body,
            deadline=deadline,
        )


def _login_steps(options: JsonWsOptions, url: str, names: set[str]) -> list[LoginStep]:
    """Return the requests of a login; each may use what those before it have kept."""
    steps: list[LoginStep] = []
    for number, step in enumerate(authorization_of(options).steps):
        option = f"auth.steps.{number}"
        if options.auth.type == "oauth2":
            option = "auth" if options.auth.jwt is None else "auth.jwt"
        login = LoginStep(RequestTemplate(option, url, step, {}, {}), step)
        check_names(login.request, names)
        names |= login.kept_names
        steps.append(login)
    return steps
