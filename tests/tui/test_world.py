"""Keys that work everywhere: screens, panes, help, the command line, the instrument switch, the arm switch."""

from __future__ import annotations

import pytest

from connectors.model.candle import Interval
from connectors.worker import api
from support.desk_stage import Stage
from tui.commands.catalogue import COMMANDS, footer_of, help_of
from tui.commands.command import Context
from tui.modals.help import HelpPage, columns_of, page
from tui.modals.switch import Switcher

SIZE = (120, 40)


@pytest.mark.parametrize(
    ("keys", "mode"),
    [
        (("g", "o"), "orders"),
        (("f3",), "orders"),
        (("g", "p"), "positions"),
        (("f4",), "positions"),
        (("g", "b"), "balances"),
        (("g", "v"), "venues"),
        (("f8",), "alerts"),
        (("g", "o", "g", "m"), "market"),
        (("g", "o", "escape"), "market"),
        (("f4", "f2"), "market"),
    ],
    ids=str,
)
async def test_g_and_a_letter_goes_to_a_screen(stage: Stage, keys: tuple[str, ...], mode: str) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, *keys)
        await stage.settle(pilot)
        assert stage.desk.current_mode == mode
        assert "SIM simulated market" in stage.screen().splitlines()[0]


@pytest.mark.parametrize("letter", ["h"])
async def test_screens_of_a_later_release_say_so(stage: Stage, letter: str) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "g", letter)
        assert "later release" in stage.line
        assert stage.desk.current_mode == "market"


@pytest.mark.parametrize(
    ("keys", "pane"),
    [
        (("g", "c"), Context.CHART),
        (("g", "t"), Context.TAPE),
        (("g", "w"), Context.WATCH),
        (("g", "i"), Context.TICKET),
        (("g", "c", "g", "l"), Context.LADDER),
        (("tab",), Context.CHART),
        (("tab", "shift+tab"), Context.LADDER),
        (("g", "o", "g", "c"), Context.CHART),
    ],
    ids=str,
)
async def test_panes_take_the_focus(stage: Stage, keys: tuple[str, ...], pane: Context) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, *keys)
        await stage.settle(pilot)
        assert stage.desk.rooms.context() is pane


async def test_the_watchlist_has_no_place_in_a_small_window_and_w_is_named(stage: Stage) -> None:
    async with stage.desk.run_test(size=(80, 24)) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "g", "w")
        assert stage.line == "The watchlist needs 100×30. w switches the instrument."


async def test_help_shows_the_keys_of_the_focused_pane_by_risk(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "question_mark")
        assert isinstance(stage.desk.screen, HelpPage)
        text = "\n".join("".join(run for run, _ in line) for line in stage.desk.screen.box.content)
        assert "SAFE  move and look" in text
        assert "ADDS RISK  needs ARMED" in text
        assert "REDUCES RISK  always works" in text
        await stage.press(pilot, "b", "escape")
        assert not stage.placed
        assert not isinstance(stage.desk.screen, HelpPage)


@pytest.mark.parametrize("width", [80, 120])
def test_no_word_of_the_help_page_is_cut(width: int) -> None:
    for context in Context:
        columns = help_of(context)
        beside, room = columns_of(width)
        text = " ".join("".join(run for run, _ in line) for line in page(columns, beside, room))
        assert "…" not in text.replace("1…9", "")
        for column in columns:
            for keys, words in column.entries:
                assert all(word in text for word in f"{keys} {words}".split()), (context, keys)


def test_the_help_page_of_the_ladder_has_one_row_for_each_key_at_120() -> None:
    ladder = help_of(Context.LADDER)
    longest = max(len(column.entries) for column in ladder)
    assert len(page(ladder, *columns_of(120))) == 1 + longest + 1 + 4


def test_every_command_is_on_the_help_page_of_its_context_or_named_by_a_neighbour() -> None:
    for context in Context:
        shown = {words for column in help_of(context) for _, words in column.entries}
        for command in COMMANDS:
            if context in command.contexts and not command.hidden:
                assert (command.told or command.words) in shown


def test_command_ids_are_unique() -> None:
    ids = [command.id for command in COMMANDS]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("width", [80, 120, 200])
def test_the_ladders_footer_names_keys_that_exist(width: int) -> None:
    bound = {key for command in COMMANDS for sequence in command.keys for key in sequence.split(" ")}
    named = {"↑↓": "up", ",": "comma", ".": "full_stop", "/": "slash", "1-9": "1"}
    for keys, _ in footer_of((Context.LADDER,), width)[:-1]:
        for part in keys.replace("b/s", "b").replace("/ts", "").replace("/is", "").replace("/ms", "").split(" "):
            known = named.get(part, part)
            assert known in bound or set(known) <= bound


@pytest.mark.parametrize("context", [Context.ORDERS, Context.POSITIONS, Context.BALANCES, Context.VENUES])
@pytest.mark.parametrize("width", [80, 120, 200])
def test_no_footer_names_a_key_twice(context: Context, width: int) -> None:
    shown = [key for key, _ in footer_of((Context.GONE, context, Context.GLOBAL), width)]
    assert len(shown) == len(set(shown))
    assert shown[0] == "r", "what is gone is started again, whatever r does elsewhere"


