"""What happened since the last line of the ledger: written down first, then told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.simulator.account.ledger import Ledger
from connectors.simulator.account.records import (
    Amendment,
    Entry,
    Holding,
    Mark,
    PreventedMatch,
    UserList,
    UserOrder,
    UserTrade,
)

Event = dict[str, Any]


class Journal:
    """Gathers changes and events; `commit` appends the ones to the ledger in one line, then tells the others."""

    def __init__(self, ledger: Ledger) -> None:
        self.listeners: dict[object, Callable[[Event], None]] = {}
        self._ledger = ledger
        self._counters = ledger.state.counters
        self._entry = Entry()
        self._events: list[Event] = []
        self._orders: dict[int, UserOrder] = {}
        self._lists: dict[int, UserList] = {}

    @property
    def empty(self) -> bool:
        """Whether nothing happened since the last line."""
        return not self._events and not self._orders

    def order(self, order_id: int) -> UserOrder | None:
        """An order that changed since the last line."""
        return self._orders.get(order_id)

    def halted(self, taker_id: int) -> list[PreventedMatch]:
        """Trades of an incoming order prevented since the last line."""
        return [match for match in self._entry.prevented if match.taker_id == taker_id]

    def next_order(self) -> int:
        """An order id nobody had."""
        self._counters.order_id += 1
        return self._counters.order_id

    def next_list(self) -> int:
        """An order list's id nobody had."""
        self._counters.list_id += 1
        return self._counters.list_id

    def next_execution(self) -> int:
        """An execution id nobody had."""
        self._counters.execution_id += 1
        return self._counters.execution_id

    def next_prevented(self) -> int:
        """A prevented match's id nobody had."""
        self._counters.prevented_match_id += 1
        return self._counters.prevented_match_id

    def tell(self, event: Event) -> None:
        """An event for the user stream, once the line is written."""
        self._events.append(event)

    def keep(self, order: UserOrder) -> None:
        """An order changed."""
        self._orders[order.order_id] = order

    def keep_list(self, found: UserList) -> None:
        """An order list changed."""
        self._lists[found.list_id] = found

    def keep_balance(self, asset: str, holding: Holding) -> None:
        """A balance changed."""
        self._entry.balances[asset] = holding

    def traded(self, trade: UserTrade) -> None:
        """A fill."""
        self._entry.trades.append(trade)

    def prevented(self, match: PreventedMatch) -> None:
        """A trade that was prevented."""
        self._entry.prevented.append(match)

    def amended(self, amendment: Amendment) -> None:
        """A reduction."""
        self._entry.amendments.append(amendment)

    def commit(self, account_ms: int, marks: dict[str, Mark]) -> None:
        """Write down what happened, then tell it: never the other way round."""
        entry, self._entry = self._entry, Entry()
        entry.orders, self._orders = list(self._orders.values()), {}
        entry.lists, self._lists = list(self._lists.values()), {}
        entry.counters = self._counters
        entry.account_time = account_ms
        entry.marks.update(marks)
        self._ledger.append(entry)
        events, self._events = self._events, []
        for event in events:
            for listener in list(self.listeners.values()):
                listener(event)
