"""What ``order amend`` does: ask for one change, wait until the venue decided it, say what stands."""

from __future__ import annotations

import uuid6

from connectors.errors import WorkerGone
from connectors.model.connection import Connection
from connectors.model.ids import OrderId
from connectors.model.order import EvidenceKind, Order, OrderStatus
from connectors.worker import api
from tui.cli import arming, shapes, words
from tui.cli.account_answers import order_sentence
from tui.cli.client import Client
from tui.cli.exits import CommandFailed, Exit
from tui.cli.market_answers import Body
from tui.cli.order_answers import found_order, fresh
from tui.cli.order_wait import Follower
from tui.cli.output import say, say_json
from tui.format.clean import clean

_NOT_YET = frozenset({OrderStatus.SUBMITTING, OrderStatus.UNKNOWN})
_DEAD = frozenset({OrderStatus.REJECTED, OrderStatus.NEVER_ARRIVED})


def amend(
    handle: str,
    price: str | None,
    size: str | None,
    trigger: str | None,
    timeout_s: int,
    *,
    as_json: bool,
    arm: str | None = None,
) -> Body:
    """Change an order and wait for the venue's word."""
    if price is None and size is None and trigger is None:
        raise CommandFailed("Say what changes: --price, --size or --trigger. Nothing was sent.", Exit.USAGE)
    new_price = None if price is None else words.amount(price, "Price")
    new_size = None if size is None else words.amount(size, "Size")
    new_trigger = None if trigger is None else words.amount(trigger, "Trigger")

    async def body(client: Client) -> None:
        order, connection = await found_order(client, handle)
        follower = Follower(client)
        await follower.attach()
        order = await fresh(client, order)
        if new_price or new_trigger or new_size is None or order.quantity is None or new_size > order.quantity:
            # Making an order smaller needs no arm switch, on the desk neither.
            await arming.arm(client, connection, arm)
        amend_id = OrderId(uuid6.uuid7())
        command = api.AmendOrder(order.order_id, amend_id, new_size, new_price, new_trigger)
        was, now = await _changed(client, follower, order, command, timeout_s)
        if as_json:
            say_json(shapes.order(connection.label, now))
        else:
            say(order_sentence(now, None))
        _end(order, was, now, connection, timeout_s)

    return body


async def _changed(
    client: Client, follower: Follower, order: Order, command: api.AmendOrder, timeout_s: int
) -> tuple[Order, Order]:
    """The order that was changed, and the one that stands then: the same, or the one in its place."""
    try:
        accepted = await client.ask(command, api.OrderAccepted)
    except WorkerGone:
        raise CommandFailed(
            f"The connector worker stopped before it answered. The change of {order.handle} may have happened:"
            f" tradedesk order show {order.handle}",
            Exit.UNKNOWN,
        ) from None
    follower.keep(accepted.order)

    def decided(now: Order) -> bool:
        return now.amending is None and command.amend_id in now.amend_ids

    was = await follower.until(order.order_id, decided, timeout_s) or order
    if accepted.order.order_id == order.order_id:
        return was, was
    stands = await follower.until(accepted.order.order_id, lambda now: now.status not in _NOT_YET, timeout_s)
    return was, stands or accepted.order


def _end(before: Order, was: Order, now: Order, connection: Connection, timeout_s: int) -> None:
    refused = [line.text for line in was.evidence if line.kind is EvidenceKind.AMEND_REFUSED]
    told_before = sum(line.kind is EvidenceKind.AMEND_REFUSED for line in before.evidence)
    if was.amending is not None or now.status in _NOT_YET:
        raise CommandFailed(
            f"{connection.label} has not confirmed the change of {was.handle} in {timeout_s} s. It is being looked up:"
            f" tradedesk order show {was.handle}",
            Exit.UNKNOWN,
        )
    if len(refused) > told_before or now.status in _DEAD:
        why = refused[-1] if refused else now.reason
        raise CommandFailed(f"{was.handle} was not changed and is {was.status.value}: {clean(why)}")
