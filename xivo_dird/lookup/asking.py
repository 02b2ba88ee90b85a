"""What the sources of a lookup are asked: for the term, and if nobody has it, maybe for who has nearly it."""

from collections.abc import Generator, Sequence
from contextlib import closing

from xivo_dird.caller import Caller
from xivo_dird.directory.fan_out import ask_all, ask_as_completed
from xivo_dird.directory.outcome import Outcome, Status
from xivo_dird.directory.question import Question, Search, SearchSimilar, SearchTyped
from xivo_dird.directory.source import DirectorySource
from xivo_dird.lookup.model import LookupOptions
from xivo_dird.text.keypad import is_typed
from xivo_dird.threads.deadline import Deadline


def ask(
    sources: Sequence[DirectorySource], caller: Caller, term: str, options: LookupOptions, deadline: Deadline
) -> list[Outcome]:
    """Ask every source; return one outcome per source, in their order, at the deadline at the latest."""
    outcomes = ask_all(sources, _question(term, options), caller, deadline)
    again = _asked_again(outcomes, options)
    if not again or deadline.is_expired:
        return outcomes
    similar = ask_all([sources[position] for position in again], SearchSimilar(term), caller, deadline)
    for position, outcome in zip(again, similar, strict=True):
        outcomes[position] = _together(outcomes[position], outcome)
    return outcomes


def ask_in_turn(
    sources: Sequence[DirectorySource], caller: Caller, term: str, options: LookupOptions, deadline: Deadline
) -> Generator[tuple[int, Outcome] | None]:
    """Ask like `ask`; yield position and outcome of each source as it comes, twice if it was asked again.

    None comes from time to time. Whoever closes the iterator leaves behind what has not come.
    """
    outcomes: dict[int, Outcome] = {}
    with closing(ask_as_completed(sources, _question(term, options), caller, deadline)) as arriving:
        for arrived in arriving:
            outcomes.update([arrived] if arrived else [])
            yield arrived
    again = _asked_again([outcomes[position] for position in range(len(sources))], options)
    if not again or deadline.is_expired:
        return
    asked = [sources[position] for position in again]
    with closing(ask_as_completed(asked, SearchSimilar(term), caller, deadline)) as arriving:
        for arrived in arriving:
            yield arrived and (again[arrived[0]], _together(outcomes[again[arrived[0]]], arrived[1]))


def _question(term: str, options: LookupOptions) -> Question:
    return SearchTyped(term) if options.t9 and is_typed(term) else Search(term)


def _asked_again(outcomes: Sequence[Outcome], options: LookupOptions) -> list[int]:
    """List the positions of the sources that are asked for similar texts: if nobody was found, all that work."""
    if not options.fuzzy or any(outcome.contacts for outcome in outcomes):
        return []
    return [position for position, outcome in enumerate(outcomes) if outcome.status is Status.OK]


def _together(first: Outcome, second: Outcome) -> Outcome:
    return second._replace(seconds=first.seconds + second.seconds)
