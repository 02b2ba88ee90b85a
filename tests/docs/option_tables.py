"""Writes the tables of options into docs/sources.md and docs/sources, from the schemas of the backends.

A page has them between two comments. `make docs` runs this module.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from importlib.metadata import distribution
from inspect import get_annotations
from pathlib import Path
from textwrap import fill

from pydantic import BaseModel

from docs.option_words import Headings, Schema, default_in_words, joined, models_of, slug, type_in_words
from xivo_dird.backend import AnyBackend, SourceOptions

DOCS = Path(__file__).parents[2] / "docs"
BEGIN, END = "<!-- options: written by make docs -->\n", "<!-- end of the options -->\n"
BLOCK = re.compile(f"{BEGIN}.*?{END}", re.DOTALL)
MIN_COMMON_ROWS = 3
"""A table refers to another one for the rows that both have, if there are so many."""

Row = tuple[str, str, str, str]
"""The cells of an option: its name, its type, its default, its meaning."""


def installed_backends() -> dict[str, type[AnyBackend]]:
    """Return the backends of this project by name."""
    entry_points = distribution("xivo-dird").entry_points
    return {entry.name: entry.load() for entry in entry_points.select(group="xivo_dird.backends")}


def pages() -> dict[Path, str]:
    """Return what each page has between the comments."""
    tables = {DOCS / "sources.md": f"\n{_table(_common_rows())}\n\n"}
    for name, backend in installed_backends().items():
        tables[DOCS / "sources" / f"{name}.md"] = tables_of(name, backend)
    return tables


def tables_of(name: str, backend: type[AnyBackend]) -> str:
    """Return the options of a backend and its settings in the configuration, with headings."""
    return "\n" + "\n\n".join([*_parts(name, backend), ""])


def with_tables(text: str, tables: str) -> str:
    """Return a page with these tables between its comments."""
    return BLOCK.sub(lambda _: f"{BEGIN}{tables}{END}", text)


def _parts(name: str, backend: type[AnyBackend]) -> Iterator[str]:
    """Yield the options of a backend, and its settings in the configuration."""
    schema, common = backend.Options.model_json_schema(), _common_rows()
    headings = _headings(schema)
    rows = [row for row in _rows(schema, _own_first(backend.Options), headings) if row not in common]
    yield "## Options"
    yield f"{'Also' if rows else 'Only'} the [common options](../sources.md#common-options)."
    if rows:
        yield _table(rows)
        yield from _tables_of_models(schema, headings)
    if backend.Settings.model_fields:
        settings = backend.Settings.model_json_schema()
        yield "## Settings"
        yield f"Only the administrator can set these, in `backends.{name}` of the configuration."
        yield _table(_rows(settings, _own_first(backend.Settings), {}), "setting")


def _common_rows() -> list[Row]:
    return _rows(SourceOptions.model_json_schema(), SourceOptions.model_fields, {})


def _own_first(model: type[BaseModel]) -> Sequence[str]:
    """Return the names of the fields of a model, those of its base classes last."""
    declared = dict.fromkeys(name for each in model.__mro__ for name in get_annotations(each))
    return [name for name in declared if name in model.model_fields]


def _rows(schema: Schema, names: Collection[str], headings: Headings) -> list[Row]:
    required = schema.get("required", [])
    properties = {name: schema["properties"][name] for name in names}
    return [
        (
            f"`{name}`",
            type_in_words(node, headings),
            "required" if name in required else default_in_words(node),
            " ".join(node.get("description", "").split()),
        )
        for name, node in properties.items()
    ]


def _table(rows: Sequence[Row], first: str = "option") -> str:
    cells = [(first, "type", "default", "meaning"), ("---",) * 4, *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in cells)


def _tables_of_models(schema: Schema, headings: Headings) -> Iterator[str]:
    """Yield a heading and a table for each model in the options."""
    earlier: dict[str, list[Row]] = {}
    for name, heading in headings.items():
        definition = schema["$defs"][name]
        rows = _rows(definition, definition["properties"], headings)
        other, common = _most_similar(rows, earlier)
        yield f"### {heading}"
        if common:
            names = joined([row[0] for row in common])
            owner = other.removeprefix("Options of ")
            yield fill(f"{names} are those of [{owner}](#{slug(other)}).", 100, break_on_hyphens=False)
        if len(common) < len(rows):
            yield _table([row for row in rows if row not in common])
        earlier[heading] = rows


def _most_similar(rows: Sequence[Row], earlier: Mapping[str, Sequence[Row]]) -> tuple[str, list[Row]]:
    """Return the heading of the table with the most of these rows, and the rows; none if there are too few."""
    common = {heading: [row for row in rows if row in others] for heading, others in earlier.items()}
    heading = max(common, key=lambda each: len(common[each]), default="")
    found = common.get(heading, [])
    return heading, found if len(found) >= MIN_COMMON_ROWS else []


def _headings(schema: Schema) -> dict[str, str]:
    """Return the heading of each model: the options with such a value, or with elements or values of such a kind."""
    titles: dict[str, list[str]] = {}
    waiting = [("", schema)]
    for path, node in waiting:
        for name, part in node["properties"].items():
            for prefix, model in models_of(part):
                if "properties" in (definition := schema["$defs"][model]):
                    if model not in titles:
                        waiting.append((f"{path}{name}.", definition))
                    titles.setdefault(model, []).append(f"{prefix}`{path}{name}`")
    return {model: f"Options of {joined(parts)}" for model, parts in titles.items()}


def main() -> None:
    """Write the tables into all pages."""
    for path, tables in pages().items():
        path.write_text(with_tables(path.read_text(encoding="utf-8"), tables), encoding="utf-8")


if __name__ == "__main__":
    main()
