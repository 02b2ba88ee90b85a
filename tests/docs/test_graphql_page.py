"""docs/graphql.md: its command and its query work, and its limits are those of the code."""

import re
from pathlib import Path

import pytest
import yaml

from api.conftest import Daemon, configuration
from api.graphql import data_of
from xivo_dird.http.raw_body import MAX_RAW_BODY_BYTES
from xivo_dird.reverse.model import MAX_NUMBER_CHARACTERS, MAX_NUMBERS
from xivo_dird_views.graphql import limits

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "graphql.md").read_text(encoding="utf-8")
DEVELOPMENT = yaml.safe_load((ROOT / "etc/xivo-dird/development.yml").read_text(encoding="utf-8"))


def test_the_first_command_prints_what_the_page_shows(printed_on_sample):
    ((command, shown),) = re.findall(
        r"\A# GraphQL\n\n```sh\n(.*?)```\n\n```json\n(.*?)\n```", PAGE, re.DOTALL
    )
    assert printed_on_sample(command) == shown


def test_the_query_of_the_page_is_answered(tmp_path):
    (query,) = re.findall(r"^```graphql\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    with Daemon(configuration(tmp_path)) as daemon:
        contacts = data_of(daemon, query, {"extens": ["2045", "9"]})["me"]["contacts"]
    assert [edge["node"] and edge["node"]["firstname"] for edge in contacts["edges"]] == ["Ada", None]


@pytest.mark.parametrize(
    ("row", "limit"),
    [
        ("body of a request", f"{MAX_RAW_BODY_BYTES // 1024} KiB"),
        ("characters of a query", limits.MAX_QUERY_CHARACTERS),
        ("names, signs and values of a query", limits.MAX_TOKENS),
        ("comments", limits.MAX_COMMENTS),
        ("fields, with and without an alias", limits.MAX_FIELDS),
        ("fields of the operation itself, with those of its fragments", limits.MAX_ROOT_FIELDS),
        ("levels of fields", limits.MAX_DEPTH),
        ("values in the variables", limits.MAX_VARIABLE_VALUES),
        ("numbers in all fields together", MAX_NUMBERS),
        ("characters of a number", MAX_NUMBER_CHARACTERS),
        ("pairs of a user and a profile", limits.MAX_QUESTIONS),
        ("values of the answer", limits.MAX_VALUES),
    ],
)
def test_a_limit_of_the_page_is_that_of_the_code(row, limit):
    shown = limit if isinstance(limit, str) else f"{limit:,}"
    assert re.search(rf"^\| {re.escape(row)} \| {shown} \|", PAGE, re.MULTILINE)
