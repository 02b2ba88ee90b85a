"""The answers of the service."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from xivo_dird.backend import HttpResponse, RequestFailed
from xivo_dird_backends.json_ws.fields import JsonEntries
from xivo_dird_backends.json_ws.options import JsonWsOptions
from xivo_dird_backends.json_ws.paths import JsonPath, describe_json, is_true
from xivo_dird_backends.json_ws.refusals import is_code
from xivo_dird_backends.json_ws.request_options import JsonOperation
from xivo_dird_backends.json_ws.templates import Values

logger = logging.getLogger(__name__)


class ReportedError(RequestFailed):
    """An error that the service reports in an answer with a status of success."""


@dataclass(frozen=True)
class JsonAnswer:
    """The items of an answer, and the whole answer."""

    items: Sequence[object]
    tree: object = None


class AnswerReader:
    """Reads the answers to the requests of one operation."""

    def __init__(
        self, option: str, options: JsonWsOptions, operation: JsonOperation, entries: JsonEntries
    ) -> None:
        """Prepare the paths.

        Args:
            option: The name of the operation, for errors.
            options: The options of the source.
            operation: The operation.
            entries: Knows the paths of the fields in an item.
        """
        self._entries = entries
        self._items = JsonPath(operation.items or options.items)
        self._option = "items" if operation.items is None else f"{option}.items"
        self._error = None if options.error is None else JsonPath(options.error)
        self._is_single = operation.single_object
        self._has_warned = False

    def read(self, response: HttpResponse, values: Values) -> JsonAnswer:
        """Return what a response says.

        Args:
            response: The response.
            values: The values of the request, which no error quotes.

        Raises:
            ReportedError: It reports an error.
            SourceUnavailable: It has no items where the options say.
        """
        tree = response.require_success().json()
        error = None if self._error is None else self._error.find(tree)
        if self._error is not None and is_true(error):
            cause = f"reports an error at {self._error.text}{_code(error, values)}"
            raise ReportedError(response.server, cause)
        found = self._items.find(tree)
        if self._is_single and isinstance(found, dict):
            found = [found]
        if found == []:
            self._warn_of_elements(response, self._items.elements_in(tree))
        if isinstance(found, list):
            self._check_items(response, found)
            return JsonAnswer(found, tree)
        path, shown = self._items.text, describe_json(tree)
        if found is None:
            cause = f"no such path in the answer: {path}; it is {shown}; check the option {self._option}"
        else:
            cause = f"the answer has no list at {path}, but {describe_json(found)}; check the option {self._option}"
        raise RequestFailed(response.server, cause)

    def _warn_of_elements(self, response: HttpResponse, elements: Sequence[object]) -> None:
        """Log once that a list of the answer has elements, but none of them what the path takes of it."""
        if not elements or self._has_warned:
            return
        self._has_warned = True
        logger.warning(
            "%s: no such path in the elements of the list: %s; an element is %s; check the option %s",
            response.server,
            self._items.text,
            describe_json(elements[0]),
            self._option,
        )

    def _check_items(self, response: HttpResponse, items: Sequence[object]) -> None:
        missing = self._entries.missing_paths(items) if items else None
        if missing is not None:
            cause = f"no such path in the items: {missing}; an item is {describe_json(items[0])}"
            raise RequestFailed(response.server, f"{cause}; check the option fields")


def _code(error: object, values: Values) -> str:
    """Return an error if it is a code and no value of the request."""
    text = str(error) if isinstance(error, str | int) else ""
    return f": {text}" if is_code(text) and text not in map(str, values.values()) else ""
