"""The part of ``order show`` that tells an order's way: the price that was seen, the first byte, the answer, fills."""

from __future__ import annotations

from decimal import Decimal

from connectors.worker import api
from tui.cli import shapes
from tui.cli.output import Json, pairs
from tui.format import numbers

_DECIMALS = 2


def story_text(story: api.OrderStory) -> str:
    """One fact a line; ``–`` where nothing was measured."""
    order = story.order
    fees = " and ".join(f"{numbers.exact(fee.amount)} {fee.asset}" for fee in order.fees)
    return pairs(
        (
            ("seen mid", _price(order.seen_price)),
            ("mid at arrival", _price(order.arrival_price)),
            ("average price", _price(order.average_price)),
            ("slippage from arrival", _basis(story.slippage_bp)),
            ("slippage from seen mid", _basis(story.seen_slippage_bp)),
            ("first byte to answer", _ms(story.ack_ms)),
            ("first byte to first fill", _ms(story.first_fill_ms)),
            ("fees", fees or numbers.NONE),
            ("mark", _price(story.mark)),
        )
    )


def story_json(story: api.OrderStory) -> dict[str, Json]:
    """What is added to an order's JSON."""
    return {
        "seen_price": shapes.known(story.order.seen_price),
        "arrival_price": shapes.known(story.order.arrival_price),
        "slippage_bp": shapes.known(story.slippage_bp),
        "seen_slippage_bp": shapes.known(story.seen_slippage_bp),
        "ack_ms": shapes.known(story.ack_ms),
        "first_fill_ms": shapes.known(story.first_fill_ms),
        "mark": shapes.known(story.mark),
    }


def _price(value: Decimal | None) -> str:
    return numbers.money(value, _DECIMALS)


def _basis(value: Decimal | None) -> str:
    return numbers.NONE if value is None else f"{numbers.signed(value, _DECIMALS)} bp"


def _ms(value: Decimal | None) -> str:
    return numbers.NONE if value is None else f"{numbers.exact(value.quantize(Decimal('0.1')))} ms"
