"""Where the desk keeps things, and who may look at them (SECURITY-SPEC §10).

Nothing here repairs a mode that is too open: the exposure has happened, and its owner must know of it.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from connectors.errors import Refused

PRIVATE_DIRECTORY = 0o700
PRIVATE_FILE = 0o600
_OTHERS = 0o077
_APP = "tradedesk"
_SOCKET_PATH_BYTES = 107
"""What fits in ``sun_path`` on Linux, its closing NUL left out."""


class FilesTooOpen(Refused):
    """A folder or file of the desk can be read or written by someone else; the sentence has the ``chmod`` line."""


class HomeUnusable(Refused):
    """A folder or file of the desk cannot be made, or is not what it must be (a link, a pipe, someone else's)."""


@dataclass(frozen=True, slots=True)
class Home:
    """The five folders of one desk. Making the value touches no disk; `prepare` does."""

    config: Path
    data: Path
    state: Path
    run: Path
    """Socket and lock of the worker: always beside the archive, so that one archive can have one worker only."""
    sim: Path
    """The embedded exchange's own ledger."""

    @classmethod
    def find(cls, environ: Mapping[str, str]) -> Home:
        """Name the folders: below ``TRADEDESK_HOME`` when set, else where this system keeps such things.

        Args:
            environ: The environment to read, such as ``os.environ``.

        Raises:
            HomeUnusable: The path is too long for a Unix socket in it.
        """
        named = environ.get("TRADEDESK_HOME", "").strip()
        if named:
            return cls.below(Path(named))
        data = platformdirs.user_data_path(_APP, appauthor=False)
        config = platformdirs.user_config_path(_APP, appauthor=False)
        state = platformdirs.user_state_path(_APP, appauthor=False)
        return _with_room_for_socket(cls(config, data, state, data / "run", data / "sim"))

    @classmethod
    def below(cls, root: Path) -> Home:
        """Name the folders below one root.

        Raises:
            HomeUnusable: The path is too long for a Unix socket in it.
        """
        root = root.expanduser().absolute()
        names = (root / name for name in ("config", "data", "state", "run", "sim"))
        return _with_room_for_socket(cls(*names))

    @property
    def folders(self) -> tuple[Path, ...]:
        """All five, parents before children."""
        return (self.config, self.data, self.state, self.run, self.sim)

    @property
    def database(self) -> Path:
        """The archive."""
        return self.data / "tradedesk.db"

    @property
    def candles(self) -> Path:
        """Candles that were fetched; may be deleted at any time."""
        return self.data / "candles.db"

    @property
    def settings_file(self) -> Path:
        """The optional settings file."""
        return self.config / "settings.toml"

    @property
    def worker_socket(self) -> Path:
        """Where the worker listens."""
        return self.run / "worker.sock"

    @property
    def worker_lock(self) -> Path:
        """Held by the worker with ``flock`` for as long as it lives."""
        return self.run / "worker.lock"

    @property
    def vault_anchor(self) -> Path:
        """The memory of the vault's newest state, outside the archive and its backups."""
        return self.state / "vault.anchor"

    @property
    def worker_err(self) -> Path:
        """What the worker's process wrote to its standard error."""
        return self.state / "worker.err"

    @property
    def log(self) -> Path:
        """Folder of the logs."""
        return self.state / "log"

    def prepare(self) -> None:
        """Make what is missing, mode 0700, and check what is there.

        Raises:
            FilesTooOpen: A folder, or one it lies in, is open to others.
            HomeUnusable: A folder cannot be made, is a link, or belongs to someone else.
        """
        for folder in self.folders:
            private_directory(folder)


def private_directory(path: Path) -> None:
    """Make a folder that only its owner enters, one level at a time, and check it as it then is.

    Raises:
        FilesTooOpen: It, or a folder it lies in, is open to others.
        HomeUnusable: It cannot be made, is a link, or belongs to someone else.
    """
    for ancestor in reversed(path.parents):
        _make(ancestor)
        _check_ancestor(ancestor)
    _make(path)
    descriptor = _open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _check_ours(path, os.fstat(descriptor), PRIVATE_DIRECTORY)
    finally:
        os.close(descriptor)


def private_file(path: Path) -> None:
    """Make an empty file that only its owner reads, or check the one that is there.

    Called before anything else opens the path, so that no other program's idea of modes decides, and no link placed
    there beforehand is followed.

    Raises:
        FilesTooOpen: The file is open to others.
        HomeUnusable: It cannot be made, or is a link, a pipe, a second name of another file, or someone else's.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, PRIVATE_FILE))
    except FileExistsError:
        check_private_file(path)
    except OSError as problem:
        raise _unusable(path, problem) from None


def check_private_file(path: Path) -> None:
    """Check a file that is there.

    Raises:
        FilesTooOpen: It is open to others.
        HomeUnusable: It is a link, a pipe, a second name of another file, or someone else's.
    """
    # Without O_NONBLOCK a pipe placed there would hold us until someone writes into it.
    descriptor = _open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        found = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    if not stat.S_ISREG(found.st_mode):
        raise HomeUnusable(f"{path} is not a regular file. Move it away.")
    if found.st_nlink != 1:
        raise HomeUnusable(f"{path} has {found.st_nlink} names (hard links), wanted 1. Remove the others.")
    _check_ours(path, found, PRIVATE_FILE)


def _with_room_for_socket(home: Home) -> Home:
    length = len(os.fsencode(home.worker_socket))
    if length > _SOCKET_PATH_BYTES:
        raise HomeUnusable(
            f"{home.worker_socket} is too long for a socket ({length} bytes, {_SOCKET_PATH_BYTES} fit)."
            " Set TRADEDESK_HOME to a folder with a shorter path."
        )
    return home


def _make(path: Path) -> None:
    try:
        path.mkdir(mode=PRIVATE_DIRECTORY)
    except FileExistsError:
        return
    except OSError as problem:
        if not path.is_dir():  # a root that is read-only answers EROFS for folders that are there
            raise _unusable(path, problem) from None


def _check_ancestor(path: Path) -> None:
    found = path.stat()
    if not stat.S_ISDIR(found.st_mode):
        raise HomeUnusable(f"{path} is not a folder. Move it away or set TRADEDESK_HOME to another place.")
    open_to_others = found.st_mode & stat.S_IWOTH and not found.st_mode & stat.S_ISVTX
    if open_to_others:
        raise FilesTooOpen(
            f"{path} can be written by everyone (mode {_octal(found)}), and the desk's files lie below it."
            f" Run: chmod o-w {path}"
        )


def _check_ours(path: Path, found: os.stat_result, wanted: int) -> None:
    if found.st_uid != os.geteuid():
        raise HomeUnusable(
            f"{path} belongs to user {found.st_uid}, not to you ({os.geteuid()})."
            " Move it away or set TRADEDESK_HOME to a folder of yours."
        )
    if found.st_mode & _OTHERS:
        raise FilesTooOpen(
            f"{path} is open to others (mode {_octal(found)}, wanted {wanted:04o})."
            f" Judge what may have been read, then run: chmod {wanted:o} {path}"
        )


def _open(path: Path, flags: int) -> int:
    try:
        return os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as problem:
        # Linux answers ENOTDIR, not ELOOP, where O_DIRECTORY meets a link.
        if path.is_symlink() and problem.errno in {errno.ELOOP, errno.ENOTDIR}:
            raise HomeUnusable(f"{path} is a link. Put a real one there: links are not followed.") from None
        raise _unusable(path, problem) from None


def _unusable(path: Path, problem: OSError) -> HomeUnusable:
    return HomeUnusable(
        f"{path} cannot be used ({problem.strerror})."
        f" Make {path.parent} writable for you or set TRADEDESK_HOME to another folder."
    )


def _octal(found: os.stat_result) -> str:
    return f"{stat.S_IMODE(found.st_mode):04o}"
