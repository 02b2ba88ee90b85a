"""YAML files with secrets: what is wrong with one is said without its content."""

import pytest
from pydantic import TypeAdapter

from xivo_dird.secret_yaml import ServiceKey, UnusableSecretFile, parse_secret_yaml


def test_a_key_file_has_the_account_of_a_service() -> None:
    key = parse_secret_yaml(b"service_id: dird\nservice_key: s3cret\nother: 1\n", TypeAdapter(ServiceKey))
    assert (key.service_id, key.service_key.get_secret_value()) == ("dird", "s3cret")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file: Input should be a valid dictionary"),
        (b"service_id: s3cret", "service_key: Field required"),
        (b"service_id: [s3cret]\nservice_key: s3cret", "service_id: Input should be a valid string"),
        (b"service_id: x\ns3cret: [", "line 2 is not valid YAML"),
        (b"\xff\xfe\x00s3cret", "not valid YAML in UTF-8"),
        (b"s3cret: 2001-99-99", "not valid YAML in UTF-8"),
        (b"[" * 20_000 + b"s3cret", "not valid YAML in UTF-8"),
    ],
    ids=range(7),
)
def test_the_reason_names_the_mistake_and_quotes_nothing(content: bytes, reason: str) -> None:
    with pytest.raises(UnusableSecretFile) as raised:
        parse_secret_yaml(content, TypeAdapter(ServiceKey))
    assert str(raised.value).startswith(reason)
    assert "s3cret" not in str(raised.value)
