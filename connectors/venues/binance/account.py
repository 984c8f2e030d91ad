"""The account on Binance spot: balances, own fills, and what the user stream tells of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from connectors.model.balance import Balance
from connectors.model.fill import Fill
from connectors.model.ids import AccountId, Epoch, InstrumentId, Mode, TradeId, VenueOrderId
from connectors.model.rights import KeyRights
from connectors.ports.clock import Clock
from connectors.ports.venue import (
    AccountEvent,
    AccountStreamDown,
    AccountStreamUp,
    BalanceUpdate,
    EpochBegun,
    ExternalFlow,
    Subscription,
)
from connectors.venues.binance import endpoints, frames, parse, schemas
from connectors.venues.binance.constants import MAX_TRADES
from connectors.venues.binance.gate import Gate
from connectors.venues.binance.list_reports import list_status
from connectors.venues.binance.reports import balances as balances_of
from connectors.venues.binance.reports import changed_balances, execution, finite, own_trade
from connectors.venues.binance.rights import RightsReader
from connectors.venues.binance.user import UserStream
from connectors.wire.limiter import Priority

_MS = 1_000_000
_WEIGHT_OF_ONE_ORDER = 5
"""Weight of the fills of one order; otherwise it is 20."""

_info = msgspec.json.Decoder(schemas.AccountInfo)
_fills = msgspec.json.Decoder(list[schemas.OwnTrade])


class BinanceAccount:
    """`connectors.ports.venue.Account` of one connection."""

    def __init__(self, account: AccountId, gate: Gate, user: UserStream, clock: Clock, mode: Mode = Mode.SIM) -> None:
        self.rights = RightsReader(gate, mode, clock)
        """The key's rights, as far as they are known."""
        self._account = account
        self._gate = gate
        self._user = user
        self._clock = clock
        self._listeners: list[Callable[[AccountEvent], None]] = []
        user.on_event.append(self._take)
        user.on_up.append(lambda: self._tell(AccountStreamUp(clock.time_ns())))
        # Something was said that nobody could read, and there is no replay: whoever follows has to ask, as after a cut.
        user.on_malformed.append(lambda _problem: self._tell(AccountStreamUp(clock.time_ns())))
        user.on_down.append(lambda reason: self._tell(AccountStreamDown(clock.time_ns(), reason)))

    async def info(self) -> schemas.AccountInfo:
        """The account with its permissions.

        Raises:
            Unauthorised: The key, its permissions or this address are refused.
        """
        params = {"omitZeroBalances": "true"}
        body = await self._gate.ask(endpoints.ACCOUNT, params, priority=Priority.ACCOUNT)
        return parse.decode(_info, body, endpoints.ACCOUNT.operation)

    async def key_rights(self) -> KeyRights:
        """What the key itself may do, asked now."""
        return await self.rights.ask()

    async def balances(self) -> Sequence[Balance]:
        """All balances that are not zero."""
        return balances_of(await self.info(), self._account, self._clock.time_ns())

    async def fills(
        self,
        instrument: InstrumentId,
        *,
        after: TradeId | None = None,
        venue_order_id: VenueOrderId | None = None,
        start_ns: int | None = None,
        limit: int = 1000,
    ) -> Sequence[Fill]:
        """Own fills of one instrument, oldest first; more than 1000 are fetched in pages.

        Args:
            instrument: Required: this venue lists fills per symbol only.
            after: Those after this trade id.
            venue_order_id: Those of one order.
            start_ns: Those from this time on; not together with ``after`` (the venue takes one of the two).
            limit: How many at most.
        """
        params: dict[str, str | int] = {"symbol": instrument.symbol}
        if venue_order_id is not None:
            params["orderId"] = venue_order_id
        weight = endpoints.MY_TRADES.weight if venue_order_id is None else _WEIGHT_OF_ONE_ORDER
        if after is not None:
            params["fromId"] = int(after) + 1
        elif start_ns is not None and venue_order_id is None:
            params["startTime"] = start_ns // _MS
        found: list[Fill] = []
        while len(found) < limit:
            size = min(limit - len(found), MAX_TRADES)
            body = await self._gate.ask(
                endpoints.MY_TRADES, {**params, "limit": size}, priority=Priority.ACCOUNT, weight=weight
            )
            rows = parse.decode(_fills, body, endpoints.MY_TRADES.operation)
            found.extend(own_trade(row) for row in rows)
            # Without a starting point the venue gives the newest ones: there is no next page.
            if len(rows) < size or not params.keys() & {"fromId", "startTime"}:
                break
            params.pop("startTime", None)
            params["fromId"] = rows[-1].id + 1
        if start_ns is not None:
            found = [fill for fill in found if fill.time_ns >= start_ns]
        return found

    def begin_epoch(self, epoch: Epoch) -> None:
        """The venue was wiped: tell whoever follows."""
        self._tell(EpochBegun(epoch, self._clock.time_ns()))

    async def watch_account(self, listener: Callable[[AccountEvent], None]) -> Subscription:
        """Follow orders, fills and balances; `AccountStreamUp` comes first and after every reconnect."""
        self._listeners.append(listener)
        if self._user.up:
            listener(AccountStreamUp(self._clock.time_ns()))
        self._user.start()
        return _Watching(self._listeners, listener)

    def _take(self, event: frames.UserEvent) -> None:
        told = fact(event, self._account)
        if told is not None:
            self._tell(told)

    def _tell(self, event: AccountEvent) -> None:
        for listener in tuple(self._listeners):
            listener(event)


def fact(event: frames.UserEvent, account: AccountId) -> AccountEvent | None:
    """An event of the user stream as a fact of the house; None for one that is about the stream itself.

    Raises:
        Malformed: A number in it is none.
    """
    match event:
        case frames.ExecutionReport():
            return execution(event)
        case frames.ListStatusEvent():
            return list_status(event)
        case frames.AccountPosition():
            return BalanceUpdate(changed_balances(event, account))
        case frames.BalanceChange():
            return ExternalFlow(event.a, finite(event.d), parse.nanos(event.T))
    return None


class _Watching:
    """One listener of the account."""

    def __init__(self, listeners: list[Callable[[AccountEvent], None]], listener: Callable[[AccountEvent], None]):
        self._listeners = listeners
        self._listener = listener

    async def close(self) -> None:
        """Stop; may be called twice. The socket stays: the account lives on without a listener."""
        if self._listener in self._listeners:
            self._listeners.remove(self._listener)
