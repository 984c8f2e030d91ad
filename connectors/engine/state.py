"""What the engine knows, as frozen values. Nothing in here is ever changed in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from connectors.engine.bounds import Bound, Limits, Rules, Where, bound
from connectors.engine.day import Day
from connectors.engine.inputs import Trading
from connectors.engine.ledger import AssetLine
from connectors.engine.money import Marks
from connectors.engine.positions import Assets
from connectors.engine.versions import Versions
from connectors.model.balance import Balance
from connectors.model.fill import Fill
from connectors.model.ids import AccountId, ClientOrderId, Epoch, InstrumentId, OrderId, TradeId, VenueOrderId
from connectors.model.order import Order, OrderRequest
from connectors.model.order_list import OrderListRequest
from connectors.model.position import Position
from connectors.model.risk import LimitName

FillKey = tuple[AccountId, Epoch, InstrumentId, TradeId]
VenueKey = tuple[AccountId, Epoch, InstrumentId, VenueOrderId]
ClientKey = tuple[AccountId, ClientOrderId]
PositionKey = tuple[AccountId, InstrumentId]
AssetKey = tuple[AccountId, str]
FeeKey = tuple[AccountId, InstrumentId, str]


@dataclass(frozen=True, slots=True)
class AccountState:
    """One account as its connection stands."""

    label: str
    epoch: Epoch
    conclusive_ns: int
    up: bool = False
    venue: str = ""
    clock_error_ns: int = 0
    """How wrong our reading of the venue's clock may be, as last measured."""


@dataclass(frozen=True, slots=True)
class Pending:
    """An order whose intent is on its way to the disk; it does not exist yet."""

    order: Order
    request: OrderRequest
    canceled: bool = False
    """A cancel came while the intent was being written: nothing is sent."""
    replaces: OrderId | None = None
    """The order in whose place it is created."""
    at_once: bool = True
    """Cancel and create go in one call."""


