"""The folders of sources: those that this database needs no longer are removed, all others are kept."""

import os

import pytest

from waiting import LONG_TIMEOUT
from xivo_dird.index.folders import COUNT_SECONDS, IndexFolders
from xivo_dird.index.shared_folder import SharedFolder, is_marked
from xivo_dird.sync.folders import USERS_FOLDER


@pytest.fixture
def path(tmp_path):
    return tmp_path / "sources"


@pytest.fixture
def folders(path):
    return IndexFolders(path, "ours", LONG_TIMEOUT)


def create(path, *files):
    path.mkdir(parents=True, exist_ok=True)
    for name in files:
        (path / name).write_bytes(b"12345")
    return path


def names(path):
    return sorted(child.name for child in path.iterdir())


def messages(caplog):
    return [record.getMessage() for record in caplog.records]


def test_each_source_has_a_folder_that_is_marked_when_it_is_used(folders, path):
    assert folders.path_of("crew") == path / "crew"
    folders.mark("crew")
    assert not path.exists()
    with folders.shared("crew").held():
        assert is_marked(path / "crew", "ours")
    create(path / "staff")
    folders.mark("staff")
    assert is_marked(path / "staff", "ours")


def test_a_folder_whose_source_is_gone_is_removed(folders, path):
    for name in ("crew", "staff"):
        folders.mark(create(path / name, "index-1.sqlite").name)
    folders.clean({"crew"})
    assert names(path) == ["crew"]
    assert names(path / "crew") == ["database-ours", "index-1.sqlite"]


def test_the_folder_of_an_existing_source_is_marked(folders, path):
    create(path / "crew")
    folders.clean({"crew"})
    assert is_marked(path / "crew", "ours")


def test_unknown_folders_are_kept_and_logged_once(folders, path, caplog):
    create(path / "strange" / "deep", "a", "b")
    create(path, "file")
    folders.clean({"crew"})
    create(path / "stranger", "c")
    folders.clean({"crew"})
    assert names(path) == ["file", "strange", "stranger"]
    assert messages(caplog) == [
        f"{path}: 1 folders are kept that are not known to belong to this database, 10 bytes (strange …);"
        " remove them if no other daemon uses them"
    ]
    IndexFolders(path, "ours", LONG_TIMEOUT).clean({"crew"})
    assert messages(caplog)[1].startswith(f"{path}: 2 folders are kept")
    assert ", 15 bytes (" in messages(caplog)[1]


def test_nothing_is_logged_if_every_folder_is_known(folders, path, caplog):
    create(path / "crew")
    folders.clean({"crew"})
    folders.clean([])
    assert messages(caplog) == []
    assert names(path) == []


def test_a_folder_in_use_is_kept_until_the_next_time(folders, path):
    with folders.shared("crew").held():
        folders.clean([])
        folders.remove("crew")
        assert names(path) == ["crew"]
    folders.clean([])
    assert names(path) == []


def test_removing_a_folder_that_is_gone_is_no_failure(folders, path, caplog):
    folders.remove("crew")
    assert messages(caplog) == []


def test_what_can_not_be_removed_is_logged_once_until_it_can(folders, path, caplog):
    path.mkdir()
    (path / "crew").write_text("a file in the way")
    for _ in range(3):
        folders.remove("crew")
    assert messages(caplog) == [
        f"{path / 'crew'} can't be cleaned: [Errno 20] Not a directory: '{path / 'crew'}'"
    ]
    (path / "crew").unlink()
    create(path / "crew")
    folders.remove("crew")
    assert names(path) == []
    (path / "crew").write_text("a file in the way")
    folders.remove("crew")
    assert len(messages(caplog)) == 2


def test_what_a_killed_builder_left_is_removed(folders, path):
    create(path / "crew", "build-1.part", "index-1.sqlite", "index-1.sqlite-journal")
    user = create(path / "crew" / USERS_FOLDER / "ada", "build-2.part", "index-2.sqlite")
    folders.clean({"crew"})
    assert names(path / "crew") == ["build.lock", "database-ours", "index-1.sqlite", USERS_FOLDER]
    assert names(user) == ["build.lock", "index-2.sqlite"]


def test_the_folder_of_a_user_is_removed_if_it_was_not_used_for_long(folders, path):
    for name in ("ada", "bob", "cy"):
        create(path / "crew" / USERS_FOLDER / name, "index-1.sqlite")
    for name in ("ada", "bob"):
        os.utime(path / "crew" / USERS_FOLDER / name, (0, 0))
    shared = SharedFolder(path / "crew" / USERS_FOLDER / "bob")
    with shared.held():
        os.utime(path / "crew" / USERS_FOLDER / "bob", (0, 0))
        folders.clean({"crew"})
    assert names(path / "crew" / USERS_FOLDER) == ["bob", "cy"]


def test_nothing_behind_a_link_is_changed(folders, path, tmp_path, caplog):
    outside = create(tmp_path / "outside", "build-1.part")
    os.utime(outside, (0, 0))
    users = create(path / "staff" / USERS_FOLDER)
    for link in (path / "crew", path / "gone", users / "ada"):
        link.symlink_to(outside)
    folders.clean({"crew", "staff"})
    assert names(outside) == ["build-1.part"]
    assert names(path) == ["crew", "gone", "staff"]
    assert names(users) == ["ada"]
    assert messages(caplog) == []


def test_a_folder_that_can_not_be_cleaned_does_not_spare_the_others(folders, path, caplog):
    for name in ("crew", "staff"):
        (path / name / "build-1.part").mkdir(parents=True)
        (path / name / USERS_FOLDER / "ada" / "build-2.part").mkdir(parents=True)
        create(path / name / USERS_FOLDER / "bob", "build-3.part")
    for _ in range(2):
        folders.clean({"crew", "staff"})
    assert all(names(path / name / USERS_FOLDER / "bob") == ["build.lock"] for name in ("crew", "staff"))
    assert sorted(message.partition(": ")[0] for message in messages(caplog)) == [
        f"{folder} can't be cleaned"
        for name in ("crew", "staff")
        for folder in (path / name, path / name / USERS_FOLDER / "ada")
    ]


def test_the_size_of_all_files_is_counted_and_used_again(folders, path):
    create(path / "crew", "a", "b")
    create(path / "staff" / "deep", "c")
    (path / "staff" / "to nowhere").symlink_to("123")
    assert folders.byte_count() == 18
    create(path / "crew", "d")
    assert folders.byte_count() == 18
    assert IndexFolders(path, "ours", 1.0).byte_count() == 23


def test_a_count_is_as_old_as_documented(folders):
    assert folders.byte_count() == 0
    assert COUNT_SECONDS == 10


def test_a_missing_state_directory_has_no_bytes_and_nothing_to_clean(folders, caplog):
    assert folders.byte_count() == 0
    folders.clean({"crew"})
    assert messages(caplog) == []
