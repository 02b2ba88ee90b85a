"""The requests of a source, filled with the values of a question."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import quote, urlencode

from xivo_dird.backend import InvalidSource, QuestionRefused
from xivo_dird_backends.json_ws.bodies import body_template, filled_body, templates_in
from xivo_dird_backends.json_ws.request_options import Headers, JsonRequest, Parameters
from xivo_dird_backends.json_ws.templates import TextTemplate, UnknownEscape, Values


@dataclass(frozen=True)
class FilledRequest:
    """A request that can be sent."""

    method: str
    url: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes | None

    def with_headers(self, headers: Mapping[str, str]) -> Self:
        """Return the request with further headers."""
        return replace(self, headers={**self.headers, **headers})


class RequestTemplate:
    """A request with variables; shared by threads.

    Attributes:
        names: The variables.
    """

    def __init__(
        self, option: str, url: str, request: JsonRequest, headers: Headers, query: Parameters
    ) -> None:
        """Parse the templates.

        Args:
            option: The option of the request, for errors.
            url: The URL that its path follows.
            request: The request.
            headers: Headers of all requests; those of the request replace them.
            query: Parameters of all requests.

        Raises:
            InvalidSource: A part can't be used.
        """
        self.option = option
        self._method = request.method
        self._url = url
        self._path = TextTemplate(request.path)
        self._common_query = _parameters(query)
        self._query = _parameters(request.query)
        merged = {name.lower(): (name, text) for name, text in (*headers.items(), *request.headers.items())}
        self._headers = {
            name: _secret_template(f"{option}.headers.{name}", text.get_secret_value())
            for name, text in merged.values()
        }
        self._form = None if request.form is None else _parameters(request.form)
        self._body = body_template(f"{option}.body", request.body, 0)
        self._has_body = request.body is not None
        if self._has_body and self._form is not None:
            raise InvalidSource(f"{option}.form: there is a body, too; only one of them can be sent")
        if request.method == "GET" and (self._has_body or self._form is not None):
            raise InvalidSource(f"{option}.method: a body or a form is sent with POST only")
        self.names = frozenset(name for template in self._templates() for name in template.names)

    @property
    def header_names(self) -> frozenset[str]:
        """Return the variables in headers."""
        return frozenset(name for template in self._headers.values() for name in template.names)

    def fill(self, values: Values) -> FilledRequest:
        """Return the request for some values.

        Raises:
            QuestionRefused: A value can't be a part of this request.
        """
        path = self._path.text({name: values.get(name, "") for name in self._path.names}, _path_part) or ""
        url = f"{self._url.rstrip('/')}/{path.lstrip('/')}" if path else self._url
        return self._request(url, (*self._common_query, *self._query), values)

    def follow(self, url: str, values: Values) -> FilledRequest:
        """Return the request for a link of the service, with the parameters of all requests that it lacks."""
        _, _, asked = url.partition("?")
        names = {part.partition("=")[0] for part in asked.split("&")}
        common = tuple(pair for pair in self._common_query if quote(pair[0]) not in names)
        return self._request(url, common, values)

    def _request(self, url: str, query: "_Parameters", values: Values) -> FilledRequest:
        filled = {name: _header_text(template, values) for name, template in self._headers.items()}
        headers = _with_default(filled, "Accept", "application/json")
        body: bytes | None = None
        if self._form is not None:
            headers = _with_default(headers, "Content-Type", "application/x-www-form-urlencoded")
            body = urlencode(_filled(self._form, values), errors="replace").encode()
        elif self._has_body:
            headers = _with_default(headers, "Content-Type", "application/json")
            body = json.dumps(filled_body(self._body, values)).encode()
        return FilledRequest(self._method, url, _filled(query, values), headers, body)

    def _templates(self) -> Iterator[TextTemplate]:
        yield self._path
        for _, template in (*self._common_query, *self._query, *(self._form or ())):
            yield template
        yield from self._headers.values()
        yield from templates_in(self._body)


_Parameters = tuple[tuple[str, TextTemplate], ...]


def _parameters(option: Parameters) -> _Parameters:
    return tuple(
        (name, TextTemplate(text))
        for name, texts in option.items()
        for text in ((texts,) if isinstance(texts, str) else texts)
    )


def _filled(parameters: _Parameters, values: Values) -> tuple[tuple[str, str], ...]:
    """Return the parameters, without those whose variables have no value."""
    texts = ((name, template.text(values)) for name, template in parameters)
    return tuple((name, text) for name, text in texts if text is not None)


def _secret_template(option: str, text: str) -> TextTemplate:
    try:
        return TextTemplate(text)
    except UnknownEscape:
        raise InvalidSource(f"{option}: unknown escape; double each brace that is text") from None
    except ValueError as error:
        raise InvalidSource(f"{option}: {error}") from None  # the cause may quote a secret


def _with_default(headers: Mapping[str, str], name: str, text: str) -> Mapping[str, str]:
    return headers if name.lower() in map(str.lower, headers) else {name: text, **headers}


def _header_text(template: TextTemplate, values: Values) -> str:
    text = template.text(values) or ""
    if not (text.isascii() and text.isprintable()):
        raise QuestionRefused("a value has a character that no header may have")
    return text


def _path_part(text: str) -> str:
    if text in {".", ".."}:
        raise QuestionRefused("a value would lead to another path of the service")
    return quote(text, safe="", errors="replace")
