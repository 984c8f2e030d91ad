"""Orders as an export has them: the checkpoint and the tail that it lacks, merged; and what they come to by day."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from decimal import Decimal

from connectors.model.execution import Tally
from connectors.model.order import Order, OrderOrigin
from storage.export.tables import Cell, Found, Labels, iso
from storage.repositories.records import decode_order

PAGE_ROWS = 2_000
_QUOTE = "quote"
"""Each tally is of one instrument: its values have one currency, whatever it is."""
_DAY_LETTERS = len("2030-01-02")

_TAIL = (
    "SELECT event.record FROM order_events AS event LEFT JOIN orders ON orders.order_id = event.order_id"
    " WHERE event.number > coalesce((SELECT number FROM journal_checkpoint), 0)"
    " AND (orders.revision IS NULL OR orders.revision <= event.revision) ORDER BY event.number"
)


def tail_rows(reader: sqlite3.Connection) -> dict[str, tuple[Order, Found]]:
    """What the checkpoint lacks now: each order in its newest revision, with the row it would have."""
    newest: dict[str, tuple[Order, Found]] = {}
    for (record,) in reader.execute(_TAIL):
        order = decode_order(record)
        name = str(order.order_id)
        known = newest.get(name)
        if known is None or known[0].revision <= order.revision:
            newest[name] = (order, (order.created_ns, name, record))
    return newest


def merged(
    pages: Iterable[list[Found]],
    tail: dict[str, tuple[Order, Found]],
    *,
    since_ns: int | None,
    until_ns: int | None,
    account: str | None,
) -> Iterator[list[Found]]:
    """Rows of the checkpoint with those of the tail in their places, in the order of their keys."""
    waiting = sorted(
        row
        for order, row in tail.values()
        if (since_ns is None or order.created_ns >= since_ns)
        and (until_ns is None or order.created_ns < until_ns)
        and (account is None or str(order.account) == account)
    )
    for page in pages:
        last = page[-1][:2]
        here = [row for row in waiting if row[:2] <= last]
        waiting = waiting[len(here) :]
        rows = sorted((*here, *(row for row in page if row[1] not in tail)), key=lambda row: row[:2])
        if rows:
            yield rows
    for start in range(0, len(waiting), PAGE_ROWS):
        yield waiting[start : start + PAGE_ROWS]


def by_day(pages: Iterable[list[Found]], labels: Labels) -> Iterator[list[tuple[Cell, ...]]]:
    """Executions of each day (UTC), account and instrument: nothing is added up that has no common unit."""
    day, tallies = "", dict[tuple[str, str], Tally]()
    for page in pages:
        for row in page:
            order = decode_order(row[2])
            if order.origin is not OrderOrigin.DESK:
                continue
            its_day = iso(order.created_ns)[:_DAY_LETTERS]
            if its_day != day:
                if tallies:
                    yield _rows(day, tallies, labels)
                day, tallies = its_day, {}
            tally = tallies.setdefault((str(order.account), str(order.instrument)), Tally())
            tally.add(order, _QUOTE)
    if tallies:
        yield _rows(day, tallies, labels)


def _rows(day: str, tallies: dict[tuple[str, str], Tally], labels: Labels) -> list[tuple[Cell, ...]]:
    return [
        (
            day,
            labels.get(account),
            account,
            instrument,
            *(tally.orders, tally.filled, tally.partly, tally.unfilled, tally.refused),
            *(
                None if figure is None else format(figure, "f")
                for figure in (tally.fill_rate, tally.slippage, tally.ack(50), tally.ack(99))
            ),
            format(tally.volume.get(_QUOTE, Decimal(0)), "f"),
            [{"asset": asset, "amount": format(amount, "f")} for asset, amount in sorted(tally.fees.items())],
        )
        for (account, instrument), tally in sorted(tallies.items())
    ]
