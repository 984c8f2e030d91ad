"""What ``order place`` does: read the words, send one command, wait, say what the venue said."""

from __future__ import annotations

from connectors.errors import WorkerGone
from connectors.model.connection import Connection
from connectors.model.order import FINAL, Order, OrderStatus, OrderType, TimeInForce
from connectors.worker import api
from tui.cli import arming, shapes
from tui.cli.account_answers import order_sentence
from tui.cli.client import Client
from tui.cli.exits import CommandFailed, Exit
from tui.cli.market_answers import Body
from tui.cli.order_asked import Asked, hung_together, read, single
from tui.cli.order_wait import Follower
from tui.cli.output import say, say_json

_NOT_YET = frozenset({OrderStatus.DRAFT, OrderStatus.SUBMITTING, OrderStatus.UNKNOWN})
"""States that are no word of the venue."""


def place(asked: Asked, timeout_s: int, *, as_json: bool) -> Body:
    """Place the order and wait for the venue's word."""
    wanted = read(asked)

    async def body(client: Client) -> None:
        connection = await client.use_keyed(asked.venue)
        await arming.arm(client, connection, asked.arm)
        instrument = await client.instrument(connection, asked.symbol)
        follower = Follower(client)
        await follower.attach()
        if wanted.listed:
            command = hung_together(wanted, connection.account, instrument.id)
            orders = await _listed(client, follower, command, timeout_s)
        else:
            one = single(wanted, connection.account, instrument.id)
            orders = (await _placed(client, follower, one, timeout_s),)
        shown = [shapes.order(connection.label, order) for order in orders]
        if as_json:
            say_json(shown if wanted.listed else shown[0])
        for order in () if as_json else orders:
            say(order_sentence(order, instrument))
            if order.emulated_expiry:
                say(f"{order.handle} expires by the desk, not at {connection.label}: that needs the worker alive.")
        for order in orders:
            _end(order, connection, timeout_s)

    return body


async def _listed(client: Client, follower: Follower, command: api.PlaceList, timeout_s: int) -> tuple[Order, ...]:
    try:
        accepted = await client.ask(command, api.ListAccepted)
    except WorkerGone:
        raise CommandFailed(
            "The connector worker stopped before it answered. The orders may be at the venue: look before you place"
            " others (tradedesk orders).",
            Exit.UNKNOWN,
        ) from None
    for order in accepted.orders:
        follower.keep(order)
    return tuple([await follower.until(order.order_id, _said, timeout_s) or order for order in accepted.orders])


def _said(order: Order) -> bool:
    return order.status not in _NOT_YET


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
