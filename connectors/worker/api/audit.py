"""The audit chain: what only the worker can do, because the vault's key is there. A client reads the file itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SettleAudit:
    """Write what waits and, where the vault's key is at hand, sign the newest row. Reply: `Done`."""


@dataclass(frozen=True, slots=True)
class CheckAnchors:
    """Whether anchors were made with the vault's key. Reply: `AnchorsChecked`."""

    macs: tuple[tuple[bytes, bytes], ...]
    """(message, MAC) of each, at most 500."""


@dataclass(frozen=True, slots=True)
class AnchorsChecked:
    """One answer per anchor."""

    genuine: tuple[bool, ...] | None
    """None: the vault was not opened since the worker began, so nobody can tell."""


@dataclass(frozen=True, slots=True)
class RetainAudit:
    """Delete the beginning of the chain, which lies in a file now, and sign what is left. Reply: `AuditRetained`."""

    to: int
    digest: bytes
    """Hash of row ``to``."""
    export_sha256: bytes
    days: int


@dataclass(frozen=True, slots=True)
class AuditRetained:
    """It was deleted."""

    rows: int
