"""What ``order cancel`` and ``order show`` do."""

from __future__ import annotations

from connectors.errors import WorkerGone
from connectors.model.connection import Connection
from connectors.model.order import FINAL, EvidenceKind, Order, OrderStatus
from connectors.worker import api
from tui.cli import shapes
from tui.cli.account_answers import order_sentence
from tui.cli.client import Client
from tui.cli.exits import CommandFailed, Exit
from tui.cli.market_answers import Body
from tui.cli.order_story import story_json, story_text
from tui.cli.order_wait import Follower
from tui.cli.output import say, say_json, table
from tui.format.clean import clean
from tui.format.times import clock_ms, date


def cancel(handle: str, timeout_s: int, *, as_json: bool) -> Body:
    """Cancel an order and wait for the venue's confirmation."""

    async def body(client: Client) -> None:
        try:
            order, connection = await found_order(client, handle)
        except CommandFailed as problem:
            if problem.exit is not Exit.LOCKED:
                raise
            await _canceled_unseen(client, handle, timeout_s, as_json=as_json)
            return
        follower = Follower(client)
        await follower.attach()
        order = await fresh(client, order)
        if order.status not in FINAL:
            order = await _canceled(client, follower, order, timeout_s)
        elif order.status is not OrderStatus.CANCELED:
            raise CommandFailed(f"{order.handle} is {order.status.value} already. Nothing was sent.")
        if as_json:
            say_json(shapes.order(connection.label, order))
        else:
            say(order_sentence(order, None))
        if order.status in FINAL:
            return
        _refused(order, connection)

    return body


def show(handle: str, *, as_json: bool) -> Body:
    """One order and its evidence."""

    async def body(client: Client) -> None:
        order, connection = await found_order(client, handle)
        story = await client.ask(api.ShowOrder(str(order.order_id)), api.OrderStory)
        order = story.order
        if as_json:
            say_json({**shapes.order_with_evidence(connection.label, order), **story_json(story)})
            return
        say(order_sentence(order, None))
        say(story_text(story))
        rows = [
            (f"{date(line.time_ns)} {clock_ms(line.time_ns)}", line.kind.value, clean(line.text))
            for line in order.evidence
        ]
        if rows:
            say(table(["time UTC", "what", ""], rows))

    return body


async def found_order(client: Client, handle: str) -> tuple[Order, Connection]:
    """An order by any of its names, and its connection.

    Raises:
        CommandFailed: There is none, or orders are not shown now.
    """
    found = await _look(client, handle)
    if found is None:
        raise CommandFailed(f"There is no order {clean(handle)!r}. List them: tradedesk orders")
    return found, await client.use_account(found.account)


async def _canceled_unseen(client: Client, handle: str, timeout_s: int, *, as_json: bool) -> None:
    """Cancel where orders are not shown: the desk is covered. Nothing of the order is said but whether it is over."""
    outcome = await client.ask(api.CancelNamed(handle, timeout_s), api.CancelOutcome)
    if as_json:
        say_json({"handle": outcome.handle, "over": outcome.over})
    elif outcome.over:
        say(f"{clean(outcome.handle)} is over. The desk is covered: nothing more of it is shown.")
    if not outcome.over:
        raise CommandFailed(
            f"The cancel of {clean(outcome.handle)} is on its way and not confirmed. The desk is covered: nothing more"
            " of it is shown.",
            Exit.UNKNOWN,
        )


async def fresh(client: Client, order: Order) -> Order:
    """The order as it is now that its venue was asked."""
    return await _look(client, str(order.order_id)) or order


async def _look(client: Client, handle: str) -> Order | None:
    found = (await client.ask(api.GetOrders(handle=handle), api.Orders)).orders
    return found[0] if found else None


async def _canceled(client: Client, follower: Follower, order: Order, timeout_s: int) -> Order:
    refusals = _refusals(order)
    try:
        await client.ask(api.CancelOrder(order.order_id), api.Done)
    except WorkerGone:
        raise CommandFailed(
            f"The connector worker stopped before it answered. The cancel of {order.handle} may have happened:"
            f" tradedesk order show {order.handle}",
            Exit.UNKNOWN,
        ) from None

    def enough(now: Order) -> bool:
        return now.status in FINAL or _refusals(now) > refusals

    return await follower.until(order.order_id, enough, timeout_s) or order


def _refusals(order: Order) -> int:
    return sum(line.kind is EvidenceKind.CANCEL_REFUSED for line in order.evidence)


def _refused(order: Order, connection: Connection) -> None:
    said = [line.text for line in order.evidence if line.kind is EvidenceKind.CANCEL_REFUSED]
    if said:
        raise CommandFailed(f"{connection.label} did not cancel {order.handle}: {clean(said[-1])}")
    raise CommandFailed(
        f"{connection.label} has not confirmed the cancel of {order.handle}. It may have happened: tradedesk order show"
        f" {order.handle}",
        Exit.UNKNOWN,
    )
