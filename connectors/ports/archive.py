"""What the worker keeps and reads back.

Implemented by `storage.repositories`; all calls block and run in the archive's own thread.

Every method raises `connectors.errors.ArchiveFailed` with a sentence when the file cannot be read or written.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from connectors.model.audit import AuditFact
from connectors.model.balance import Balance
from connectors.model.fill import RecordedFill
from connectors.model.ids import AccountId, Epoch, InstrumentId, OrderId, VenueOrderId
from connectors.model.order import Order
from connectors.model.position import Position, PositionEvent
from connectors.ports.audit import AuditChain
from connectors.ports.registered import Connections, Settings
from connectors.ports.routing import Routing
from connectors.ports.upkeep import Upkeep


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One committed change of one order: the whole record after the change, and why it changed."""

    number: int
    """1, 2, … without a hole, over all accounts; 0 before it is written."""
    time_ns: int
    kind: str
    """``INTENT``, ``SENT``, ``ACK``, ``FILL`` … as the engine names its inputs."""
    order: Order


@dataclass(frozen=True, slots=True)
class Batch:
    """Everything one decision of the engine writes: one transaction, one commit."""

    entries: tuple[JournalEntry, ...] = ()
    fills: tuple[RecordedFill, ...] = ()
    positions: tuple[PositionEvent, ...] = ()
    balances: tuple[Balance, ...] = ()
    audit: tuple[AuditFact, ...] = ()
    """Chained in the order given, in the same transaction."""
    rescued: str = ""
    """Up to which line of which rescue log this has what an archive that failed could not take; kept with it."""


@dataclass(frozen=True, slots=True)
class OrdersWanted:
    """Which orders; what is not said is all."""

    account: AccountId | None = None
    instrument: InstrumentId | None = None
    since_ns: int = 0
    working: bool | None = None
    """Whether the venue holds it, or may."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a worker's life begins with; all else stays in the archive until it is asked for."""

    orders: Sequence[Order]
    """Every order that works, and the newest others: newest first."""
    next_handle: int
    """The next free handle number, counted over the archive's whole life."""
    whole: bool
    """Whether these are all orders there ever were."""


class Journal(Protocol):
    """Orders and what happened to them; the source of state at start."""

    def append(self, batch: Batch) -> int:
        """Commit a batch in one transaction (synchronous=FULL) and return the newest entry number.

        A fill that is already there (same account, epoch, instrument, trade id) is left as it is.
        """
        ...

    def rescued(self) -> str:
        """The newest `Batch.rescued`; empty where there was none."""
        ...

    @property
    def behind(self) -> int:
        """How many entries were appended since the checkpoint of the orders last followed, as far as is known here."""
        ...

    def settle(self) -> None:
        """Let the checkpoint follow the journal: a commit nobody waits for. Who reads orders sees them all anyway."""
        ...

    def orders(self, *, working_only: bool = False, limit: int = 1000) -> Sequence[Order]:
        """Newest revision of each order, newest first."""
        ...

    def page(self, wanted: OrdersWanted, *, after: Order | None = None, limit: int = 500) -> Sequence[Order]:
        """Orders that are wanted, newest first, behind the last of the page before."""
        ...

    def named(self, name: str) -> Sequence[Order]:
        """Orders of a handle, an order id or a client order id of the desk's own form, newest first."""
        ...

    def first_filled_ns(self, order_id: OrderId) -> int | None:
        """When an order was first known to be filled in part, by the worker's clock; None where it was not."""
        ...

    def beginning(self, finished: int) -> Beginning:
        """Every order that works and the newest ``finished`` of all, in one look at the file."""
        ...

    def order(self, order_id: OrderId) -> Order | None:
        """Newest revision of one order."""
        ...

    def at_venue(
        self, account: AccountId, epoch: Epoch, ids: Collection[tuple[InstrumentId, VenueOrderId]]
    ) -> Sequence[Order]:
        """Newest revision of the orders that carry these ids of the venue in one of its lives."""
        ...

    def last_number(self) -> int:
        """Number of the newest entry; 0 when empty."""
        ...

    def next_handle(self) -> int:
        """The next free handle number (k1, k2, …), counted over the archive's whole life."""
        ...


class Fills(Protocol):
    """Own fills and what they made of positions."""

    def fills(
        self,
        *,
        account: AccountId | None = None,
        instrument: InstrumentId | None = None,
        since_ns: int = 0,
        limit: int = 500,
    ) -> Sequence[RecordedFill]:
        """Newest first."""
        ...

    def recent(
        self, account: AccountId, epoch: Epoch, *, span_ns: int, at_least: int, at_most: int
    ) -> Sequence[RecordedFill]:
        """Newest first of one life: those of ``span_ns`` before its newest, but never fewer or more than so many."""
        ...

    def of_orders(self, orders: Sequence[OrderId]) -> Sequence[RecordedFill]:
        """Every fill of some orders, in the order in which they were booked."""
        ...

    def newest(self, account: AccountId, epoch: Epoch, instrument: InstrumentId) -> RecordedFill | None:
        """The newest real fill of an instrument, to ask the venue for what came after."""
        ...

    def of_epoch(self, account: AccountId, epoch: Epoch) -> Sequence[RecordedFill]:
        """Every fill of one life of an account, in the order in which they were booked."""
        ...

    def last_trade_id(self, account: AccountId, epoch: Epoch, instrument: InstrumentId) -> str | None:
        """Trade id of the newest recorded fill, to ask the venue for what came after."""
        ...

    def instruments_touched(self, account: AccountId) -> Sequence[InstrumentId]:
        """Instruments with an order or a fill of this account: some venues tell fills only per symbol."""
        ...

    def other_fees(
        self, account: AccountId, epoch: Epoch, pairs: Mapping[InstrumentId, tuple[str, str]], after: int = 0
    ) -> tuple[Mapping[tuple[InstrumentId, str], Decimal], int]:
        """Fees of one life of an account, by instrument and asset, but for those in its base or quote.

        Args:
            account: Whose.
            epoch: Which life.
            pairs: Base and quote asset of instruments; fees of others are left out.
            after: How far an earlier reading came; what it found is not among these.

        Returns:
            The fees, and how far this reading came.
        """
        ...

    def positions(self, account: AccountId | None = None) -> Sequence[Position]:
        """Newest position of each (account, instrument)."""
        ...

    def balances(self, account: AccountId | None = None) -> Sequence[Balance]:
        """Newest balances as they were last stated, by account and asset."""
        ...

    def history(self, account: AccountId, instrument: InstrumentId, limit: int = 200) -> Sequence[PositionEvent]:
        """Newest first."""
        ...

    def realised_since(self, account: AccountId, since_ns: int) -> Decimal:
        """Realised P&L in quote over the position events since ``since_ns``, summed exactly in Python."""
        ...


class Archive(Protocol):
    """The archive as the worker sees it."""

    @property
    def upkeep(self) -> Upkeep:
        """Copies, sizes, integrity."""
        ...

    @property
    def journal(self) -> Journal:
        """Orders."""
        ...

    @property
    def fills(self) -> Fills:
        """Fills and positions."""
        ...

    @property
    def connections(self) -> Connections:
        """Connections."""
        ...

    @property
    def settings(self) -> Settings:
        """What the worker itself must remember."""
        ...

    @property
    def routing(self) -> Routing:
        """How orders are routed, what was decided and came of it."""
        ...

    @property
    def audit(self) -> AuditChain:
        """The chain of what touched an account."""
        ...

    def close(self) -> None:
        """Checkpoint and close; may be called twice."""
        ...
