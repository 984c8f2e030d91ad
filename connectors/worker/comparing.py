"""What a comparison with a venue found, read from what the engine made of the venue's answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from connectors.engine import effects as fx
from connectors.engine.inputs import Snapshot
from connectors.model.ids import InstrumentId, OrderId
from connectors.model.order import Order, OrderOrigin
from connectors.worker.api import AccountReconciled


def compared(
    label: str,
    snapshot: Snapshot,
    asked: Sequence[InstrumentId],
    before: Mapping[OrderId, Order],
    effects: Sequence[fx.Effect],
    after: Mapping[OrderId, Order],
) -> AccountReconciled:
    """Put an answer together.

    Args:
        label: The account's.
        snapshot: What the venue said.
        asked: Instruments whose fills were asked for.
        before: Orders known before.
        effects: What the engine made of it.
        after: Orders known now.
    """
    told = {effect.order.order_id: effect.order for effect in effects if isinstance(effect, fx.OrderNow)}
    adopted = [order for order in told.values() if order.origin is OrderOrigin.EXT and order.order_id not in before]
    changed = [order for order in told.values() if _differs(before.get(order.order_id), order)]
    looked_up = [
        after[effect.order_id] for effect in effects if isinstance(effect, fx.LookUp) if effect.order_id in after
    ]
    moved = [balance.asset for effect in effects if isinstance(effect, fx.BalancesNow) for balance in effect.balances]
    return AccountReconciled(
        snapshot.account,
        label,
        open_orders=len(snapshot.open_orders),
        fills=len(snapshot.fills),
        balances=len(snapshot.balances),
        instruments=tuple(asked),
        changed=tuple(order.handle for order in changed),
        adopted=tuple(order.handle for order in adopted),
        booked=sum(isinstance(effect, fx.FillNow) for effect in effects),
        looked_up=tuple(order.handle for order in looked_up),
        external=tuple((effect.asset, effect.delta) for effect in effects if isinstance(effect, fx.ExternalMoved)),
        moved=tuple(dict.fromkeys(moved)),
    )


def _differs(before: Order | None, after: Order) -> bool:
    """Whether an order known before stands otherwise now; a new line of its evidence alone is no difference."""
    if before is None:
        return False
    return (before.status, before.filled, before.venue_order_id) != (after.status, after.filled, after.venue_order_id)


def both(first: AccountReconciled, second: AccountReconciled) -> AccountReconciled:
    """What two comparisons, one right after the other, found together."""
    return replace(
        second,
        instruments=tuple(dict.fromkeys((*first.instruments, *second.instruments))),
        changed=tuple(dict.fromkeys((*first.changed, *second.changed))),
        adopted=tuple(dict.fromkeys((*first.adopted, *second.adopted))),
        booked=first.booked + second.booked,
        looked_up=tuple(dict.fromkeys((*first.looked_up, *second.looked_up))),
        external=(*first.external, *second.external),
        moved=tuple(dict.fromkeys((*first.moved, *second.moved))),
    )
