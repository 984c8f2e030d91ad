"""A transport double for the desk: a link fed with the worker's own events, in process, that answers as a worker does.

It is no worker: it decides nothing. Tests say what comes back, or take its plain answers: an order is accepted, a
cancel is sent, a pane is opened.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from connectors.errors import WorkerGone
from connectors.model.balance import Balance
from connectors.model.connection import Connection, ConnectionStatus, Hosts, LimitUse, LinkState
from connectors.model.fill import Fee, Fill, RecordedFill
from connectors.model.ids import ClientOrderId, Epoch, Mode, OrderId, TradeId, VenueOrderId
from connectors.model.order import Amending, Evidence, EvidenceKind, Order, OrderStatus
from connectors.model.position import Position
from connectors.model.side import Side
from connectors.model.vault import VaultFacts
from connectors.worker import api
from connectors.worker.secrets import RecoveryMade, SecretFrame, wipe
from support import pane_facts, panic_facts
from support.clock import FakeClock
from support.desk_instruments import instruments

CommandKind = TypeVar("CommandKind")
Push = api.Event | api.Picture
ACCOUNT = pane_facts.ACCOUNT
EPOCH = Epoch("e1")


class FakeLink:
    """See the module.

    Args:
        clock: Time of what is made here.
        mode: Of the one connection.
        keyed: Whether it has a key.

    Attributes:
        commands: Everything that was asked, oldest first.
        answers: What to answer instead of the plain answer, by type of command.
        handed: Copies of the secret frames that were handed over, oldest first.
        secret_answers: What to answer a frame, by its type; the last one again and again. Without any: `api.Done`.
        argon: While set, secret frames wait for it, as they do for Argon2.
        vault: What the picture says of the vault.
        mute: Answer nothing any more, as a worker that hangs.
    """

    def __init__(self, clock: FakeClock, *, mode: Mode = Mode.SIM, keyed: bool = True) -> None:
        self.on_event: Callable[[Push], None] | None = None
        self.commands: list[api.Command] = []
        self.answers: dict[type[object], api.Result] = {}
        self.handed: list[SecretFrame] = []
        self.argon: asyncio.Event | None = None
        self.secret_answers: dict[type[object], list[api.Result | RecoveryMade]] = {}
        self.vault = VaultFacts()
        self.mute = False
        self.instruments = instruments()
        self.orders: dict[OrderId, Order] = {}
        self.number = 0
        self.position: Position | None = None
        self.fills: list[RecordedFill] = []
        self.trading = api.TradingState.ACTIVE
        self.balances = (self._balance("USDT", "20000"), self._balance("BTC", "1"))
        self.connection = Connection(
            ACCOUNT, "binance", "demo", mode, hosts=Hosts(), keyed=keyed, embedded=mode is Mode.SIM
        )
        self.panes: dict[int, api.OpenPane] = {}
        self._clock = clock
        self._over = asyncio.Event()

    # --- the protocol -----------------------------------------------------------------------------------------------

    async def request(self, command: api.Command) -> api.Result:
        """Answer as the worker would, or as the test said."""
        if self._over.is_set():
            raise WorkerGone("The connector worker stopped.", operation="link")
        self.commands.append(command)
        if self.mute:
            await asyncio.Event().wait()
        return self.answers.get(type(command)) or self._answer(command)

    def begin(self, command: api.Command) -> asyncio.Future[api.Result]:
        """Answer as `request` does; what was asked is in ``commands`` when this returns."""
        reply: asyncio.Future[api.Result] = asyncio.get_running_loop().create_future()
        if self._over.is_set():
            reply.set_exception(WorkerGone("The connector worker stopped.", operation="link"))
            return reply
        self.commands.append(command)
        if not self.mute:
            reply.set_result(self.answers.get(type(command)) or self._answer(command))
        return reply

    async def hand(self, frame: SecretFrame) -> api.Result | RecoveryMade:
        """Keep a copy, overwrite the frame as the link does, and answer as the test said."""
        if self._over.is_set():
            raise WorkerGone("The connector worker stopped.", operation="link")
        self.handed.append(copy.deepcopy(frame))
        wipe(frame)
        if self.argon is not None:
            await self.argon.wait()
        answers = self.secret_answers.get(type(frame))
        if not answers:
            return api.Done()
        return answers.pop(0) if len(answers) > 1 else answers[0]

    async def closed(self) -> None:
        """Wait until the link is gone."""
        await self._over.wait()

    async def close(self) -> None:
        """Leave."""
        self._over.set()

    def die(self) -> None:
        """The worker is killed."""
        self._over.set()

    # --- plain answers ----------------------------------------------------------------------------------------------

    def _answer(self, command: api.Command) -> api.Result:
        match command:
            case api.OpenPane():
                self.panes[command.pane] = command
            case api.ClosePane(pane):
                self.panes.pop(pane, None)
            case api.PlaceOrder():
                return api.OrderAccepted(self._accept(command))
            case api.CancelOrders():
                return api.Canceling(len(self.orders))
            case api.AmendOrder() | api.ResolveOrder() if command.order_id in self.orders:
                return api.OrderAccepted(self._touched(command))
            case api.PlaceList():
                places = (command.entry, command.exit, command.take_profit, command.stop_loss)
                return api.ListAccepted(tuple(self._accept(place) for place in places if place is not None))
            case _:
                return self._fact(command)
        return api.Done()

    def _touched(self, command: api.AmendOrder | api.ResolveOrder) -> Order:
        """The order with the change that was asked for, as one that the venue has not answered yet."""
        order = self.orders[command.order_id]
        if isinstance(command, api.AmendOrder):
            asked = Amending(self._clock.time_ns(), command.quantity, command.price, command.trigger_price)
            order = replace(order, amending=asked, revision=order.revision + 1)
            self.orders[order.order_id] = order
        return order

    def _fact(self, command: api.Command) -> api.Result:
        match command:
            case api.Attach():
                return self.picture()
            case api.GetInstruments():
                return api.Instruments(self.instruments)
            case api.GetVault():
                return self.vault
            case api.ListConnections():
                return api.ConnectionList((self.connection,), (self.status(),))
            case _:
                return panic_facts.answer(command, self.orders.values(), self._clock.time_ns())

    def _accept(self, place: api.PlaceOrder) -> Order:
        order = Order(
            order_id=place.order_id,
            account=place.account,
            epoch=EPOCH,
            instrument=place.instrument,
            handle=f"k{len(self.orders) + 1}",
            client_order_ids=(ClientOrderId(place.order_id.hex),),
            side=place.side,
            type=place.type,
            status=OrderStatus.SUBMITTING,
            created_ns=self._clock.time_ns(),
            updated_ns=self._clock.time_ns(),
            quantity=place.quantity,
            price=place.price,
            trigger_price=place.trigger_price,
            time_in_force=place.time_in_force,
        )
        self.orders[order.order_id] = order
        return order

    def picture(self) -> api.Picture:
        """The whole picture as of now."""
        return api.Picture(
            number=self.number,
            time_ns=self._clock.time_ns(),
            trading=self.trading,
            connections=(self.connection,),
            statuses=(self.status(),),
            orders=tuple(self.orders.values()),
            positions=() if self.position is None else (self.position,),
            balances=self.balances,
            fills=tuple(self.fills),
            vault=self.vault,
        )

    def status(self, state: LinkState = LinkState.LIVE, **more: object) -> ConnectionStatus:
        """The connection's state."""
        return ConnectionStatus(
            ACCOUNT,
            "demo",
            "binance",
            self.connection.mode,
            state,
            self._clock.time_ns(),
            trading=self.connection.keyed and state is LinkState.LIVE,
            round_trip_ms=1,
            limits=(LimitUse("REQUEST_WEIGHT 1M", 214, 6000, 0),),
            since_ns=self._clock.time_ns(),
            **more,  # type: ignore[arg-type]  # any other field of ConnectionStatus by name
        )

    def _balance(self, asset: str, free: str) -> Balance:
        return Balance(ACCOUNT, asset, Decimal(free), Decimal(0), pane_facts.T0)

    # --- what tests say ---------------------------------------------------------------------------------------------

    def sent(self, kind: type[CommandKind]) -> list[CommandKind]:
        """Commands of a type, oldest first."""
        return [command for command in self.commands if isinstance(command, kind)]

    def push(self, event: Push) -> None:
        """Push something, as the worker does."""
        assert self.on_event is not None, "the desk has not attached"
        self.on_event(event)

    def tell(self, event: api.NumberedEvent) -> None:
        """Push the next numbered event."""
        self.number += 1
        self.push(api.Numbered(self.number, event))

    def to_panes(self, kind: api.PaneKind, make: Callable[[int], api.PaneEvent], symbol: str = "BTCUSDT") -> None:
        """Push to every open pane of a kind and symbol."""
        for number, pane in list(self.panes.items()):
            if pane.kind is kind and pane.symbol == symbol:
                self.push(make(number))

    def changed(self, order_id: OrderId, status: OrderStatus, **more: object) -> Order:
        """An order's next record, told."""
        known = self.orders[order_id]
        order = replace(
            known,
            status=status,
            revision=known.revision + 1,
            venue_order_id=VenueOrderId("42"),
            updated_ns=self._clock.time_ns(),
            **more,  # type: ignore[arg-type]  # any other field of Order by name
        )
        self.orders[order_id] = order
        self.tell(api.OrderChanged(order))
        return order

    def rest(self, price: str, side: str = "BUY", quantity: str = "0.010", number: int = 3) -> Order:
        """An order of mine that rests already."""
        order = pane_facts.order(number, Side(side), quantity, price)
        evidence = (
            Evidence(order.created_ns, EvidenceKind.INTENT, "written to the journal"),
            Evidence(order.created_ns + 3_000_000, EvidenceKind.SENT, "POST order"),
            Evidence(order.created_ns + 9_000_000, EvidenceKind.ACK, "NEW, order 42"),
        )
        order = replace(order, order_id=OrderId(UUID(int=number)), evidence=evidence)
        self.orders[order.order_id] = order
        return order

    def hold(self, quantity: str = "0.051", entry: str = "61702.10") -> None:
        """A position with the fill that made it."""
        self.position = pane_facts.position(quantity, entry)
        fill = Fill(
            pane_facts.BTC,
            TradeId("8812044"),
            VenueOrderId("41"),
            Side.BUY,
            Decimal(entry),
            Decimal(quantity),
            Decimal(entry) * Decimal(quantity),
            Fee("USDT", Decimal("3.15")),
            pane_facts.T0 - 60 * pane_facts.NANOS,
        )
        self.fills.append(RecordedFill(ACCOUNT, EPOCH, OrderId(UUID(int=1)), fill))
