"""What is on disk in virtual time."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.inputs import Moment, Trading
from connectors.model.fill import RecordedFill
from connectors.model.ids import Epoch, OrderId
from connectors.model.order import Order
from connectors.model.position import Position
from connectors.ports.archive import Batch
from engine.world import EPOCH


class ModelArchive:
    """What was committed before a crash, and nothing else."""

    def __init__(self) -> None:
        self.orders: dict[OrderId, Order] = {}
        self.fills: dict[tuple[object, ...], RecordedFill] = {}
        self.positions: dict[object, Position] = {}
        self.entries = 0
        self.epoch = EPOCH
        """The venue's life that was written down last, after everything that followed from its begin."""

    def append(self, batch: Batch) -> None:
        self.entries += len(batch.entries)
        for entry in batch.entries:
            known = self.orders.get(entry.order.order_id)
            assert known is None or known.revision < entry.order.revision, "a change without a higher revision"
            self.orders[entry.order.order_id] = entry.order
        for recorded in batch.fills:
            key = (recorded.account, recorded.epoch, recorded.fill.instrument, recorded.fill.trade_id)
            assert key not in self.fills, "the engine booked a fill twice"
            self.fills[key] = recorded
        for event in batch.positions:
            self.positions[event.position.instrument] = event.position

    def started(self, at: Moment) -> inputs.Started:
        orders = sorted(self.orders.values(), key=lambda order: order.created_ns, reverse=True)
        handle = 1 + max((int(order.handle[1:]) for order in orders), default=0)
        return inputs.Started(
            orders, tuple(self.fills.values()), tuple(self.positions.values()), Trading.ACTIVE, handle, at
        )


@dataclass(frozen=True, slots=True)
class LifeBegun(fx.Commit):
    """The name of the venue's new life, written once everything before it is on disk."""

    epoch: Epoch = EPOCH
