"""What the archive keeps of connections, and the few settings that are no file's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from connectors.model.connection import Connection
from connectors.model.ids import AccountId, Epoch


class Connections(Protocol):
    """Registered connections."""

    def all(self) -> Sequence[Connection]:
        """In the order of their making."""
        ...

    def add(self, connection: Connection) -> None:
        """Keep a new one.

        Raises:
            Refused: The label is taken.
        """
        ...

    def update(self, connection: Connection) -> None:
        """Change what a registered one is: hosts, whether it is switched on, and a keyless one's label.

        The label of a keyed one is changed by the vault, which has it sealed.

        Raises:
            Refused: The label is taken, or there is no such connection.
        """
        ...

    def remove(self, account: AccountId) -> None:
        """Forget one; its orders and fills stay."""
        ...

    def set_connected(self, account: AccountId, time_ns: int) -> None:
        """Record when one was last connected; it carries no authority."""
        ...

    def epoch(self, account: AccountId) -> Epoch | None:
        """The newest epoch seen on this account."""
        ...

    def set_epoch(self, account: AccountId, epoch: Epoch) -> None:
        """Record a new epoch."""
        ...


class Settings(Protocol):
    """Small facts of the desk that survive a restart, such as whether new orders are halted. Never a secret."""

    def get(self, key: str) -> str | None:
        """The value kept under ``key``; None when there is none."""
        ...

    def set(self, key: str, value: str) -> None:
        """Keep ``value`` under ``key``, in place of what was there; committed when this returns."""
        ...
