"""What every order call shares: the gate, the refusals worth noting, and answers that cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from connectors.errors import InvalidOrder, Malformed, MarketClosed, Unknown
from connectors.venues.binance.auth import Params
from connectors.venues.binance.constants import CREATE_WINDOW_MS, VENUE
from connectors.venues.binance.endpoints import Endpoint
from connectors.venues.binance.gate import Gate
from connectors.wire.limiter import Priority


class Sender:
    """The part of trading that sends.

    Args:
        gate: The way to the venue.
        on_filter: Told when the venue refuses by a filter or its status: the instruments known may be out of date.
    """

    def __init__(self, gate: Gate, on_filter: Callable[[], None]) -> None:
        self._gate = gate
        self._on_filter = on_filter

    async def _create(
        self,
        endpoint: Endpoint,
        params: Params,
        on_sending: Callable[[], None] | None,
        priority: Priority = Priority.ORDER,
    ) -> bytes:
        """Send what may bring an order to life: at most once, and soon too old to be taken."""
        try:
            return await self._gate.ask(
                endpoint, params, priority=priority, window_ms=CREATE_WINDOW_MS, on_sending=on_sending
            )
        except (InvalidOrder, MarketClosed) as refused:
            # A tick may have changed, or the symbol's status: what is known of it here is asked for anew.
            if isinstance(refused, MarketClosed) or refused.filter:
                self._on_filter()
            raise


@contextmanager
def after_sending(
    operation: str,
    client_order_ids: tuple[str | None, ...] = (),
    venue_order_ids: tuple[str | None, ...] = (),
    client_list_id: str = "",
) -> Iterator[None]:
    """Around sending and reading: unanswered or unreadable, it is `Unknown`, and named by what to look up.

    Args:
        operation: What was asked.
        client_order_ids: Ids of the orders it may have made, changed or ended; None is left out.
        venue_order_ids: The same by the venue's own ids.
        client_list_id: The list it may have made.

    Raises:
        Unknown: It may have happened.
    """
    unreadable: Malformed | None = None
    lost: Unknown | None = None
    try:
        yield
        return
    except Malformed as problem:
        unreadable = problem
    except Unknown as problem:
        lost = problem
    if lost is None:
        text = unreadable.text or unreadable.sentence if unreadable is not None else ""
        sentence = f"Binance answered {operation} unreadably; it may have happened."
        lost = Unknown(sentence, venue=VENUE, operation=operation, text=text)
    lost.client_order_ids = tuple(each for each in client_order_ids if each)
    lost.venue_order_ids = tuple(each for each in venue_order_ids if each)
    lost.client_list_id = client_list_id
    raise lost
