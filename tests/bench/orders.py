"""P2s: how many orders a second the engine decides, alone and with each decision committed to a real archive."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.report import Figure, median_of, percentile
from connectors.engine.effects import Commit
from connectors.model.order import OrderStatus, ReportSource
from connectors.ports.archive import Batch
from engine.world import Desk, fill, limit_buy, report
from storage.archive import open_archive

RUNS = 5
ORDERS = 1_000
COMMITTED = 300


def _play(orders: int, first: int, keep: Callable[[Batch], object]) -> float:
    """Orders a second through place, commit, acknowledgement and fill, on an engine of its own."""
    desk = Desk()
    begin = time.perf_counter()
    for number in range(first, first + orders):
        venue_id = f"v{number}"
        order = desk.place(limit_buy(number))
        for status, filled, fills in (
            (OrderStatus.OPEN, "0", ()),
            (OrderStatus.FILLED, "0.01", (fill(number, "0.01", venue_id=venue_id),)),
        ):
            desk.say(report(order, status, filled=filled, venue_id=venue_id, source=ReportSource.STREAM, fills=fills))
            for commit in desk.wanted(Commit):
                keep(commit.batch)
        desk.wait(1)
    return orders / (time.perf_counter() - begin)


def _committed(folder: Path) -> tuple[list[float], list[float]]:
    """Orders a second with every batch appended, and the ms each commit took."""
    spans: list[float] = []
    rates: list[float] = []
    for run in range(RUNS):
        archive = open_archive(folder / f"bench{run}.db")

        def keep(batch: Batch, append: Callable[[Batch], int] = archive.journal.append) -> None:
            begin = time.perf_counter_ns()
            append(batch)
            spans.append((time.perf_counter_ns() - begin) / 1e6)

        rates.append(_play(COMMITTED, run * COMMITTED, keep))
        archive.close()
    return rates, spans


def _fsync(folder: Path) -> list[float]:
    spans = []
    with (folder / "floor").open("wb", buffering=0) as file:
        for _ in range(300):
            file.write(b"x" * 4096)
            begin = time.perf_counter_ns()
            os.fsync(file.fileno())
            spans.append((time.perf_counter_ns() - begin) / 1e6)
    return spans


def measure() -> tuple[str, str, list[Figure]]:
    """Decide orders, first in memory, then with commits."""
    pure = [_play(ORDERS, run * ORDERS, lambda batch: batch) for run in range(RUNS)]
    with tempfile.TemporaryDirectory(prefix="td") as folder:
        rates, commits = _committed(Path(folder))
        floor = _fsync(Path(folder))
    figures = [
        median_of("reducer alone", pure, "orders/s", limit=1000, at_most=False),
        median_of("with commits", rates, "orders/s", limit=100, at_most=False, note="two commits an order"),
        Figure("commit p50", percentile(commits, 50), "ms", note=f"{len(commits)} commits"),
        Figure("commit p99", percentile(commits, 99), "ms"),
        Figure("fsync of 4 KiB p50", percentile(floor, 50), "ms", note="the same disk, the same minute"),
        Figure("commit p50 ÷ fsync p50", percentile(commits, 50) / percentile(floor, 50), "×"),
    ]
    paragraph = (
        "Place, commit, acknowledgement and fill of each order through the pure reducer, with its position (P2s)."
    )
    return "Orders", paragraph, figures
