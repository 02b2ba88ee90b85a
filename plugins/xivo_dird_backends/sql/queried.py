"""The mode `query`: the database is asked each question, with the statements of the options or built ones."""

from collections.abc import Iterable, Mapping, Sequence

from more_itertools import chunked, constrained_batches
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
    RequestedNumbers,
    SearchTerm,
    TextMatch,
    number_forms,
    requested_number,
    spellings,
    texts_in,
)
from xivo_dird_backends._number_matches import best_match, best_matches
from xivo_dird_backends.sql.database import Row, SqlDatabase, new_connector
from xivo_dird_backends.sql.errors import UnreadableValue
from xivo_dird_backends.sql.options import SqlOptions, SqlSettings
from xivo_dird_backends.sql.rows import entries_of_scattered_rows
from xivo_dird_backends.sql.statements import SqlStatement, SqlStatements

MAX_IDS_PER_STATEMENT = 100
MAX_COMPARED_VALUES = 1000
"""Maximum number of parameters of a built statement for numbers: each has up to 90 spellings, for each column."""

MAX_TERM_BYTES = 256
"""Maximum length of a term in UTF-8. A database compares it with each text, and some can't be interrupted there."""

ESCAPE = "!"
"""What is before a `%`, `_` or `!` of a term in `:pattern`."""


