"""Commands about registered connections."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.model.connection import Connection, ConnectionStatus
from connectors.model.ids import AccountId


@dataclass(frozen=True, slots=True)
class AddConnection:
    """Register a keyless connection. Reply: `Done`."""

    connection: Connection


@dataclass(frozen=True, slots=True)
class RemoveConnection:
    """Forget a connection; orders and fills stay. Reply: `Done`."""

    account: AccountId


@dataclass(frozen=True, slots=True)
class TestConnection:
    """Connect as at start and say what each step found. Reply: `ConnectionTested`."""

    __test__ = False
    account: AccountId


@dataclass(frozen=True, slots=True)
class ConnectionTested:
    """Steps of a connection test in order: (step, passed, sentence)."""

    steps: tuple[tuple[str, bool, str], ...]


@dataclass(frozen=True, slots=True)
class ListConnections:
    """Reply: `ConnectionList`."""


@dataclass(frozen=True, slots=True)
class ConnectionList:
    """Registered connections and their states (a connection never opened has none)."""

    connections: tuple[Connection, ...]
    statuses: tuple[ConnectionStatus, ...]