async def test_w_switches_the_instrument_and_backspace_goes_back(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "w")
        assert isinstance(stage.desk.screen, Switcher)
        await stage.press(pilot, "e", "t", "enter")
        await stage.until(pilot, lambda: stage.desk.market.symbol == "ETHUSDT")
        assert {pane.symbol for pane in stage.link.panes.values() if pane.kind is api.PaneKind.BOOK} == {"ETHUSDT"}
        await stage.press(pilot, "backspace")
        await stage.until(pilot, lambda: stage.desk.market.symbol == "BTCUSDT")


async def test_the_arm_switch_turns_order_keys_off_and_on(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "ctrl+t")
        assert "DISARMED" in stage.screen().splitlines()[0]
        await stage.press(pilot, "ctrl+t")
        assert stage.line == "ARMED. Order keys act."


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("scale 0.01 @ 61800", "scale is not built yet. Nothing was done."),
        ("sel 0.01 mkt", "unknown word sel. Nothing was done. Did you mean sell? Type it out."),
        ("cancel all; close", "One command a line: chains with ; are not built yet. Nothing was done."),
        ("theme purple", "theme is one of dark, light, contrast, colour-blind, sixteen, mono. Now: dark."),
        ("halt now", "now is one word too many. Nothing was done."),
        ("go moon", "go where? One of market, orders, positions, balances, venues, alerts."),
    ],
    ids=lambda text: text.split(" ")[0],
)
async def test_lines_that_cannot_be_taken_are_refused_with_a_sentence(stage: Stage, text: str, line: str) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        asked = stage.deeds
        await stage.press(pilot, "colon")
        await stage.type(pilot, text)
        await stage.press(pilot, "enter")
        assert stage.line.startswith(line)
        assert stage.deeds == asked


@pytest.mark.parametrize(
    ("text", "proof"),
    [
        ("theme light", lambda stage: stage.desk.theme == "light"),
        ("HALT", lambda stage: stage.desk.store.trading is api.TradingState.HALTED),
        ("disarm", lambda stage: not stage.desk.trader.armed),
        ("go orders", lambda stage: stage.desk.current_mode == "orders"),
        ("help", lambda stage: isinstance(stage.desk.screen, HelpPage)),
        ("q", lambda stage: not stage.desk.is_running),
    ],
    ids=["theme", "halt", "disarm", "go", "help", "q"],
)
async def test_control_words_do_what_they_say(stage: Stage, text: str, proof: object) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "colon")
        for letter in text:
            stage.clock.advance(0.1)
            await pilot.press("space" if letter == " " else letter)
        await pilot.press("enter")
        assert callable(proof)
        await stage.until(pilot, lambda: proof(stage))


async def test_esc_closes_the_line_and_keeps_its_draft(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "colon", "h", "a", "escape")
        assert stage.desk.store.trading is api.TradingState.ACTIVE
        await stage.press(pilot, "colon")
        assert stage.desk.floor.typed.value == "ha"


async def test_a_theme_reaches_every_pane(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        before = stage.desk.floor.ladder.render_line(5)
        stage.desk.theme = "light"
        await stage.settle(pilot)
        after = stage.desk.floor.ladder.render_line(5)
        assert before.text == after.text
        assert [segment.style for segment in before] != [segment.style for segment in after]


@pytest.mark.parametrize(("key", "interval"), [("1", Interval.S1), ("4", Interval.M5), ("9", Interval.D1)])
async def test_digits_on_the_chart_ask_for_candles_of_another_length(
    stage: Stage, key: str, interval: Interval
) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "g", "c", key)
        await stage.settle(pilot)
        assert stage.link.sent(api.OpenPane)[-1].interval is interval
        charts = [p for p in stage.link.panes.values() if p.kind is api.PaneKind.CANDLES and p.history > 100]
        assert [pane.interval for pane in charts] == [interval]


@pytest.mark.parametrize(
    "keys",
    [
        ("left", "h", "shift+left", "pageup", "home", "end", "right", "l", "shift+right", "pagedown"),
        ("plus", "minus", "equals_sign", "i", "v", "a"),
        ("x", "up", "down", "left", "enter"),
    ],
    ids=["pan", "zoom and show", "crosshair"],
)
async def test_the_charts_keys_send_nothing(stage: Stage, keys: tuple[str, ...]) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "g", "c")
        asked = stage.deeds
        await stage.press(pilot, *keys)
        assert stage.deeds == asked


async def test_enter_on_the_crosshair_moves_the_ladders_cursor(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "g", "c", "x", "enter")
        floor = stage.desk.floor
        assert floor.ladder.cursor_price == floor.chart.crosshair_price


async def test_the_tape_scrolls_filters_and_follows(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        tape = stage.desk.floor.tape
        newest = tape.top_trade
        await stage.press(pilot, "g", "t", "down")
        assert tape.top_trade != newest
        await stage.press(pilot, "end", "plus")
        assert stage.line.startswith("Tape shows trades of at least ")
        await stage.press(pilot, "minus", "c", "up")
        assert tape.top_trade == newest


async def test_the_watchlist_opens_and_removes(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "g", "w", "x")
        assert stage.line == "BTCUSDT is on the screen and stays."
        await stage.press(pilot, "down", "enter")
        await stage.until(pilot, lambda: stage.desk.market.symbol == "ETHUSDT")
        await stage.press(pilot, "g", "w", "up", "x")
        await stage.until(pilot, lambda: stage.desk.market.watched == ["ETHUSDT"])
