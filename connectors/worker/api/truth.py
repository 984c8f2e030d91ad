"""What a comparison with the venue found, cancels by name, and what positions come to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from connectors.model.ids import AccountId, InstrumentId, Mode


@dataclass(frozen=True, slots=True)
class AccountReconciled:
    """What one account's venue was asked, and what differed from what was known here."""

    account: AccountId
    label: str
    failed: str = ""
    """Why it could not be asked; everything else is empty then."""
    open_orders: int = 0
    """Orders the venue listed as open."""
    fills: int = 0
    """Fills it listed, those known before included."""
    balances: int = 0
    instruments: tuple[InstrumentId, ...] = ()
    """Whose fills were asked for."""
    changed: tuple[str, ...] = ()
    """Handles of orders that stood otherwise here."""
    adopted: tuple[str, ...] = ()
    """Handles of orders of other tools, seen for the first time."""
    booked: int = 0
    """Fills not known before."""
    looked_up: tuple[str, ...] = ()
    """Handles of orders that are not listed as open any more, or that nobody knew the state of: asked about now."""
    external: tuple[tuple[str, Decimal], ...] = ()
    """Assets whose balance moved outside the desk, and by how much."""
    moved: tuple[str, ...] = ()
    """Assets whose balance stood otherwise here."""

    @property
    def differs(self) -> bool:
        """Whether anything stood otherwise here."""
        return bool(self.changed or self.adopted or self.booked or self.external or self.moved)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One entry an account, in the order of their registration."""

    accounts: tuple[AccountReconciled, ...]


@dataclass(frozen=True, slots=True)
class CancelNamed:
    """Cancel one order by its handle, order id or client order id. Reply: `CancelOutcome`.

    For clients that are not shown orders now: it works while the desk is covered.
    """

    name: str
    within_s: int = 15
    """How long the venue's word is waited for."""


@dataclass(frozen=True, slots=True)
class CancelOutcome:
    """Nothing of the order is told but that its cancel was sent, and whether it is over."""

    handle: str
    over: bool
    """The venue said that the order is over. Otherwise its cancel is on its way."""


class TotalsBy(StrEnum):
    """What positions are added up by; never over two modes, whatever is chosen."""

    INSTRUMENT = "INSTRUMENT"
    ASSET = "ASSET"
    VENUE = "VENUE"


@dataclass(frozen=True, slots=True)
class GetTotals:
    """Positions added up, in a reporting currency. Reply: `Totals`."""

    by: TotalsBy = TotalsBy.INSTRUMENT
    currency: str = "USDT"
    account: AccountId | None = None


@dataclass(frozen=True, slots=True)
class RateUsed:
    """One unit of ``asset`` in the reporting currency."""

    asset: str
    rate: Decimal
    time_ns: int
    """When the venue said so."""
    source: str
    """Such as ``binance.spot:BNBUSDT``, or its inverse."""


@dataclass(frozen=True, slots=True)
class FeeTotal:
    """Fees of one asset; ``value`` is None where no rate is known: they are in no sum then."""

    asset: str
    amount: Decimal
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class TotalsRow:
    """Positions of one mode and one key, in the reporting currency; None where a price or rate is missing."""

    mode: Mode
    key: str
    quantity: Decimal | None
    """Base units; None over several base assets."""
    cost: Decimal | None
    value: Decimal | None
    realised: Decimal | None
    unrealised: Decimal | None
    fees: tuple[FeeTotal, ...] = ()
    """By asset, as they were paid; fees in base have made the quantity smaller and are not among them."""


@dataclass(frozen=True, slots=True)
class Totals:
    """By mode, then key."""

    currency: str
    rows: tuple[TotalsRow, ...]
    rates: tuple[RateUsed, ...]
    unpriced: tuple[str, ...] = ()
    """Assets and instruments without a price here."""
