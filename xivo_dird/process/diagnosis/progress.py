"""Asks a source, and shows on a terminal that the wait goes on."""

from contextlib import closing

from tqdm import tqdm

from xivo_dird.caller import Caller
from xivo_dird.directory.fan_out import ask_as_completed
from xivo_dird.directory.outcome import Outcome, Status
from xivo_dird.directory.question import Question
from xivo_dird.directory.source import DirectorySource
from xivo_dird.threads.deadline import Deadline

BAR_FORMAT = "{desc} … {elapsed}"


def ask_showing_progress(
    source: DirectorySource, question: Question, caller: Caller, deadline: Deadline, description: str
) -> Outcome:
    """Return the outcome of a question; meanwhile, the standard error shows a clock if it is a terminal."""
    bar = tqdm(desc=description, bar_format=BAR_FORMAT, leave=False, disable=None)
    with bar, closing(ask_as_completed([source], question, caller, deadline)) as steps:
        for step in steps:
            if step is not None:
                return step[1]
            bar.refresh()
    return Outcome(source.name, Status.SKIPPED, 0.0, (), "it was not asked")
