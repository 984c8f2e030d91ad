"""Which commands change the desk itself, and what of them is taken down: never what was typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from connectors.model.connection import Connection
from connectors.model.ids import AccountId
from connectors.worker import api, secrets


@dataclass(frozen=True, slots=True)
class Deed:
    """One row of the kind ``DESK``."""

    operation: str
    account: AccountId | None = None
    facts: dict[str, object] = field(default_factory=dict)


def deed_of(command: object) -> Deed | None:
    """What a command or frame is called in the chain; None for one that changes nothing of the desk.

    Args:
        command: Looked at before it is done: afterwards what was typed is overwritten.
    """
    make = _DEEDS.get(type(command))
    return None if make is None else make(command)


def _named(operation: str) -> Callable[[Any], Deed]:
    return lambda _command: Deed(operation)


def _slot(operation: str) -> Callable[[Any], Deed]:
    return lambda frame: Deed(operation, facts={"slot": frame.slot_id})


def _connection(operation: str) -> Callable[[Any], Deed]:
    return lambda command: Deed(operation, command.connection.account, _told(command.connection))


def _told(connection: Connection) -> dict[str, object]:
    return {
        "venue": connection.venue,
        "label": connection.label,
        "mode": connection.mode,
        "active": connection.active,
        "accepted": list(connection.accepted),
        "rest": list(connection.hosts.rest),
        "ws_api": connection.hosts.ws_api,
    }


def _edit(command: api.EditConnection) -> Deed:
    changed: dict[str, object] = {
        "label": command.label,
        "active": command.active,
        "accepted": None if command.accepted is None else list(command.accepted),
        "rest": None if command.hosts is None else list(command.hosts.rest),
        "ws_api": None if command.hosts is None else command.hosts.ws_api,
    }
    return Deed(
        "connection.edit", command.account, {name: value for name, value in changed.items() if value is not None}
    )


_DEEDS: dict[type, Callable[[Any], Deed]] = {
    api.AddConnection: _connection("connection.add"),
    api.EditConnection: _edit,
    api.RemoveConnection: lambda command: Deed("connection.remove", command.account),
    api.BackUp: lambda command: Deed("archive.backup", facts={"file": command.path, "keys": command.keys}),
    api.BackUp: _named("archive.backup"),
    secrets.KeepKey: _connection("connection.key"),
    secrets.AttachEmbedded: _connection("connection.attach"),
    secrets.CreateVault: _named("vault.create"),
    secrets.OpenVault: lambda frame: Deed("vault.unlock", facts={"by": frame.typed.by, "older": frame.accept_older}),
    secrets.ChangePassphrase: _slot("vault.passphrase.change"),
    secrets.AddPassphrase: lambda frame: Deed("vault.passphrase.add", facts={"label": frame.label}),
    secrets.AddKeyring: lambda frame: Deed("vault.keyring.add", facts={"label": frame.label}),
    secrets.RemoveSlot: _slot("vault.slot.remove"),
    secrets.MakeRecovery: _named("vault.recovery.show"),
    secrets.ConfirmRecovery: _named("vault.recovery.confirm"),
    secrets.RenewDataKey: lambda frame: Deed("vault.rotate", facts={"drop": list(frame.drop)}),
    secrets.Reseal: _named("vault.reseal"),
}
