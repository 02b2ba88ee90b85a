"""The slots of waiting readers: in all, and of one owner."""

from contextlib import ExitStack

import pytest

from xivo_dird.events.slots import RETRY_AFTER_SECONDS, WaitingSlots
from xivo_dird.exceptions import TooBusy, TooManyRequests


def test_one_owner_can_not_have_all_slots():
    slots = WaitingSlots(total=3, per_owner=2)
    with slots.hold("ada"), slots.hold("ada"):
        with pytest.raises(TooManyRequests) as error, slots.hold("ada"):
            pass
        assert error.value.retry_after == RETRY_AFTER_SECONDS
        with slots.hold("eva"):
            pass


def test_no_more_slots_are_given_than_there_are():
    slots = WaitingSlots(total=2, per_owner=2)
    with slots.hold("ada"), slots.hold("eva"):
        with pytest.raises(TooBusy) as error, slots.hold("ivo"):
            pass
        assert error.value.retry_after == RETRY_AFTER_SECONDS


def test_a_slot_is_free_again_after_its_wait_and_after_a_refusal():
    slots = WaitingSlots(total=1, per_owner=1)
    for _ in range(3):
        with ExitStack() as held:
            held.enter_context(slots.hold("ada"))
            for owner, error in (("ada", TooManyRequests), ("eva", TooBusy)):
                with pytest.raises(error):
                    held.enter_context(slots.hold(owner))


def test_a_wait_that_fails_frees_its_slot():
    slots = WaitingSlots(total=1, per_owner=1)
    with pytest.raises(ZeroDivisionError), slots.hold("ada"):
        raise ZeroDivisionError
    with slots.hold("ada"):
        pass


def test_without_slots_nobody_waits():
    with pytest.raises(TooBusy), WaitingSlots(total=0, per_owner=8).hold("ada"):
        pass
