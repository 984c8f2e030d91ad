from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.model.connection import ConnectionStatus, LimitUse, LinkState
from connectors.model.ids import Mode
from connectors.worker.api import TradingState
from support.pane_facts import ACCOUNT, NANOS, T0
from tui.format.words import BANNERS, LINK_GLYPHS
from tui.styles.tokens import Token
from tui.widgets.line import text_of, width_of
from tui.widgets.status import DeskStatus, status_line

LINK = ConnectionStatus(
    ACCOUNT,
    "demo",
    "binance",
    Mode.SIM,
    LinkState.LIVE,
    T0,
    trading=True,
    round_trip_ms=1,
    limits=(LimitUse("REQUEST_WEIGHT 1M", 214, 6000, T0), LimitUse("ORDERS 10S", 3, 50, T0)),
)
STATUS = DeskStatus(Mode.SIM, "demo", "BTCUSDT", LINK, armed=True, working=3)


def row(status: DeskStatus = STATUS, width: int = 120) -> str:
    return text_of(status_line(status, width, T0)).rstrip()


def link(**changes: object) -> DeskStatus:
    return replace(STATUS, connection=replace(LINK, **changes))  # type: ignore[arg-type]  # fields by name


def test_row_one_at_the_three_sizes() -> None:
    assert row(width=80) == " SIM simulated market │ BTCUSDT │ ● 1ms │ ARMED │ 3 ord 0 ? │ 14:03:27 UTC"
    assert row(width=120) == (
        " SIM simulated market │ demo │ BTCUSDT │ ● LIVE 1ms │ wt 214/6000 │ ACTIVE │ ARMED │ 3 ord 0 unknown │ "
        "14:03:27 UTC"
    )
    assert row(width=200) == (
        " SIM simulated market │ demo │ BTCUSDT │ ● LIVE rtt 1 ms │ weight 214/6000  orders 3/50 │ trading ACTIVE │ "
        "ARMED │ 3 working 0 unknown │ 0 alerts │ 14:03:27 UTC"
    )


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (link(state=LinkState.SLOW, round_trip_ms=212), "◐ SLOW 212ms"),
        (link(state=LinkState.DOWN), "✗ DOWN"),
        (link(state=LinkState.RECONNECTING, next_try_ns=T0 + 4 * NANOS), "↻ RECONNECT 4s"),
        (replace(STATUS, stale=True), "◐ STALE"),
        (replace(STATUS, quiet_ns=12 * NANOS), "● QUIET 12s"),
        (link(clock_offset_ms=412), "clock +0.4s"),
        (link(clock_offset_ms=-1200), "clock -1.2s"),
        (link(limits=(LimitUse("W", 4812, 6000, T0),)), "wt 4,812/6000 80%"),
        (link(limits=(LimitUse("W", 6000, 6000, T0 + 360 * NANOS),)), "CLOSED till 14:09"),
        (replace(STATUS, unknown=1), "1 UNKNOWN"),
        (replace(STATUS, trading=TradingState.REDUCING), "REDUCING"),
        (replace(STATUS, armed=False), "DISARMED"),
        (replace(STATUS, connection=None), "○ OFF"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_is_a_word(status: DeskStatus, words: str) -> None:
    assert f"│ {words} │" in row(status)


def test_a_small_clock_offset_is_nobodys_business() -> None:
    assert "clock" not in row(link(clock_offset_ms=250))


def test_the_row_is_of_one_colour_only_when_halted_or_live_armed() -> None:
    def backs(status: DeskStatus) -> set[Token | None]:
        return {ink.back for _, ink in status_line(status, 120, T0)}

    assert backs(replace(STATUS, trading=TradingState.HALTED, trading_words="HALTED by you 14:20:11")) == {Token.HALTED}
    assert backs(replace(STATUS, mode=Mode.LIVE)) == {Token.BANNER_LIVE}
    assert backs(replace(STATUS, mode=Mode.LIVE, armed=False)) == {Token.BANNER_LIVE, None}
    assert backs(STATUS) == {Token.BANNER_DEMO, None}


def test_a_local_clock_says_its_offset() -> None:
    assert row(replace(STATUS, zone=timezone(timedelta(hours=2)))).endswith("16:03:27 +2")


STATUSES = st.builds(
    DeskStatus,
    mode=st.sampled_from(Mode),
    label=st.text(max_size=20),
    symbol=st.text(min_size=1, max_size=12),
    connection=st.builds(
        ConnectionStatus,
        account=st.just(ACCOUNT),
        label=st.just("x"),
        venue=st.just("x"),
        mode=st.just(Mode.SIM),
        state=st.sampled_from(LinkState),
        time_ns=st.just(T0),
        round_trip_ms=st.one_of(st.none(), st.integers(0, 9999)),
        clock_offset_ms=st.integers(-3000, 3000),
        limits=st.just((LimitUse("W", 5104, 6000, T0),)),
    ),
    trading=st.sampled_from(TradingState),
    armed=st.booleans(),
    working=st.integers(0, 99),
    unknown=st.integers(0, 9),
    alerts=st.integers(0, 99),
)


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        (Mode.LIVE, "LIVE public data, no key"),
        (Mode.TESTNET, "TESTNET public data, no key"),
        (Mode.PAPER, "PAPER fills are simulated"),
    ],
)
def test_a_connection_without_a_key_promises_no_money(mode: Mode, said: str) -> None:
    line = status_line(DeskStatus(mode, "main", "BTCUSDT", keyed=False), 80, T0)
    assert text_of(line).startswith(f" {said} │")
    assert line[0][1] == status_line(DeskStatus(mode), 80, T0)[0][1], "in the style of the mode"


@given(STATUSES, st.integers(80, 240))
def test_mode_connection_arm_switch_and_orders_are_never_dropped(status: DeskStatus, width: int) -> None:
    line = status_line(status, width, T0)
    assert width_of(line) <= width
    text = text_of(line)
    assert BANNERS[status.mode] in text
    assert status.connection is not None
    assert LINK_GLYPHS[status.connection.state] in text
    assert ("ARMED" if status.armed else "DISARMED") in text
    assert f"{status.working} " in text
    if status.unknown:
        assert f"{status.unknown} UNKNOWN" in text
    if status.trading is not TradingState.ACTIVE:
        assert status.trading.value in text
    assert text.isprintable()


@pytest.mark.parametrize("label", ["demo", "a connection with a long name"])
@pytest.mark.parametrize(
    ("status", "least"),
    [
        (replace(STATUS, trading=TradingState.HALTED, trading_words="HALTED by you 14:03:11"), "HALTED"),
        (replace(STATUS, trading=TradingState.REDUCING, trading_words="REDUCING 14:03:11"), "REDUCING"),
        (replace(STATUS, locked=True, trading_words="LOCKED: day loss 1,250.00"), "LOCKED"),
        (link(state=LinkState.RECONNECTING, next_try_ns=T0 + 14 * NANOS), "↻ "),
    ],
)
def test_at_80_columns_a_halt_takes_neither_symbol_nor_clock(status: DeskStatus, least: str, label: str) -> None:
    shown = row(replace(status, label=label), width=80)
    assert " BTCUSDT " in shown
    assert re.search(r"│ 14:03(:27)?( UTC)?$", shown), shown
    assert f"│ {least}" in shown
    for never_dropped in ("SIM simulated market", "ARMED", "3 ord 0 ?"):
        assert never_dropped in shown
    assert width_of(status_line(status, 80, T0)) <= 80
