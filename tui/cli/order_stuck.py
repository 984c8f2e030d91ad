"""What ``order stuck`` and ``order resolve`` do."""

from __future__ import annotations

from connectors.model.order import FINAL, Order
from connectors.worker import api
from tui.cli import shapes
from tui.cli.account_answers import order_sentence
from tui.cli.client import Client
from tui.cli.exits import CommandFailed, Exit
from tui.cli.market_answers import Body
from tui.cli.order_answers import found_order
from tui.cli.order_wait import Follower
from tui.cli.output import Json, say, say_json, table
from tui.format import orders as order_words
from tui.format.clean import clean
from tui.format.times import clock_ms, date

_BY_HAND = {api.Decision.NEVER_ARRIVED, api.Decision.CANCELED}
_MEANS = {
    api.Decision.NEVER_ARRIVED: "it never arrived",
    api.Decision.CANCELED: "it is not at the venue any more",
}


def decision_of(*, ask: bool, cancel_anyway: bool, never_arrived: bool, canceled: bool) -> api.Decision:
    """The one decision that was given; asking now where none was.

    Raises:
        CommandFailed: More than one was given.
    """
    given = {
        api.Decision.ASK_NOW: ask,
        api.Decision.CANCEL_ANYWAY: cancel_anyway,
        api.Decision.NEVER_ARRIVED: never_arrived,
        api.Decision.CANCELED: canceled,
    }
    wanted = [decision for decision, is_given in given.items() if is_given]
    if len(wanted) > 1:
        raise CommandFailed(
            "Give one of --ask, --cancel-anyway, --never-arrived and --canceled. Nothing was sent.", Exit.USAGE
        )
    return wanted[0] if wanted else api.Decision.ASK_NOW


def stuck(venue: str | None, *, as_json: bool) -> Body:
    """Orders that wait longer than they should."""

    async def body(client: Client) -> None:
        account = None if venue is None else (await client.registered(venue)).account
        found = (await client.ask(api.GetStuck(account), api.StuckOrders)).orders
        labels = {one.account: one.label for one, _status in await client.connections()}
        if as_json:
            say_json([_told(labels.get(one.order.account, ""), one) for one in found])
            return
        rows = [
            (
                one.order.handle,
                clean(labels.get(one.order.account, "")),
                clean(one.order.instrument.symbol),
                order_words.state_words(one.order),
                f"{date(one.since_ns)} {clock_ms(one.since_ns)}",
                one.sentence,
            )
            for one in found
        ]
        heads = ["", "venue", "symbol", "state", "since UTC", "what may be done"]
        say(table(heads, rows) if rows else "No order is stuck.")

    return body


def _told(label: str, one: api.StuckOrder) -> Json:
    return {**shapes.order_with_evidence(label, one.order), "since": shapes.iso(one.since_ns), "sentence": one.sentence}


def resolve(handle: str, decision: api.Decision, typed: str | None, timeout_s: int, *, as_json: bool) -> Body:
    """Decide about one order, and wait a while for what comes of it."""

    async def body(client: Client) -> None:
        order, connection = await found_order(client, handle)
        follower = Follower(client)
        await follower.attach()
        word = await _typed(client, order, decision, typed)
        answer = await client.ask(api.ResolveOrder(order.order_id, decision, word), api.OrderAccepted)
        order = answer.order
        follower.keep(order)
        if decision not in _BY_HAND:
            lines = len(order.evidence)
            order = await follower.until(order.order_id, lambda now: _learnt(now, lines), timeout_s) or order
        if as_json:
            say_json(shapes.order_with_evidence(connection.label, order))
            return
        say(order_sentence(order, None))
        said = order.evidence[-1]
        say(f"{clock_ms(said.time_ns)} UTC {said.kind.value} {clean(said.text)}")

    return body


def _learnt(now: Order, lines: int) -> bool:
    """Whether something came of it: another line of evidence, or an end."""
    return now.status in FINAL or len(now.evidence) > lines


async def _typed(client: Client, order: Order, decision: api.Decision, typed: str | None) -> str:
    """The handle, typed once more, for a decision that nothing but a human's word supports."""
    if decision not in _BY_HAND:
        return ""
    if typed is not None:
        return typed
    if not client.prompt.able:
        raise CommandFailed(
            f"A decision by hand needs the handle once more: --typed {order.handle}. Nothing was changed.", Exit.USAGE
        )
    return await client.prompt.line(f"Decide that {_MEANS[decision]}: type {order.handle} to go on: ")
