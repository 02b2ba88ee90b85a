"""The ids of an import: as many events as needed, each of a bounded size."""

import orjson

from xivo_dird.events.model import MAX_IDS_PER_EVENT, MIN_MAX_EVENT_BYTES, id_batches


def test_a_small_import_is_one_event():
    assert list(id_batches([])) == []
    assert [list(batch) for batch in id_batches(["a", "b"])] == [["a", "b"]]


def test_no_event_of_an_import_is_too_large():
    ids = [f"{number:06}" + '"' * 32 for number in range(3 * MAX_IDS_PER_EVENT)]
    batches = [list(batch) for batch in id_batches(ids)]
    assert [each for batch in batches for each in batch] == ids
    assert max(len(batch) for batch in batches) <= MAX_IDS_PER_EVENT
    assert max(len(orjson.dumps(batch)) for batch in batches) < MIN_MAX_EVENT_BYTES