class SqlQueryBackend(QueryBackend[SqlOptions]):
    """Asks the database; a question takes at most `timeout` seconds, and as many to connect."""

    Options = SqlOptions
    Settings = SqlSettings
    is_caller_independent = True

    def __init__(self, options: SqlOptions, environment: Environment) -> None:
        """Check the options; the first question connects to the database.

        Raises:
            InvalidSource: The options can't work.
        """
        super().__init__(options, environment)
        self.unique_column = options.unique_column
        self._built = statements = SqlStatements(options)
        self._lookup = statements.of_option("lookup_query", options.lookup_query, options.limit)
        self._reverse = statements.of_option("reverse_query", options.reverse_query, options.limit)
        self._get = statements.of_option("get_query", options.get_query, options.limit)
        if not (statements.has_rows or self._lookup or self._reverse):
            raise InvalidSource("table: table, query, lookup_query or reverse_query is needed")
        self._database = SqlDatabase(new_connector(options, environment), options.timeout)
        self._parameters = {"tenant": environment.tenant_uuid, "limit": options.limit}

    @override
    def search(self, term: str, caller: Caller) -> Iterable[Entry]:
        """Return the entries that `lookup_query` finds, or that match the term, the best first.

        Raises:
            QuestionRefused: The term is too long.
        """
        if len(term.encode("utf-8", "replace")) > MAX_TERM_BYTES:
            raise QuestionRefused(f"the term has more than {MAX_TERM_BYTES} bytes; ask for a part of it")
        prepared = SearchTerm(term, TextMatch.CASE_AND_ACCENT_INSENSITIVE, self.environment.dial_plan())
        if self._lookup is not None:
            values = {"term": term, "pattern": f"%{_escaped(term)}%"}
            return self._entries(self._lookup, values, self._deadline())
        if not (self._built.has_rows and self.options.searched_columns):
            return ()
        found = self._entries(self._built.search(prepared), {}, self._deadline())
        return prepared.select(found, lambda entry: texts_in(entry, self.options.searched_columns))

    @override
    def first_match(self, exten: str, caller: Caller) -> Entry | None:
        """Return the entry that has the number at the lowest rank."""
        deadline = self._deadline()
        if self._reverse is None:
            return self._matches([exten], deadline).get(exten)
        plan = self.environment.dial_plan()
        values = {**number_forms(exten, plan)._asdict(), "spellings": list(spellings(exten, plan))}
        found = self._entries(self._reverse, values, deadline)
        return best_match((self._rank(exten, entry), entry) for entry in found)

    @override
    def match_all(self, extens: Sequence[str], caller: Caller) -> Mapping[str, Entry] | None:
        """Return an entry per number; a built statement asks for many numbers, a `reverse_query` only for one."""
        if self._reverse is not None:
            return None
        columns, plan = self.options.first_matched_columns, self.environment.dial_plan()
        if not (self._built.has_rows and columns):
            return {}
        deadline, found = self._deadline(), dict[str, Entry]()
        batches = constrained_batches(
            dict.fromkeys(extens),
            max(1, MAX_COMPARED_VALUES // len(columns)),
            get_len=lambda exten: len(spellings(exten, plan)),
            strict=False,
        )
        for batch in batches:
            found |= self._matches(batch, deadline)
        return found

    @override
    def fetch(self, ids: Sequence[str], caller: Caller) -> Iterable[Entry]:
        """Return the entries with these ids, without those that can't be ids in this database."""
        if self.unique_column is None or not (self._get or self._built.has_rows):
            return []
        deadline, wanted = self._deadline(), frozenset(ids)
        batches = chunked(dict.fromkeys(ids), MAX_IDS_PER_STATEMENT)
        found = [entry for batch in batches for entry in self._with_ids(batch, deadline)]
        return [entry for entry in found if str(entry.get(self.unique_column)) in wanted]

    @override
    def close(self) -> None:
        """Close the connections."""
        self._database.close()

    def _matches(self, extens: Sequence[str], deadline: Deadline) -> dict[str, Entry]:
        """Return an entry per number with one built statement, or with more if one has too many rows."""
        plan, columns = self.environment.dial_plan(), self.options.first_matched_columns
        if not (self._built.has_rows and columns):
            return {}
        texts = [spelling for exten in extens for spelling in spellings(exten, plan)]
        rows = self._rows(self._built.with_value(columns, texts), {}, deadline)
        if len(extens) > 1 and len(rows) >= self.options.limit:
            middle = len(extens) // 2
            return self._matches(extens[:middle], deadline) | self._matches(extens[middle:], deadline)
        numbers = RequestedNumbers(requested_number(exten, plan) for exten in extens)
        entries = ((texts_in(entry, columns), entry) for entry in self._entries_of(rows))
        return best_matches(numbers, entries)

    def _rank(self, exten: str, entry: Entry) -> int | None:
        """Return how an entry has a number; one that doesn't show its numbers has what `reverse_query` compared."""
        texts = texts_in(entry, self.options.first_matched_columns)
        if not texts:
            return MatchRank.EXACT
        return requested_number(exten, self.environment.dial_plan()).lowest_rank(texts)

    def _with_ids(self, ids: Sequence[str], deadline: Deadline) -> Sequence[Entry]:
        """Return the entries with these ids; if one of them can't be an id, each is asked for alone."""
        unique = self.unique_column or ""
        get = self._get or self._built.with_value([unique], ids)
        try:
            return self._entries(get, {"ids": list(ids)}, deadline)
        except UnreadableValue:
            if len(ids) == 1:
                return ()
        return [entry for one in ids for entry in self._with_ids([one], deadline)]

    def _entries(
        self, statement: SqlStatement, values: Mapping[str, object], deadline: Deadline
    ) -> Sequence[Entry]:
        return self._entries_of(self._rows(statement, values, deadline))

    def _rows(
        self, statement: SqlStatement, values: Mapping[str, object], deadline: Deadline
    ) -> Sequence[Row]:
        return self._database.rows(statement, {**self._parameters, **values}, deadline)

    def _entries_of(self, rows: Sequence[Row]) -> Sequence[Entry]:
        return entries_of_scattered_rows(rows, self.unique_column if self.options.group_rows else None)

    def _deadline(self) -> Deadline:
        return Deadline.after(self.options.timeout)


def _escaped(term: str) -> str:
    for character in (ESCAPE, "%", "_"):
        term = term.replace(character, ESCAPE + character)
    return term
