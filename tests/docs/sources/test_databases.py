"""docs/sources/sql.md: its example of a file answers. Those of servers are in plugins/backends/sql."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from docs.answers import rows
from docs.shown_configuration import configuration_of, replace_shown
from servers.daemon import DaemonProcess

PAGE = Path(__file__).parents[3] / "docs" / "sources" / "sql.md"


def test_the_sqlite_file_of_the_page_is_found(shown_files, tmp_path):
    file, folder = shown_files("sources/sql.md") / "sqlite.yml", tmp_path / "sql"
    folder.mkdir()
    (statements,) = re.findall(r"^```sql\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    with closing(sqlite3.connect(folder / "crm.db")) as database:
        database.executescript(statements)
    replace_shown(file, {"/var/lib/xivo-dird/sql": str(folder)})
    with DaemonProcess(tmp_path, configuration_of(file)) as daemon:
        assert rows(daemon, "stern") == [["Ada Stern", "+49 30 23125040"]]
        _, body = daemon.get("/directories/reverse/default/user", exten="+493023125040")
        assert (body["display"], body["fields"]["id"]) == ("Ada Stern", 17)