@dataclass(frozen=True, slots=True)
class PendingList:
    """A list whose intents are on their way to the disk."""

    list_id: OrderId
    request: OrderListRequest
    tokens: tuple[int, ...]
    """Of its orders among the pending ones."""


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A change of an order that is under way, or that nobody answered."""

    since_mono_ns: int
    """From when an unchanged order begins to count as evidence: the newest moment at which bytes may have left."""
    in_flight: bool = True
    """A request is under way."""
    tries: int = 0
    creates: bool = False
    """The new order is still to be sent, once the old one is known to be over: a cancel-replace in two calls."""


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

    limits: Limits = field(default_factory=Limits)
    rules: Rules = field(default_factory=dict)
    """Limits that were set otherwise."""
    trading: Trading = Trading.ACTIVE
    trading_reason: str = ""
    trading_since_ns: int = 0
    orders: Versions[OrderId, Order] = field(default_factory=Versions)
    by_client: Versions[ClientKey, OrderId] = field(default_factory=Versions)
    by_venue: Versions[VenueKey, OrderId] = field(default_factory=Versions)
    booked: Versions[OrderId, Booked] = field(default_factory=Versions)
    fills: Versions[FillKey, None] = field(default_factory=Versions)
    fills_since: Mapping[tuple[AccountId, Epoch], int] = field(default_factory=dict)
    """Older fills of a life (ns) may be missing in ``fills``: they are taken for booked. Others are all there."""
    positions: Versions[PositionKey, Position] = field(default_factory=Versions)
    assets: Mapping[InstrumentId, tuple[str, str]] = field(default_factory=dict)
    accounts: Mapping[AccountId, AccountState] = field(default_factory=dict)
    balances: Mapping[AccountId, Mapping[str, Balance]] = field(default_factory=dict)
    lines: Mapping[AssetKey, AssetLine] = field(default_factory=dict)
    other_fees: Versions[FeeKey, Decimal] = field(default_factory=Versions)
    """Fees in assets that are neither base nor quote of their instrument."""
    live: Mapping[OrderId, None] = field(default_factory=dict)
    """Orders the venue holds or may hold, oldest first; the only ones looked through as a whole."""
    pending: Mapping[int, Pending] = field(default_factory=dict)
    checks: Mapping[OrderId, Check] = field(default_factory=dict)
    cancels: Mapping[OrderId, None] = field(default_factory=dict)
    """Cancel requests under way."""
    strays: Mapping[VenueKey, None] = field(default_factory=dict)
    """Orders of which fills were listed and that nobody here claims yet."""
    expiries: Mapping[OrderId, int] = field(default_factory=dict)
    """Orders whose expiry the desk keeps, and when each is to be looked at next (monotonic)."""
    changing: Mapping[OrderId, None] = field(default_factory=dict)
    """Orders of which a change was asked and is not decided."""
    changes: Mapping[OrderId, UnderWay] = field(default_factory=dict)
    """How far each of these is; empty after a start."""
    committing: Mapping[int, tuple[OrderId, OrderId]] = field(default_factory=dict)
    """Changes in place whose intent is on its way to the disk: the order and the change, by token."""
    lists: Mapping[int, PendingList] = field(default_factory=dict)
    """Lists whose intents are on their way to the disk, by token; their orders are among ``pending``."""
    owed: Mapping[OrderId, None] = field(default_factory=dict)
    """Orders of whose cumulative quantity some fills have not been seen yet."""
    sends: tuple[int, ...] = ()
    """Monotonic times of the creates of the last second."""
    sent: Mapping[AccountId, tuple[int, ...]] = field(default_factory=dict)
    """The same by account."""
    currencies: Mapping[AccountId, str] = field(default_factory=dict)
    """Reporting currencies, where known."""
    marks: Mapping[AccountId, Marks] = field(default_factory=dict)
    """Newest prices of what an account holds."""
    days: Mapping[AccountId, Day] = field(default_factory=dict)
    next_token: int = 1
    next_handle: int = 1
    next_external: int = 1

    def label(self, account: AccountId) -> str:
        """What the user calls the account."""
        known = self.accounts.get(account)
        return known.label if known else "the venue"

    def due_mono_ns(self) -> int | None:
        """When the next `connectors.engine.inputs.Tick` is wanted; None: not for now."""
        asked = (check.due_mono_ns for order_id, check in self.checks.items() if not check.asked and self._up(order_id))
        expiring = (due for order_id, due in self.expiries.items() if self._up(order_id))
        return min((*asked, *expiring), default=None)

    def _up(self, order_id: OrderId) -> bool:
        return self.is_up(self.orders[order_id].account)

    def in_its_life(self, order: Order) -> bool:
        """Whether the account is, as far as known, in the order's own life: in another its ids mean nothing."""
        known = self.accounts.get(order.account)
        return known is None or known.epoch == order.epoch

    def is_booked(self, account: AccountId, fill: Fill, epoch: Epoch | None = None) -> bool:
        """Whether a fill is booked, also where its order was left in the archive; of the present life unless told."""
        if epoch is None:
            epoch = known.epoch if (known := self.accounts.get(account)) else Epoch("")
        key = (account, epoch, fill.instrument, fill.trade_id)
        return key in self.fills or fill.time_ns < self.fills_since.get(key[:2], 0)

    def unfinished(self) -> Sequence[Order]:
        """Orders that the venue holds or may hold, oldest first, and those whose intent is being written."""
        kept = (self.orders[order_id] for order_id in self.live)
        return (*kept, *(pending.order for pending in self.pending.values()))

    def siblings(self, order: Order) -> Sequence[Order]:
        """The other orders of its list that the venue holds or may hold."""
        if order.list_id is None:
            return ()
        kept = (self.orders[order_id] for order_id in self.live)
        return [
            other
            for other in kept
            if (other.account, other.list_id) == (order.account, order.list_id) and other.order_id != order.order_id
        ]

    def is_up(self, account: AccountId) -> bool:
        """Whether the account can be asked."""
        known = self.accounts.get(account)
        return known is not None and known.up

    def sends_of(self, account: AccountId) -> tuple[int, ...]:
        """Monotonic times of the creates of an account's last second."""
        return self.sent.get(account, ())

    def bound(self, name: LimitName, account: AccountId, instrument: InstrumentId | None) -> Bound:
        """A limit as it holds for an account, or for one instrument of it."""
        known = self.accounts.get(account)
        venue = instrument.venue if instrument is not None else known.venue if known is not None else None
        return bound(self.limits, self.rules, name, Where(account, venue, instrument))

    def pair(self, instrument: InstrumentId) -> Assets | None:
        """Base and quote of an instrument, where known."""
        pair = self.assets.get(instrument)
        return Assets(*pair) if pair else None
