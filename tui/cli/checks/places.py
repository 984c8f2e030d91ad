"""Where the desk's files lie: whether they are its user's alone, whole, on a disk with room that keeps them."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from storage.paths import Home, check_private_file
from storage.settings import load_settings
from tui.cli.checks.finding import Finding, fail, ok, warn

_MEGABYTE = 1 << 20
_ROOM_NEEDED = 100 * _MEGABYTE
_ROOM_WANTED = 1024 * _MEGABYTE
_SHOWN = 3
_MOUNTS = Path("/proc/self/mounts")
_FAR = frozenset({
    "9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "fuse.davfs2", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs",
    "fuse.sshfs", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs", "vboxsf", "virtiofs",
})  # fmt: skip
_FLEETING = frozenset({"tmpfs", "ramfs"})
_SYNCED = ("dropbox", "onedrive", "google drive", "googledrive", "icloud", "mobile documents", "nextcloud", "owncloud")
_SYNC_MARKS = (".dropbox", ".dropbox.cache", ".stfolder", ".owncloudsync.log")


def folders(home: Home) -> Finding:
    """Whether the five folders are there and are their owner's alone.

    Raises:
        FilesTooOpen: One is open to others.
        HomeUnusable: One cannot be made or used.
    """
    home.prepare()
    return ok("folders", f"{home.data.parent}: all five are yours alone (0700).")


def files(home: Home) -> Finding:
    """Whether every file in them is a plain one of ours that nobody else reads."""
    open_to_others = [path for path in _all(home) if _open_to_others(home, path)]
    odd = [path for path in _all(home) if _odd(path)]
    if odd:
        return fail(
            "files", f"{_some(odd)}: a link, a pipe or someone else's.", "Move it away: the desk follows no links."
        )
    if open_to_others:
        return fail(
            "files",
            f"Others can read or write {_some(open_to_others)}.",
            "Judge what may have been read, then run: tradedesk doctor --fix-permissions",
        )
    return ok("files", "Every file is yours alone (0600).")


def repair(home: Home) -> tuple[str, ...]:
    """Close what is ours and open to others.

    Returns:
        What was done, a line each.
    """
    done = []
    for path in (*(folder for folder in home.folders if folder.exists()), *_all(home)):
        found = path.lstat()
        mode = stat.S_IMODE(found.st_mode)
        wanted = 0o700 if stat.S_ISDIR(found.st_mode) else 0o600
        plain = stat.S_ISDIR(found.st_mode) or stat.S_ISREG(found.st_mode)
        if plain and mode & 0o077 and found.st_uid == os.geteuid():
            _close(path, wanted)
            done.append(f"{path}: {mode:04o} is {wanted:04o} now.")
    return tuple(done)


def _close(path: Path, mode: int) -> None:
    # By descriptor, and no link followed: between the look and the act another file may have taken the name.
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        os.fchmod(handle, mode)
    finally:
        os.close(handle)


def settings(home: Home, environ: Mapping[str, str]) -> Finding:
    """Whether every setting is known and within its bounds, and none is a secret.

    Raises:
        SettingsRefused: One is not.
    """
    found = load_settings(home.settings_file, environ)
    where = str(home.settings_file) if home.settings_file.exists() else "no settings file, defaults"
    way = f"through {found.proxy}" if found.proxy else "directly"
    trusted = f", with the certificates of {found.ca_file} too" if found.ca_file else ""
    return ok("settings", f"All are known ({where}). Venues are reached {way}{trusted}.")


def archive(home: Home) -> Finding:
    """Whether the archive opens and is whole, page by page.

    Raises:
        ArchiveFailed: It does not, or is not.
    """
    from storage.archive import open_archive

    opened = open_archive(home.database)
    try:
        opened.check()
        number = opened.journal.last_number()
    finally:
        opened.close()
    check_private_file(home.database)
    return ok("archive", f"{home.database} is whole: {number:,} entries, mode 0600.")


def archive_upkeep(home: Home, now_ns: int) -> list[Finding]:
    """The archive as a file: its pages, its log, room beside it, the newest backup, what was left over.

    Raises:
        ArchiveFailed: It cannot be read.
    """
    from storage.health import archive_health

    return [
        ok(seen.check, seen.sentence) if seen.fits else warn(seen.check, seen.sentence, seen.remedy)
        for seen in archive_health(home.database, now_ns)
    ]


def disk(home: Home) -> Finding:
    """Whether there is room for orders to be written."""
    free = shutil.disk_usage(_there(home.data)).free
    said = f"{free // _MEGABYTE:,} MB are free at {home.data}."
    if free < _ROOM_NEEDED:
        return fail("disk", said, "Free at least 100 MB: without room new orders are refused.")
    if free < _ROOM_WANTED:
        return warn("disk", said, "Free some: without room new orders are refused.")
    return ok("disk", said)


def file_system(home: Home, mounts: Path = _MOUNTS) -> Finding:
    """Whether the archive lies on a disk of this machine that nothing copies behind its back."""
    place = _there(home.data).resolve()
    synced = _synced(home.data) or _synced(place)
    if synced:
        return warn(
            "file system",
            f"{home.data} lies in a folder that is synced ({synced}).",
            "Move it with TRADEDESK_HOME: a synced archive can be torn, or come back older than it was.",
        )
    kind = _kind_of(place, mounts)
    if kind in _FAR:
        return warn(
            "file system",
            f"{home.data} lies on another machine ({kind}).",
            "Move it to a disk of this one with TRADEDESK_HOME: SQLite's log needs memory that both sides share.",
        )
    if kind in _FLEETING:
        return warn(
            "file system",
            f"{home.data} lies in memory ({kind}).",
            "Move it to a disk with TRADEDESK_HOME: it is gone when this machine restarts.",
        )
    return ok("file system", f"{kind or 'unknown kind'}, on this machine.")


def _kind_of(place: Path, mounts: Path) -> str:
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    best, kind = -1, ""
    for line in lines:
        parts = line.split()
        if len(parts) < 3:  # noqa: PLR2004  # device, place, kind
            continue
        point = Path(parts[1].replace("\\040", " "))
        if place.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), parts[2]
    return kind


def _synced(place: Path) -> str:
    for folder in (place, *place.parents):
        if folder.name.lower().startswith(_SYNCED):
            return folder.name
        for mark in _SYNC_MARKS:
            if (folder / mark).exists():
                return str(folder / mark)
    return ""


def _there(path: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    return next((folder for folder in (path, *path.parents) if folder.exists()), Path("/"))


def _all(home: Home) -> Iterator[Path]:
    for folder in home.folders:
        for path in sorted(folder.rglob("*")) if folder.is_dir() and not folder.is_symlink() else ():
            if not path.is_dir() or path.is_symlink():
                yield path


def _open_to_others(home: Home, path: Path) -> bool:
    mode = stat.S_IMODE(path.lstat().st_mode)
    # An editor makes the settings file with its user's habits; it holds no secret, so others may read it.
    return bool(mode & (0o022 if path == home.settings_file else 0o077))


def _odd(path: Path) -> bool:
    found = path.lstat()
    plain = stat.S_ISREG(found.st_mode) or stat.S_ISSOCK(found.st_mode)
    return not plain or found.st_uid != os.geteuid()


def _some(paths: list[Path]) -> str:
    shown = ", ".join(str(path) for path in paths[:_SHOWN])
    more = len(paths) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
