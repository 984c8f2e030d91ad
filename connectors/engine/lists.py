"""Orders that hang together: written in one commit, sent in one call, all or none (DESIGN §5).

Without an answer every one of them is UNKNOWN and looked up by its own id, and the list by its. Exits of an entry are
its children: the venue puts them on the book once the entry is filled.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from connectors.engine.draft import Draft
from connectors.engine.effects import Accepted, Declined, LookUpList, OrderNow, SendList
from connectors.engine.inputs import Answer, ListEnded, ListLookedUp, Place, PlaceList
from connectors.engine.leaving import not_sent, why_not_whole
from connectors.engine.lookup import begin
from connectors.engine.orders import witness
from connectors.engine.placing import intent, lost, refused
from connectors.engine.reporting import take
from connectors.engine.requests import request_of
from connectors.engine.risk import Refusal, limits, refuse, refuse_form
from connectors.engine.state import Pending, PendingList, State
from connectors.model.changed import replace
from connectors.model.ids import AccountId, ClientListId
from connectors.model.legality import judge_list
from connectors.model.list_terms import ListRole
from connectors.model.order import EvidenceKind, Kinship, Order, OrderStatus
from connectors.model.order_list import ListStatus, OrderListRequest
from connectors.ports.archive import JournalEntry

Leg = tuple[ListRole, Place]


def on_place_list(draft: Draft, wanted: PlaceList) -> None:
    """Write the intents of a list; the same list again gets its first orders."""
    legs = _legs(wanted)
    if _asked_before(draft, wanted, legs):
        return
    request = _request(wanted)
    refusal = _refusal(draft.state, wanted, request, legs)
    if refusal is not None:
        draft.do(Declined(wanted.list_id, refusal.sentence, refusal.code, ticket=wanted.list_id))
        return
    token = draft.token()
    orders: list[Order] = []
    tokens: list[int] = []
    for role, place in legs:
        order = _leg(draft, wanted, role, place)
        each = draft.token()
        draft.state = replace(
            draft.state,
            pending={**draft.state.pending, each: Pending(order, request_of(place))},
            next_handle=draft.state.next_handle + 1,
        )
        draft.count_create(order.account)
        orders.append(order)
        tokens.append(each)
    held = PendingList(wanted.list_id, request, tuple(tokens))
    draft.state = replace(draft.state, lists={**draft.state.lists, token: held})
    draft.commit(token, *(JournalEntry(0, draft.at.time_ns, EvidenceKind.INTENT, order) for order in orders))


def _legs(wanted: PlaceList) -> tuple[Leg, ...]:
    named = (
        (ListRole.ENTRY, wanted.entry),
        (ListRole.EXIT, wanted.exit),
        (ListRole.TAKE_PROFIT, wanted.take_profit),
        (ListRole.STOP_LOSS, wanted.stop_loss),
    )
    return tuple((role, place) for role, place in named if place is not None)


def _asked_before(draft: Draft, wanted: PlaceList, legs: Sequence[Leg]) -> bool:
    known = [order for _role, place in legs if (order := draft.order(place.order_id)) is not None]
    if known:
        draft.do(Accepted(known[0], wanted.list_id))
        return True
    if any(pending.list_id == wanted.list_id for pending in draft.state.lists.values()):
        return True
    ids = {place.order_id for _role, place in legs}
    if not any(pending.order.order_id in ids for pending in draft.state.pending.values()):
        return False
    sentence = "One order of this list is being placed by itself already. Nothing was sent."
    draft.do(Declined(wanted.list_id, sentence, "LIST", ticket=wanted.list_id))
    return True


def _request(wanted: PlaceList) -> OrderListRequest:
    return OrderListRequest(
        wanted.kind,
        ClientListId(wanted.list_id.hex),
        entry=None if wanted.entry is None else request_of(wanted.entry),
        take_profit=None if wanted.take_profit is None else request_of(wanted.take_profit),
        stop_loss=None if wanted.stop_loss is None else request_of(wanted.stop_loss),
        exit=None if wanted.exit is None else request_of(wanted.exit),
    )


def _leg(draft: Draft, wanted: PlaceList, role: ListRole, place: Place) -> Order:
    entry = wanted.entry
    child = entry is not None and role is not ListRole.ENTRY
    return replace(
        intent(draft, place),
        list_id=ClientListId(wanted.list_id.hex),
        list_kind=wanted.kind,
        list_role=role,
        parent=entry.order_id if child and entry is not None else None,
        kinship=Kinship.TRIGGERED if child else None,
    )


def _refusal(state: State, wanted: PlaceList, request: OrderListRequest, legs: Sequence[Leg]) -> Refusal | None:
    if not legs:
        return Refusal("A list needs orders. Nothing was sent.", "LIST")
    _role, first = legs[0]
    can, instrument = first.capabilities, first.instrument
    if any((place.account, place.instrument.id) != (first.account, instrument.id) for _role, place in legs):
        return Refusal("All orders of a list are of one account and instrument.", "LIST")
    if not can.list_legs_named:
        return Refusal(
            f"{can.venue} gives the exits of a list ids of its own: after a lost answer nobody could tell which are"
            " ours. Nothing was sent. Place the entry, then each exit by itself.",
            "LIST",
        )
    verdict = judge_list(request, can, wanted.at.time_ns)
    if verdict.rule:
        return Refusal(verdict.reason, verdict.rule)
    if wanted.kind not in instrument.list_kinds:
        kinds = ", ".join(sorted(instrument.list_kinds)) or "none"
        return Refusal(f"{instrument.symbol} at {can.venue} takes no {wanted.kind} lists. It takes: {kinds}.", "LIST")
    return _too_many(state, legs) or _judge(state, wanted, legs)


def _too_many(state: State, legs: Sequence[Leg]) -> Refusal | None:
    """Every order of a list counts, and the list itself where the venue bounds those."""
    _role, first = legs[0]
    most = first.instrument.filters.max_order_lists
    alive = {
        order.list_id
        for order in (state.orders[order_id] for order_id in state.live)
        if order.account == first.account and order.instrument == first.instrument.id and order.list_id is not None
    }
    if most and len(alive) >= most:
        return Refusal(
            f"{len(alive)} lists work in {first.instrument.symbol}; {most} is the limit. Cancel one.", "LISTS"
        )
    view = state
    for number, (_role, place) in enumerate(legs):
        refusal = limits.order_count(view, place)
        if refusal is not None:
            return refusal
        counted = Order(
            order_id=place.order_id,
            account=place.account,
            epoch=state.accounts[place.account].epoch,
            instrument=place.instrument.id,
            handle="",
            client_order_ids=(),
            side=place.side,
            type=place.type,
            status=OrderStatus.SUBMITTING,
            created_ns=0,
            updated_ns=0,
        )
        view = replace(view, pending={**view.pending, -1 - number: Pending(counted, request_of(place))})
    return None


def _judge(state: State, wanted: PlaceList, legs: Sequence[Leg]) -> Refusal | None:
    """Each order by itself: of an OCO only one can happen; exits of an entry sell what is not there yet."""
    for role, place in legs:
        waits = wanted.entry is not None and role is not ListRole.ENTRY
        refusal = refuse_form(state, place) if waits else refuse(state, place)
        if refusal is not None:
            name = role.value.lower().replace("_", " ")
            return Refusal(f"{refusal.sentence} (the {name})", refusal.code)
    return None


def written(draft: Draft, listed: PendingList, legs: Sequence[Pending]) -> None:
    """All intents are on disk: the list may leave, unless one of it was canceled meanwhile."""
    for pending in legs:
        draft.know(pending.order)
    canceled = any(pending.canceled for pending in legs)
    why = "canceled" if canceled else why_not_whole(draft, [pending.order for pending in legs])
    if why:
        for pending in legs:
            not_sent(draft, pending.order, f"{why} before anything was sent")
        draft.do(Accepted(draft.state.orders[legs[0].order.order_id], listed.list_id))
        return
    draft.do(Accepted(legs[0].order, listed.list_id))
    for pending in legs:
        draft.do(OrderNow(pending.order))
    ids = tuple(pending.order.order_id for pending in legs)
    draft.do(SendList(legs[0].order.account, ids, listed.request))


def on_list_ended(draft: Draft, ended: ListEnded) -> None:
    """The venue answered, or did not: for all of them."""
    report = ended.report
    if report is not None and report.status is not ListStatus.REJECTED:
        for said in report.reports:
            take(draft, ended.account, said)
        told = {said.client_order_id for said in report.reports}
        for order in _alive(draft, ended.account, ended.client_list_id):
            if order.client_order_id not in told:
                begin(draft, order)
        return
    sentence = ended.sentence or (report.reason if report is not None else "") or "The list was refused."
    for order in _alive(draft, ended.account, ended.client_list_id):
        if report is not None or ended.answer is Answer.REFUSED:
            refused(draft, order, sentence)
        else:
            lost(draft, order, sentence)
    if report is None and ended.answer is not Answer.REFUSED:
        draft.do(LookUpList(ended.account, ended.client_list_id))


def on_list_looked_up(draft: Draft, looked: ListLookedUp) -> None:
    """The list was asked for: what it says of its orders is one more piece of evidence, they decide by themselves."""
    ids = {} if looked.report is None else {one.client_order_id: one.venue_order_id for one in looked.report.orders}
    if looked.sentence:
        kind, text = EvidenceKind.NO_ANSWER, f"its list could not be asked for: {looked.sentence}"
    elif looked.report is None:
        kind, text = EvidenceKind.NOT_FOUND, "its list is not at the venue"
    else:
        kind, text = EvidenceKind.LOOKED_UP, f"its list is at the venue, {looked.report.status.value.lower()}"
    for order in _alive(draft, looked.account, looked.client_list_id):
        if order.status is not OrderStatus.UNKNOWN or not draft.state.in_its_life(order):
            continue
        venue_id = order.venue_order_id or ids.get(order.client_order_id)
        draft.keep(replace(witness(order, draft.at.time_ns, kind, text), venue_order_id=venue_id), kind)


def _alive(draft: Draft, account: AccountId, list_id: ClientListId) -> Iterable[Order]:
    kept = (draft.state.orders[order_id] for order_id in draft.state.live)
    return [order for order in kept if order.account == account and order.list_id == list_id]
