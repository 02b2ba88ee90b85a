"""The questions of a lookup: first the term; if no source has a result, optionally similar texts."""

from collections.abc import Generator, Sequence
from contextlib import closing

from xivo_dird.caller import Caller
from xivo_dird.directory.fan_out import POLL_SECONDS, ask_all, ask_as_completed
from xivo_dird.directory.outcome import Outcome, Status
from xivo_dird.directory.question import Question, Search, SearchSimilar, SearchTyped
from xivo_dird.directory.source import DirectorySource
from xivo_dird.lookup.model import LookupOptions
from xivo_dird.text.keypad import ascii_digits, is_typed
from xivo_dird.threads.deadline import Deadline

Steps = Generator[tuple[int, Outcome] | None]
"""The position and outcome of each source as it answers; None from time to time."""


def ask(
    sources: Sequence[DirectorySource], caller: Caller, term: str, options: LookupOptions, deadline: Deadline
) -> list[Outcome]:
    """Query every source and return one outcome per source, in their order, by the deadline."""
    outcomes = ask_all(sources, _question(term, options), caller, deadline)
    positions = _second_round(outcomes, options)
    if not positions or deadline.is_expired:
        return outcomes
    question = SearchSimilar(term, options.max_contacts_per_source)
    similar = ask_all([sources[position] for position in positions], question, caller, deadline)
    for position, outcome in zip(positions, similar, strict=True):
        outcomes[position] = _combined(outcomes[position], outcome)
    return outcomes


def ask_as_answered(
    sources: Sequence[DirectorySource],
    caller: Caller,
    term: str,
    options: LookupOptions,
    deadline: Deadline,
    poll_seconds: float = POLL_SECONDS,
) -> Steps:
    """Query every source like `ask`, and yield the position and outcome of each source as it completes.

    A source that is queried twice is yielded twice. None is yielded after `poll_seconds` without an outcome. Closing
    the generator releases the pending calls.
    """
    outcomes: dict[int, Outcome] = {}
    with closing(
        ask_as_completed(sources, _question(term, options), caller, deadline, poll_seconds)
    ) as completed:
        for step in completed:
            outcomes.update([step] if step else [])
            yield step
    positions = _second_round([outcomes[position] for position in range(len(sources))], options)
    if not positions or deadline.is_expired:
        return
    again = [sources[position] for position in positions]
    question = SearchSimilar(term, options.max_contacts_per_source)
    with closing(ask_as_completed(again, question, caller, deadline, poll_seconds)) as completed:
        for step in completed:
            if step is None:
                yield None
                continue
            position = positions[step[0]]
            yield position, _combined(outcomes[position], step[1])


def _question(term: str, options: LookupOptions) -> Question:
    max_entries = options.max_contacts_per_source
    if options.t9 and is_typed(term):
        return SearchTyped(ascii_digits(term), max_entries)
    return Search(term, max_entries)


def _second_round(outcomes: Sequence[Outcome], options: LookupOptions) -> list[int]:
    """Return the positions of the sources to query for similar texts: all that answered, if none has a result."""
    if not options.fuzzy or any(outcome.contacts for outcome in outcomes):
        return []
    return [position for position, outcome in enumerate(outcomes) if outcome.status is Status.OK]


def _combined(first: Outcome, second: Outcome) -> Outcome:
    return second._replace(seconds=first.seconds + second.seconds)
