"""The ticket: fields, preview, broken checks, sending."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import ValidationError

from connectors.model.order import OrderType, Side, TimeInForce
from support.desk_stage import Stage
from tui.ticket.form import Field
from tui.ticket.ticket import Ticket, why

SIZE = (120, 40)


async def test_enter_opens_the_ticket_from_slot_and_cursor_and_ctrl_y_sends_it(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "down", "down", "enter")
        await stage.settle(pilot)
        screen = stage.screen()
        assert "0.010" in screen
        assert "61802.00" in screen
        assert "618.02 USDT" in screen
        await stage.press(pilot, "ctrl+y")
        (order,) = stage.placed
        assert (order.side, order.type, order.price, order.quantity) == (
            Side.BUY,
            OrderType.LIMIT,
            Decimal("61802.00"),
            Decimal("0.010"),
        )


async def test_every_field_of_the_ticket_reaches_the_order(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "enter", "up", "right", "down", "ctrl+u")
        await stage.type(pilot, "$500")
        await stage.press(pilot, "down", "ctrl+u")
        await stage.type(pilot, "ask")
        await stage.press(pilot, "down", "right", "ctrl+y")
        (order,) = stage.placed
        assert (order.side, order.price, order.time_in_force) == (Side.SELL, Decimal("61804.01"), TimeInForce.IOC)
        assert order.quantity == Decimal("0.00809")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_price_that_follows_the_market_says_so_in_whole_words_at_every_size(
    stage: Stage, size: tuple[int, int]
) -> None:
    async with stage.desk.run_test(size=size) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "enter", "down", "ctrl+u")
        await stage.type(pilot, "bid")
        await stage.settle(pilot)
        (row,) = [line for line in stage.screen().splitlines() if " follows" in line]
        assert "bid" in row
        assert "✓" in row.partition("follows")[2]


async def test_post_only_is_a_flag(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "down", "enter", "down", "down", "down", "space", "ctrl+y")
        assert stage.placed[0].type is OrderType.LIMIT_MAKER
        assert stage.placed[0].time_in_force is None


async def test_a_market_ticket_has_neither_price_nor_time_in_force(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "enter", "up", "up", "right", "ctrl+y")
        assert stage.placed[0].type is OrderType.MARKET
        assert stage.placed[0].price is None


async def test_a_choice_the_venue_lacks_stays_visible_and_is_refused_by_name(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "enter", "up", "up", "right", "right", "down", "down", "down")
        await stage.type(pilot, "61500")
        await stage.press(pilot, "ctrl+y")
        assert stage.line == "BTCUSDT takes no stop order. Nothing was sent."
        assert not stage.placed


async def test_a_broken_field_is_marked_and_the_nearest_legal_value_is_one_key_away(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "enter", "down", "ctrl+u")
        await stage.type(pilot, "61800.005")
        assert "✗" in stage.screen()
        assert "between ticks (0.01)" in " ".join(stage.screen().split())
        await stage.press(pilot, "ctrl+y")
        assert not stage.placed
        await stage.press(pilot, "left")
        assert stage.desk.floor.ticket.form.texts[Field.PRICE] == "61800.00"
        await stage.press(pilot, "ctrl+y")
        assert stage.placed[0].price == Decimal("61800.00")


async def test_ctrl_y_names_the_field_that_is_missing(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "enter", "ctrl+u", "ctrl+y")
        assert stage.line == "size: nothing is no size. Write 0.01, $500, 10%bal or 50%pos. Nothing was sent."
        assert not stage.placed


async def test_esc_closes_the_ticket_keeps_its_values_and_sends_nothing(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "enter", "9", "escape")
        assert not stage.placed
        assert stage.desk.floor.ladder.has_focus
        assert stage.desk.floor.ticket.form.texts[Field.SIZE] == "0.0109"


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 40), (160, 45), (200, 60)], ids=str)
async def test_the_whole_ticket_can_be_read_at_every_size(stage: Stage, size: tuple[int, int]) -> None:
    async with stage.desk.run_test(size=size) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "down", "down", "enter")
        await stage.settle(pilot)
        screen = stage.screen()
        for said in ("stop-limit", "FOK", "rests 2.00 below the bid", "→ 19,381.98", "all legal"):
            assert said in screen, said
        assert "ctrl+y send   esc close" in screen


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=str)
async def test_the_ticket_never_covers_the_ladder(stage: Stage, size: tuple[int, int]) -> None:
    async with stage.desk.run_test(size=size) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "g", "i")
        await stage.settle(pilot)
        floor = stage.desk.floor
        assert floor.ticket.has_focus
        assert floor.ladder.region.width > 0
        assert not floor.ticket.region.overlaps(floor.ladder.region)


async def test_letters_in_the_ticket_are_text_and_never_orders(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "enter", "b", "s", "m", "b")
        assert not stage.placed


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"type": "LIMIT", "quantity": "1"}, "At what price? Give one."),
        ({"type": "MARKET", "quantity": "1", "price": "2"}, "MARKET has no price."),
        ({"type": "LIMIT", "price": "2"}, "How much? Give a size."),
        ({"type": "LIMIT", "quantity": "1", "quote_quantity": "2", "price": "1"}, "How much? Give a size."),
        ({"type": "LIMIT", "quote_quantity": "2", "price": "1"}, "Only a market order can be sized in the quote"),
        ({"type": "STOP_LOSS", "quantity": "2"}, "Where does it trigger? Give a price."),
        ({"type": "MARKET", "quantity": "2", "time_in_force": "GTC"}, "MARKET has no time in force."),
        ({"type": "LIMIT", "quantity": "-1", "price": "2"}, "Quantity: "),
        ({"type": "LIMIT", "quantity": "NaN", "price": "2"}, "Quantity: "),
    ],
)
def test_a_ticket_that_makes_no_sense_is_refused_at_the_door(fields: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Ticket.model_validate({"side": "BUY", **fields})
    assert why(caught.value).startswith(sentence)


async def test_what_the_ticket_stages_is_answered_in_the_ticket(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "enter", "down", "ctrl+u")
        await stage.type(pilot, "61830")
        await stage.press(pilot, "ctrl+y")
        assert not stage.placed
        assert stage.line.startswith("CROSSES. BUY 0.010 @ 61,830.00")
        await stage.press(pilot, "1")
        assert stage.desk.hand.asker.open is None, "typing on drops what was staged"
        await stage.press(pilot, "backspace", "ctrl+y", "y")
        assert [order.price for order in stage.placed] == [Decimal(61830)]
        assert stage.desk.floor.ticket.form.texts[Field.PRICE] == "61830", "the answer is no text"
