"""A worker that keeps keys, for tests of the commands about them, and one connection it may have."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from connectors.model.connection import Connection, KeyKind
from connectors.model.ids import Mode
from connectors.model.rights import KeyRights
from connectors.model.vault import OpenedBy, SlotFacts, VaultState
from connectors.worker import api
from connectors.worker.secrets import RecoveryMade
from support.kept import account
from support.vault_command import Worker

STEPS = (("connect", True, "The venue answers."), ("rights", True, "The key may read, trade."))
RIGHTS = KeyRights(trade=True, withdraw=False, transfer=False, ip_restricted=False, source="asked", time_ns=1)
SLOT = SlotFacts("ab" * 16, OpenedBy.PASSPHRASE, "main", 1)
MAIN = Connection(account(), "binance", "main", Mode.LIVE, keyed=True, key_kind=KeyKind.HMAC, active=True)
PAPER = "TDR1-AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GGGG-HHHH-JJJJ"

FIRST = SlotFacts("aa" * 16, OpenedBy.PASSPHRASE, "main", 1)
SECOND = SlotFacts("bb" * 16, OpenedBy.PASSPHRASE, "second", 2)
ON_PAPER = SlotFacts("cc" * 16, OpenedBy.RECOVERY, "paper", 3)
LOGIN = SlotFacts("dd" * 16, OpenedBy.KEYRING, "login", 4)


def a_worker(state: VaultState = VaultState.OPEN, **answers: Any) -> Worker:
    """A worker that takes every key; ``answers`` by class of command or frame go before its own."""
    worker = Worker(state)

    def made(_frame: object) -> object:
        worker.state = VaultState.OPEN
        return api.VaultOpened(SLOT, anchored=True)

    worker.answers = {
        "ListConnections": api.ConnectionList((), ()),
        "TryKey": api.KeyTried(STEPS, RIGHTS, ("This key has no list of addresses.",)),
        "KeepKey": lambda frame: api.KeyKept(replace(frame.connection, key_tail="f3a9"), STEPS, RIGHTS),
        "CreateVault": made,
        "MakeRecovery": lambda _: RecoveryMade(bytearray(PAPER.encode()), (2, 9)),
        "ConfirmRecovery": api.SlotKept(SLOT),
        **answers,
    }
    return worker


def a_vault(*slots: SlotFacts, state: VaultState = VaultState.OPEN, **answers: Any) -> Worker:
    """A worker with a vault of these slots, which every secret opens."""

    def opened(_frame: object) -> object:
        worker.state = VaultState.OPEN
        return api.VaultOpened(SLOT, anchored=True)

    kept = {name: api.SlotKept(SLOT) for name in ("ChangePassphrase", "AddPassphrase", "AddKeyring")}
    worker = a_worker(state, OpenVault=opened, Reseal=opened, **{**kept, **answers})
    worker.slots = slots
    return worker
