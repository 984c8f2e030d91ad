"""What the account commands do and write."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from connectors.model.connection import Connection
from connectors.model.ids import InstrumentId
from connectors.model.instrument import Instrument
from connectors.model.order import Order
from connectors.model.position import Position
from connectors.model.ticker import Ticker
from connectors.worker import api
from tui.cli import shapes, words
from tui.cli.client import Client
from tui.cli.exits import CommandFailed, Exit
from tui.cli.market_answers import Body
from tui.cli.output import say, say_json, table
from tui.format import numbers
from tui.format import orders as order_words
from tui.format.clean import clean
from tui.format.times import clock_ms, date

_MOST = 10_000
_DECIMALS = 2


def balances(venue: str | None, *, as_json: bool) -> Body:
    """What the account holds."""

    async def body(client: Client) -> None:
        connection = await client.use_keyed(venue)
        found = (await client.ask(api.GetBalances(connection.account), api.Balances)).balances
        ledger = (await client.ask(api.GetAssets(connection.account), api.AssetLedger)).assets
        external = {one.asset: one.external for one in ledger}
        if as_json:
            say_json([shapes.balance(connection.label, one, external.get(one.asset)) for one in found])
            return
        rows = [
            (
                clean(one.asset),
                numbers.exact(one.free),
                numbers.exact(one.locked),
                numbers.exact(one.total),
                numbers.NONE if one.asset not in external else numbers.exact(external[one.asset]),
            )
            for one in found
        ]
        heads = ["asset", ">free", ">locked", ">total", ">of it from elsewhere"]
        say(table(heads, rows) if rows else f"{connection.label} holds nothing.")

    return body


def positions(venue: str | None, *, as_json: bool) -> Body:
    """Positions from fills."""

    async def body(client: Client) -> None:
        connection = await client.use(venue)
        found = (await client.ask(api.GetPositions(connection.account), api.Positions)).positions
        marks = {one.instrument: await _mark(client, connection, one) for one in found}
        if as_json:
            say_json([shapes.position(connection.label, one, marks[one.instrument]) for one in found])
            return
        rows = [
            (
                clean(one.instrument.symbol),
                numbers.exact(one.quantity),
                numbers.money(one.average_entry, _DECIMALS),
                numbers.money(marks[one.instrument], _DECIMALS),
                numbers.signed(_unrealised(one, marks[one.instrument]), _DECIMALS),
                numbers.signed(one.realised, _DECIMALS),
            )
            for one in found
        ]
        heads = ["symbol", ">quantity (base)", ">entry (quote)", ">last", ">unrealised", ">realised"]
        say(table(heads, rows) if rows else "Flat.")

    return body


@dataclass(frozen=True, slots=True)
class Listed:
    """Which orders, as they were asked for."""

    venue: str | None
    instrument: str | None
    limit: int
    working: bool = False
    unknown: bool = False
    done: bool = False


def orders(listed: Listed, *, as_json: bool) -> Body:
    """Orders of the account."""
    words.count(listed.limit, "--limit", most=_MOST)
    if listed.working + listed.unknown + listed.done > 1:
        raise CommandFailed("--working, --unknown and --done exclude each other: give one.", Exit.USAGE)

    async def body(client: Client) -> None:
        connection = await client.use(listed.venue)
        asked = api.GetOrders(
            connection.account,
            working_only=listed.working,
            limit=listed.limit,
            instrument=await _instrument(client, connection, listed.instrument),
            done_only=listed.done,
            unknown_only=listed.unknown,
        )
        found = (await client.ask(asked, api.Orders)).orders
        if as_json:
            say_json([shapes.order(connection.label, one) for one in found])
            return
        kind = "working " if listed.working else "unknown " if listed.unknown else "done " if listed.done else ""
        say(order_table(found) if found else f"No {kind}orders.")

    return body


async def _instrument(client: Client, connection: Connection, symbol: str | None) -> InstrumentId | None:
    return None if symbol is None else (await client.instrument(connection, symbol)).id


def fills(venue: str | None, symbol: str | None, since: str | None, limit: int, *, as_json: bool) -> Body:
    """Executions of the account."""
    words.count(limit, "--limit", most=_MOST)
    since_ns = words.instant(since, "--since") or 0

    async def body(client: Client) -> None:
        connection = await client.use(venue)
        instrument = await _instrument(client, connection, symbol)
        asked = api.GetFills(connection.account, limit, instrument, since_ns)
        found = (await client.ask(asked, api.FillList)).fills
        if as_json:
            say_json([shapes.fill(connection.label, one) for one in found])
            return
        rows = [
            (
                f"{date(one.fill.time_ns)} {clock_ms(one.fill.time_ns)}",
                clean(one.fill.instrument.symbol),
                one.fill.side.value,
                numbers.exact(one.fill.price, _DECIMALS),
                numbers.exact(one.fill.quantity),
                numbers.exact(one.fill.quote_quantity, _DECIMALS),
                numbers.NONE if one.fill.fee is None else f"{numbers.exact(one.fill.fee.amount)} {one.fill.fee.asset}",
                clean(one.fill.trade_id),
            )
            for one in found
        ]
        heads = ["time UTC", "symbol", "side", ">price (quote)", ">size (base)", ">worth (quote)", ">fee", "trade"]
        say(table(heads, rows) if rows else "No fills.")

    return body


def order_table(found: tuple[Order, ...]) -> str:
    """Orders, one a line."""
    rows = [
        (
            one.handle,
            clock_ms(one.created_ns)[:8],
            clean(one.instrument.symbol),
            one.side.value,
            order_words.kind(one),
            order_words.quantity(one),
            order_words.limit_price(one, _DECIMALS),
            numbers.exact(one.filled),
            numbers.money(one.average_price, _DECIMALS),
            order_words.state_words(one),
        )
        for one in found
    ]
    heads = ["", "made UTC", "symbol", "side", "type", ">size", ">price", ">filled", ">average", "state"]
    return table(heads, rows)


async def _mark(client: Client, connection: Connection, position: Position) -> Decimal | None:
    """The last price, or None where the venue does not say: the position is told all the same."""
    try:
        return (await client.ask(api.GetTicker(connection.account, position.instrument.symbol), Ticker)).last
    except CommandFailed:
        return None


def _unrealised(position: Position, mark: Decimal | None) -> Decimal | None:
    return None if mark is None else position.unrealised(mark)


def order_sentence(order: Order, instrument: Instrument | None) -> str:
    """``k3 BUY 0.01 BTCUSDT @ 61,000.00: OPEN``, with what was filled and why it ended."""
    decimals = _DECIMALS if instrument is None else instrument.price_decimals
    told = f"{order.handle} {clean(order_words.sentence(order, decimals))}: {order_words.state_words(order)}"
    if order.filled:
        told += f", filled {numbers.exact(order.filled)} at {numbers.price(order.average_price, decimals)} on average"
        fees = " and ".join(f"{numbers.exact(fee.amount)} {clean(fee.asset)}" for fee in order.fees)
        told += f", fee {fees}" if fees else ""
    return f"{told}. {clean(order.reason)}".rstrip(" .") + "."
