"""What ``stats`` does and writes."""

from __future__ import annotations

from decimal import Decimal

from connectors.worker import api
from tui.cli import shapes, words
from tui.cli.client import Client
from tui.cli.market_answers import Body
from tui.cli.output import Json, say, say_json, table
from tui.format import numbers
from tui.format.clean import clean

_TENTH = Decimal("0.1")
_PERCENT = Decimal(100)


def stats(by: str, venue: str | None, since: str | None, *, as_json: bool) -> Body:
    """Executions by day or instrument."""
    wanted = words.word(by, api.StatisticsBy, "--by", small=True)
    since_ns = words.instant(since, "--since") or 0

    async def body(client: Client) -> None:
        account = None if venue is None else (await client.registered(venue)).account
        asked = api.GetStatistics(wanted, account, since_ns)
        found = (await client.ask(asked, api.Statistics)).rows
        labels = {connection.account: connection.label for connection, _ in await client.connections()}
        if as_json:
            say_json([_shape(labels.get(row.account), wanted, row) for row in found])
            return
        rows = [
            (
                clean(row.key),
                clean(labels.get(row.account) or numbers.NONE),
                str(row.orders),
                str(row.filled),
                str(row.partly),
                str(row.unfilled),
                str(row.refused),
                numbers.NONE if row.fill_rate is None else f"{numbers.exact((row.fill_rate * _PERCENT).normalize())} %",
                numbers.NONE if row.slippage_bp is None else numbers.signed(row.slippage_bp, 2),
                _ms(row.ack_p50_ms),
                _ms(row.ack_p99_ms),
                _sums(row.volume),
                _sums(row.fees),
            )
            for row in found
        ]
        heads = [wanted.value.lower(), "venue", ">orders", ">filled", ">partly", ">unfilled", ">refused"]
        heads += [">fill rate", ">slippage (bp)", ">ack p50 (ms)", ">p99 (ms)", "volume", "fees"]
        say(table(heads, rows) if rows else "No orders.")

    return body


def _ms(value: Decimal | None) -> str:
    return numbers.NONE if value is None else numbers.exact(value.quantize(_TENTH))


def _sums(sums: tuple[tuple[str, Decimal], ...]) -> str:
    return " and ".join(f"{numbers.exact(amount)} {clean(asset)}" for asset, amount in sums) or numbers.NONE


def _shape(label: str | None, by: api.StatisticsBy, row: api.StatisticsRow) -> dict[str, Json]:
    return {
        "venue": label,
        "account": str(row.account),
        by.value.lower(): row.key,
        "orders": row.orders,
        "filled": row.filled,
        "partly": row.partly,
        "unfilled": row.unfilled,
        "refused": row.refused,
        "fill_rate": shapes.known(row.fill_rate),
        "slippage_bp": shapes.known(row.slippage_bp),
        "ack_p50_ms": shapes.known(row.ack_p50_ms),
        "ack_p99_ms": shapes.known(row.ack_p99_ms),
        "fees": [{"asset": asset, "amount": shapes.digits(amount)} for asset, amount in row.fees],
        "volume": [{"asset": asset, "amount": shapes.digits(amount)} for asset, amount in row.volume],
    }
