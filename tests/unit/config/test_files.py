"""Reading the configuration: precedence of the files, and a one-line message for each error."""

from pathlib import Path

import pytest

from xivo_dird.config.files import Arguments, LoadedConfiguration, load
from xivo_dird.config.schema import Config
from xivo_dird.exceptions import InvalidConfiguration


def write_files(folder: Path, text: str, **extra: str) -> Path:
    conf_d = folder / "conf.d"
    conf_d.mkdir()
    for name, content in extra.items():
        (conf_d / f"{name}.yml").write_text(content, encoding="utf-8")
    main_file = folder / "config.yml"
    main_file.write_text(f"extra_config_files: {conf_d}\n{text}", encoding="utf-8")
    return main_file


def load_files(folder: Path, text: str, **extra: str) -> LoadedConfiguration:
    return load(Arguments(write_files(folder, text, **extra)))


def load_error(folder: Path, text: str, **extra: str) -> str:
    with pytest.raises(InvalidConfiguration) as error_info:
        load_files(folder, text, **extra)
    message = str(error_info.value)
    assert "\n" not in message
    return message.replace(str(folder), "")


def test_an_empty_file_gives_the_defaults(tmp_path: Path) -> None:
    main_file = tmp_path / "config.yml"
    main_file.write_text("", encoding="utf-8")
    assert load(Arguments(main_file)).config == Config(config_file=main_file)


def test_extra_files_win_over_the_main_file_the_first_one_over_all(tmp_path: Path) -> None:
    text = "rest_api: {port: 1, listen: 127.0.0.2, request_timeout: 1}"
    config = load_files(
        tmp_path,
        text,
        b="rest_api: {port: 3, max_threads: 20, request_timeout: 3}",
        a="rest_api: {port: 2}",
        c="rest_api: {port: 4, max_threads: 30, min_threads: 5}",
    )
    rest_api = config.config.rest_api
    assert (rest_api.port, rest_api.max_threads, rest_api.min_threads) == (2, 20, 5)
    assert (rest_api.listen, rest_api.request_timeout) == ("127.0.0.2", 3)
    assert config.origin("rest_api.port") == str(tmp_path / "conf.d" / "a.yml")


BROKEN = {
    "a list that is not closed": (b"rest_api: [1", "line 1: "),
    "a quote that is not closed": (b'user: "me', "line 1: "),
    "a tab as indentation": (b"rest_api:\n\tport: 1", "line 2: "),
    "a colon too many": (b"user: a: b", "line 1: "),
    "a key given twice": (b"user: a\nuser: b", "line 2: the key 'user' is given twice"),
    "a list": (b"- user", "the file is not a mapping"),
    "a text": (b"user", "the file is not a mapping"),
    "a key that is a number": (b"1: a", "1: the key is not a text"),
    "an unknown alias": (b"user: *me", "line 1: "),
    "a type of Python": (b"user: !!python/name:os.system ''", "line 1: "),
    "two documents": (b"user: a\n---\nuser: b", "line 2: "),
    "a control character": (b"user: \x07", "special characters are not allowed"),
    "Latin-1": ("user: Zoë".encode("latin-1"), "can't be read: it is not UTF-8"),
    "a date that does not exist": (b"user: 2024-13-45", "month must be in 1..12"),
}


