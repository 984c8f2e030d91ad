"""exchangeInfo's parameters, older and joined trades, and refusals: by hand from §4.1, §4.2 and §7.1."""

from __future__ import annotations

from itertools import pairwise

import pytest

from simulator.rig import Running, now_ms


def names(sim: Running, **params: str) -> list[str]:
    return [row["symbol"] for row in sim.public("exchangeInfo", **params).json()["symbols"]]


def test_exchange_info_is_narrowed_by_permission_and_status(sim: Running) -> None:
    both = ["BTCUSDT", "ETHUSDT"]
    assert names(sim, permissions="SPOT") == both
    assert names(sim, permissions='["MARGIN","SPOT"]') == both
    assert names(sim, permissions='["MARGIN","LEVERAGED"]') == []
    assert names(sim, symbolStatus="TRADING") == both
    assert names(sim, symbolStatus="HALT") == []
    assert names(sim, symbols='["ETHUSDT"]') == ["ETHUSDT"]


def test_permission_sets_are_told_unless_declined(sim: Running) -> None:
    def sets(**params: str) -> list[object]:
        return [row["permissionSets"] for row in sim.public("exchangeInfo", **params).json()["symbols"]]

    assert sets(symbol="BTCUSDT") == [[["SPOT"]]]
    assert sets(symbol="BTCUSDT", showPermissionSets="true") == [[["SPOT"]]]
    assert sets(symbol="BTCUSDT", showPermissionSets="false") == [[]]
    assert sim.public("exchangeInfo").json()["symbols"][0]["permissions"] == []


def test_older_trades_are_found_by_id(sim: Running) -> None:
    newest = sim.public("historicalTrades", symbol="BTCUSDT", limit=40).json()
    ids = [row["id"] for row in newest]
    assert ids == list(range(ids[0], ids[0] + 40))
    again = sim.public("historicalTrades", symbol="BTCUSDT", limit=5, fromId=ids[10]).json()
    assert again == newest[10:15]


def test_joined_trades_agree_with_the_single_ones(sim: Running) -> None:
    joined = sim.public("aggTrades", symbol="BTCUSDT", limit=30).json()
    assert set(joined[0]) == {"a", "p", "q", "f", "l", "T", "m", "M"}
    assert all(after["a"] == before["a"] + 1 for before, after in pairwise(joined))
    assert all(after["f"] == before["l"] + 1 for before, after in pairwise(joined))
    assert sim.public("aggTrades", symbol="BTCUSDT", fromId=joined[4]["a"], limit=3).json() == joined[4:7]


def test_joined_trades_of_a_span_include_both_its_ends(sim: Running) -> None:
    joined = sim.public("aggTrades", symbol="BTCUSDT").json()
    while len(joined) < 30:
        joined = sim.public("aggTrades", symbol="BTCUSDT").json()
    start, end = joined[8]["T"], joined[25]["T"]
    inside = [row for row in joined if start <= row["T"] <= end]
    assert sim.public("aggTrades", symbol="BTCUSDT", startTime=start, endTime=end).json() == inside
    oldest = sim.public("aggTrades", symbol="BTCUSDT", startTime=start, limit=2).json()
    assert oldest == inside[:2]
    newest = sim.public("aggTrades", symbol="BTCUSDT", endTime=end, limit=2).json()
    assert newest == inside[-2:]


def test_bars_for_charts_are_the_same_bars(sim: Running) -> None:
    asked = {"symbol": "ETHUSDT", "interval": "1h", "limit": 48, "endTime": now_ms() - 3_600_000}
    assert sim.public("uiKlines", **asked).json() == sim.public("klines", **asked).json()


def test_a_time_zone_moves_the_edges_of_bars_and_nothing_else(sim: Running) -> None:
    for zone, shift in (("-12:00", -720), ("+05:45", 345), ("14", 840)):
        rows = sim.public("klines", symbol="BTCUSDT", interval="1d", timeZone=zone, limit=5).json()
        assert all((row[0] + shift * 60_000) % 86_400_000 == 0 for row in rows)
        assert all(row[6] - row[0] == 86_399_999 for row in rows)


def test_nothing_here_has_a_reference_price_or_an_execution_rule(sim: Running) -> None:
    for path in ("referencePrice", "referencePrice/calculation"):
        answer = sim.public(path, symbol="BTCUSDT")
        assert (answer.status_code, answer.json()["code"]) == (400, -2043)
    rules = sim.public("executionRules", symbol="BTCUSDT").json()
    assert rules == {"symbolRules": [{"symbol": "BTCUSDT", "rules": []}]}
    assert sim.public("historicalBlockTrades", symbol="BTCUSDT", fromId=1).json() == []


@pytest.mark.parametrize(
    ("path", "params", "code"),
    [
        ("exchangeInfo", {"symbol": "NOPEUSDT"}, -1121),
        ("exchangeInfo", {"symbol": "BTCUSDT", "permissions": "SPOT"}, -1128),
        ("exchangeInfo", {"symbols": '["BTCUSDT"]', "symbolStatus": "TRADING"}, -1128),
        ("exchangeInfo", {"symbolStatus": "CANCEL_ONLY"}, -1122),
        ("exchangeInfo", {"permissions": "EVERYTHING"}, -1130),
        ("exchangeInfo", {"showPermissionSets": "perhaps"}, -1100),
        ("ticker", {}, -1102),
        ("ticker/tradingDay", {}, -1102),
        ("ticker", {"symbol": "BTCUSDT", "windowSize": "60m"}, -1130),
        ("ticker", {"symbol": "BTCUSDT", "windowSize": "1d2h"}, -1130),
        ("ticker", {"symbol": "BTCUSDT", "type": "HUGE"}, -1139),
        ("ticker/24hr", {"symbols": '["BTCUSDT","BTCUSDT"]'}, -1151),
        ("ticker/price", {"symbol": "BTCUSDT", "symbolStatus": "HALT"}, -1220),
        ("ticker/bookTicker", {"symbolStatus": "SLEEPING"}, -1122),
        ("depth", {"symbol": "BTCUSDT", "symbolStatus": "BREAK"}, -1220),
        ("aggTrades", {"symbol": "BTCUSDT", "fromId": "1", "startTime": "1"}, -1128),
        ("historicalTrades", {"symbol": "BTCUSDT", "fromId": "-1"}, -1100),
        ("avgPrice", {}, -1102),
        ("klines", {"symbol": "BTCUSDT", "interval": "1m", "timeZone": "-12:01"}, -1130),
    ],
)
def test_what_makes_no_sense_gets_its_code(sim: Running, path: str, params: dict[str, str], code: int) -> None:
    answer = sim.public(path, **params)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_of_several_symbols_those_of_another_status_are_left_out(sim: Running) -> None:
    assert sim.public("ticker/price", symbolStatus="HALT").json() == []
    assert len(sim.public("ticker/price", symbolStatus="TRADING").json()) == 2
