"""Commands about the archive as a file."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.ports.upkeep import ArchiveFacts, BackedUp, LastBackup, RestoredFrom

__all__ = ["ArchiveChecked", "ArchiveFacts", "BackUp", "BackedUp", "CheckArchive", "GetArchive", "LastBackup"]
__all__ += ["RestoredFrom"]


@dataclass(frozen=True, slots=True)
class BackUp:
    """Copy the archive as it is now, while it is in use. Reply: `BackedUp`.

    One at a time. Also while the desk is covered: nothing of it is shown.
    """

    path: str
    """Absolute: the worker stands in another folder than whoever asks."""
    keys: bool = True
    """Take the vault along."""
    overwrite: bool = False
    """Take the place of an earlier backup."""


@dataclass(frozen=True, slots=True)
class GetArchive:
    """What the archive is; everything known until now is in its file when this is answered. Reply: `ArchiveFacts`."""


@dataclass(frozen=True, slots=True)
class CheckArchive:
    """Compare every page and index; orders go on meanwhile. Reply: `ArchiveChecked`."""


@dataclass(frozen=True, slots=True)
class ArchiveChecked:
    """What is wrong; empty where nothing is."""

    faults: tuple[str, ...]
