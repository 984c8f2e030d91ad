"""Orders (REQUIREMENTS A4, H1): what every venue's trading part offers, and what paper trading offers in its place.

Every method may be called on every venue. What `Capabilities` declares MISSING raises `Refused`, with a sentence,
before a byte leaves; nothing is silently left out of an order. Amounts are Decimals, times are ns since the epoch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from connectors.model.change import Amendment, AmendRequest, FeeRates, ReplaceReport, ReplaceRequest
from connectors.model.ids import ClientListId, ClientOrderId, InstrumentId, VenueListId, VenueOrderId
from connectors.model.order import OrderReport, OrderRequest
from connectors.model.order_list import OrderListReport, OrderListRequest


class Trading(Protocol):
    """Orders. A create is sent at most once; the caller decides what an `Unknown` means.

    `Unknown` names in ``client_order_ids`` and ``client_list_id`` what has to be looked up.
    """

    async def place(self, request: OrderRequest, on_sending: Callable[[], None] | None = None) -> OrderReport:
        """Create an order.

        Args:
            request: What to create; already legal on the venue's grid.
            on_sending: Called at the moment before the request's first byte may leave (for the journal's
            evidence and timing), at each attempt. It may raise `Withheld`: then nothing leaves, and that is raised.

        Raises:
            Refused: The venue has no such order; nothing was sent.
            Unknown: Bytes may have left and no answer came (time-out, 5xx, dropped connection, -1006, -1007).
            Rejected: A definitive refusal, or one of its kinds.
            Throttled: Nothing was sent, or the venue refused before its engine.
            ClockSkew: The venue refused our time before its engine.
            Retry: Provably nothing left (connect refused).
        """
        ...

    async def test(self, request: OrderRequest, *, fees: bool = False) -> FeeRates | None:
        """Have the venue judge an order without placing it; balances may not be looked at (Binance).

        Args:
            request: The order.
            fees: Ask for the fee rates too; costs more of the rate limit.

        Returns:
            The fee rates where they were asked for and the venue tells them.

        Raises:
            Refused: The venue has no such order, or no such test; nothing was sent.
            Rejected: The order would be refused, or one of its kinds.
            Throttled: A limit was met.
            ClockSkew: The venue finds our time wrong.
            Retry: No answer; it may be asked again, since nothing is placed.
        """
        ...

    async def cancel(
        self,
        instrument: InstrumentId,
        *,
        client_order_id: ClientOrderId | None = None,
        venue_order_id: VenueOrderId | None = None,
    ) -> OrderReport:
        """Cancel one order, by either id. One order of a list takes its whole list with it (Binance).

        Raises:
            OrderNotFound: The venue knows no such open order: look it up, it may be filled.
            Unknown: No answer came.
        """
        ...

    async def cancel_all(self, instrument: InstrumentId) -> Sequence[OrderReport]:
        """Cancel all open orders of one instrument, those of lists included."""
        ...

    async def order(
        self,
        instrument: InstrumentId,
        *,
        client_order_id: ClientOrderId | None = None,
        venue_order_id: VenueOrderId | None = None,
    ) -> OrderReport:
        """Look one order up.

        Raises:
            OrderNotFound: The venue knows no such order.
        """
        ...

    async def open_orders(self, instrument: InstrumentId | None = None) -> Sequence[OrderReport]:
        """All open orders, or those of one instrument."""
        ...

    async def order_history(
        self,
        instrument: InstrumentId,
        *,
        start_ns: int | None = None,
        end_ns: int | None = None,
        after: VenueOrderId | None = None,
        limit: int = 500,
    ) -> Sequence[OrderReport]:
        """Orders of one instrument, open and finished, oldest first; long ranges are paged.

        Args:
            instrument: Whose.
            start_ns: Those created from this time on. Without it and ``after``, the newest ``limit``.
            end_ns: Those created up to this time.
            after: Those with a greater id at the venue; goes before ``start_ns``.
            limit: How many at most.
        """
        ...

    async def amend(self, request: AmendRequest, on_sending: Callable[[], None] | None = None) -> OrderReport:
        """Change an open order in its place; it keeps its place in the queue where `Capabilities.amend` says so.

        Nothing has changed until this returns or the user stream says so. The report carries the id in force
        afterwards and in ``replaced_client_order_id`` the one before.

        Raises:
            Refused: The venue cannot change that (such as a price, or a quantity upwards); nothing was sent.
            Rejected: A definitive refusal: the order stands as it was (would change nothing, too many amends).
            OrderNotFound: The venue knows no such open order: look it up, it may be filled.
            InvalidOrder: A filter or rule is broken.
            Unknown: An amend that nobody answered may have happened: look the order up by both ids it may carry.
            Throttled: A limit was met; nothing happened.
            ClockSkew: The venue refused our time; nothing happened.
            Unauthorised: Key or permission.
            Unavailable: Nothing happened.
            Retry: Provably nothing left.
        """
        ...

    async def amendments(
        self, instrument: InstrumentId, venue_order_id: VenueOrderId, *, limit: int = 500
    ) -> Sequence[Amendment]:
        """The amends of one order, oldest first."""
        ...

    async def replace(self, request: ReplaceRequest, on_sending: Callable[[], None] | None = None) -> ReplaceReport:
        """Cancel one order and create another in one call. Not atomic: read both outcomes.

        Raises:
            Refused: The venue has no such call, or no such order; nothing was sent.
            Rejected: The whole call was refused before either step (a filter, a limit): the old order stands.
            Unknown: No answer came: look up the old order and the new one.
            Throttled: A limit was met before either step.
            ClockSkew: The venue refused our time before either step.
            Retry: Provably nothing left.
        """
        ...

    async def place_list(
        self, request: OrderListRequest, on_sending: Callable[[], None] | None = None
    ) -> OrderListReport:
        """Create an order list (OCO, OTO, OTOCO); all of it is accepted or none.

        Raises:
            Refused: The venue has no such list, or it is incomplete; nothing was sent.
            Unknown: No answer came: look the list up by its client id, and each order by its own.
            Rejected: A definitive refusal, or one of its kinds.
            Throttled: Nothing was sent, or the venue refused before its engine.
            ClockSkew: The venue refused our time before its engine.
            Retry: Provably nothing left.
        """
        ...

    async def cancel_list(
        self,
        instrument: InstrumentId,
        *,
        client_list_id: ClientListId | None = None,
        venue_list_id: VenueListId | None = None,
    ) -> OrderListReport:
        """Cancel every order of a list, by either id.

        Raises:
            OrderNotFound: The venue knows no such open list.
            Unknown: No answer came.
        """
        ...

    async def order_list(
        self, *, client_list_id: ClientListId | None = None, venue_list_id: VenueListId | None = None
    ) -> OrderListReport:
        """Look one list up. The report names its orders; their states are asked for one by one.

        Raises:
            OrderNotFound: The venue knows no such list.
        """
        ...

    async def open_lists(self) -> Sequence[OrderListReport]:
        """All open lists."""
        ...

    async def list_history(self, *, start_ns: int | None = None, limit: int = 500) -> Sequence[OrderListReport]:
        """Lists, open and finished, oldest first; without ``start_ns`` the newest ``limit``."""
        ...
