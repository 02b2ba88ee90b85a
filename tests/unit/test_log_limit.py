"""The limit of log lines of one cause."""

from xivo_dird.log_limit import LogLimit


def test_so_many_lines_are_logged_within_the_time() -> None:
    now = 0.0
    limit = LogLimit(2, seconds=60.0, clock=lambda: now)
    assert [limit.may_log() for _ in range(4)] == [True, True, False, False]
    now = 59.9
    assert not limit.may_log()
    now = 60.0
    assert [limit.may_log() for _ in range(3)] == [True, True, False]
