"""Encoding as JSON: long lists in parts, text that is not valid Unicode."""

import json
from dataclasses import dataclass

import pytest
from pydantic import BaseModel

from request_thread import Processor, run_as_request
from xivo_dird.exceptions import RequestAbandoned
from xivo_dird.http.json_response import encode_json
from xivo_dird.threads.deadline import ITEMS_PER_CHECK

LENGTHS = [0, 1, ITEMS_PER_CHECK - 1, ITEMS_PER_CHECK, ITEMS_PER_CHECK + 1, 2 * ITEMS_PER_CHECK, 1000]


@dataclass
class Person:
    name: str
    numbers: list[int]


@dataclass(frozen=True, slots=True)
class Page:
    total: int
    items: list[Person]
    others: list[str]


class Key(BaseModel):
    value: int


def people(count):
    return [Person(f"Ada «{number}»", [number, number + 1]) for number in range(count)]


@pytest.mark.parametrize("count", LENGTHS)
def test_a_list_is_encoded_whole_and_in_order_however_long_it_is(count):
    plain = [{"name": person.name, "numbers": person.numbers} for person in people(count)]
    assert json.loads(encode_json(people(count))) == plain
    assert json.loads(encode_json({"items": people(count), 7: None})) == {"items": plain, "7": None}
    assert json.loads(encode_json(Page(count, people(count), ["x"]))) == {
        "total": count,
        "items": plain,
        "others": ["x"],
    }


def test_other_values_are_encoded_as_before():
    assert encode_json(Person("Ada", [])) == b'{"name":"Ada","numbers":[]}'
    assert encode_json(Key(value=1)) == b'{"value":1}'
    assert encode_json([Key(value=1)] * 2) == b'[{"value":1},{"value":1}]'
    assert encode_json("Ada") == b'"Ada"'
    assert encode_json(None) == b"null"


@pytest.mark.parametrize("count", [1, 1000])
def test_one_text_that_is_not_valid_unicode_spoils_no_list(count):
    names = [*["Zoë"] * count, "\udc80"]
    assert json.loads(encode_json(names)) == names
    assert json.loads(encode_json({"items": names})) == {"items": names}
    assert json.loads(encode_json(Page(1, [Person(name, []) for name in names], [])))["items"] == [
        {"name": name, "numbers": []} for name in names
    ]
    assert json.loads(encode_json({"term": "\udc80", "items": ["Zoë"] * count})) == {
        "term": "\udc80",
        "items": ["Zoë"] * count,
    }


def test_other_requests_go_on_between_the_parts_of_a_long_list():
    processor = Processor()
    run_as_request("ada", processor, lambda: encode_json({"items": [1] * (3 * ITEMS_PER_CHECK + 1)}))
    assert len(processor.shared) == 3
    run_as_request("ada", processor, lambda: encode_json({"items": [1] * ITEMS_PER_CHECK}))
    assert len(processor.shared) == 3


def test_a_long_list_is_not_encoded_for_a_client_that_has_gone():
    processor = Processor(RequestAbandoned("the client has gone"))
    with pytest.raises(RequestAbandoned):
        run_as_request("ada", processor, lambda: encode_json([1] * (ITEMS_PER_CHECK + 1)))
