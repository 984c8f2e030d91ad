"""What the doctor says of the archive as a file: whole, its size and its log, room on the disk, backup, leftovers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from connectors.ports.upkeep import ArchiveFacts
from storage.backup.copying import COPYING
from storage.backup.restoring import RESCUE
from storage.upkeep import facts_of, faults_of

_MEGABYTE = 1 << 20
_LOG_WANTED = 64 * _MEGABYTE
"""SQLite folds the log in at 4 MB; one that is so large is held open by a reader that does not end."""
_DAY_NS = 86_400_000_000_000
BACKUP_WANTED_DAYS = 7


@dataclass(frozen=True, slots=True)
class Health:
    """One thing about the archive: whether it is as it should be, a sentence, and what to do where it is not."""

    check: str
    fits: bool
    sentence: str
    remedy: str = ""


def archive_health(archive: Path, now_ns: int) -> tuple[Health, ...]:
    """Look at an archive that is there; it may be in use. Reads every page of it.

    Args:
        archive: The file.
        now_ns: The time.

    Raises:
        ArchiveFailed: It cannot be read at all.
    """
    facts = facts_of(archive)
    return (
        _whole(archive, faults_of(archive)),
        _log(facts),
        _room(facts),
        _backup(facts, now_ns),
        *_restored(facts),
        *_leftovers(archive),
    )


def _whole(archive: Path, faults: tuple[str, ...]) -> Health:
    if not faults:
        return Health("archive pages", True, f"Every page and index of {archive} is whole.")
    return Health(
        "archive pages",
        False,
        f"{archive} is damaged ({'; '.join(faults)}).",
        "Restore the newest backup: tradedesk restore FILE",
    )


def _log(facts: ArchiveFacts) -> Health:
    said = f"{facts.size_bytes / _MEGABYTE:,.1f} MB, and {facts.log_bytes / _MEGABYTE:,.1f} MB in the log beside it."
    if facts.log_bytes <= _LOG_WANTED:
        return Health("archive size", True, said)
    return Health(
        "archive size", False, said, "Something has read it for long: end exports and SQLite shells that have it open."
    )


def _room(facts: ArchiveFacts) -> Health:
    """A backup beside it, and a restore, need as much again."""
    said = f"{facts.free_bytes // _MEGABYTE:,} MB are free beside it."
    if facts.free_bytes >= facts.size_bytes + facts.log_bytes:
        return Health("archive room", True, said)
    return Health("archive room", False, said, "Free as much as it has: a restore keeps the archive before it.")


def _backup(facts: ArchiveFacts, now_ns: int) -> Health:
    last = facts.last_backup
    if last is None:
        return Health("archive backup", False, "No backup was ever made.", "Make one: tradedesk backup FILE")
    days = max(0, now_ns - last.time_ns) // _DAY_NS
    age = {0: "today", 1: "a day ago"}.get(days, f"{days} days ago")
    said = f"The newest backup was made {age}: {last.path}."
    if not Path(last.path).exists():
        return Health("archive backup", False, f"{said} It is not there now.", "Make one: tradedesk backup FILE")
    if days > BACKUP_WANTED_DAYS:
        return Health("archive backup", False, said, f"Make one: tradedesk backup {last.path} --overwrite")
    return Health("archive backup", True, said)


def _restored(facts: ArchiveFacts) -> Iterator[Health]:
    if facts.restored is not None:
        count = len(facts.restored.waiting)
        accounts = "One account was" if count == 1 else f"{count} accounts were"
        yield Health(
            "archive restored",
            False,
            f"It was restored from {facts.restored.source}. {accounts} not yet compared with the venue.",
            "Open the desk and unlock the vault: it compares them by itself, one that is off or keyless once it can.",
        )


def _leftovers(archive: Path) -> Iterator[Health]:
    for what, suffix in (("restore", ".restoring"), ("backup", COPYING)):
        left = archive.with_name(f"{archive.name}{suffix}")
        if left.exists():
            yield Health("archive leftover", False, f"A {what} was killed and left {left}.", f"Run: rm {left}")
    kept = sorted(path for name in (archive.name, RESCUE) for path in archive.parent.glob(f"{name}.before-restore*"))
    if kept:
        size = sum(path.stat().st_size for path in kept)
        yield Health(
            "archive kept",
            True,
            f"{len(kept)} {'file' if len(kept) == 1 else 'files'} of archives that were replaced"
            f" {'is' if len(kept) == 1 else 'are'} kept ({size / _MEGABYTE:,.1f} MB): {kept[0]}.",
        )
