"""``docs/venues.md``: what each venue can do here, read from its declared capabilities and its table of hosts."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol, cast

from connectors import registry
from connectors.model.candle import Interval
from connectors.model.capabilities import Capabilities, Support
from connectors.model.ids import Mode, Product
from connectors.model.order import OrderType, SelfTradePrevention, TimeInForce
from connectors.model.order_list import ListKind


class Places(Protocol):
    """A venue's hosts of one mode."""

    rest: tuple[str, ...]
    stream: str
    ws_api: str


INTRODUCTION = f"""# Venues

Made by `make docs` from what each venue's room declares; a test fails when it is stale.

- `{Support.NATIVE.value}`: done by the venue itself.
- `{Support.EMULATED.value}`: done by the desk, while its worker lives.
- `{Support.MISSING.value}`: refused before anything is sent.

This table says what a room can do. **This release keeps no API keys:** orders go to the embedded exchange only, which
speaks Binance's protocol; every other connection shows public market data.
"""

DEPTH = Path(__file__).parents[2] / "docs" / "venues"
"""Where a venue's own page lies, if it has one."""

Row = tuple[str, Callable[[Capabilities], str]]


def capabilities(venue: str) -> Capabilities:
    """What a registered venue declares."""
    return cast("Capabilities", importlib.import_module(f"connectors.venues.{venue}.capabilities").CAPABILITIES)


def places(venue: str) -> Mapping[str, Places]:
    """A registered venue's own hosts by the mode they serve, in words."""
    constants = importlib.import_module(f"connectors.venues.{venue}.constants")
    by_mode = cast("Mapping[Mode, Places]", constants.PLACES)
    keyless = cast("Places", constants.LIVE_PUBLIC)
    named = {mode.value: found for mode, found in by_mode.items() if mode is not Mode.PAPER}
    return {f"{Mode.LIVE.value}, without a key": keyless, **named}


def words(members: Iterable[str]) -> str:
    """Members of a set, in their declared order, or a dash."""
    return ", ".join(members) or "–"


def yes(value: bool) -> str:
    """A flag."""
    return "yes" if value else "no"


def order_type(kind: OrderType) -> Row:
    """The row of an order type."""
    return f"order {kind.value}", lambda each: each.order_type(kind).value


def time_in_force(kind: TimeInForce) -> Row:
    """The row of a time in force."""
    return f"time in force {kind.value}", lambda each: each.time_in_force(kind).value


def trailing(kind: OrderType) -> Row:
    """The row of a trigger order that trails."""
    return f"order {kind.value}, trailing", lambda each: native(kind in each.trailing_types)


def prevention(mode: SelfTradePrevention) -> Row:
    """The row of a self-trade prevention mode."""
    return f"self-trade prevention {mode.value}", lambda each: native(mode in each.self_trade_prevention)


def list_kind(kind: ListKind) -> Row:
    """The row of a kind of order list."""
    return f"list {kind.value}", lambda each: each.list_kind(kind).value


def native(value: bool) -> str:
    """A flag that is native or missing."""
    return (Support.NATIVE if value else Support.MISSING).value


TRAILS = (OrderType.STOP_LOSS_LIMIT, OrderType.TAKE_PROFIT, OrderType.TAKE_PROFIT_LIMIT)
MODES_OF_PREVENTION = tuple(
    mode for mode in SelfTradePrevention if mode not in {SelfTradePrevention.VENUE_DEFAULT, SelfTradePrevention.UNKNOWN}
)

ROWS: tuple[Row, ...] = (
    ("products", lambda each: words(product.value for product in Product if product in each.products)),
    ("modes the room knows", lambda each: words(mode.value for mode in Mode if mode in each.modes)),
    ("candles", lambda each: words(interval.value for interval in Interval if interval in each.intervals)),
    ("book", lambda each: each.book_feed.value),
    ("own fills", lambda each: each.fill_feed.value),
    *(order_type(kind) for kind in OrderType if kind.value != "UNKNOWN"),
    *(trailing(kind) for kind in TRAILS),
    *(time_in_force(kind) for kind in TimeInForce if kind.value != "UNKNOWN"),
    ("market buy sized in base", lambda each: native(not each.quote_sized_market_only)),
    ("market buy sized in quote", lambda each: native(each.quote_sized_market_buy or each.quote_sized_market_only)),
    ("market sell sized in quote", lambda each: native(each.quote_sized_market_sell)),
    ("iceberg", lambda each: each.iceberg.value),
    *(prevention(mode) for mode in MODES_OF_PREVENTION),
    ("test an order without placing it", lambda each: each.test_order.value),
    ("change an order", lambda each: each.amend.value),
    ("change an order’s price", lambda each: native(each.amend_price)),
    ("a changed order gets a new client id", lambda each: yes(each.amend_renames)),
    ("the changes of an order", lambda each: each.amendments.value),
    ("cancel and replace in one call", lambda each: each.replace.value),
    ("cancel all of a symbol", lambda each: each.cancel_all.value),
    ("history of orders", lambda each: each.order_history.value),
    ("order lists", lambda each: each.order_lists.value),
    *(list_kind(kind) for kind in ListKind if kind.value != "UNKNOWN"),
    ("each order of a list has its own id", lambda each: yes(each.list_legs_named)),
    ("short", lambda each: yes(each.short)),
    ("leverage", lambda each: yes(each.leverage)),
    ("one key for several products", lambda each: yes(each.one_key_many_products)),
    ("a positive answer to a create means", lambda each: each.ack.value),
    ("a second create with the same id is refused", lambda each: each.create_idempotency.value),
    ("look-up by client order id", lambda each: yes(each.lookup_by_client_id)),
    ("own fills only per symbol", lambda each: yes(each.fills_need_symbol)),
    ("“not found” is conclusive after", lambda each: f"{each.conclusive_after_ms / 1000:g} s"),
)
"""What is declared, in the order of the page."""


def page(venues: Iterable[str] | None = None) -> str:
    """The whole page."""
    found = [capabilities(venue) for venue in (registry.venues() if venues is None else venues)]
    lines = [
        INTRODUCTION,
        f"| | {' | '.join(each.venue for each in found)} |",
        f"|---|{'---|' * len(found)}",
    ]
    lines += [f"| {name} | {' | '.join(told(each) for each in found)} |" for name, told in ROWS]
    for each in found:
        lines += ["", f"## {each.venue}", "", *hosts(each.venue)]
        told = f"In words: [{each.venue}](../connectors/venues/{each.venue}/README.md)."
        depth = f" In depth: [{each.venue}](venues/{each.venue}.md)." if (DEPTH / f"{each.venue}.md").exists() else ""
        lines += ["", told + depth]
    return "\n".join(lines) + "\n"


def hosts(venue: str) -> list[str]:
    """The table of a venue's own hosts."""
    rows = ["| mode | REST | streams | WebSocket API |", "|---|---|---|---|"]
    for mode, place in places(venue).items():
        rest = " ".join(f"`{host}`" for host in place.rest)
        ws_api = f"`{place.ws_api}`" if place.ws_api else "–"
        rows.append(f"| {mode} | {rest} | `{place.stream}` | {ws_api} |")
    return rows
