"""The files in etc/: the documented configuration agrees with the schema."""

import csv
import itertools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from xivo_dird.config.files import Arguments, load
from xivo_dird.config.schema import Config

ETC = Path(__file__).parents[3] / "etc" / "xivo-dird"
NOT_IN_FILES = {"config_file"}


def keys_of_model(model: BaseModel, prefix: str = "") -> Iterator[str]:
    for name in type(model).model_fields:
        value: object = getattr(model, name)
        yield f"{prefix}{name}"
        if isinstance(value, BaseModel):
            yield from keys_of_model(value, f"{prefix}{name}.")


def keys_of_yaml(tree: Mapping[str, object], prefix: str = "") -> Iterator[str]:
    for name, value in tree.items():
        yield f"{prefix}{name}"
        if isinstance(value, dict):
            yield from keys_of_yaml(value, f"{prefix}{name}.")


def test_the_documented_configuration_has_exactly_the_existing_keys() -> None:
    documented = set(keys_of_yaml(yaml.safe_load((ETC / "config.yml").read_text(encoding="utf-8"))))
    assert documented == set(keys_of_model(Config())) - NOT_IN_FILES


def test_the_documented_configuration_shows_the_defaults(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("XIVO_UUID", raising=False)
    text = (ETC / "config.yml").read_text(encoding="utf-8")
    main_file = tmp_path / "config.yml"
    main_file.write_text(text.replace("/etc/xivo-dird/conf.d\n", f"{tmp_path}/none\n"), encoding="utf-8")
    config = load(Arguments(main_file)).config
    default = Config(config_file=main_file, extra_config_files=tmp_path / "none")
    assert config == default


def test_each_documented_key_has_a_comment_above_or_beside_it() -> None:
    lines = (ETC / "config.yml").read_text(encoding="utf-8").splitlines()
    uncommented = [
        line.strip()
        for previous, line in itertools.pairwise(lines)
        if re.match(r" *[a-z_]+:", line) and "#" not in previous + line
    ]
    assert uncommented == []


def test_the_development_configuration_is_accepted() -> None:
    config = load(Arguments(ETC / "development.yml")).config
    assert [profile.name for profile in config.provisioning.profiles] == ["default"]


def test_the_sample_has_sixty_people_with_accents_and_several_numbers() -> None:
    with (ETC / "sample" / "people.csv").open(encoding="utf-8", newline="") as file:
        people = list(csv.DictReader(file))
    assert len({person["id"] for person in people}) == 60
    assert any(not person["lastname"].isascii() for person in people)
    assert sum(bool(person["number"] and person["mobile"]) for person in people) > 30
    assert all(None not in person and person["organisation"] and person["email"] for person in people)
