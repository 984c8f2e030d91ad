"""A backup put in the place of the archive.

The caller holds the worker's lock, so nobody serves this archive meanwhile. Everything is judged, migrated and marked
on a copy beside the archive; the one step that counts is a rename. Killed before it, the old archive is whole; killed
after it, the new one is.
"""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from connectors.errors import ArchiveFailed, Refused, VaultDamaged, VaultUnsupported
from connectors.model.audit import AuditFact, AuditKind, AuditOutcome
from connectors.ports.upkeep import LastBackup, RestoredFrom
from storage.audit.chain import Head
from storage.backup.aside import Aside
from storage.backup.judging import Copy, judged
from storage.backup.marks import NEWEST, RESTORED, accounts, written
from storage.backup.presence import Present
from storage.backup.reading import sqlite_errors
from storage.new_file import disk_failed, remove, sync
from storage.paths import PRIVATE_FILE, HomeUnusable, check_private_file
from storage.repositories.audit import append_audit, head_of

OPERATION = "archive.restore"
RESCUE = "rescue.log"
"""Beside the archive: what a broken one could not take, which the worker writes into it at its next start."""
_WAITING = """
    SELECT id FROM exchange_connections
    WHERE NOT embedded AND (keyed OR id IN (SELECT account FROM orders WHERE working))
    ORDER BY created_ns, id
"""
"""Without a key, or switched off, an account cannot be asked, and what it shows as open may long be gone."""
_CHUNK = 1 << 20
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_MICRO = 1_000


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, and where the archive before it lies now."""

    source: str
    made_ns: int | None
    """When the backup was made; None for a file that does not say, such as an archive set aside by a restore."""
    schema_before: str
    schema: str
    orders: int
    fills: int
    keys: int
    """Connections that have a key in it."""
    kept: str | None
    """The archive that was there; None where there was none."""
    kept_anchor: str | None
    """The memory of a vault that ends here; None where the backup has a vault, or there was no anchor."""
    kept_rescue: str | None
    """What the archive that was there had not taken yet; None where there was nothing."""
    waiting: int
    """Accounts whose venues are asked at the next start before the desk believes what it shows."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """Where that lies now which was there."""

    archive: str | None
    anchor: str | None
    rescue: str | None


def restore(source: Path, archive: Path, anchor: Path, now_ns: int, *, give_up_keys: bool = False) -> Restored:
    """Put a backup in the place of the archive.

    Args:
        source: The backup; it is only read.
        archive: The archive; it need not be there.
        anchor: The vault's anchor, in the state folder.
        now_ns: The time.
        give_up_keys: The backup may be one without keys while there is a vault here, whose keys then end.

    Raises:
        FilesTooOpen: Others can read the backup.
        HomeUnusable: It is a link, a pipe or someone else's.
        Refused: It is no backup of ours, of a newer release, without keys, or the archive is in use.
        VaultDamaged: The vault in it cannot be parsed.
        ArchiveFailed: It is damaged, or the disk did not take it.
    """
    if source.resolve() == archive.resolve():
        raise Refused(f"{source} is the archive itself. Nothing was changed.")
    restoring = archive.with_name(f"{archive.name}.restoring")
    failure: ArchiveFailed
    try:
        try:
            _fetch(source, restoring)
            copy = _judged(source, restoring)
            with Present.of(archive) as present:
                # A damaged archive does not tell whether it has a vault; its anchor does.
                if (present.has_vault or anchor.exists()) and not copy.has_vault and not give_up_keys:
                    raise Refused(
                        f"{source} has no keys, and those of the present archive would be gone from the desk."
                        " Add --without-keys if that is meant. Nothing was changed."
                    )
                waiting = _mark(source, restoring, copy, present, now_ns)
                kept = _exchange(restoring, archive, present, None if copy.has_vault else anchor)
        finally:
            remove(restoring)
    except OSError as problem:
        failure = disk_failed(problem, archive, OPERATION)
    else:
        return _told(source, copy, kept, waiting)
    raise failure


def _exchange(restoring: Path, archive: Path, present: Present, anchor: Path | None) -> _Kept:
    """Keep what is there, then the one step that counts.

    Args:
        restoring: What is to be the archive.
        archive: Its place.
        present: What is there.
        anchor: The memory of a vault that ends here: else its absence would read as damage.
    """
    with sqlite_errors(archive, OPERATION, source=archive):
        kept = present.set_aside()
    sync(restoring)
    with Aside() as aside:
        # What the archive that goes could not take: written into an older one, it would stand there twice as soon as
        # the venue gives those fills again.
        kept_rescue = aside.put(archive.with_name(RESCUE))
        kept_anchor = None if anchor is None else aside.put(anchor)
        _put_in_place(restoring, archive)
    sync(archive.parent)
    return _Kept(kept, kept_anchor, kept_rescue)


def _put_in_place(restoring: Path, archive: Path) -> None:
    restoring.replace(archive)


def _told(source: Path, copy: Copy, kept: _Kept, waiting: int) -> Restored:
    return Restored(
        source=str(source),
        made_ns=copy.made_ns,
        schema_before=copy.schema_before,
        schema=copy.schema,
        orders=copy.orders,
        fills=copy.fills,
        keys=copy.keys,
        kept=kept.archive,
        kept_anchor=kept.anchor,
        kept_rescue=kept.rescue,
        waiting=waiting,
    )


def _fetch(source: Path, restoring: Path) -> None:
    """Copy the backup beside the archive: what is judged is then what is used, whoever changes the backup meanwhile."""
    if not source.is_symlink() and not source.exists():
        raise Refused(f"There is no file {source}. Give the path of a backup. Nothing was changed.")
    check_private_file(source)
    log = source.with_name(f"{source.name}-wal")
    if log.exists() and log.stat().st_size:
        raise Refused(
            f"{log} lies beside it, with changes that are not in {source}: that is a copy of an archive in use, not a"
            " backup. Make one with: tradedesk backup FILE. Nothing was changed."
        )
    remove(restoring)
    descriptor = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as whole, os.fdopen(os.open(restoring, _NEW, PRIVATE_FILE), "wb") as part:
        if not os.path.samestat(os.fstat(whole.fileno()), source.lstat()):
            raise HomeUnusable(f"{source} was exchanged while it was read. Look at who writes there.")
        while chunk := whole.read(_CHUNK):
            _write(part, chunk)
        part.flush()
        os.fsync(part.fileno())


def _write(part: BinaryIO, chunk: bytes) -> int:
    return part.write(chunk)


def _judged(source: Path, restoring: Path) -> Copy:
    """Judge the copy, and tell what is wrong of the backup by its own name."""
    failure: ArchiveFailed | VaultDamaged | VaultUnsupported
    try:
        return judged(source, restoring)
    except ArchiveFailed as problem:
        if problem.code == "SQLITE_FULL":
            raise
        sentence = f"{source} is damaged or is no backup, and was not restored. Use another one. Nothing was changed."
        failure = ArchiveFailed(sentence, operation=OPERATION, code=problem.code, text=problem.text)
    except VaultDamaged as problem:
        failure = VaultDamaged(problem.part, f"in {source} cannot be read", "Use another backup.")
    raise failure


def _mark(source: Path, restoring: Path, copy: Copy, present: Present, now_ns: int) -> int:
    """Write down what happens, in the archive that is to be; how many accounts wait to be reconciled."""
    with sqlite_errors(restoring, OPERATION, source=source), closing(_alone(restoring)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        ids = [str(row[0]) for row in connection.execute(_WAITING)]
        mark = RestoredFrom(str(source), copy.made_ns, now_ns, accounts(ids), present.touched)
        connection.execute("DELETE FROM settings WHERE key = ?", (NEWEST,))
        marks = [(RESTORED, written(mark))]
        if copy.made_ns is not None:
            marks.append((NEWEST, written(LastBackup(str(source), copy.made_ns))))
        connection.executemany("INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)", marks)
        append_audit(connection, [_fact(source, copy, head_of(connection), present.head, now_ns)])
        connection.execute("COMMIT")
    return len(mark.waiting)


def _fact(source: Path, copy: Copy, restored: Head, before: Head | None, now_ns: int) -> AuditFact:
    """The row that tells of the restore, with the heads of both chains."""
    detail = {
        "file": source.name,
        "made_ns": copy.made_ns,
        "schema": copy.schema_before,
        "restored_seq": restored.seq,
        "restored_head": restored.digest.hex(),
        "replaced_seq": None if before is None else before.seq,
        "replaced_head": None if before is None else before.digest.hex(),
    }
    return AuditFact(
        time_us=now_ns // _MICRO,
        kind=AuditKind.RESTORE,
        operation=OPERATION,
        outcome=AuditOutcome.DONE.value,
        detail=json.dumps(detail, separators=(",", ":")).encode(),
    )


def _alone(restoring: Path) -> sqlite3.Connection:
    """The copy as one file without a log beside it, however it came."""
    connection = sqlite3.connect(restoring, isolation_level=None)
    for pragma in ("trusted_schema=OFF", "journal_mode=DELETE", "synchronous=FULL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    return connection
