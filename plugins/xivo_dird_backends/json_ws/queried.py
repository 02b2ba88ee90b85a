"""A source that asks the service each question."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from typing_extensions import override

from xivo_dird.backend import (
    Caller,
    Deadline,
    Entry,
    Environment,
    InvalidSource,
    MatchRank,
    QueryBackend,
    QuestionRefused,
    requested_number,
    texts_in,
)
from xivo_dird_backends._asked_numbers import asked_spellings, first_found
from xivo_dird_backends._certificates import CertificateSettings
from xivo_dird_backends._number_matches import best_match
from xivo_dird_backends.json_ws.answers import ReportedError
from xivo_dird_backends.json_ws.number_values import NUMBER_VARIABLES, number_values
from xivo_dird_backends.json_ws.options import JsonWsOptions
from xivo_dird_backends.json_ws.request_options import JsonOperation
from xivo_dird_backends.json_ws.service import JsonQuestion, JsonService
from xivo_dird_backends.json_ws.templates import Values

MAX_COMPARED_ENTRIES = 1000
"""Maximum number of entries of an answer among which the one with the number is looked for."""


class JsonWsQueryBackend(QueryBackend[JsonWsOptions]):
    """Asks the service; a question takes at most `timeout` seconds, with a login and all its requests."""

    Options = JsonWsOptions
    Settings = CertificateSettings
    is_caller_independent = True

    def __init__(self, options: JsonWsOptions, environment: Environment) -> None:
        """Check the options; the first question connects to the service.

        Raises:
            InvalidSource: The options can't work.
        """
        super().__init__(options, environment)
        if options.list is not None:
            raise InvalidSource("list: a source with search or reverse asks each question, and reads no list")
        for option in ("etag", "changed", "deleted"):
            if getattr(options, option):
                raise InvalidSource(f"{option}: it belongs to a source with a list")
        if options.get is not None and options.unique_column is None:
            raise InvalidSource("unique_column: the operation get needs it")
        self.unique_column = options.unique_column
        self._service = JsonService(options, environment)
        self._search = self._question("search", options.search, ("term",))
        self._reverse = self._question("reverse", options.reverse, NUMBER_VARIABLES)
        self._get = self._question("get", options.get, ("id",))

    @override
    def search(self, term: str, caller: Caller) -> Iterable[Entry]:
        """Return the entries that the service finds, which are not filtered again."""
        if self._search is None:
            return ()
        return self._found(self._search, {"term": term}, caller, self._service.deadline())

    @override
    def first_match(self, exten: str, caller: Caller) -> Entry | None:
        """Return the entry with the number at the lowest rank.

        The service is asked once if the request has only forms of the number, such as `{number.e164}`. If it has
        `{number}`, it is asked for one spelling after the other until it finds an entry.
        """
        reverse, plan = self._reverse, self.environment.dial_plan()
        forms = number_values(exten, plan)
        if reverse is None or not exten:
            return None
        asks_spellings = "number" in reverse.request.names
        if not asks_spellings and not forms["number.digits"]:
            return None
        deadline = self._service.deadline()

        def ask(spelling: str) -> Entry | None:
            found = self._found(reverse, {**forms, "number": spelling}, caller, deadline)
            return best_match(self._ranked(exten, found))

        return first_found(asked_spellings(exten, plan) if asks_spellings else (exten,), ask)

    @override
    def fetch(self, ids: Sequence[str], caller: Caller) -> Iterable[Entry]:
        """Return the entries with these ids, each of which is asked for alone; an unknown one is left out.

        Services also report an error for an id that is none of theirs, as a text where they have numbers.
        """
        if self._get is None or self.unique_column is None:
            return []
        deadline, found, error = self._service.deadline(), list[Entry](), ""
        for key in dict.fromkeys(ids):
            try:
                entries = [*self._found(self._get, {"id": key}, caller, deadline)]
            except QuestionRefused:
                continue
            except ReportedError as reported:
                error = reported.message
                continue
            found += [entry for entry in entries if str(entry.get(self.unique_column)) == key]
        if error and not found:
            raise QuestionRefused(error)
        return found

    @override
    def close(self) -> None:
        """Close the connections."""
        self._service.close()

    def _question(
        self, option: str, operation: JsonOperation | None, names: Sequence[str]
    ) -> JsonQuestion | None:
        if operation is None:
            return None
        question = self._service.question(option, operation, (*names, "limit", "user"))
        if not question.request.names & {*names}:
            raise InvalidSource(f"{option}: its request has no {{{names[0]}}}, so it asks nothing")
        return question

    def _found(
        self, question: JsonQuestion, values: Values, caller: Caller, deadline: Deadline
    ) -> Iterator[Entry]:
        known = {"limit": self.options.limit, "user": caller.user_uuid or "", **values}
        items = self._service.ask(question, known, deadline).items
        return (entry for item in items if (entry := self._service.entries.entry(item)) is not None)

    def _ranked(self, exten: str, entries: Iterable[Entry]) -> Iterator[tuple[int | None, Entry]]:
        """Yield the entries, each after its rank; if none shows a number, the first has what the service compared."""
        columns, found = self.options.first_matched_columns, [*islice(entries, MAX_COMPARED_ENTRIES)]
        numbers = [texts_in(entry, columns) for entry in found]
        requested = requested_number(exten, self.environment.dial_plan())
        for entry, texts in zip(found, numbers, strict=True):
            if exten in texts or not any(numbers):
                yield MatchRank.EXACT, entry
            else:
                yield requested.lowest_rank(texts), entry


class JsonWsUserQueryBackend(JsonWsQueryBackend):
    """Asks the service for what the user who asks may see, so that no other user gets a cached answer."""

    is_caller_independent = False
