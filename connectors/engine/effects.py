"""What the engine wants done, in this order. The worker does it; the engine never waits for it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from connectors.engine.inputs import Trading
from connectors.model.balance import Balance
from connectors.model.fill import RecordedFill
from connectors.model.ids import AccountId, ClientOrderId, InstrumentId, OrderId, VenueOrderId
from connectors.model.order import Order, OrderRequest
from connectors.model.position import Position
from connectors.ports.archive import Batch


@dataclass(frozen=True, slots=True)
class Commit:
    """Write a batch. With a token the engine waits for `Committed` or `CommitFailed`; without one nobody waits."""

    batch: Batch
    token: int | None = None


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


@dataclass(frozen=True, slots=True)
class Declined:
    """Tell whoever asked: no, and why. Nothing was sent and nothing was written."""

    order_id: OrderId
    sentence: str
    code: str = ""
    """Name of the filter or limit that is broken."""
    archive: bool = False
    """The archive is the reason."""


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


Effect = (
    Commit
    | Send
    | SendCancel
    | LookUp
    | AskFills
    | Accepted
    | Declined
    | OrderNow
    | FillNow
    | PositionNow
    | BalancesNow
    | TradingNow
    | Warn
    | ExternalMoved
)
