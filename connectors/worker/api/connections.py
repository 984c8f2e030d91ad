"""Commands about registered connections."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.model.capabilities import Support
from connectors.model.connection import Connection, ConnectionStatus
from connectors.model.ids import AccountId, Mode, Product


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


@dataclass(frozen=True, slots=True)
class GetVenues:
    """What can be registered, and what each venue can do here. Reply: `VenueList`."""


@dataclass(frozen=True, slots=True)
class Ability:
    """One thing a venue can be asked for, in a word, and how it is met."""

    name: str
    support: Support
    note: str = ""
    """What one should know before using it, such as ``loses the queue``."""


@dataclass(frozen=True, slots=True)
class VenueFacts:
    """A registered venue, as it declares itself."""

    venue: str
    products: tuple[Product, ...]
    modes: tuple[Mode, ...]
    """Trust domains its room knows."""
    abilities: tuple[Ability, ...]


@dataclass(frozen=True, slots=True)
class VenueList:
    """Every registered venue, in alphabetical order."""

    venues: tuple[VenueFacts, ...]
