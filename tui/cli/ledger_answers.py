"""What the ``ledger`` commands do and write."""

from __future__ import annotations

from decimal import Decimal

from connectors.model.position import PositionEvent
from connectors.worker import api
from tui.cli import shapes, words
from tui.cli.client import Client
from tui.cli.exits import CommandFailed, Exit
from tui.cli.market_answers import Body
from tui.cli.output import Json, say, say_json, table
from tui.format import numbers
from tui.format.clean import clean
from tui.format.times import clock_ms, date

_MOST = 10_000
_DECIMALS = 2


def assets(venue: str | None, *, as_json: bool) -> Body:
    """Each balance, and what it is made of."""

    async def body(client: Client) -> None:
        connection = await client.use_keyed(venue)
        # The ledger is what the newest comparison with the venue left: it is made current first.
        await client.ask(api.Reconcile(connection.account), api.Done)
        found = (await client.ask(api.GetAssets(connection.account), api.AssetLedger)).assets
        if as_json:
            say_json([_asset(connection.label, one) for one in found])
            return
        rows = [
            (
                clean(one.asset),
                numbers.exact(one.free + one.locked),
                numbers.exact(one.traded),
                numbers.exact(one.external),
                _when(one.moved_ns),
            )
            for one in found
        ]
        heads = ["asset", ">balance", ">by fills here", ">external", "external moved UTC"]
        say(table(heads, rows) if rows else f"{connection.label} holds nothing.")

    return body


def _when(time_ns: int | None) -> str:
    return numbers.NONE if time_ns is None else f"{date(time_ns)} {clock_ms(time_ns)}"


def _asset(label: str, one: api.AssetStanding) -> Json:
    return {
        "venue": label,
        "asset": one.asset,
        "free": shapes.digits(one.free),
        "locked": shapes.digits(one.locked),
        "traded": shapes.digits(one.traded),
        "external": shapes.digits(one.external),
        "external_moved": None if one.moved_ns is None else shapes.iso(one.moved_ns),
    }


def history(symbol: str, venue: str | None, limit: int, *, as_json: bool) -> Body:
    """What made a position what it is."""
    words.count(limit, "--limit", most=_MOST)

    async def body(client: Client) -> None:
        connection = await client.use(venue)
        instrument = await client.instrument(connection, symbol)
        asked = api.GetPositionHistory(connection.account, instrument.id, limit)
        found = (await client.ask(asked, api.PositionHistory)).events
        if as_json:
            say_json([_event(connection.label, one) for one in found])
            return
        rows = [
            (
                _when(one.time_ns),
                one.change.value,
                numbers.exact(one.delta),
                numbers.price(one.price, instrument.price_decimals),
                numbers.exact(one.position.quantity),
                numbers.money(one.position.average_entry, _DECIMALS),
                numbers.signed(one.realised, _DECIMALS),
            )
            for one in found
        ]
        heads = ["time UTC", "change", f">{instrument.base}", ">at", ">held", ">entry", ">realised"]
        say(table(heads, rows) if rows else f"{instrument.symbol} never had a position here.")

    return body


def _event(label: str, one: PositionEvent) -> Json:
    return {
        "venue": label,
        "symbol": one.position.instrument.symbol,
        "time": shapes.iso(one.time_ns),
        "change": one.change.value,
        "delta": shapes.digits(one.delta),
        "price": shapes.known(one.price),
        "realised": shapes.digits(one.realised),
        "quantity": shapes.digits(one.position.quantity),
        "cost": shapes.digits(one.position.cost),
    }


def totals(by: str, currency: str, *, as_json: bool) -> Body:
    """Positions added up."""
    wanted = by.upper()
    if wanted not in set(api.TotalsBy):
        known = ", ".join(one.lower() for one in api.TotalsBy)
        raise CommandFailed(f"Totals are by one of: {known}; not by {clean(by)!r}.", Exit.USAGE)

    async def body(client: Client) -> None:
        found = await client.ask(api.GetTotals(api.TotalsBy(wanted), currency.upper()), api.Totals)
        if as_json:
            say_json(_totals(found))
            return
        rows = [
            (
                row.mode.value,
                clean(row.key),
                numbers.NONE if row.quantity is None else numbers.exact(row.quantity),
                numbers.money(row.cost, _DECIMALS),
                numbers.money(row.value, _DECIMALS),
                _signed(row.unrealised),
                _signed(row.realised),
                _fees(row),
            )
            for row in found.rows
        ]
        heads = ["mode", by.lower(), ">quantity", ">cost", ">value", ">unrealised", ">realised", "fees"]
        say(table(heads, rows) if rows else "Flat.")
        for rate in found.rates:
            say(
                f"1 {clean(rate.asset)} = {numbers.exact(rate.rate)} {found.currency} at {_when(rate.time_ns)} UTC"
                f" ({clean(rate.source)})"
            )
        if found.unpriced:
            say(f"Without a price, and in no sum: {', '.join(clean(one) for one in found.unpriced)}.")

    return body


def _signed(amount: Decimal | None) -> str:
    return numbers.signed(amount, _DECIMALS)


def _fees(row: api.TotalsRow) -> str:
    return " and ".join(f"{numbers.exact(fee.amount)} {clean(fee.asset)}" for fee in row.fees) or numbers.NONE


def _totals(found: api.Totals) -> Json:
    return {
        "currency": found.currency,
        "rows": [
            {
                "mode": row.mode.value,
                "key": row.key,
                "quantity": shapes.known(row.quantity),
                "cost": shapes.known(row.cost),
                "value": shapes.known(row.value),
                "realised": shapes.known(row.realised),
                "unrealised": shapes.known(row.unrealised),
                "fees": [
                    {"asset": fee.asset, "amount": shapes.digits(fee.amount), "value": shapes.known(fee.value)}
                    for fee in row.fees
                ],
            }
            for row in found.rows
        ],
        "rates": [
            {
                "asset": rate.asset,
                "rate": shapes.digits(rate.rate),
                "time": shapes.iso(rate.time_ns),
                "source": rate.source,
            }
            for rate in found.rates
        ],
        "unpriced": list(found.unpriced),
    }
