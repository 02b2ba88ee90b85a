"""`xivo-dird import-personal`: imports of personal contacts from the command line, with a running daemon."""

import pytest
import yaml

from api.conftest import TENANT, USER, Daemon, configuration
from api.personal import create, listed
from servers.program import run_program


@pytest.fixture
def daemon(tmp_path):
    config = configuration(tmp_path)
    with Daemon(config) as daemon:
        yield daemon


@pytest.fixture
def import_file(tmp_path, daemon):
    """Return a function that runs the command on a file with this text."""
    settings = {"db_uri": f"sqlite:///{tmp_path / 'dird.db'}", "state_directory": str(tmp_path / "command")}
    (tmp_path / "config.yml").write_text(
        yaml.safe_dump({**settings, "log_filename": None, "extra_config_files": str(tmp_path / "conf.d")})
    )

    def run(text, *options):
        (tmp_path / "people.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
        command = ["-c", str(tmp_path / "config.yml"), "import-personal", str(tmp_path / "people.csv")]
        return run_program([*command, "--tenant", TENANT, "--user", USER, *options])

    return run


def test_good_rows_are_stored_and_the_others_reported_by_their_line(import_file, daemon):
    stored = create(daemon, {"id": "1", "name": "Ada"})
    status, output, errors = import_file("id,name\n2,Zoë\n1,Ivo\nshort\n")
    assert (status, errors) == (0, "")
    assert output == (
        "1 contacts, 2 rows failed.\n"
        "line 3: A contact with this id exists already.\n"
        "line 4: The row has 1 fields, the header 2.\n"
    )
    assert listed(daemon, "order=id") == [stored, {"id": "2", "name": "Zoë"}]
    assert listed(daemon, token="second") == []


def test_importing_a_file_again_adds_nothing(import_file, daemon):
    assert import_file("name\nAda\nIvo\n")[1] == "2 contacts, 0 rows failed.\n"
    assert import_file("name\nAda\nIvo\n")[1] == "2 contacts, 0 rows failed.\n"
    assert len(listed(daemon)) == 2


def test_the_charset_can_be_named(import_file, daemon):
    assert import_file("name\nZoë\n".encode("latin-1"), "--charset", "latin-1")[0] == 0
    assert [contact["name"] for contact in listed(daemon)] == ["Zoë"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no contact in it"),
        (b"name\n\xff\n", "can't be read with the charset 'utf-8'"),
        ("a,\nx,y\nz,\n", "line 2: A field can't have an empty name. (1 more problems)"),
    ],
)
def test_a_file_without_a_good_row_is_an_error_of_one_line(import_file, daemon, text, message):
    status, output, errors = import_file(text)
    assert (status, output) == (1, "")
    assert errors.startswith("xivo-dird: ")
    assert errors.count("\n") == 1
    assert message in errors
    assert listed(daemon) == []
