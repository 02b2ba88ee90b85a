"""Writes a source for a file as YAML."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from xivo_dird.process.csv_preview.csv_file import CsvSurvey
from xivo_dird.process.csv_preview.guess import GuessedColumns


def source_of(survey: CsvSurvey, guessed: GuessedColumns, tenant: str) -> dict[str, object]:
    """Return the declaration of a CSV source, an item of `provisioning.sources`."""
    names = _name_columns(guessed)
    source: dict[str, object] = {
        "tenant": tenant,
        "name": source_name(survey.path),
        "backend": "csv",
        "file": str(survey.path.absolute()),
        "separator": survey.separator,
    }
    if survey.encoding is not None:
        source["encoding"] = survey.encoding
    if guessed.unique is not None:
        source["unique_column"] = guessed.unique
    names_of_people = [*guessed.first, *guessed.middle, *guessed.last, *guessed.full]
    searched = [*names_of_people, *guessed.company, *guessed.emails, *guessed.numbers]
    source["searched_columns"] = searched
    source["first_matched_columns"] = [*guessed.numbers, *guessed.other_numbers]
    formatted = {"name": " ".join(f"{{{name}}}" for name in names), "reverse": "{name}" if names else ""}
    source["format_columns"] = {
        **{field: text for field, text in formatted.items() if text},
        **_numbered("number", guessed.landline_numbers or guessed.mobile_numbers[:1]),
        **_numbered("mobile", guessed.mobile_numbers),
        **_numbered("company", guessed.company[:1]),
        **_numbered("email", guessed.emails[:1]),
    }
    return source


def source_yaml(source: Mapping[str, object]) -> str:
    """Return a source as an item of a YAML list."""
    text: str = yaml.safe_dump([dict(source)], sort_keys=False, allow_unicode=True, width=100)
    return text


def source_name(path: Path) -> str:
    """Return a name for the source of a file."""
    return re.sub(r"[^\w.-]+", "-", path.stem).strip("-.") or "people"


def _numbered(field: str, columns: Sequence[str]) -> dict[str, str]:
    """Return fields for columns, with the names that vCards and presets of LDAP have: `mobile`, `mobile_2`."""
    return {
        field if position == 1 else f"{field}_{position}": f"{{{column}}}"
        for position, column in enumerate(columns, 1)
    }


def _name_columns(guessed: GuessedColumns) -> list[str]:
    """Return the columns that make up a name."""
    if guessed.full:
        return [guessed.full[0]]
    return [*guessed.first[:1], *guessed.last[:1]] or [*guessed.company[:1]]
