"""The venue's word: which order it is about, what it changes, and what is still missing after it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import NAMESPACE_OID, uuid5

from connectors.engine.draft import Draft
from connectors.engine.effects import AskFills, Level, LookUp
from connectors.engine.inputs import FillsAnswered, LookUpEnded, Remembered, Reported
from connectors.engine.lives import resume
from connectors.engine.orders import Change, Verdict, add_fee, take_fill, take_report, witness
from connectors.engine.state import Booked, Check, FillKey
from connectors.model.changed import replace
from connectors.model.fill import Fill, RecordedFill
from connectors.model.ids import AccountId, ClientOrderId, Epoch, InstrumentId, OrderId, VenueOrderId
from connectors.model.order import (
    FINAL,
    WORKING,
    EvidenceKind,
    Order,
    OrderOrigin,
    OrderReport,
    OrderStatus,
    OrderType,
    ReportSource,
)


def on_reported(draft: Draft, said: Reported) -> None:
    """The venue said something about one order."""
    take(draft, said.account, said.report)


def on_fills_answered(draft: Draft, answer: FillsAnswered) -> None:
    """The venue listed fills: those that are new are booked."""
    take_fills(draft, answer.account, answer.fills)


def on_remembered(draft: Draft, remembered: Remembered) -> None:
    """An order of long ago came back from the archive; its fills are booked already."""
    order = remembered.order
    if order.order_id in draft.state.orders:
        return
    draft.know(order)
    recall_fills(draft, remembered.fills)
    resume(draft, order)


def recall_fills(draft: Draft, fills: Sequence[RecordedFill]) -> None:
    """Know archived fills without booking them again."""
    known: dict[FillKey, None] = {}
    booked: dict[OrderId, Booked] = {}
    for recorded in fills:
        fill = recorded.fill
        key = (recorded.account, recorded.epoch, fill.instrument, fill.trade_id)
        if key in known or key in draft.state.fills:
            continue
        known[key] = None
        before = booked.get(recorded.order_id) or draft.state.booked.get(recorded.order_id, Booked())
        booked[recorded.order_id] = Booked(before.quantity + fill.quantity, before.cost + fill.quote_quantity)
    if not known:
        return
    state = draft.state
    draft.state = replace(state, fills=state.fills.put_all(known), booked=state.booked.put_all(booked))


def take(draft: Draft, account: AccountId, report: OrderReport) -> None:
    """Apply one report, wherever it came from."""
    order = _order_of(draft, account, report.instrument, report.venue_order_id, report.client_order_id)
    if order is None:
        order = _adopt(draft, account, report)
    if order is None:
        return
    fills = report.fills if report.fill is None else (report.fill, *report.fills)
    order = _book_all(draft, order, [fill for fill in fills if not fill.provisional])
    booked = draft.state.booked.get(order.order_id, Booked())
    change = take_report(order, report, booked, draft.at.time_ns)
    _settle(draft, order, change, report.source)
    _ask_what_is_missing(draft, order.order_id, report)


def take_fills(draft: Draft, account: AccountId, fills: Sequence[Fill]) -> None:
    """Book listed fills, each once, and let their orders follow."""
    for fill in fills:
        order = _order_of(draft, account, fill.instrument, fill.venue_order_id, fill.client_order_id)
        if fill.provisional or (order is None and draft.state.is_booked(account, fill)):
            continue
        if order is None and _could_be_ours(draft, account, fill):
            _stray(draft, account, fill)
            continue
        if order is None:
            order = _adopt_from_fill(draft, account, fill)
        if not _book(draft, order, fill):
            continue
        order = draft.state.orders[order.order_id]
        booked = draft.state.booked[order.order_id]
        _settle(draft, order, take_fill(order, booked, fill.venue_order_id, draft.at.time_ns), ReportSource.HISTORY)
        draft.owe(order.order_id, owed=draft.state.orders[order.order_id].filled > booked.quantity)


def _order_of(
    draft: Draft,
    account: AccountId,
    instrument: InstrumentId,
    venue_id: VenueOrderId | None,
    client_id: ClientOrderId | None,
) -> Order | None:
    state = draft.state
    known = state.accounts.get(account)
    epoch = known.epoch if known else Epoch("")
    if venue_id is not None and (order_id := state.by_venue.get((account, epoch, instrument, venue_id))):
        return state.orders[order_id]
    if client_id is None or (order_id := state.by_client.get((account, client_id))) is None:
        return None
    order = state.orders[order_id]
    # The id of a finished order may be used again by anyone: another venue id is another order.
    same = order.venue_order_id is None or venue_id is None or order.venue_order_id == venue_id
    return order if same and order.epoch == epoch else None


def external_id(account: AccountId, epoch: Epoch, instrument: InstrumentId, venue_id: VenueOrderId) -> OrderId:
    """The same order placed elsewhere gets the same id at every start, on every machine."""
    return OrderId(uuid5(NAMESPACE_OID, f"{account}|{epoch}|{instrument}|{venue_id}"))


def _adopt(draft: Draft, account: AccountId, report: OrderReport) -> Order | None:
    known = draft.state.accounts.get(account)
    if known is None or report.venue_order_id is None or report.side is None:
        draft.warn(Level.WARN, f"{draft.state.label(account)} spoke of an order nobody knows.", account=account)
        return None
    client_id = report.client_order_id or ClientOrderId("")
    if (account, client_id) in draft.state.by_client:
        draft.warn(
            Level.DANGER,
            f"{known.label} has a second order with the client id of one of ours: {report.venue_order_id}.",
            account=account,
        )
    return _adopted(
        draft,
        Order(
            order_id=external_id(account, known.epoch, report.instrument, report.venue_order_id),
            account=account,
            epoch=known.epoch,
            instrument=report.instrument,
            handle=f"e{draft.state.next_external}",
            client_order_ids=(client_id,),
            side=report.side,
            type=report.type or OrderType.UNKNOWN,
            status=OrderStatus.SUBMITTING,
            created_ns=report.time_ns,
            updated_ns=draft.at.time_ns,
            quantity=report.quantity,
            quote_quantity=report.quote_quantity,
            price=report.price,
            trigger_price=report.trigger_price,
            time_in_force=report.time_in_force,
            origin=OrderOrigin.EXT,
            venue_order_id=report.venue_order_id,
        ),
    )


def ask_about_strays(draft: Draft, account: AccountId) -> None:
    """Ask again whose the fills are that no order here claims."""
    for owner, epoch, instrument, venue_id in draft.state.strays:
        if owner == account:
            _ask_whose(draft, account, epoch, instrument, venue_id)


def _could_be_ours(draft: Draft, account: AccountId, fill: Fill) -> bool:
    """Whether one of our orders is without a venue id: this fill may be the first that is heard of it.

    One that we had thought dead, too: it never arrived, or was refused, as far as was known.
    """
    known = draft.state.accounts.get(account)
    return known is not None and (account, known.epoch, fill.instrument, fill.side) in draft.nameless


def _adopt_from_fill(draft: Draft, account: AccountId, fill: Fill) -> Order:
    """A fill of an order never seen: kept as an order of another tool, and asked about to learn the rest."""
    known = draft.state.accounts[account]
    order = _adopted(
        draft,
        Order(
            order_id=external_id(account, known.epoch, fill.instrument, fill.venue_order_id),
            account=account,
            epoch=known.epoch,
            instrument=fill.instrument,
            handle=f"e{draft.state.next_external}",
            client_order_ids=(fill.client_order_id or ClientOrderId(""),),
            side=fill.side,
            type=OrderType.UNKNOWN,
            status=OrderStatus.UNKNOWN,
            created_ns=fill.time_ns,
            updated_ns=draft.at.time_ns,
            origin=OrderOrigin.EXT,
            venue_order_id=fill.venue_order_id,
        ),
    )
    draft.check(order.order_id, Check(draft.at.mono_ns, draft.at.mono_ns))
    return order


def _stray(draft: Draft, account: AccountId, fill: Fill) -> None:
    """A listed fill of an order with an unknown id, and no client id to tell whose it is.

    It may belong to one of ours whose answer was lost. So the order is asked about first; its report says whose it
    is, and that fills are missing, and then they are asked for.
    """
    known = draft.state.accounts[account]
    key = (account, known.epoch, fill.instrument, fill.venue_order_id)
    if key not in draft.state.strays:
        draft.state = replace(draft.state, strays={**draft.state.strays, key: None})
        _ask_whose(draft, account, known.epoch, fill.instrument, fill.venue_order_id)


def _ask_whose(
    draft: Draft, account: AccountId, epoch: Epoch, instrument: InstrumentId, venue_id: VenueOrderId
) -> None:
    order_id = external_id(account, epoch, instrument, venue_id)
    draft.do(LookUp(account, order_id, instrument, None, venue_id, 0))


def claim_stray(draft: Draft, ended: LookUpEnded) -> None:
    """The venue said, or did not say, whose a stray fill is."""
    report = ended.report
    if report is None:
        return
    for key in draft.state.strays:
        account, _epoch, instrument, venue_id = key
        if (instrument, venue_id) == (report.instrument, report.venue_order_id):
            left = {other: None for other in draft.state.strays if other != key}
            draft.state = replace(draft.state, strays=left)
            take(draft, account, report)
            return


def _adopted(draft: Draft, order: Order) -> Order:
    label = draft.state.label(order.account)
    order = witness(order, draft.at.time_ns, EvidenceKind.RECOVERED, f"seen at {label}, placed elsewhere")
    draft.state = replace(draft.state, next_external=draft.state.next_external + 1)
    return draft.keep(order, "EXT")


def _book_all(draft: Draft, order: Order, fills: Sequence[Fill]) -> Order:
    for fill in fills:
        _book(draft, order, fill)
    return draft.state.orders[order.order_id]


def _book(draft: Draft, order: Order, fill: Fill) -> bool:
    if not draft.book(order.account, order.epoch, order.order_id, fill):
        return False
    order = draft.state.orders[order.order_id]
    if fill.fee is not None:
        order = replace(order, fees=add_fee(order.fees, fill.fee))
    draft.keep(order, "FILL")
    return True


def _settle(draft: Draft, before: Order, change: Change, source: ReportSource) -> None:
    """Take a change over, and tell what a human must hear of it."""
    order = change.order
    if order is not before:
        order = draft.keep(order, source.value if change.name == "" else change.name)
    label = draft.state.label(order.account)
    if change.verdict is Verdict.LATE:
        draft.warn(Level.DANGER, f"{order.handle} at {label}: {change.name}. Its quantity counts.", order)
    elif change.verdict is Verdict.IMPOSSIBLE and order is not before:
        draft.warn(
            Level.WARN, f"{order.handle} at {label}: {change.name}. The report was recorded, not believed.", order
        )
    if change.overfilled and order is not before:
        draft.warn(Level.DANGER, f"{order.handle}: {label} says more was filled than was ordered.", order)
    if order.status in FINAL and order.order_id in draft.state.checks:
        draft.check(order.order_id, None)
    unsure = before.status in {OrderStatus.SUBMITTING, OrderStatus.UNKNOWN}
    if unsure and order.canceling and order.status in WORKING:
        # Its cancel came too early or got lost; now the venue can find it.
        draft.send_cancel(order)


def _ask_what_is_missing(draft: Draft, order_id: OrderId, report: OrderReport) -> None:
    order = draft.state.orders[order_id]
    owed = order.filled > draft.state.booked.get(order_id, Booked()).quantity
    draft.owe(order_id, owed=owed)
    if owed and order.venue_order_id is not None:
        draft.do(AskFills(order.account, order.instrument, order.venue_order_id))
    unsettled = report.status is OrderStatus.FILLED and order.status not in FINAL
    only_received = order.status is OrderStatus.SUBMITTING and report.source is ReportSource.ACK
    if (unsettled or only_received) and order_id not in draft.state.checks:
        draft.check(order_id, Check(draft.at.mono_ns, draft.at.mono_ns + RECEIVED_GRACE_NS))


RECEIVED_GRACE_NS = 3_000_000_000
"""An order that was only received, or whose quantity and status disagree, is looked up after so long."""
