"""One step under way: the state so far, what is to be written, and what is to be done."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from connectors.engine.effects import (
    BalancesNow,
    Commit,
    Effect,
    FillNow,
    Level,
    OrderNow,
    PositionNow,
    SendCancel,
    Warn,
)
from connectors.engine.expiry import with_expiry
from connectors.engine.inputs import Moment
from connectors.engine.ledger import AssetLine, flows, trade
from connectors.engine.orders import witness
from connectors.engine.positions import EXACT, Assets, book_fill
from connectors.engine.state import Booked, Check, State
from connectors.model.balance import Balance
from connectors.model.changed import replace
from connectors.model.fill import Fill, RecordedFill
from connectors.model.ids import AccountId, Epoch, InstrumentId, OrderId
from connectors.model.order import FINAL, EvidenceKind, Order, Side
from connectors.model.position import Position, PositionChange, PositionEvent
from connectors.ports.archive import Batch, JournalEntry

SECOND_NS = 1_000_000_000


@dataclass(slots=True)
class Draft:
    """Collects the changes of one step; lives only inside `connectors.engine.reducer.step`."""

    state: State
    at: Moment
    missed: bool = False
    """What is booked now was not told when it happened: found by a comparison with the venue."""
    _effects: list[Effect] = field(default_factory=list)
    _kinds: dict[OrderId, str] = field(default_factory=dict)
    """Orders that changed, in the order of their first change, and why."""
    _told: dict[OrderId, str] = field(default_factory=dict)
    """Those of them that a commit of this step has taken along already."""
    _fills: list[RecordedFill] = field(default_factory=list)
    _positions: list[PositionEvent] = field(default_factory=list)
    _balances: list[Balance] = field(default_factory=list)
    _nameless: Collection[tuple[AccountId, Epoch, InstrumentId, Side]] | None = None

    def do(self, effect: Effect) -> None:
        """Ask for something to be done."""
        self._effects.append(effect)

    def warn(self, level: Level, sentence: str, order: Order | None = None, account: AccountId | None = None) -> None:
        """Tell a human."""
        owner = order.account if order is not None else account
        self.do(Warn(level, sentence, owner, order.order_id if order is not None else None))

    def order(self, order_id: OrderId) -> Order | None:
        """The newest record of an order."""
        return self.state.orders.get(order_id)

    def keep(self, order: Order, kind: str) -> Order:
        """Take over a changed record: in the state, in the journal, and told.

        Returns:
            The record with its new revision.
        """
        before = self.state.orders.get(order.order_id)
        if before is not None and order.order_id not in self._kinds:
            order = replace(order, revision=before.revision + 1, updated_ns=self.at.time_ns)
        self.know(order)
        self._kinds[order.order_id] = kind
        return order

    def know(self, order: Order) -> None:
        """Take over a record without writing or telling it: it came from the archive, or is about to be written."""
        state = self.state
        by_client, by_venue = state.by_client, state.by_venue
        for client_id in order.client_order_ids:
            key = (order.account, client_id)
            if by_client.get(key) != order.order_id:
                by_client = by_client.put(key, order.order_id)
        if order.venue_order_id is not None:
            place = (order.account, order.epoch, order.instrument, order.venue_order_id)
            if place not in by_venue:
                by_venue = by_venue.put(place, order.order_id)
        self.state = replace(
            state,
            orders=state.orders.put(order.order_id, order),
            by_client=by_client,
            by_venue=by_venue,
            live=_with(state.live, order.order_id, wanted=order.status not in FINAL),
            expiries=with_expiry(state.expiries, order, self.at.time_ns, self.at.mono_ns),
            changing=_with(state.changing, order.order_id, wanted=order.amending is not None),
        )

    def book(self, account: AccountId, epoch: Epoch, order_id: OrderId, fill: Fill) -> bool:
        """Book a fill once: position, asset lines, archive.

        Returns:
            False when it was booked before.
        """
        state = self.state
        key = (account, epoch, fill.instrument, fill.trade_id)
        if state.is_booked(account, fill, epoch):
            return False
        before = state.booked.get(order_id, Booked())
        quantity = EXACT.add(before.quantity, fill.quantity)
        booked = Booked(quantity, EXACT.add(before.cost, fill.quote_quantity))
        self.state = replace(state, fills=state.fills.put(key, None), booked=state.booked.put(order_id, booked))
        recorded = RecordedFill(account, epoch, order_id, fill)
        self._fills.append(recorded)
        self.do(FillNow(recorded))
        self._move(account, fill)
        return True

    def _move(self, account: AccountId, fill: Fill) -> None:
        state = self.state
        assets = state.pair(fill.instrument)
        if assets is None:
            self.warn(
                Level.DANGER,
                f"A fill of {fill.instrument} came before the instrument was known: its position is not counted here.",
                account=account,
            )
            return
        key = (account, fill.instrument)
        event = book_fill(state.positions.get(key, Position(account, fill.instrument)), fill, assets)
        lines = dict(state.lines)
        for asset, amount in flows(fill, assets):
            lines[account, asset] = trade(lines.get((account, asset), AssetLine()), amount)
        self.state = replace(state, positions=state.positions.put(key, event.position), lines=lines)
        self._count_other_fee(account, fill, assets)
        self.move(event)

    def _count_other_fee(self, account: AccountId, fill: Fill, assets: Assets) -> None:
        """A fee in a third asset is in no number of the position: it is counted by its own."""
        if fill.fee is None or fill.fee.asset in {assets.base, assets.quote}:
            return
        key = (account, fill.instrument, fill.fee.asset)
        paid = EXACT.add(self.state.other_fees.get(key, Decimal(0)), fill.fee.amount)
        self.state = replace(self.state, other_fees=self.state.other_fees.put(key, paid))

    def move(self, event: PositionEvent) -> None:
        """Write and tell a position's new state."""
        if self.missed:
            event = replace(event, change=PositionChange.RECONCILE)
        self._positions.append(event)
        self.do(PositionNow(event.position))

    def hold(self, balances: Sequence[Balance]) -> None:
        """Write and tell balances that changed."""
        self._balances.extend(balances)
        self.do(BalancesNow(tuple(balances)))

    def count_create(self, account: AccountId) -> None:
        """Count a create of this moment in the account's rate."""
        now = self.at.mono_ns
        recent = tuple(sent for sent in self.state.sends_of(account) if sent > now - SECOND_NS)
        self.state = replace(self.state, sent={**self.state.sent, account: (*recent, now)})

    @property
    def nameless(self) -> Collection[tuple[AccountId, Epoch, InstrumentId, Side]]:
        """Where there are orders of ours without a venue id, as of the first time this is asked in a step."""
        if self._nameless is None:
            self._nameless = {
                (order.account, order.epoch, order.instrument, order.side)
                for order in self.state.orders.values()
                if order.venue_order_id is None
            }
        return self._nameless

    @property
    def fills(self) -> Sequence[RecordedFill]:
        """What this step booked so far."""
        return tuple(self._fills)

    @property
    def changed(self) -> Sequence[OrderId]:
        """Orders that this step changed so far."""
        return tuple(self._kinds)

    def check(self, order_id: OrderId, check: Check | None) -> None:
        """Ask about an order from now on, or no longer."""
        checks = dict(self.state.checks)
        if check is None:
            checks.pop(order_id, None)
        else:
            checks[order_id] = check
        self.state = replace(self.state, checks=checks)

    def owe(self, order_id: OrderId, *, owed: bool) -> None:
        """Remember whether fills of an order are missing."""
        self.state = replace(self.state, owed=_with(self.state.owed, order_id, wanted=owed))

    def canceling(self, order_id: OrderId, *, under_way: bool) -> None:
        """Remember whether a cancel request of this order is under way."""
        self.state = replace(self.state, cancels=_with(self.state.cancels, order_id, wanted=under_way))

    def send_cancel(self, order: Order) -> None:
        """Ask the venue to cancel, unless a request is under way already."""
        if order.order_id in self.state.cancels:
            return
        self.canceling(order.order_id, under_way=True)
        self.do(
            SendCancel(order.account, order.order_id, order.instrument, order.client_order_id, order.venue_order_id)
        )
        for sibling in self.state.siblings(order):
            if not sibling.canceling:
                text = f"cancel sent for {order.handle}: it takes the whole list"
                seen = witness(sibling, self.at.time_ns, EvidenceKind.CANCEL_SENT, text)
                self.keep(replace(seen, canceling=True), EvidenceKind.CANCEL_SENT)

    def token(self) -> int:
        """A new name for a commit that is waited for."""
        token = self.state.next_token
        self.state = replace(self.state, next_token=token + 1)
        return token

    def commit(self, token: int, *fresh: JournalEntry) -> None:
        """Have what changed so far, and ``fresh`` with it, written by one commit that is waited for."""
        batch = self.batch() or Batch()
        self._told.update(self._kinds)
        self._kinds, self._fills, self._positions, self._balances = {}, [], [], []
        self.do(Commit(replace(batch, entries=(*batch.entries, *fresh)), token))

    def batch(self) -> Batch | None:
        """What this step has to write so far; None for nothing."""
        if not (self._kinds or self._fills or self._positions or self._balances):
            return None
        entries = tuple(
            JournalEntry(0, self.at.time_ns, kind, self.state.orders[order_id])
            for order_id, kind in self._kinds.items()
        )
        return Batch(entries, tuple(self._fills), tuple(self._positions), tuple(self._balances))

    def finish(self) -> tuple[State, tuple[Effect, ...]]:
        """The new state and the effects, in order: what is told first, then the one commit of this step.

        A commit without a token is only put in a queue, so nothing here waits for it.
        """
        batch = self.batch()
        told = [OrderNow(self.state.orders[order_id]) for order_id in {**self._told, **self._kinds}]
        written = [Commit(batch)] if batch is not None else []
        return self.state, (*self._effects, *told, *written)


def _with(keys: Mapping[OrderId, None], key: OrderId, *, wanted: bool) -> Mapping[OrderId, None]:
    if (key in keys) is wanted:
        return keys
    return {**keys, key: None} if wanted else {other: None for other in keys if other != key}
