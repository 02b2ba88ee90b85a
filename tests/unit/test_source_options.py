"""Options of sources as they are stored."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel

from xivo_dird.source_options import EXCLUDE_UNSET, SourceOptions


class Leaf(BaseModel):
    kind: str
    size: Annotated[int, EXCLUDE_UNSET] = 7


class Branch(BaseModel):
    path: str = ""
    leaf: Annotated[Leaf | None, EXCLUDE_UNSET] = None


class TreeOptions(SourceOptions):
    branch: Branch = Branch()
    named: Annotated[Mapping[str, Branch | str], EXCLUDE_UNSET] = {}
    several: Annotated[tuple[Leaf, ...], EXCLUDE_UNSET] = ()


COMMON: dict[str, object] = {"searched_columns": [], "first_matched_columns": [], "format_columns": {}}


def test_unset_options_are_not_stored() -> None:
    assert TreeOptions(name="x").stored() == {**COMMON, "branch": {"path": ""}}


def test_what_is_set_is_stored_at_any_depth() -> None:
    given = {
        "branch": {"path": "a", "leaf": {"kind": "b"}},
        "named": {"one": {"path": "c", "leaf": {"kind": "d", "size": 7}}, "two": "e"},
        "several": [{"kind": "f"}, {"kind": "g", "size": 8}],
    }
    assert TreeOptions.model_validate({"name": "x", **given}).stored() == {**COMMON, **given}
