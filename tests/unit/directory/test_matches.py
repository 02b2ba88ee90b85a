"""A directory that finds one number at a time is asked for many of them as long as there is time."""

import time

import pytest

from waiting import LONG_TIMEOUT, TIMEOUT
from xivo_dird.backend import QuestionRefused, SourceUnavailable
from xivo_dird.directory.matches import match_each
from xivo_dird.threads.deadline import Deadline

ADA = {"name": "Ada"}


def find(exten):
    """Find Ada by her number, and refuse numbers with an x."""
    if "x" in exten:
        raise QuestionRefused(f"what is {exten}?")
    return ADA if exten == "1001" else None


def test_every_number_is_asked_for_in_the_order_of_the_question():
    asked = []

    def find_and_record(exten):
        asked.append(exten)
        return find(exten)

    found = match_each(find_and_record, ["9", "1001", "8"], in_time())
    assert found == {"9": None, "1001": ADA, "8": None}
    assert asked == ["9", "1001", "8"]


def in_time():
    return Deadline.after(LONG_TIMEOUT)


@pytest.mark.parametrize("deadline", [Deadline(time.monotonic(), TIMEOUT), Deadline.after(-1.0)])
def test_after_the_deadline_only_the_first_number_is_asked_for(deadline):
    assert match_each(find, ["1001", "9"], deadline) == {"1001": ADA}


def test_no_number_is_asked_for_that_would_probably_be_late():
    def find_slowly(exten):
        time.sleep(0.05)
        return find(exten)

    deadline = Deadline.after(0.06)  # the second answer would arrive 0.1 s after the question
    assert match_each(find_slowly, ["9", "1001"], deadline) == {"9": None}


def test_a_refused_number_has_no_entry_and_hides_no_other():
    assert match_each(find, ["x1", "1001", "x2"], in_time()) == {"x1": None, "1001": ADA, "x2": None}
    assert match_each(find, ["x1", "9"], in_time()) == {"x1": None, "9": None}


def test_a_directory_that_refuses_all_numbers_refuses_the_question():
    with pytest.raises(QuestionRefused, match=r"^what is x2\?$"):
        match_each(find, ["x1", "x2"], in_time())


def test_an_error_ends_the_question():
    def fail(exten):
        raise SourceUnavailable("no line")

    with pytest.raises(SourceUnavailable, match=r"^no line$"):
        match_each(fail, ["1001"], in_time())


def failing_for_letters(asked):
    def find_or_fail(exten):
        asked.append(exten)
        if exten.isalpha():
            raise SourceUnavailable(f"answered 500 to {len(asked)}")
        return find(exten)

    return find_or_fail


@pytest.mark.parametrize(
    "extens", [["a", "1001", "9"], ["9", "b", "c", "1001"], ["a", "b", "1001", "9", "c", "d"]]
)
def test_a_number_for_which_a_directory_fails_hides_no_other(extens):
    assert match_each(failing_for_letters([]), extens, in_time()) == {"1001": ADA, "9": None}


@pytest.mark.parametrize(
    ("extens", "found", "count"),
    [("9abcd1", {"9": None}, 4), ("9abc", {"9": None}, 4), ("ab9cdef8", {"9": None}, 6)],
)
def test_after_three_failures_in_a_row_no_other_number_is_asked_for(extens, found, count):
    asked: list[str] = []
    assert match_each(failing_for_letters(asked), extens, in_time()) == found
    assert len(asked) == count


@pytest.mark.parametrize("extens", [["a", "b", "c", "1001"], ["a", "x1", "x2"], ["x1", "b"]])
def test_a_directory_that_answers_no_number_has_failed(extens):
    with pytest.raises(SourceUnavailable, match="answered 500"):
        match_each(failing_for_letters([]), extens, in_time())


def test_no_numbers_are_no_question():
    assert match_each(find, [], in_time()) == {}
