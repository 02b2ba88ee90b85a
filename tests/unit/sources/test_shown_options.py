"""Clients see secrets if the configuration says so, except those that are write-only; events never have any."""

from typing import Annotated

import pytest
from pydantic import BaseModel

from xivo_dird.backend import HIDDEN, WRITE_ONLY, Secret, SourceOptions
from xivo_dird.config.masking import MASK
from xivo_dird.source_options import has_write_only
from xivo_dird.sources.model import Source
from xivo_dird.sources.shown_options import ShownOptions


class Plain(SourceOptions):
    password: Annotated[Secret[str], HIDDEN] | None = None
    children: "tuple[Plain, ...]" = ()


class Inner(BaseModel):
    key: Annotated[Secret[str], WRITE_ONLY] | None = None


class Guarded(Plain):
    inner: Inner | None = None


SCHEMAS = {"plain": Plain, "guarded": Guarded}
STORED = {"password": "s3cret", "removed": "s3cret"}
GUARDED = {**STORED, "inner": {"key": "k3y"}}


def source(backend: str, options: dict[str, object], phonebook_uuid: str | None = None) -> Source:
    return Source("u", "t", "n", backend, options, phonebook_uuid=phonebook_uuid)


def test_a_write_only_secret_is_found_at_any_depth() -> None:
    assert has_write_only(Guarded)
    assert not has_write_only(Plain)


@pytest.mark.parametrize(
    ("backend", "options", "shown", "hidden"),
    [
        ("plain", STORED, STORED, {"password": MASK, "removed": MASK}),
        (
            "guarded",
            GUARDED,
            {"password": "s3cret", "removed": MASK, "inner": {"key": MASK}},
            {"password": MASK, "removed": MASK, "inner": {"key": MASK}},
        ),
        ("guarded", {"inner": 5}, {"inner": MASK}, {"inner": MASK}),
        ("not installed", STORED, dict.fromkeys(STORED, MASK), dict.fromkeys(STORED, MASK)),
    ],
)
def test_what_clients_see_depends_on_the_configuration_and_the_option(
    backend: str, options: dict[str, object], shown: dict[str, object], hidden: dict[str, object]
) -> None:
    stored = source(backend, options)
    assert ShownOptions(SCHEMAS, shows_secrets=True).to_clients(stored) == shown
    assert ShownOptions(SCHEMAS, shows_secrets=False).to_clients(stored) == hidden
    assert ShownOptions(SCHEMAS, shows_secrets=True).masked(stored) == hidden


def test_what_a_source_has_from_its_phonebook_is_no_secret() -> None:
    options: dict[str, object] = {"phonebook_name": "b", "phonebook_description": None}
    shown = ShownOptions(SCHEMAS, shows_secrets=False)
    assert shown.to_clients(source("plain", options, "p")) == options
    assert shown.to_clients(source("plain", options)) == dict.fromkeys(options, MASK)
