"""The limits of indexes are those that the documentation promises."""

from dataclasses import asdict

from xivo_dird.config.schema import Index
from xivo_dird.index.limits import DEFAULT_INDEX_LIMITS, DEFAULT_LIMITS, SnapshotLimits
from xivo_dird.index.listed_entries import ListedEntries


def test_the_limits_of_an_index_are_the_defaults_of_the_configuration(tmp_path):
    listing = ListedEntries(lambda: [{"name": "Ada"}], lambda: False, DEFAULT_INDEX_LIMITS, (tmp_path / "a",))
    assert list(listing.read()) == [(1, {"name": "Ada"})]
    assert asdict(DEFAULT_INDEX_LIMITS) == Index().model_dump()
    promised = SnapshotLimits(max_wait=0.5, min_pause=0.5, max_pause=30.0, max_check=0.5, max_reads=3)
    assert promised == DEFAULT_LIMITS
