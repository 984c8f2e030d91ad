"""Which commands change the desk itself, and what of them is taken down: never what was typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.model.connection import Connection
from connectors.model.foreign import REDACTED, redact
from connectors.model.ids import AccountId
from connectors.worker import api, secrets

_SLOT = re.compile(r"[0-9a-f]{0,32}")
"""A slot's id, or as much of its beginning as names it."""
_USER = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*://)?.*@", re.DOTALL)
"""Name and password before a host, whatever characters are in them."""


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


def safe(facts: Mapping[str, object]) -> dict[str, object]:
    """Facts without what looks like a secret: a command is taken down also when it was refused, before it is judged."""
    return {name: _safe(value) for name, value in facts.items()}


def _safe(value: object) -> object:
    if isinstance(value, str):
        return redact(value)
    return [_safe(one) for one in value] if isinstance(value, list | tuple) else value


def _slot_id(typed: str) -> str:
    """What was typed where a slot is named may be what opens it."""
    return typed if _SLOT.fullmatch(typed) else REDACTED


def _host(url: str) -> str:
    return _USER.sub(r"\g<1>", url)


def _named(operation: str) -> Callable[[Any], Deed]:
    return lambda _command: Deed(operation)


def _slot(operation: str) -> Callable[[Any], Deed]:
    return lambda frame: Deed(operation, facts={"slot": _slot_id(frame.slot_id)})


def _connection(operation: str) -> Callable[[Any], Deed]:
    return lambda command: Deed(operation, command.connection.account, _told(command.connection))


def _told(connection: Connection) -> dict[str, object]:
    return {
        "venue": connection.venue,
        "label": connection.label,
        "mode": connection.mode,
        "active": connection.active,
        "accepted": list(connection.accepted),
        "rest": [_host(url) for url in connection.hosts.rest],
        "ws_api": _host(connection.hosts.ws_api),
    }


def _edit(command: api.EditConnection) -> Deed:
    changed: dict[str, object] = {
        "label": command.label,
        "active": command.active,
        "accepted": None if command.accepted is None else list(command.accepted),
        "rest": None if command.hosts is None else [_host(url) for url in command.hosts.rest],
        "ws_api": None if command.hosts is None else _host(command.hosts.ws_api),
    }
    return Deed(
        "connection.edit", command.account, {name: value for name, value in changed.items() if value is not None}
    )


def _limit(command: api.SetLimit) -> Deed:
    places = {"venue": command.venue, "instrument": None if command.instrument is None else str(command.instrument)}
    value = "off" if command.off else "taken back" if command.value is None else str(command.value)
    facts: dict[str, object] = {"name": command.name.value, "value": value}
    facts.update({name: place for name, place in places.items() if place})
    return Deed("risk.limit", command.account, facts)


def _resolve(command: api.ResolveOrder) -> Deed:
    return Deed("order.resolve", facts={"order": str(command.order_id), "decision": str(command.decision)})


_DEEDS: dict[type, Callable[[Any], Deed]] = {
    api.AddConnection: _connection("connection.add"),
    api.EditConnection: _edit,
    api.RemoveConnection: lambda command: Deed("connection.remove", command.account),
    api.ResolveOrder: _resolve,
    api.Reconcile: lambda command: Deed("account.reconcile", command.account),
    api.BackUp: lambda command: Deed("archive.backup", facts={"file": command.path, "keys": command.keys}),
    api.StartPanic: lambda command: Deed(
        "panic.start", facts={"panic": str(command.panic_id), "external": command.external}
    ),
    api.SetOnDisconnect: lambda command: Deed("disconnect.policy", command.account, {"policy": command.policy}),
    api.SetPanicPolicy: lambda command: Deed(
        "panic.policy", command.account, {"policy": command.policy, "while_covered": command.while_covered}
    ),
    api.SetLimit: _limit,
    api.UnlockLoss: lambda command: Deed("risk.unlock", command.account),
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
    secrets.RenewDataKey: lambda frame: Deed("vault.rotate", facts={"drop": [_slot_id(one) for one in frame.drop]}),
    secrets.Reseal: _named("vault.reseal"),
}
