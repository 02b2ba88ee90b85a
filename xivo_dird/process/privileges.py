"""Drops root privileges after the steps that need them."""

import grp
import logging
import os
import pwd
import stat
from collections.abc import Iterable
from pathlib import Path

from xivo_dird.exceptions import InvalidConfiguration

logger = logging.getLogger(__name__)


def check_user(user: str | None) -> None:
    """Check that a system user exists.

    Raises:
        InvalidConfiguration: There is no such user.
    """
    if user is not None:
        _account(user)


def drop_privileges(user: str | None, paths: Iterable[Path]) -> None:
    """Switch permanently to a system user, unless the process runs as that user already.

    Args:
        user: Name of the user; None: stay the current user.
        paths: Files and folders whose owner is changed before, if they exist.

    Raises:
        InvalidConfiguration: There is no such user, or the process is not root.
    """
    if user is None:
        if os.geteuid() == 0:
            logger.warning("Running as root; set the key `user` to a system user")
        return
    account = _account(user)
    if os.geteuid() == account.pw_uid:
        return
    if os.geteuid() != 0:
        raise InvalidConfiguration(f"user: only root can become {user!r}; start as root or leave the key out")
    for path in paths:
        _change_owner(path, account)
    os.initgroups(account.pw_name, account.pw_gid)
    os.setresgid(account.pw_gid, account.pw_gid, account.pw_gid)
    os.setresuid(account.pw_uid, account.pw_uid, account.pw_uid)
    os.environ.update(HOME=account.pw_dir, USER=account.pw_name, LOGNAME=account.pw_name)
    logger.info("Running as %s:%s", account.pw_name, grp.getgrgid(account.pw_gid).gr_name)


def _account(user: str) -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(user)
    except (KeyError, ValueError) as error:
        raise InvalidConfiguration(f"user: no such system user: {user!r}") from error


def _change_owner(path: Path, account: pwd.struct_passwd) -> None:
    """Change the owner of a folder or of a file.

    Symbolic links and files with several hard links are skipped: they could lead to files of other users.
    """
    try:
        status = path.lstat()
    except OSError:
        return
    is_single_link_file = stat.S_ISREG(status.st_mode) and status.st_nlink == 1
    if status.st_uid != account.pw_uid and (is_single_link_file or stat.S_ISDIR(status.st_mode)):
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)
