"""What ``order place`` does: read the words, send one command, wait, say what the venue said."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import uuid6

from connectors.errors import WorkerGone
from connectors.model.connection import Connection
from connectors.model.ids import OrderId
from connectors.model.instrument import Instrument
from connectors.model.order import FINAL, Order, OrderStatus, OrderType, Side, TimeInForce
from connectors.worker import api
from tui.cli import arming, shapes, words
from tui.cli.account_answers import order_sentence
from tui.cli.client import Client
from tui.cli.exits import CommandFailed, Exit
from tui.cli.market_answers import Body
from tui.cli.order_wait import Follower
from tui.cli.output import say, say_json

_NOT_YET = frozenset({OrderStatus.DRAFT, OrderStatus.SUBMITTING, OrderStatus.UNKNOWN})
"""States that are no word of the venue."""


class Kind(StrEnum):
    """Order types as they are typed."""

    LIMIT = "limit"
    MARKET = "market"
    POST_ONLY = "post-only"


_TYPES = {Kind.LIMIT: OrderType.LIMIT, Kind.MARKET: OrderType.MARKET, Kind.POST_ONLY: OrderType.LIMIT_MAKER}


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed."""

    side: str
    size: str
    symbol: str
    price: str | None
    kind: str | None
    tif: str | None
    quote_size: bool
    venue: str | None
    arm: str | None = None
    """Label of a LIVE connection, said beforehand."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was meant."""

    side: Side
    size: Decimal
    type: OrderType
    price: Decimal | None
    time_in_force: TimeInForce | None
    quote_sized: bool


def read(asked: Asked) -> Wanted:
    """Read the words of an order; a missing price never becomes a market order.

    Raises:
        CommandFailed: A word does not fit, or the words do not fit together.
    """
    side = words.word(asked.side, Side, "Side")
    size = words.amount(asked.size, "Size")
    price = None if asked.price is None else words.amount(asked.price, "Price")
    if asked.kind is None and price is None:
        raise CommandFailed(
            "Neither --price nor --type market is given. Say one of them; nothing was sent.", Exit.USAGE
        )
    kind = Kind.LIMIT if asked.kind is None else words.word(asked.kind, Kind, "Type")
    if kind is Kind.MARKET and price is not None:
        raise CommandFailed("A market order has no price. Leave out --price or --type market.", Exit.USAGE)
    if kind is not Kind.MARKET and price is None:
        raise CommandFailed(f"A {kind.value} order needs --price. Nothing was sent.", Exit.USAGE)
    if asked.quote_size and kind is not Kind.MARKET:
        raise CommandFailed("--quote-size is for market orders. Give the size in base units.", Exit.USAGE)
    if asked.tif is not None and kind is not Kind.LIMIT:
        raise CommandFailed(f"A {kind.value} order has no time in force. Leave out --tif.", Exit.USAGE)
    time_in_force = TimeInForce.GTC if kind is Kind.LIMIT else None
    if asked.tif is not None:
        time_in_force = words.word(asked.tif, TimeInForce, "Time in force")
    return Wanted(side, size, _TYPES[kind], price, time_in_force, asked.quote_size)


def place(asked: Asked, timeout_s: int, *, as_json: bool) -> Body:
    """Place the order and wait for the venue's word."""
    wanted = read(asked)

    async def body(client: Client) -> None:
        connection = await client.use_keyed(asked.venue)
        await arming.arm(client, connection, asked.arm)
        instrument = await client.instrument(connection, asked.symbol)
        follower = Follower(client)
        await follower.attach()
        command = _command(wanted, connection, instrument)
        order = await _placed(client, follower, command, timeout_s)
        if as_json:
            say_json(shapes.order(connection.label, order))
        else:
            say(order_sentence(order, instrument))
        _end(order, connection, timeout_s)

    return body


def _command(wanted: Wanted, connection: Connection, instrument: Instrument) -> api.PlaceOrder:
    return api.PlaceOrder(
        order_id=OrderId(uuid6.uuid7()),
        account=connection.account,
        instrument=instrument.id,
        side=wanted.side,
        type=wanted.type,
        quantity=None if wanted.quote_sized else wanted.size,
        quote_quantity=wanted.size if wanted.quote_sized else None,
        price=wanted.price,
        time_in_force=wanted.time_in_force,
    )


async def _placed(client: Client, follower: Follower, command: api.PlaceOrder, timeout_s: int) -> Order:
    lost = CommandFailed(
        "The connector worker stopped before it answered. The order may be at the venue: look before you place"
        f" another (tradedesk order show {command.order_id}).",
        Exit.UNKNOWN,
    )
    try:
        accepted = await client.ask(command, api.OrderAccepted)
    except WorkerGone:
        raise lost from None
    follower.keep(accepted.order)
    order = await follower.until(command.order_id, _answered, timeout_s)
    if not client.link.is_open and (order is None or not _answered(order)):
        raise lost
    return accepted.order if order is None else order


def _answered(order: Order) -> bool:
    """Whether the venue has said all it will say soon: an order that does not rest is followed to its end."""
    rests = order.type is not OrderType.MARKET and order.time_in_force not in {TimeInForce.IOC, TimeInForce.FOK}
    return order.status in FINAL or (rests and order.status not in _NOT_YET)


def _end(order: Order, connection: Connection, timeout_s: int) -> None:
    if order.status in {OrderStatus.REJECTED, OrderStatus.NEVER_ARRIVED}:
        raise CommandFailed(f"{order.handle} is not at {connection.label}: {order.reason or order.status.value}")
    if order.status in _NOT_YET:
        raise CommandFailed(
            f"{order.handle} is UNKNOWN: no word from {connection.label} in {timeout_s} s. It is being looked up; do"
            f" not place it again. See: tradedesk order show {order.handle}",
            Exit.UNKNOWN,
        )
