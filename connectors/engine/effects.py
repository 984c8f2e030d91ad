"""What the engine wants done, in this order. The worker does it; the engine never waits for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from connectors.engine.day import Day
from connectors.engine.inputs import Trading
from connectors.model.balance import Balance
from connectors.model.change import AmendRequest, ReplaceRequest
from connectors.model.fill import RecordedFill
from connectors.model.ids import AccountId, ClientListId, ClientOrderId, Epoch, InstrumentId, OrderId, VenueOrderId
from connectors.model.order import Order, OrderRequest
from connectors.model.order_list import OrderListRequest
from connectors.model.position import Position
from connectors.ports.archive import Batch


@dataclass(frozen=True, slots=True)
class Commit:
    """Write a batch. With a token the engine waits for `Committed` or `CommitFailed`; without one nobody waits."""

    batch: Batch
    token: int | None = None
    aside: bool = False
    """The archive does not take it now, and what follows does not wait: into memory and the rescue log, at once."""


@dataclass(frozen=True, slots=True)
class Send:
    """Send a create, now that its intent is on disk. Never twice."""

    account: AccountId
    order_id: OrderId
    request: OrderRequest


@dataclass(frozen=True, slots=True)
class SendCancel:
    """Ask the venue to cancel. Never waits for the archive."""

    account: AccountId
    order_id: OrderId
    instrument: InstrumentId
    client_order_id: ClientOrderId
    venue_order_id: VenueOrderId | None


@dataclass(frozen=True, slots=True)
class SendAmend:
    """Ask the venue to change an order in its place. Never twice."""

    account: AccountId
    order_id: OrderId
    request: AmendRequest
    since_ns: int
    """`connectors.model.order.Amending.since_ns`: tells the answer of this change from that of an earlier one."""


@dataclass(frozen=True, slots=True)
class SendReplace:
    """Ask the venue to cancel one order and create another. Never twice."""

    account: AccountId
    order_id: OrderId
    """The old one."""
    new_id: OrderId
    request: ReplaceRequest


@dataclass(frozen=True, slots=True)
class SendList:
    """Create a list, now that the intents of its orders are on disk. Never twice."""

    account: AccountId
    order_ids: tuple[OrderId, ...]
    request: OrderListRequest


@dataclass(frozen=True, slots=True)
class Withhold:
    """What was about to leave must not: answers `Sending` and `ChangeSending`, before the first byte."""

    order_id: OrderId
    why: str
    """In a few words; empty where the order is over, or lives, already."""


@dataclass(frozen=True, slots=True)
class LookUpList:
    """Ask the venue for a list by its client id: nobody answered when it was sent."""

    account: AccountId
    client_list_id: ClientListId


@dataclass(frozen=True, slots=True)
class LookUp:
    """Ask the venue what became of an order: by its id, then open orders, then history."""

    account: AccountId
    order_id: OrderId
    instrument: InstrumentId
    client_order_id: ClientOrderId | None
    venue_order_id: VenueOrderId | None
    since_ns: int
    """History before this wall time need not be searched."""
    client_order_ids: tuple[ClientOrderId, ...] = ()
    """Every id it may carry, the newest first: a change that nobody answered may have renamed it."""


@dataclass(frozen=True, slots=True)
class AskFills:
    """Ask the venue for the fills of one order: its cumulative quantity says that some are missing here."""

    account: AccountId
    instrument: InstrumentId
    venue_order_id: VenueOrderId


@dataclass(frozen=True, slots=True)
class Accepted:
    """Tell whoever asked: this order is in the journal."""

    order: Order
    ticket: OrderId | None = None
    """What it answers, where that is not the order's own id: a change's, or a list's."""


@dataclass(frozen=True, slots=True)
class Declined:
    """Tell whoever asked: no, and why. Nothing was sent and nothing was written."""

    order_id: OrderId
    sentence: str
    code: str = ""
    """Name of the filter or limit that is broken."""
    archive: bool = False
    """The archive is the reason."""
    ticket: OrderId | None = None
    """What it answers, where that is not the order's own id."""


@dataclass(frozen=True, slots=True)
class OrderNow:
    """An order's new record."""

    order: Order


@dataclass(frozen=True, slots=True)
class FillNow:
    """A fill, once each."""

    fill: RecordedFill


@dataclass(frozen=True, slots=True)
class PositionNow:
    """A position's new state."""

    position: Position


@dataclass(frozen=True, slots=True)
class BalancesNow:
    """Balances that changed."""

    balances: tuple[Balance, ...]


@dataclass(frozen=True, slots=True)
class TradingNow:
    """New orders are on or off; to be remembered over a restart."""

    trading: Trading
    reason: str
    since_ns: int = 0


@dataclass(frozen=True, slots=True)
class DayMoved:
    """An account's day began, or its loss lock or what it counts from changed; to be remembered over a restart."""

    account: AccountId
    day: Day


class Level(StrEnum):
    """How loud."""

    INFO = "INFO"
    WARN = "WARN"
    DANGER = "DANGER"


@dataclass(frozen=True, slots=True)
class Warn:
    """Something a human must see."""

    level: Level
    sentence: str
    account: AccountId | None = None
    order_id: OrderId | None = None


@dataclass(frozen=True, slots=True)
class ExternalMoved:
    """A balance moved and none of the desk's fills explains it: the external line was moved by ``delta``."""

    account: AccountId
    asset: str
    delta: Decimal


@dataclass(frozen=True, slots=True)
class LinesMoved:
    """External lines of an account, all of them: to be remembered over a restart."""

    account: AccountId
    epoch: Epoch
    lines: Mapping[str, tuple[Decimal, int | None]]
    """By asset: how much, and when it last moved."""


Effect = (
    Commit
    | Send
    | SendCancel
    | SendAmend
    | SendReplace
    | SendList
    | Withhold
    | LookUp
    | LookUpList
    | AskFills
    | Accepted
    | Declined
    | OrderNow
    | FillNow
    | PositionNow
    | BalancesNow
    | TradingNow
    | DayMoved
    | Warn
    | ExternalMoved
    | LinesMoved
)
