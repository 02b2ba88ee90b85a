"""Full runs are spread out."""

from xivo_dird.sync import FullRuns


def test_the_first_run_starts_at_once_and_the_next_after_the_pause():
    times = iter([100.0, 100.0, 101.9, 102.0, 110.0, 111.9])
    full_runs = FullRuns(2.0, clock=lambda: next(times))
    assert [full_runs.may_start() for _ in range(5)] == [True, False, True, True, False]


def test_without_a_pause_every_run_may_start():
    full_runs = FullRuns(0.0)
    assert all(full_runs.may_start() for _ in range(3))
