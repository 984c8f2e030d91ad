"""Positions added up: rates with their time, holes named and in no sum, and never two modes together."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connectors.engine.totals import Held, Mark, Rate, rates, total
from connectors.model.ids import InstrumentId, Mode, Product
from connectors.model.position import Position
from engine.world import ACCOUNT, BTC, D

ETHBTC = InstrumentId("binance", Product.SPOT, "ETHBTC")
BNB = InstrumentId("binance", Product.SPOT, "BNBUSDT")
EUR = InstrumentId("binance", Product.SPOT, "EURUSDT")
PAIRS = {BTC: ("BTC", "USDT"), ETHBTC: ("ETH", "BTC"), BNB: ("BNB", "USDT"), EUR: ("EUR", "USDT")}
MARKS = {BTC: Mark(D(60_000), 50), BNB: Mark(D(600), 70), EUR: Mark(D("1.25"), 90), ETHBTC: Mark(D("0.05"), 60)}


def held(
    instrument: InstrumentId,
    quantity: str,
    cost: str,
    *,
    realised: str = "0",
    fees: str = "0",
    mode: Mode = Mode.LIVE,
    other: dict[str, Decimal] | None = None,
) -> Held:
    position = Position(ACCOUNT, instrument, D(quantity), D(cost), D(realised), D(fees))
    return Held(mode, position, *PAIRS[instrument], other or {})


def test_a_rate_is_found_straight_turned_round_and_over_another_asset_with_its_oldest_time() -> None:
    known = rates(PAIRS, MARKS, "EUR")
    assert known["EUR"].rate == 1
    assert known["USDT"] == Rate("USDT", D("0.8"), 90, "1 / binance.spot:EURUSDT")
    assert known["BTC"].rate == D(48_000)
    assert (known["BTC"].time_ns, known["ETH"].rate, known["ETH"].time_ns) == (50, D(2_400), 50)
    assert "binance.spot:ETHBTC" in known["ETH"].source
    assert set(rates(PAIRS, {}, "USDT")) == {"USDT"}


def test_positions_of_two_quotes_add_up_in_the_reporting_currency() -> None:
    known = rates(PAIRS, MARKS, "USDT")
    row = total(
        Mode.LIVE,
        "all",
        [held(BTC, "0.5", "25000", realised="100", fees="7"), held(ETHBTC, "2", "0.08", realised="0.001")],
        MARKS,
        known,
    )
    assert row.quantity is None, "coins of two kinds have no sum"
    assert (row.cost, row.value) == (D(25_000) + D(4_800), D(30_000) + D(6_000))
    assert (row.realised, row.unrealised) == (D(160), D(6_200))
    assert [(fee.asset, fee.amount, fee.value) for fee in row.fees] == [("USDT", D(7), D(7))]


def test_a_fee_in_a_third_asset_is_valued_where_a_rate_is_known_and_else_listed_without_a_value() -> None:
    one = held(BTC, "1", "60000", other={"BNB": D("0.1"), "XYZ": D(3)})
    fees = {
        fee.asset: (fee.amount, fee.value)
        for fee in total(Mode.LIVE, "BTC", [one], MARKS, rates(PAIRS, MARKS, "USDT")).fees
    }
    assert fees == {"BNB": (D("0.1"), D(60)), "XYZ": (D(3), None)}


def test_a_sum_with_a_missing_price_or_rate_is_no_sum_and_never_zero() -> None:
    marks = {BTC: MARKS[BTC]}
    known = rates(PAIRS, marks, "USDT")
    row = total(Mode.LIVE, "all", [held(BTC, "1", "50000"), held(BNB, "2", "1000")], marks, known)
    assert (row.cost, row.value, row.unrealised) == (D(51_000), None, None)
    strange = total(Mode.LIVE, "all", [held(BTC, "1", "50000")], marks, rates(PAIRS, marks, "EUR"))
    assert (strange.cost, strange.value, strange.realised) == (None, None, D(0))


def test_play_money_is_never_added_to_money() -> None:
    with pytest.raises(ValueError, match="two modes"):
        total(Mode.LIVE, "all", [held(BTC, "1", "1"), held(BTC, "1", "1", mode=Mode.SIM)], MARKS, {})
