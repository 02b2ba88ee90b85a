"""The section `access`: what it accepts, and errors that name the key."""

from pathlib import Path

import pytest

from xivo_dird.config.access import AccessSection, ViewAccess
from xivo_dird.config.files import Arguments, load
from xivo_dird.exceptions import InvalidConfiguration

NETWORK = "authorized_subnets: [10.20.0.0/16]"
TENANT = "2c34c282-433e-4bb8-8d56-fec14ff7e1e9"


def load_access(folder: Path, text: str) -> AccessSection:
    file = folder / "config.yml"
    file.write_text(f"extra_config_files: null\naccess: {text}", encoding="utf-8")
    return load(Arguments(file)).config.access


@pytest.mark.parametrize("text", ["", "{}", "{default: , views: }"])
def test_by_default_every_view_requires_a_token(tmp_path: Path, text: str) -> None:
    access = load_access(tmp_path, text)
    assert access == AccessSection()
    assert access.rules_of("yealink_view") == ViewAccess(methods=(("token",),), authorized_subnets=())


def test_a_view_with_an_entry_inherits_nothing_from_the_default(tmp_path: Path) -> None:
    text = f"{{default: {{methods: [network], {NETWORK}}}, views: {{snom_view: {{methods: [basic]}}}}}}"
    access = load_access(tmp_path, text)
    assert access.rules_of("snom_view").authorized_subnets == ()
    assert access.rules_of("snom_view").methods == (("basic",),)
    assert access.rules_of("yealink_view").methods == (("network",),)


def test_methods_are_alternatives_and_lists_in_them_combinations(tmp_path: Path) -> None:
    access = load_access(tmp_path, f"{{default: {{methods: [[network, basic], token], {NETWORK}}}}}")
    assert access.default.methods == (("network", "basic"), ("token",))
    access = load_access(tmp_path, f"{{default: {{methods: [[network, query_token], token], {NETWORK}}}}}")
    assert access.default.methods == (("network", "query_token"), ("token",))


def test_a_subnet_is_a_text_or_has_a_tenant(tmp_path: Path) -> None:
    subnets = f"[10.0.0.1, 'fd00::/8', {{subnet: 10.2.0.0/255.255.0.0, tenant_uuid: {TENANT.upper()}}}]"
    access = load_access(tmp_path, f"{{default: {{methods: [network], authorized_subnets: {subnets}}}}}")
    found = [(str(each.subnet), each.tenant_uuid) for each in access.default.authorized_subnets]
    assert found == [("10.0.0.1/32", None), ("fd00::/8", None), ("10.2.0.0/16", TENANT)]


BROKEN_RULES = {
    "no method": ("methods: []", ".methods: "),
    "an empty combination": ("methods: [[]]", ".methods.0: an empty combination would allow everyone"),
    "an unknown method": ("methods: [magic]", ".methods.0.0: Input should be 'token', 'basic', "),
    "an unknown method of two": (f"methods: [[network, no]], {NETWORK}", ".methods.0.1: Input should be"),
    "a text for a list": ("methods: token", ".methods: "),
    "a method twice": ("methods: [[token, token]]", ".methods.0: a method is given twice"),
    "two credentials": ("methods: [[token, basic]]", ".methods.0: token and basic both say who"),
    "two tokens": ("methods: [[query_token, token]]", ".methods.0: token and query_token both say who"),
    "a password in the URL": ("methods: [[query_token, basic]]", ".methods.0: basic and query_token both"),
    "no subnets": ("methods: [network]", ": authorized_subnets: the method network needs at least one"),
    "unused subnets": (NETWORK, ": authorized_subnets: without the method network they restrict nothing"),
    "an unknown key": ("method: [token]", ".method: unknown key"),
}

BROKEN_SUBNETS = {
    "no network": ("nope", ".0.subnet: 'nope' is no network"),
    "an empty text": ("''", ".0.subnet: '' is no network"),
    "a prefix too long": ("10.0.0.0/33", ".0.subnet: '10.0.0.0/33' is no network"),
    "host bits": (
        "10.2.0.1/16",
        ".0.subnet: '10.2.0.1/16' has bits set behind its prefix: write 10.2.0.0/16",
    ),
    "IPv6 host bits": (
        "'fd00::1/8'",
        ".0.subnet: 'fd00::1/8' has bits set behind its prefix: write fd00::/8",
    ),
    "mapped IPv4": ("'::ffff:10.0.0.0/104'", ".0.subnet: '::ffff:10.0.0.0/104' is a network of IPv4"),
    "a number": ("10", ".0: "),
    "a number below a key": ("{subnet: 10}", ".0.subnet: 10 is no network"),
    "no tenant": ("{subnet: 10.0.0.0/8, tenant_uuid: main}", ".0.tenant_uuid: 'main' is not a UUID"),
    "a key too many": ("{subnet: 10.0.0.0/8, tenant: main}", ".0.tenant: unknown key"),
}


def error_of(folder: Path, text: str) -> str:
    with pytest.raises(InvalidConfiguration) as error_info:
        load_access(folder, text)
    return str(error_info.value)


@pytest.mark.parametrize(("rules", "reason"), BROKEN_RULES.values(), ids=BROKEN_RULES)
@pytest.mark.parametrize("key", ["default", "views.snom_view"])
def test_a_wrong_rule_is_an_error_that_names_its_key(
    tmp_path: Path, key: str, rules: str, reason: str
) -> None:
    text = f"{{{rules}}}"
    for name in reversed(key.split(".")):
        text = f"{{{name}: {text}}}"
    assert f"access.{key}{reason}" in error_of(tmp_path, text)


@pytest.mark.parametrize(("subnet", "reason"), BROKEN_SUBNETS.values(), ids=BROKEN_SUBNETS)
def test_a_wrong_subnet_is_an_error_that_names_its_key(tmp_path: Path, subnet: str, reason: str) -> None:
    text = f"{{default: {{methods: [network], authorized_subnets: [{subnet}]}}}}"
    assert f"access.default.authorized_subnets{reason}" in error_of(tmp_path, text)


def test_a_subnet_given_twice_is_an_error(tmp_path: Path) -> None:
    subnets = f"[10.0.0.0/8, {{subnet: 10.0.0.0/255.0.0.0, tenant_uuid: {TENANT}}}]"
    error = error_of(tmp_path, f"{{default: {{methods: [network], authorized_subnets: {subnets}}}}}")
    assert "access.default.authorized_subnets: 10.0.0.0/8 is given twice" in error


@pytest.mark.parametrize("number", ["0", "-1", "true", "10001", "x", "1.5"])
def test_a_wrong_number_of_failures_is_an_error(tmp_path: Path, number: str) -> None:
    error = error_of(tmp_path, f"{{max_failures_per_minute: {number}}}")
    assert "access.max_failures_per_minute: " in error
