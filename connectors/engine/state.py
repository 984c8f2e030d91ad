"""What the engine knows, as frozen values. Nothing in here is ever changed in place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from connectors.engine.inputs import Trading
from connectors.engine.ledger import AssetLine
from connectors.engine.positions import Assets
from connectors.engine.versions import Versions
from connectors.model.balance import Balance
from connectors.model.ids import AccountId, ClientOrderId, Epoch, InstrumentId, OrderId, TradeId, VenueOrderId
from connectors.model.order import Order, OrderRequest
from connectors.model.position import Position

FillKey = tuple[AccountId, Epoch, InstrumentId, TradeId]
VenueKey = tuple[AccountId, Epoch, InstrumentId, VenueOrderId]
ClientKey = tuple[AccountId, ClientOrderId]
PositionKey = tuple[AccountId, InstrumentId]
AssetKey = tuple[AccountId, str]


@dataclass(frozen=True, slots=True)
class Limits:
    """What the desk itself refuses. Percentages are shares: 0.01 is 1 %."""

    orders_per_second: int = 5
    open_orders: int = 10
    """Working orders in one instrument."""
    collar_through: Decimal = Decimal("0.01")
    """How far a limit price may go through the opposite touch."""
    collar_away: Decimal = Decimal("0.20")
    """How far a price may be from the reference, on the side where it rests."""
    equity_share: Decimal | None = None
    venue: str = ""
    clock_error_ns: int = 0
    """How wrong our reading of the venue's clock may be, as last measured."""
    """Largest order as a share of what the account holds in the instrument's two assets; None: no such line."""


@dataclass(frozen=True, slots=True)
class AccountState:
    """One account as its connection stands."""

    label: str
    epoch: Epoch
    conclusive_ns: int
    up: bool = False


@dataclass(frozen=True, slots=True)
class Pending:
    """An order whose intent is on its way to the disk; it does not exist yet."""

    order: Order
    request: OrderRequest
    canceled: bool = False
    """A cancel came while the intent was being written: nothing is sent."""


@dataclass(frozen=True, slots=True)
class Booked:
    """Sums over the fills booked for one order."""

    quantity: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Check:
    """An order that must be asked about: UNKNOWN, or with a cancel nobody confirmed."""

    since_mono_ns: int
    """From when "not found" begins to count: the newest moment at which bytes may have left."""
    due_mono_ns: int
    tries: int = 0
    asked: bool = False
    """A look-up is under way."""
    cancels: int = 0
    """Cancels sent again after a look-up found the order alive."""


@dataclass(frozen=True, slots=True)
class State:
    """Everything the engine knows. Built by `connectors.engine.reducer.step` alone."""

    limits: Limits = Limits()
    trading: Trading = Trading.ACTIVE
    orders: Versions[OrderId, Order] = field(default_factory=Versions)
    by_client: Versions[ClientKey, OrderId] = field(default_factory=Versions)
    by_venue: Versions[VenueKey, OrderId] = field(default_factory=Versions)
    booked: Versions[OrderId, Booked] = field(default_factory=Versions)
    fills: Versions[FillKey, None] = field(default_factory=Versions)
    fills_since_ns: int = 0
    """Every fill from this wall time on is in ``fills``; older ones are taken for booked."""
    positions: Versions[PositionKey, Position] = field(default_factory=Versions)
    assets: Mapping[InstrumentId, tuple[str, str]] = field(default_factory=dict)
    accounts: Mapping[AccountId, AccountState] = field(default_factory=dict)
    balances: Mapping[AccountId, Mapping[str, Balance]] = field(default_factory=dict)
    lines: Mapping[AssetKey, AssetLine] = field(default_factory=dict)
    live: Mapping[OrderId, None] = field(default_factory=dict)
    """Orders the venue holds or may hold, oldest first; the only ones looked through as a whole."""
    pending: Mapping[int, Pending] = field(default_factory=dict)
    checks: Mapping[OrderId, Check] = field(default_factory=dict)
    cancels: Mapping[OrderId, None] = field(default_factory=dict)
    """Cancel requests under way."""
    strays: Mapping[VenueKey, None] = field(default_factory=dict)
    """Orders of which fills were listed and that nobody here claims yet."""
    owed: Mapping[OrderId, None] = field(default_factory=dict)
    """Orders of whose cumulative quantity some fills have not been seen yet."""
    sends: tuple[int, ...] = ()
    """Monotonic times of the creates of the last second."""
    next_token: int = 1
    next_handle: int = 1
    next_external: int = 1

    def label(self, account: AccountId) -> str:
        """What the user calls the account."""
        known = self.accounts.get(account)
        return known.label if known else "the venue"

    def due_mono_ns(self) -> int | None:
        """When the next `connectors.engine.inputs.Tick` is wanted; None: not for now."""
        return min(
            (
                check.due_mono_ns
                for order_id, check in self.checks.items()
                if not check.asked and self.is_up(self.orders[order_id].account)
            ),
            default=None,
        )

    def in_its_life(self, order: Order) -> bool:
        """Whether the account is, as far as known, in the order's own life: in another its ids mean nothing."""
        known = self.accounts.get(order.account)
        return known is None or known.epoch == order.epoch

    def is_up(self, account: AccountId) -> bool:
        """Whether the account can be asked."""
        known = self.accounts.get(account)
        return known is not None and known.up

    def pair(self, instrument: InstrumentId) -> Assets | None:
        """Base and quote of an instrument, where known."""
        pair = self.assets.get(instrument)
        return Assets(*pair) if pair else None
