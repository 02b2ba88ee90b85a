"""Reading the configuration: precedence, and one clear line for every mistake."""

from pathlib import Path

import pytest

from xivo_dird.config.files import Arguments, LoadedConfiguration, load
from xivo_dird.config.schema import Config
from xivo_dird.exceptions import InvalidConfiguration


def written(folder: Path, text: str, **extra: str) -> Path:
    conf_d = folder / "conf.d"
    conf_d.mkdir()
    for name, content in extra.items():
        (conf_d / f"{name}.yml").write_text(content, encoding="utf-8")
    main_file = folder / "config.yml"
    main_file.write_text(f"extra_config_files: {conf_d}\n{text}", encoding="utf-8")
    return main_file


def loaded(folder: Path, text: str, **extra: str) -> LoadedConfiguration:
    return load(Arguments(written(folder, text, **extra)))


def mistake(folder: Path, text: str, **extra: str) -> str:
    with pytest.raises(InvalidConfiguration) as raised:
        loaded(folder, text, **extra)
    message = str(raised.value)
    assert "\n" not in message
    return message.replace(str(folder), "")


def test_an_empty_file_gives_the_defaults(tmp_path: Path) -> None:
    main_file = tmp_path / "config.yml"
    main_file.write_text("", encoding="utf-8")
    assert load(Arguments(main_file)).config == Config(config_file=main_file)


def test_extra_files_win_over_the_main_file_in_alphabetical_order(tmp_path: Path) -> None:
    text = "rest_api: {port: 1, listen: 127.0.0.2}"
    config = loaded(tmp_path, text, b="rest_api: {port: 3}", a="rest_api: {port: 2, max_threads: 20}").config
    assert (config.rest_api.port, config.rest_api.listen, config.rest_api.max_threads) == (3, "127.0.0.2", 20)


def test_the_command_line_wins_over_every_file(tmp_path: Path) -> None:
    main_file = written(tmp_path, "log_level: error", a="user: someone")
    config = load(Arguments(main_file, debug=True, log_level="warning", user="other")).config
    assert (config.log_level, config.debug, config.user) == ("warning", True, "other")


def test_a_debug_key_is_not_undone_by_a_command_line_without_it(tmp_path: Path) -> None:
    assert loaded(tmp_path, "debug: true").config.debug


def test_lists_are_replaced_not_joined(tmp_path: Path) -> None:
    config = loaded(
        tmp_path, "rest_api: {cors: {allow_headers: [A, B]}}", a="rest_api: {cors: {allow_headers: [C]}}"
    )
    assert config.config.rest_api.cors.allow_headers == ("C",)


def test_a_section_of_comments_only_is_empty(tmp_path: Path) -> None:
    config = loaded(tmp_path, "rest_api:\n  # port: 1\nauth:\nbackends:\n").config
    assert config.rest_api.port == 9489


def test_hidden_files_and_other_suffixes_in_the_extra_directory_are_left_alone(tmp_path: Path) -> None:
    main_file = written(tmp_path, "")
    (tmp_path / "conf.d" / ".hidden.yml").write_text("nonsense: 1")
    (tmp_path / "conf.d" / "README").write_text("not: [yaml")
    assert load(Arguments(main_file)).config.rest_api.port == 9489


def test_a_missing_extra_directory_is_an_empty_one(tmp_path: Path) -> None:
    main_file = tmp_path / "config.yml"
    main_file.write_text(f"extra_config_files: {tmp_path}/none\n")
    assert load(Arguments(main_file)).config.rest_api.port == 9489


def test_the_installation_uuid_comes_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XIVO_UUID", "from-environment")
    assert loaded(tmp_path, "").config.uuid == "from-environment"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("colour: red", "/config.yml: colour: unknown key"),
        ("rest_api: {prot: 1}", "/config.yml: rest_api.prot: unknown key"),
        (
            "rest_api: {port: 99999}",
            "/config.yml: rest_api.port: Input should be less than or equal to 65535",
        ),
        ("rest_api: 7", "/config.yml: rest_api: Input should be a valid dictionary or instance of RestApi"),
        ("lookup: {timeout: .nan}", "/config.yml: lookup.timeout: Input should be a finite number"),
        ("log_level: loud", "/config.yml: log_level: "),
        ("rest_api: {certificate: a.pem}", "certificate and private_key are given together or not at all"),
        ("rest_api: {min_threads: 9, max_threads: 3}", "max_threads is less than min_threads"),
        (
            "provisioning: {sources: [{name: a}]}",
            "/config.yml: provisioning.sources.0.tenant: the key is needed",
        ),
        ("a: [1", "/config.yml: line 2: "),
        ("debug: true\ndebug: false", "/config.yml: line 3: the key 'debug' is given twice"),
        ("rest_api:\n  port: 1\n  port: 2", "/config.yml: line 4: the key 'port' is given twice"),
        ("rest_api: {1: x}", "/config.yml: rest_api.1: the key is no text"),
        ("rest_api: &a {x: *a}", "/config.yml: "),
        ("log_level: !!python/name:os.system ''", "/config.yml: line 2: "),
    ],
)
def test_a_mistake_is_told_with_file_and_key(tmp_path: Path, text: str, message: str) -> None:
    assert message in mistake(tmp_path, text)


def test_a_file_that_is_no_mapping_is_named(tmp_path: Path) -> None:
    main_file = tmp_path / "config.yml"
    main_file.write_text("- a\n- b\n")
    with pytest.raises(InvalidConfiguration, match=r"config\.yml: the file is no mapping"):
        load(Arguments(main_file))


def test_the_file_that_holds_the_wrong_key_is_named_not_the_main_one(tmp_path: Path) -> None:
    assert mistake(tmp_path, "rest_api: {port: 1}", a="rest_api: {port: x}").startswith(
        "/conf.d/a.yml: rest_api.port"
    )


def test_a_wrong_value_of_the_command_line_is_not_blamed_on_a_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfiguration, match=r"^command line: log_level: "):
        load(Arguments(written(tmp_path, "log_level: info"), log_level="loud"))


def test_a_wrong_value_is_never_quoted_since_it_may_be_a_secret(tmp_path: Path) -> None:
    assert "s3cret" not in mistake(tmp_path, "rest_api: {port: s3cret}")


def test_a_missing_main_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfiguration, match=r"none\.yml: config_file: can't be read: No such file"):
        load(Arguments(tmp_path / "none.yml"))


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    main_file = tmp_path / "config.yml"
    main_file.write_bytes(b"user: \xff\xfe")
    with pytest.raises(
        InvalidConfiguration, match=r"config\.yml: config_file: can't be read: it is not UTF-8"
    ):
        load(Arguments(main_file))


def test_the_origin_of_a_key_below_a_list_is_the_file_of_the_list(tmp_path: Path) -> None:
    given = loaded(tmp_path, "auth: {tokens: []}", a="auth: {tokens: [{acl: []}]}")
    assert given.origin("auth.tokens.0.acl") == str(tmp_path / "conf.d" / "a.yml")
    assert given.origin("lookup.timeout") == str(tmp_path / "config.yml")


def test_plugins_are_switched_by_name_and_an_empty_section_switches_none(tmp_path: Path) -> None:
    text = "enabled_plugins: {backends: {team: true, google: false}, views: null}"
    enabled = loaded(tmp_path, text).config.enabled_plugins
    assert enabled.backends == {"team": True, "google": False}
    assert enabled.views == {}


def test_plugins_that_are_no_mapping_are_a_mistake(tmp_path: Path) -> None:
    assert "enabled_plugins.backends: " in mistake(tmp_path, "enabled_plugins: {backends: [team]}")
