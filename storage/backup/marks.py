"""What an archive says of its copies: small records among its settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar
from uuid import UUID

import msgspec

from connectors.model.ids import AccountId
from connectors.ports.upkeep import LastBackup, RestoredFrom

MADE = "archive.made"
"""Inside a copy: `Made`."""
NEWEST = "archive.backup"
"""In the archive: `connectors.ports.archive.LastBackup`."""
RESTORED = "archive.restored"
"""In an archive that was put back, until every account was reconciled: `connectors.ports.archive.RestoredFrom`."""

_T = TypeVar("_T")


class Made(msgspec.Struct):
    """What a backup says of itself."""

    time_ns: int
    keys: bool


def written(mark: Made | LastBackup | RestoredFrom) -> str:
    """A mark as it is kept."""
    return msgspec.json.encode(mark).decode()


def made(kept: Mapping[str, str]) -> Made | None:
    """Of a copy: when it was made; None for what is no backup of ours."""
    return _read(kept, MADE, Made)


def last_backup(kept: Mapping[str, str]) -> LastBackup | None:
    """The newest backup that was made."""
    return _read(kept, NEWEST, LastBackup)


def restored(kept: Mapping[str, str]) -> RestoredFrom | None:
    """Where the archive was put back from, as long as somebody is to be asked about it."""
    return _read(kept, RESTORED, RestoredFrom)


def without(mark: RestoredFrom, account: AccountId) -> RestoredFrom:
    """The mark once an account was reconciled."""
    waiting = tuple(other for other in mark.waiting if other != account)
    touched = tuple(other for other in mark.touched if other.account != account)
    return RestoredFrom(mark.source, mark.made_ns, mark.restored_ns, waiting, touched)


def accounts(ids: list[str]) -> tuple[AccountId, ...]:
    """Accounts by the ids of their connections."""
    return tuple(AccountId(UUID(text)) for text in ids)


def _read(kept: Mapping[str, str], key: str, kind: type[_T]) -> _T | None:
    text = kept.get(key)
    if text is None:
        return None
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.MsgspecError:
        # Nothing is decided by it; a note that cannot be read is as good as none.
        return None
