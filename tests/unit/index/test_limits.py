"""The limits of indexes are those that the documentation promises."""

from dataclasses import asdict

from xivo_dird.config.schema import Index
from xivo_dird.index.limits import DEFAULT_INDEX_LIMITS, DEFAULT_LIMITS, SnapshotLimits


def test_the_limits_of_an_index_are_the_defaults_of_the_configuration():
    assert asdict(DEFAULT_INDEX_LIMITS) == Index().model_dump()


def test_questions_and_retries_wait_as_long_as_documented():
    promised = SnapshotLimits(max_wait=0.5, min_pause=0.5, max_pause=30.0, max_check=0.5, max_reads=3)
    assert promised == DEFAULT_LIMITS
