"""Templates of a tenant that repeat columns of columns: each contact has a bounded size."""

from itertools import pairwise

import pytest

from api.conftest import Daemon, configuration
from api.rest import create
from xivo_dird.directory.contact import ContactFormat
from xivo_dird.directory.template import MAX_TEXT_CHARACTERS

LEVELS = {
    "plain": ("{x}", "{x}{x}"),
    "elements": ("{x[0]}", "{x}{x:}"),
}


def columns(first, repeated, levels=8):
    """Return columns of which each repeats the one before as often as a template may be long."""
    names = ["c" * length for length in range(2, levels + 2)]
    templates = {names[0]: first * (2048 // len(first))}
    for before, name in pairwise(names):
        one = repeated.replace("x", before)
        templates[name] = one * (2048 // len(one))
    return templates


@pytest.mark.parametrize("kind", LEVELS)
def test_no_formatted_column_is_longer_than_the_limit(kind):
    contact = ContactFormat("s", "b", None, columns(*LEVELS[kind])).format({"x": "0123456789"})
    lengths = [len(str(text)) for text in contact.fields.values()]
    assert max(lengths) <= MAX_TEXT_CHARACTERS + 2048
    assert contact.fields["c" * 9] is None


def test_one_long_field_is_not_repeated():
    field = "x" * (MAX_TEXT_CHARACTERS - 1)
    templates = {"one": "{x}", "named": "Mr {x}", "pair": "{x}{x}", "element": "{x}{y[0]}"}
    fields = ContactFormat("s", "b", None, templates).format({"x": field, "y": "yy"}).fields
    assert (fields["one"], fields["named"], fields["pair"]) == (field, f"Mr {field}", None)
    assert fields["element"] == f"{field}y"


def test_a_lookup_with_such_templates_is_answered(tmp_path):
    with Daemon(configuration(tmp_path)) as daemon:
        templates = {**columns("{lastname}", "{x}{x}"), "name": "{firstname} {lastname}"}
        body = {
            "name": "bomb",
            "file": "crew.csv",
            "searched_columns": ["lastname"],
            "format_columns": templates,
        }
        source = create(daemon, "/backends/csv/sources", body)
        display = create(
            daemon, "/displays", {"name": "d", "columns": [{"field": "name"}, {"field": "c" * 9}]}
        )
        services = {"lookup": {"sources": [{"uuid": source["uuid"]}]}}
        create(daemon, "/profiles", {"name": "p", "display": {"uuid": display["uuid"]}, "services": services})
        (result,) = daemon.get("/directories/lookup/p", term="stern").json["results"]
        assert result["column_values"] == ["Ada Stern", None]
