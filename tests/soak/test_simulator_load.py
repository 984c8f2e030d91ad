"""Twenty symbols, every stream of each, 2,000 messages a second and more: the exchange keeps up with its clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.rig import Running, now_ms, running
from soak.counting import Counter

SETTLING_S, MEASURED_S = 10, 60
INTERVALS = ("1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w", "1M")
KINDS = (
    *("trade", "aggTrade", "bookTicker", "depth", "depth@100ms", "ticker", "miniTicker", "avgPrice"),
    *("ticker_1h", "ticker_4h", "ticker_1d"),
    *(f"depth{count}{speed}" for count in (5, 10, 20) for speed in ("", "@100ms")),
    *(f"kline_{interval}" for interval in INTERVALS),
)
ALL = ("!miniTicker@arr", "!bookTicker", "!ticker_1h@arr", "!ticker_4h@arr", "!ticker_1d@arr")


def everything(sim: Running) -> list[str]:
    symbols = [row["symbol"].lower() for row in sim.public("ticker/price").json()]
    assert len(symbols) == 20
    return [*ALL, *(f"{symbol}@{kind}" for symbol in symbols for kind in KINDS)]


def event_ms(text: bytes) -> int | None:
    """When a change of the book was made, as it says itself."""
    head = text[:120].partition(b'"depthUpdate","E":')[2]
    return int(head.split(b",", 1)[0]) if head else None


@pytest.mark.soak
@pytest.mark.timeout(300)
def test_it_keeps_up_with_its_own_clock_under_load(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    with running(tmp_path, "--symbols", "20", "--control", "--seed", "5") as sim:
        counter = Counter(sim.line["stream"])
        counter.subscribe(everything(sim))
        settled = time.monotonic() + SETTLING_S
        streams: set[bytes] = set()
        late_ms: list[int] = []
        count = 0
        for text in counter.hear():
            now = time.monotonic()
            if now < settled:
                streams.add(text[:60].split(b'"')[3])
                continue
            if not count:
                sim.http.delete("/control/lag")
            count += 1
            made_ms = event_ms(text)
            if made_ms is not None:
                late_ms.append(now_ms() - made_ms)
            if now >= settled + MEASURED_S:
                break
        counter.close()
        lag = sim.http.get("/control/lag").json()
    rate = count / MEASURED_S
    late_ms.sort()
    measured = {"messages a second": round(rate), "changes told late, ms": late_ms[-1], **lag}
    for name, figure in measured.items():
        record_property(name, figure)
    assert len(streams) > 20 * (len(KINDS) - 1)
    assert rate >= 2000
    assert lag["beats"] + lag["skipped"] >= MEASURED_S * 50 - 5
    assert lag["p99_ms"] < 100, lag
    assert lag["worst_ms"] < 1000, lag
    assert lag["skipped"] < lag["beats"] / 20, lag
    assert late_ms[len(late_ms) // 2] < 100
    assert late_ms[-1] < 2000
