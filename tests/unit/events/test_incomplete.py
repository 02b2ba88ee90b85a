"""Events that are too large: what identifies their resource is kept."""

import pytest

from xivo_dird.events.incomplete import NOTHING, incomplete

LONG = "x" * 100_000


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        (
            {"user_uuid": "ada", "contact": {"id": "17", "note": LONG}},
            {"user_uuid": "ada", "contact": {"id": "17"}, "incomplete": True},
        ),
        (
            {"contact": {"id": "17", "name": LONG, **{f"field {n}": "x" for n in range(10_000)}}},
            {"contact": {"id": "17"}, "incomplete": True},
        ),
        (
            {
                "source": {
                    "uuid": "u",
                    "tenant_uuid": "t",
                    "name": "n",
                    "backend": "b",
                    "options": {"a": LONG},
                }
            },
            {
                "source": {"uuid": "u", "tenant_uuid": "t", "name": "n", "backend": "b"},
                "incomplete": True,
            },
        ),
        ({"count": 2, "ids": [LONG], "text": LONG}, {"count": 2, "incomplete": True}),
        ({LONG: {"id": 1}}, NOTHING),
        ({str(number): "x" for number in range(10_000)}, NOTHING),
        ({"contact": {"id": {"deep": LONG}}}, {"contact": {}, "incomplete": True}),
    ],
)
def test_what_identifies_the_resource_is_kept(data, kept):
    assert incomplete(data) == kept
