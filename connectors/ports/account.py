"""The account (REQUIREMENTS A4): what it has, and what its stream tells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from connectors.model.balance import Balance
from connectors.model.fill import Fill
from connectors.model.ids import Epoch, InstrumentId, TradeId, VenueOrderId
from connectors.model.order import OrderReport
from connectors.model.order_list import OrderListReport
from connectors.model.rights import KeyRights
from connectors.ports.subscription import Subscription


@dataclass(frozen=True, slots=True)
class BalanceUpdate:
    """Balances that may have changed, absolute."""

    balances: tuple[Balance, ...]


@dataclass(frozen=True, slots=True)
class AccountStreamUp:
    """The user stream is subscribed (again), or said something unreadable: there is no replay, so reconcile now."""

    time_ns: int


@dataclass(frozen=True, slots=True)
class AccountStreamDown:
    """The user stream is gone; what is known of orders is as of ``time_ns``."""

    time_ns: int
    reason: str


@dataclass(frozen=True, slots=True)
class ExternalFlow:
    """A deposit, withdrawal or transfer: moves the external line of the asset ledger, not a position."""

    asset: str
    delta: Decimal
    time_ns: int


@dataclass(frozen=True, slots=True)
class EpochBegun:
    """The venue was wiped: orders, fills and balances of the former life are gone, and ids begin anew.

    Comes before the AccountStreamUp of the connection on which it was noticed.
    """

    epoch: Epoch
    time_ns: int


AccountEvent = (
    OrderReport | OrderListReport | BalanceUpdate | AccountStreamUp | AccountStreamDown | ExternalFlow | EpochBegun
)


class Account(Protocol):
    """What the account has and may do."""

    async def balances(self) -> Sequence[Balance]:
        """All balances that are not zero."""
        ...

    async def fills(
        self,
        instrument: InstrumentId,
        *,
        after: TradeId | None = None,
        venue_order_id: VenueOrderId | None = None,
        start_ns: int | None = None,
        limit: int = 1000,
    ) -> Sequence[Fill]:
        """Own fills of one instrument, oldest first."""
        ...

    async def key_rights(self) -> KeyRights:
        """What the key itself may do, asked now; what the venue does not say reads as unknown, and is no failure."""
        ...

    async def watch_account(self, listener: Callable[[AccountEvent], None]) -> Subscription:
        """Follow orders, fills and balances; AccountStreamUp comes first and after every reconnect."""
        ...
