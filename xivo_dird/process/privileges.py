"""Gives up root once what only root may do is done."""

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
    """Raise `InvalidConfiguration` for a `user` that does not exist."""
    if user is not None:
        _account(user)


def drop_privileges(user: str | None, owned: Iterable[Path]) -> None:
    """Become `user` for good; the paths `owned` that exist become theirs first.

    Without a user, or as that user already, nothing is changed. Raises `InvalidConfiguration` for the key `user`.
    """
    if user is None:
        if os.geteuid() == 0:
            logger.warning("Runs as root: name a system user under the key `user`")
        return
    account = _account(user)
    if os.geteuid() == account.pw_uid:
        return
    if os.geteuid() != 0:
        raise InvalidConfiguration(f"user: only root can become {user!r}; start as root or leave the key out")
    for path in owned:
        _give(path, account)
    os.initgroups(account.pw_name, account.pw_gid)
    os.setresgid(account.pw_gid, account.pw_gid, account.pw_gid)
    os.setresuid(account.pw_uid, account.pw_uid, account.pw_uid)
    os.environ.update(HOME=account.pw_dir, USER=account.pw_name, LOGNAME=account.pw_name)
    logger.info("Runs as %s:%s", account.pw_name, grp.getgrgid(account.pw_gid).gr_name)


def _account(user: str) -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(user)
    except (KeyError, ValueError) as error:
        raise InvalidConfiguration(f"user: no such system user: {user!r}") from error


def _give(path: Path, account: pwd.struct_passwd) -> None:
    """Give folders and files, but nothing that a link may have put in their place to get at somebody else's."""
    try:
        found = path.lstat()
    except OSError:
        return
    is_own_file = stat.S_ISREG(found.st_mode) and found.st_nlink == 1
    if found.st_uid != account.pw_uid and (is_own_file or stat.S_ISDIR(found.st_mode)):
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)
