"""A desk that loses money: its marks are fed, its orders filled at once, and it can be started anew."""

from __future__ import annotations

from dataclasses import replace
from decimal import localcontext

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.bounds import Limits
from connectors.engine.day import DAY_NS, began
from connectors.engine.inputs import Moment, Trading
from connectors.engine.positions import WIDE
from connectors.engine.reducer import step
from connectors.engine.risk import watching
from connectors.engine.state import State
from connectors.model.balance import Balance
from connectors.model.fill import Fee, RecordedFill
from connectors.model.ids import InstrumentId, Product
from connectors.model.order import OrderStatus, Side
from engine.world import ACCOUNT, BTC, SECOND, D, Desk, fill, limit_buy, report

BNB = InstrumentId("binance", Product.SPOT, "BNBUSDT")
START = D(60000)


class Trader(Desk):
    """A desk whose marks are fed, with an equity of 10,000 USDT and so a lock at 300."""

    def __init__(self, usdt: str = "10000", btc: str = "0", **limits: object) -> None:
        self.kept: list[RecordedFill] = []
        """Every fill so far, of whichever ledger."""
        super().__init__(limits=Limits(orders_per_second=1000, open_orders=1000, **limits), usdt=usdt, btc=btc)  # type: ignore[arg-type]
        self.trades = 0
        self.mark(START)

    def happen(self, *happened: inputs.Input) -> tuple[fx.Effect, ...]:
        done = super().happen(*happened)
        self.kept += [one.fill for one in self.wanted(fx.FillNow)]
        return done

    @property
    def now(self) -> Moment:
        """Some time after noon, UTC."""
        return Moment(began(1_900_000_000 * SECOND) + DAY_NS // 2 + self.mono_ns, self.mono_ns)

    def mark(self, price: object) -> tuple[fx.Effect, ...]:
        return self.happen(inputs.MarksSeen(ACCOUNT, "USDT", self.now, {BTC: D(str(price))}))

    def trade(self, quantity: str, price: str, side: Side = Side.BUY, fee: Fee | None = None) -> None:
        """An order of ours, filled at once. Placed without the checks: what is tried here is what fills do."""
        self.trades += 1
        number = self.trades
        with_room = replace(self.state, limits=replace(self.state.limits, equity_share=None), days={})
        days, limits = self.state.days, self.state.limits
        self.state = with_room
        at_market = replace(limit_buy().market, reference=D(price), ask=None, bid=None)
        place = limit_buy(number, side=side, quantity=D(quantity), price=D(price), market=at_market)
        money = {asset: Balance(ACCOUNT, asset, D(10**9), D(0), self.now.time_ns) for asset in ("USDT", "BTC")}
        kept = self.state.balances
        self.state = replace(self.state, balances={ACCOUNT: money})
        order = self.place(place)
        self.state = replace(self.state, balances=kept, days=days, limits=limits)
        filled = fill(
            number, quantity, price=price, side=side, venue_id=f"v{number}", fee=fee, time_ns=self.now.time_ns
        )
        self.say(report(order, OrderStatus.FILLED, filled=quantity, venue_id=f"v{number}", fills=(filled,), side=side))

    @property
    def loss(self) -> object:
        with localcontext(WIDE):
            today = watching.today(self.state, ACCOUNT)
        assert today is not None
        return today.loss

    def locked(self) -> bool:
        return self.state.days[ACCOUNT].locked_ns is not None


def restarted(desk: Trader, days: object, rules: object = None) -> State:
    """A worker that begins with what the one before kept."""
    state = State(limits=desk.state.limits)
    happened: list[inputs.Input] = [
        inputs.Started((), (), tuple(desk.state.positions.values()), Trading.ACTIVE, 1, desk.now),
        inputs.RiskKept(rules or {}, days, desk.now),  # type: ignore[arg-type]
        inputs.AssetsKnown({BTC: ("BTC", "USDT")}, desk.now),
        desk.opened(desk.state.accounts[ACCOUNT].epoch),
        inputs.AccountUp(ACCOUNT, desk.now),
        inputs.Snapshot(ACCOUNT, (), (), desk.money("4000", "0.1"), desk.mono_ns, desk.now),
    ]
    for one in happened:
        state, _ = step(state, one)
    return state
