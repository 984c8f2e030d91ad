"""Panic: what it would send, and what the venues answered (REQUIREMENTS H9, UX-SPEC 1.10)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from connectors.model.ids import AccountId, InstrumentId, Mode, OrderId


class PanicPolicy(StrEnum):
    """What an account's panic does beyond cancelling."""

    CANCEL = "CANCEL"
    """Nothing: the default on spot."""
    FLATTEN = "FLATTEN"
    """Close what the desk's own ledger holds, at market within the collar."""


class PanicStep(StrEnum):
    """In the order of the report."""

    REFUSED = "REFUSED"
    """New orders are refused."""
    ENTRIES = "ENTRIES"
    """Entries cancelled; on spot stops, lists and trigger orders too, because they lock the coins."""
    POSITIONS = "POSITIONS"
    STOPS = "STOPS"
    ASKED = "ASKED"
    """The venue was asked again, and said that nothing is left."""


class StepState(StrEnum):
    """How far a step is."""

    WAITING = "WAITING"
    RUNNING = "RUNNING"
    DONE = "DONE"
    RETRYING = "RETRYING"
    SKIPPED = "SKIPPED"
    """By the account's policy, or because there is nothing to do."""


@dataclass(frozen=True, slots=True)
class VenueProof:
    """One answer of a venue, to be shown to its support."""

    time_ns: int
    operation: str
    outcome: str
    """``ok``, or what the venue said."""
    latency_ms: int | None = None
    request_id: str = ""
    """The venue's own id of the answer where it gives one, else ours."""


@dataclass(frozen=True, slots=True)
class StepReport:
    """One step at one account."""

    step: PanicStep
    state: StepState
    done: int = 0
    of: int = 0
    time_ns: int | None = None
    """When it was done."""
    sentence: str = ""
    """What it closed, or why it waits."""
    proofs: tuple[VenueProof, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountPanic:
    """One account's part."""

    account: AccountId
    label: str
    mode: Mode
    policy: PanicPolicy
    steps: tuple[StepReport, ...]
    left: tuple[OrderId, ...] = ()
    """Orders that are, or may be, still at the venue; UNKNOWN ones too."""
    held: tuple[tuple[InstrumentId, Decimal], ...] = ()
    """Positions of the desk's own ledger that are not flat."""
    proved_ns: int | None = None
    """When the venue itself said that no order is left."""
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class PanicReport:
    """How far a panic is. The newest is kept by the worker and goes to every client."""

    panic_id: OrderId
    started_ns: int
    external: bool
    accounts: tuple[AccountPanic, ...]
    ended_ns: int | None = None


@dataclass(frozen=True, slots=True)
class PlanPanic:
    """What `StartPanic` would send now. Sends nothing. Reply: `PanicPlan`."""

    external: bool = False
    """Orders of other tools too."""


@dataclass(frozen=True, slots=True)
class PlannedAccount:
    """One account's part of the plan."""

    account: AccountId
    label: str
    mode: Mode
    policy: PanicPolicy
    orders: int
    stops: int
    """Trigger orders and orders of lists among them."""
    external: int
    """Orders of other tools, which are left where not asked for."""
    closes: tuple[tuple[InstrumentId, Decimal], ...] = ()
    """What would be sold or bought at market, signed base units of the position."""


@dataclass(frozen=True, slots=True)
class PanicPlan:
    """Accounts with something to do first."""

    accounts: tuple[PlannedAccount, ...]


@dataclass(frozen=True, slots=True)
class StartPanic:
    """Halt, cancel everything, ask the venues again. Reply: `PanicReport` at once; `PanicMoved` follows.

    Never waits for the archive, for a covered desk or for a slow venue. While one runs, another joins it.
    """

    panic_id: OrderId
    external: bool = False


@dataclass(frozen=True, slots=True)
class GetPanic:
    """Reply: `PanicReport`; `Failure` where there was none since the worker began."""


@dataclass(frozen=True, slots=True)
class SetPanicPolicy:
    """What an account's panic does. Audited. Reply: `Done`."""

    account: AccountId
    policy: PanicPolicy
    while_covered: bool = False
    """Positions are closed on a covered desk too, without the passphrase (SECURITY-SPEC §5)."""


@dataclass(frozen=True, slots=True)
class PanicMoved:
    """A panic's new state. A numbered event."""

    report: PanicReport
