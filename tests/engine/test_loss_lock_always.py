"""The loss lock against plain sums over cash and coins, whatever happens."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from connectors.engine import inputs
from connectors.engine.day import began
from connectors.model.fill import Fee
from connectors.model.order import Side
from engine.losing import START, Trader, restarted
from engine.world import ACCOUNT, SECOND, D

moves = st.lists(
    st.one_of(
        st.tuples(st.just("mark"), st.integers(40_000, 80_000)),
        st.tuples(st.just("buy"), st.integers(1, 20)),
        st.tuples(st.just("sell"), st.integers(1, 20)),
        st.tuples(st.just("deposit"), st.integers(-5_000, 50_000)),
        st.tuples(st.just("unlock"), st.just(0)),
        st.tuples(st.just("restart"), st.just(0)),
        st.tuples(st.just("wait"), st.integers(1, 86_400)),
    ),
    min_size=1,
    max_size=25,
)


@given(moves)
def test_the_lock_is_shut_exactly_while_the_limit_is_lost_whatever_happens(todo: list[tuple[str, int]]) -> None:
    """Against plain sums over cash and coins since the day began: no deposit in them, and fees out of the quote."""
    desk = Trader()
    price, cash, coins = START, D(0), D(0)
    base, excused, shut, day = D(0), D(0), False, began(desk.now.time_ns)
    limit = D(300)
    for what, number in todo:
        if what == "mark":
            price = D(number)
        elif what in {"buy", "sell"}:
            side, size = (Side.BUY if what == "buy" else Side.SELL), number * D("0.001")
            if side is Side.SELL and coins < size:
                continue
            desk.trade(str(size), f"{price:f}", side, fee=Fee("USDT", D(1)))
            cash -= side.sign * size * price + 1
            coins += side.sign * size
        elif what == "deposit":
            held = desk.state.balances[ACCOUNT]["USDT"].total
            desk.happen(inputs.BalancesSeen(ACCOUNT, desk.money(str(max(held + number, D(1))), "0"), desk.now))
        elif what == "unlock":
            desk.happen(inputs.LossUnlocked(ACCOUNT, desk.now))
            excused, shut = (base - (cash + coins * price), False) if shut else (excused, shut)
        elif what == "restart":
            marks = desk.state.marks
            kept = desk.state.balances
            desk.state = restarted(desk, desk.state.days)
            desk.state = replace(desk.state, marks=marks, balances=kept)
        else:
            desk.mono_ns += number * SECOND
        desk.mark(price)
        if began(desk.now.time_ns) != day:
            day, base, excused, shut = began(desk.now.time_ns), cash + coins * price, D(0), False
            equity = desk.state.days[ACCOUNT].equity
            assert equity is not None
            limit = equity * D("0.03")
        loss = base - (cash + coins * price)
        shut = shut or loss - excused >= limit
        assert desk.loss == loss
        assert desk.locked() is shut