@pytest.mark.parametrize(("content", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_broken_extra_file_is_named_and_the_others_are_read(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    main_file = write_files(tmp_path, "", a="rest_api: {port: 2}", z="rest_api: {max_threads: 20}")
    (tmp_path / "conf.d" / "broken.yml").write_bytes(content)
    loaded = load(Arguments(main_file))
    (error,) = loaded.broken_files
    assert error.startswith(f"{tmp_path}/conf.d/broken.yml: ")
    assert reason in error
    assert (loaded.config.rest_api.port, loaded.config.rest_api.max_threads) == (2, 20)


def test_an_extra_file_that_can_not_be_opened_is_named_and_skipped(tmp_path: Path) -> None:
    main_file = write_files(tmp_path, "", b="rest_api: {port: 2}")
    (tmp_path / "conf.d" / "a.yml").symlink_to(tmp_path / "none")
    (tmp_path / "conf.d" / "c.yml").mkdir()
    loaded = load(Arguments(main_file))
    missing, folder = sorted(loaded.broken_files)
    assert missing.startswith(f"{tmp_path}/conf.d/a.yml: extra_config_files: can't be read: No such file")
    assert folder.startswith(f"{tmp_path}/conf.d/c.yml: extra_config_files: can't be read: Is a directory")
    assert loaded.config.rest_api.port == 2


def test_a_wrong_key_in_an_extra_file_is_an_error(tmp_path: Path) -> None:
    assert load_error(tmp_path, "", a="colour: red") == "/conf.d/a.yml: colour: unknown key"


def test_the_command_line_wins_over_every_file(tmp_path: Path) -> None:
    main_file = write_files(tmp_path, "log_level: error", a="user: someone")
    config = load(Arguments(main_file, debug=True, log_level="warning", user="other")).config
    assert (config.log_level, config.debug, config.user) == ("warning", True, "other")


def test_a_command_line_without_debug_keeps_the_debug_key(tmp_path: Path) -> None:
    assert load_files(tmp_path, "debug: true").config.debug


def test_lists_are_replaced_and_not_merged(tmp_path: Path) -> None:
    config = load_files(
        tmp_path, "rest_api: {cors: {allow_headers: [A, B]}}", a="rest_api: {cors: {allow_headers: [C]}}"
    )
    assert config.config.rest_api.cors.allow_headers == ("C",)


def test_a_section_with_only_comments_is_empty(tmp_path: Path) -> None:
    config = load_files(tmp_path, "rest_api:\n  # port: 1\nauth:\nbackends:\n").config
    assert config.rest_api.port == 9489


def test_secrets_may_refer_to_files_and_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIRD_PASSWORD", "s3cret/x")
    (tmp_path / "broker").write_text("s3cret\n", encoding="utf-8")
    text = f"""
bus: {{password: "${{file:{tmp_path}/broker}}", username: "${{env:DIRD_PASSWORD}}"}}
db_uri: "postgresql://dird:${{env:DIRD_PASSWORD}}@host/dird?sslpassword=${{env:DIRD_PASSWORD}}"
"""
    config = load_files(tmp_path, text).config
    assert config.bus.password.get_secret_value() == "s3cret"
    assert config.bus.username == "${env:DIRD_PASSWORD}", "it is no secret"
    assert config.db_uri == "postgresql://dird:s3cret%2Fx@host/dird?sslpassword=s3cret%2Fx"
    assert "s3cret" not in repr(config) + config.model_dump_json()


def test_a_missing_variable_is_an_error_of_its_key(tmp_path: Path) -> None:
    error = load_error(tmp_path, 'bus: {password: "${env:DIRD_NO_SUCH_VARIABLE}"}')
    assert error == (
        "/config.yml: bus.password: ${env:DIRD_NO_SUCH_VARIABLE}: the environment variable is not set"
    )


def test_hidden_files_and_other_suffixes_in_the_extra_folder_are_ignored(tmp_path: Path) -> None:
    main_file = write_files(tmp_path, "")
    (tmp_path / "conf.d" / ".hidden.yml").write_text("nonsense: 1")
    (tmp_path / "conf.d" / "README").write_text("not: [yaml")
    assert load(Arguments(main_file)).config.rest_api.port == 9489


def test_a_missing_extra_folder_is_a_warning_that_names_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    main_file = tmp_path / "config.yml"
    main_file.write_text(f"extra_config_files: {tmp_path}/none\n")
    loaded = load(Arguments(main_file))
    assert loaded.config.rest_api.port == 9489
    loaded.log_problems()
    assert caplog.messages == [
        f"{main_file}: extra_config_files: the folder {tmp_path}/none does not exist: no further files are read"
    ]


def test_a_list_that_another_extra_file_hides_is_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    headers = "rest_api: {{cors: {{allow_headers: [{}]}}}}"
    loaded = load_files(tmp_path, headers.format("M"), a=headers.format("A"), b=headers.format("B"))
    assert loaded.config.rest_api.cors.allow_headers == ("A",)
    loaded.log_problems()
    (warning,) = caplog.messages
    folder = tmp_path / "conf.d"
    assert warning.startswith(f"{folder}/b.yml: rest_api.cors.allow_headers: the list has no effect: ")
    assert f"that in {folder}/a.yml is used instead" in warning


@pytest.mark.parametrize("hidden", ["[A]", "[]"])
def test_an_extra_file_that_hides_nothing_of_another_is_no_warning(tmp_path: Path, hidden: str) -> None:
    headers = "rest_api: {{cors: {{allow_headers: {}}}}}"
    loaded = load_files(tmp_path, headers.format("[M]"), a=headers.format("[A]"), b=headers.format(hidden))
    assert loaded.hidden_keys == ()


def test_the_installation_uuid_comes_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XIVO_UUID", "from-environment")
    assert load_files(tmp_path, "").config.uuid == "from-environment"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("colour: red", "/config.yml: colour: unknown key"),
        ("rest_api: {prot: 1}", "/config.yml: rest_api.prot: unknown key"),
        (
            "rest_api: {trusted_proxies: [pbx]}",
            "/config.yml: rest_api.trusted_proxies.0: 'pbx' is no network",
        ),
        (
            "rest_api: {trusted_proxies: [10.1.0.0/8]}",
            "/config.yml: rest_api.trusted_proxies.0: '10.1.0.0/8' has",
        ),
        ("rest_api: {trusted_proxies: ['::ffff:10.0.0.1']}", "/config.yml: rest_api.trusted_proxies.0: "),
        (
            "rest_api: {public_url: pbx.example}",
            "/config.yml: rest_api.public_url: no http:// or https:// URL",
        ),
        ("rest_api: {public_url: 'http://a:secret@b'}", "/config.yml: rest_api.public_url: no host"),
        ("rest_api: {public_url: 'http://b/?a=b'}", "/config.yml: rest_api.public_url: no path"),
        (
            "rest_api: {host_names: [pbx, 'pbx:80']}",
            "/config.yml: rest_api.host_names.1: no name of a host, without a port",
        ),
        (
            "rest_api: {host_names: ['http://pbx']}",
            "/config.yml: rest_api.host_names.0: no name of a host, without a port",
        ),
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
        ("rest_api: {1: x}", "/config.yml: rest_api.1: the key is not a text"),
        ("rest_api: &a {x: *a}", "/config.yml: "),
        ("log_level: !!python/name:os.system ''", "/config.yml: line 2: "),
    ],
)
def test_an_error_names_file_and_key(tmp_path: Path, text: str, message: str) -> None:
    assert message in load_error(tmp_path, text)


def test_the_error_for_a_file_without_a_mapping_names_the_file(tmp_path: Path) -> None:
    main_file = tmp_path / "config.yml"
    main_file.write_text("- a\n- b\n")
    with pytest.raises(InvalidConfiguration, match=r"config\.yml: the file is not a mapping"):
        load(Arguments(main_file))


def test_the_error_names_the_file_of_the_wrong_key(tmp_path: Path) -> None:
    assert load_error(tmp_path, "rest_api: {port: 1}", a="rest_api: {port: x}").startswith(
        "/conf.d/a.yml: rest_api.port"
    )


def test_the_error_for_a_wrong_option_names_the_command_line(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfiguration, match=r"^command line: log_level: "):
        load(Arguments(write_files(tmp_path, "log_level: info"), log_level="loud"))


def test_an_error_never_quotes_the_value_which_may_be_a_secret(tmp_path: Path) -> None:
    assert "s3cret" not in load_error(tmp_path, "rest_api: {port: s3cret}")


def test_the_error_for_a_missing_main_file_names_it(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfiguration, match=r"none\.yml: config_file: can't be read: No such file"):
        load(Arguments(tmp_path / "none.yml"))


def test_the_error_for_a_file_that_is_not_utf_8_names_it(tmp_path: Path) -> None:
    main_file = tmp_path / "config.yml"
    main_file.write_bytes(b"user: \xff\xfe")
    with pytest.raises(
        InvalidConfiguration, match=r"config\.yml: config_file: can't be read: it is not UTF-8"
    ):
        load(Arguments(main_file))


def test_the_origin_of_a_key_in_a_list_is_the_file_of_the_list(tmp_path: Path) -> None:
    configuration = load_files(tmp_path, "auth: {tokens: []}", a="auth: {tokens: [{acl: []}]}")
    assert configuration.origin("auth.tokens.0.acl") == str(tmp_path / "conf.d" / "a.yml")
    assert configuration.origin("lookup.timeout") == str(tmp_path / "config.yml")


def test_plugins_are_enabled_and_disabled_by_name(tmp_path: Path) -> None:
    text = "enabled_plugins: {backends: {team: true, google: false}, views: null}"
    enabled = load_files(tmp_path, text).config.enabled_plugins
    assert enabled.backends == {"team": True, "google": False}
    assert enabled.views == {}


def test_a_list_of_plugins_is_an_error(tmp_path: Path) -> None:
    assert "enabled_plugins.backends: " in load_error(tmp_path, "enabled_plugins: {backends: [team]}")
