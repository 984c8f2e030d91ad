"""Vaults for tests: cheap to open, kept in memory or in a real archive, and able to crash between any two steps."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from connectors.model.secret import SecretBytes
from connectors.ports.clock import Clock
from storage.vault.anchor import Anchor, AnchorStore
from storage.vault.binding import Accepted, Bound
from storage.vault.parameters import Cost, NewSlotCost
from storage.vault.passphrase import read_passphrase
from storage.vault.store import Stored, VaultStore
from storage.vault.unlocking import ByPassphrase
from storage.vault.vault import Vault
from support.clock import FakeClock

CHEAP = Cost(8, 1, 1)
"""The least that Argon2 can be run with."""
PASSPHRASE = "correct horse battery staple"
OTHER = "staple battery horse correct"
API_KEY = "canary-api-key-0123456789"
SECRET = "canary-secret-9876543210"


def cheap() -> NewSlotCost:
    """Slots that cost nothing to make; the one place that may."""
    return NewSlotCost.weak_for_tests(CHEAP)


class Crash(BaseException):
    """The process ended here."""


Step = Callable[[str], None]
"""Called before each step of a write with its name; may raise `Crash`."""


def on(name: str) -> None:
    """Go on, whatever the step is called."""


@dataclass
class MemoryStore:
    """A `VaultStore` that is a value: `now` is what is committed."""

    now: Stored = field(default_factory=Stored)
    step: Step = on
    forgotten: int = 0

    def read(self) -> Stored:
        return self.now

    @contextmanager
    def change(self) -> Iterator[MemoryChange]:
        self.step("begin")
        change = MemoryChange(self.now, self.step)
        yield change
        self.step("commit")
        self.now = change.now
        self.step("committed")

    def forget_old_bytes(self) -> None:
        self.step("forget")
        self.forgotten += 1


@dataclass
class MemoryChange:
    now: Stored
    step: Step

    def read(self) -> Stored:
        return self.now

    def write(self, before: Stored, after: Stored) -> None:
        self.step("write")
        self.now = after


@dataclass
class MemoryAnchors:
    """An `AnchorStore` that is a value."""

    now: Anchor | None = None
    step: Step = on

    def read(self) -> Anchor | None:
        return self.now

    def write(self, anchor: Anchor) -> None:
        self.step("anchor")
        self.now = anchor


@dataclass
class MemoryKeyring:
    """A keyring of the system that is a dictionary."""

    items: dict[str, bytes] = field(default_factory=dict)

    def get(self, account: str) -> SecretBytes | None:
        found = self.items.get(account)
        return None if found is None else SecretBytes(bytearray(found))

    def put(self, account: str, secret: SecretBytes) -> None:
        self.items[account] = bytes(secret.buffer)

    def delete(self, account: str) -> None:
        self.items.pop(account, None)


def by(passphrase: str = PASSPHRASE) -> ByPassphrase:
    """What a user typed."""
    return ByPassphrase(read_passphrase(passphrase))


def secret(text: str) -> SecretBytes:
    """A secret from a test's text."""
    return SecretBytes(bytearray(text, "utf-8"))


def bound(number: int = 1, **changes: object) -> Bound:
    """Facts of one connection."""
    facts: dict[str, object] = {
        "connection_id": bytes([0x80 + number] * 16),
        "venue": "binance",
        "mode": "testnet",
        "auth_kind": "hmac",
        "label": f"desk {number}",
        "flags": Accepted.NOTHING,
        "origins": (("rest", "https://testnet.binance.vision:443"),),
    }
    return Bound(**{**facts, **changes})  # type: ignore[arg-type]  # facts of mixed types


def fields(number: int = 1) -> Mapping[str, SecretBytes]:
    """Key and secret of one connection."""
    return {"api_key": secret(f"{API_KEY}-{number}"), "secret": secret(f"{SECRET}-{number}")}


def text_of(held: SecretBytes) -> str:
    """A secret as text, and closed."""
    with held:
        return held.buffer.decode()


def register(archive: Path, *numbers: int) -> None:
    """Register connections as the repository does, before the vault writes their keys."""
    with sqlite3.connect(archive) as database:
        for number in numbers:
            database.execute(
                "INSERT INTO exchange_connections (id, venue, label, mode, products, hosts, keyed, active, embedded,"
                " created_ns) VALUES (?, 'binance', ?, 'testnet', '[\"spot\"]', '{}', 0, 1, 0, 0)",
                (str(UUID(bytes=bound(number).connection_id)), f"not yet {number}"),
            )
    database.close()


@dataclass
class Desk:
    """A vault with everything it stands on, so that a test can start it again."""

    store: VaultStore = field(default_factory=MemoryStore)
    anchors: AnchorStore = field(default_factory=MemoryAnchors)
    clock: Clock = field(default_factory=FakeClock)

    def vault(self) -> Vault:
        """The vault as a process that has just started sees it."""
        return Vault(self.store, self.anchors, self.clock, cost=cheap())

    def made(self, connections: int = 0) -> Vault:
        """A new vault, open, with keys of some connections."""
        vault = self.vault()
        vault.create(by())
        for number in range(1, connections + 1):
            vault.credentials.put(bound(number), fields(number))
        return vault

    def opened(self, passphrase: str = PASSPHRASE) -> Vault:
        """The vault after a restart and an unlock."""
        vault = self.vault()
        vault.unlock(by(passphrase))
        return vault
