"""The pages of contacts in /graphql: cursors, first, last, before and after (contract section 2.15)."""

import pytest

from api.graphql import MANY, cursor_of, data_of, field_errors, page, position, post

NUMBERS = [f"90{number}" for number in range(10)]
AT = {index: cursor_of(f"arrayconnection:{index}") for index in range(20)}


def test_a_cursor_is_base64_of_its_position(shared_daemon):
    edges = data_of(shared_daemon, MANY, {"extens": NUMBERS})["me"]["contacts"]["edges"]
    assert [edge["cursor"] for edge in edges] == [AT[index] for index in range(10)]
    assert AT[0] == "YXJyYXljb25uZWN0aW9uOjA="


@pytest.mark.parametrize(
    ("arguments", "expected", "has_previous", "has_next"),
    [
        ({}, range(10), False, False),
        ({"first": 3}, range(3), False, True),
        ({"first": 10}, range(10), False, False),
        ({"first": 99}, range(10), False, False),
        ({"first": 0}, range(0), False, True),
        ({"last": 3}, range(7, 10), True, False),
        ({"last": 10}, range(10), False, False),
        ({"last": 0}, range(0), True, False),
        ({"after": AT[3]}, range(4, 10), False, False),
        ({"after": AT[9]}, range(0), False, False),
        ({"after": AT[15]}, range(0), False, False),
        ({"before": AT[3]}, range(3), False, False),
        ({"before": AT[0]}, range(0), False, False),
        ({"before": AT[15]}, range(10), False, False),
        ({"after": AT[3], "first": 2}, range(4, 6), False, True),
        ({"after": AT[7], "first": 2}, range(8, 10), False, False),
        ({"before": AT[6], "last": 2}, range(4, 6), True, False),
        ({"after": AT[2], "before": AT[7]}, range(3, 7), False, False),
        ({"after": AT[2], "before": AT[7], "first": 2}, range(3, 5), False, True),
        ({"after": AT[2], "before": AT[7], "last": 2}, range(5, 7), True, False),
        ({"after": AT[7], "before": AT[2]}, range(0), False, False),
        ({"first": 5, "last": 2}, range(3, 5), True, True),
        ({"first": None, "last": None, "before": None, "after": None}, range(10), False, False),
    ],
    ids=str,
)
def test_a_page_has_the_edges_that_it_asks_for(shared_daemon, arguments, expected, has_previous, has_next):
    positions, info = page(shared_daemon, NUMBERS, **arguments)
    assert positions == list(expected)
    assert (info["hasPreviousPage"], info["hasNextPage"]) == (has_previous, has_next)
    ends = [info["startCursor"], info["endCursor"]]
    assert ends == ([AT[expected[0]], AT[expected[-1]]] if expected else [None, None])


def test_all_pages_together_are_the_list(shared_daemon):
    found, info = page(shared_daemon, NUMBERS, first=4)
    while info["hasNextPage"]:
        positions, info = page(shared_daemon, NUMBERS, first=4, after=info["endCursor"])
        found += positions
    assert found == list(range(10))


def test_positions_count_distinct_numbers(shared_daemon):
    contacts = data_of(shared_daemon, MANY, {"extens": ["9", "9", "2045", "9"], "last": 1})["me"]["contacts"]
    (edge,) = contacts["edges"]
    assert (position(edge["cursor"]), edge["node"]) == (1, {"firstname": "Ada"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("first", -1),
        ("last", -1),
        ("first", -(2**31)),
        *(
            (name, text)
            for name in ("before", "after")
            for text in (
                "",
                "x",
                "3",
                "é",
                "YXJyYXk",
                cursor_of("arrayconnection:"),
                cursor_of("arrayconnection:-1"),
                cursor_of("arrayconnection:٣"),
                cursor_of("arrayconnection:1 "),
                cursor_of("arrayconnection:" + "9" * 5000),
                cursor_of("other:1"),
                f" {AT[1]}",
                "////",
            )
        ),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_a_bad_value_is_an_error_that_names_the_argument(shared_daemon, name, value):
    response = post(shared_daemon, MANY, {"extens": NUMBERS, name: value})
    assert response.json["data"] == {"me": {"contacts": None}}
    error = field_errors(response)["me", "contacts"]
    assert error["message"].startswith(f"{name}: ")
    assert error["extensions"]["error_id"] == "invalid-data"
    assert list(error["extensions"]["details"]) == [name]


@pytest.mark.parametrize("value", [2**31, 1.5, "3", True, [], {}])
def test_what_is_no_number_is_refused(shared_daemon, value):
    response = post(shared_daemon, MANY, {"extens": NUMBERS, "first": value})
    assert response.status_code == 400
    assert "$first" in response.json["errors"][0]["message"]
