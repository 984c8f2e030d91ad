"""What a slow line, a paste or a held key turns into never becomes an order."""

from __future__ import annotations

import pytest
from textual import events
from textual._xterm_parser import XTermParser  # the real parser: what it makes of a cut sequence is the point

from support.desk_stage import Stage
from tui.commands.catalogue import COMMANDS
from tui.commands.command import Context
from tui.commands.gate import Gate
from tui.commands.guard import MS, BurstGuard, RepeatGuard, SequenceGuard
from tui.commands.hand import Hand, PassOn, Run, Stroke

SIZE = (120, 40)
SEQUENCES = (
    "\x1b[A",
    "\x1b[B",
    "\x1b[C",
    "\x1b[D",
    "\x1b[H",
    "\x1b[F",
    "\x1b[5~",
    "\x1b[6~",
    "\x1b[3~",
    "\x1bOS",
    "\x1b[b",
    "\x1b[1;2B",
    "\x1b[<0;61;12m",
)
"""Arrows, home, end, page keys, delete, F4, rxvt's shift+down, shift+down, a mouse report."""


def cut_keys(sequence: str, at: int) -> list[events.Key]:
    """Keys the parser makes of a sequence that stops at ``at`` for longer than its patience."""
    parser, found = XTermParser(), []
    for part in (sequence[:at], sequence[at:]):
        found += list(parser.feed(part))
        if parser._timeout_time is not None:  # noqa: SLF001  # the patience is over, without waiting for it
            parser._timeout_time = 0  # noqa: SLF001
            found += list(parser.tick())
    return [event for event in found if isinstance(event, events.Key)]


CUTS = [(sequence, at) for sequence in SEQUENCES for at in range(1, len(sequence))]


@pytest.mark.parametrize(("sequence", "at"), CUTS, ids=repr)
def test_no_cut_of_a_sequence_reaches_a_command_but_esc(sequence: str, at: int) -> None:
    hand = Hand(COMMANDS, Gate())
    now_ns = 10**12
    for key in cut_keys(sequence, at):
        now_ns += 60 * MS
        outcome = hand.take(Stroke(key.key, key.character), (Context.LADDER, Context.GLOBAL), now_ns)
        if isinstance(outcome, Run):
            assert outcome.command.id == "back"


def test_without_the_guard_cut_sequences_would_reach_commands() -> None:
    reached = set()
    for sequence, at in CUTS:
        for key in cut_keys(sequence, at):
            for command in COMMANDS:
                if Context.LADDER in command.contexts and key.key in command.keys:
                    reached.add(command.id)
    assert reached >= {"order.buy", "size.5"}


def test_the_swallow_ends_after_400_ms_of_silence() -> None:
    guard = SequenceGuard()
    assert guard.swallows("[", 0)
    assert not guard.swallows("b", 401 * MS)


def test_neither_opener_nor_a_capital_order_key_is_bound() -> None:
    for command in COMMANDS:
        keys = {key for sequence in command.keys for key in sequence.split(" ")}
        assert not keys & {"left_square_bracket", "O"}
        if command.adds_risk:
            assert all(key == key.lower() for key in keys)


def test_nothing_is_bound_to_what_terminals_do_not_deliver() -> None:
    for command in COMMANDS:
        keys = {key for sequence in command.keys for key in sequence.split(" ")}
        assert not keys & {"ctrl+i", "ctrl+m", "ctrl+h", "ctrl+z", "ctrl+a", "ctrl+b", "ctrl+s", "ctrl+enter"}
        assert not any(key.startswith(("alt+", "ctrl+left", "ctrl+right")) for key in keys)


def test_the_third_printable_key_inside_15_ms_is_no_hand() -> None:
    guard = BurstGuard()
    assert [guard.bursts("a", time_ns * MS) for time_ns in (0, 5, 10, 14, 40)] == [False, False, True, True, False]


def test_a_held_keys_events_all_count() -> None:
    guard = RepeatGuard()
    assert guard.since_last_ns("b", 0) is None
    assert guard.since_last_ns("b", 500 * MS) == 500 * MS
    assert guard.since_last_ns("b", 530 * MS) == 30 * MS


async def test_holding_b_for_two_seconds_gives_at_most_two_orders_and_says_what_was_ignored(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "b", apart_s=0)
        await stage.press(pilot, "b", apart_s=0.5)
        for _ in range(8):
            await stage.press(pilot, "b", apart_s=0.03)
        assert len(stage.placed) == 2
        assert stage.line == "b ignored: 30 ms after the last b, 250 ms is the least."


async def test_three_keys_in_15_ms_drop_what_is_staged(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "K", "K", "b")
        await stage.press(pilot, "u", "u", "y", apart_s=0.001)
        assert not stage.placed
        assert stage.line == "Ignored: three keys in 15 ms are no hand. Nothing was sent."


async def test_a_paste_never_reaches_the_ladder(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        asked = stage.deeds
        stage.desk.post_message(events.Paste("b\ns\nmb\ny\n" * 10))
        await stage.settle(pilot)
        assert stage.line == "Paste ignored: the ladder takes keys"
        assert stage.deeds == asked


async def test_a_paste_reaches_the_typed_line(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "colon")
        stage.desk.post_message(events.Paste("theme light"))
        await stage.settle(pilot)
        assert stage.desk.floor.typed.value == "theme light"


async def test_typing_bybit_into_the_ladder_confirms_nothing(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "K", "K")
        await stage.press(pilot, *"bybit", apart_s=0.12)
        assert not stage.placed


async def test_esc_then_enter_and_esc_then_y_send_nothing(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        for keys in (("escape", "enter"), ("enter",), ("escape", "y")):
            await stage.press(pilot, "K", "K", "b", *keys, "escape", "escape")
        assert not stage.placed


async def test_order_keys_settle_after_a_change_of_pane(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "g", "c", "g", "l")
        await stage.press(pilot, "b", apart_s=0.2)
        assert stage.line == "Settling: press again."
        assert not stage.placed
        await stage.press(pilot, "b")
        assert len(stage.placed) == 1


@pytest.mark.parametrize(
    "keys",
    [("2",), ("full_stop",), ("c",), ("question_mark", "escape"), ("g", "o", "g", "m"), ("colon", "escape")],
    ids=" ".join,
)
async def test_order_keys_settle_after_whatever_changes_under_the_hand(stage: Stage, keys: tuple[str, ...]) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, *keys)
        await stage.press(pilot, "b", apart_s=0.1)
        assert stage.line == "Settling: press again."
        assert not stage.placed


async def test_order_keys_settle_when_the_book_comes_back_and_when_the_terminal_gets_the_focus(stage: Stage) -> None:
    from connectors.model.book import BookState
    from support import pane_facts

    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.book(pane_facts.book(levels=60, state=BookState.RESYNC))
        await stage.settle(pilot)
        stage.clock.advance(1)
        stage.book()
        await stage.settle(pilot)
        await stage.press(pilot, "b", apart_s=0.1)
        assert stage.line == "Settling: press again."
        stage.clock.advance(1)
        stage.desk.post_message(events.AppBlur())
        stage.desk.post_message(events.AppFocus())
        await stage.settle(pilot)
        await stage.press(pilot, "b", apart_s=0.1)
        assert stage.line == "Settling: press again."
        assert not stage.placed


async def test_losing_the_terminals_focus_drops_what_is_staged(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "K", "K", "b")
        stage.desk.post_message(events.AppBlur())
        await stage.settle(pilot)
        await stage.press(pilot, "y")
        assert not stage.placed


async def test_after_a_stall_order_keys_wait_for_a_whole_frame_and_a_beat(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.desk.beat()
        stage.clock.advance(3)
        stage.desk.beat()
        await pilot.press("b")
        await pilot.pause()
        assert not stage.placed
        assert "The screen stood still for" in stage.line
        for _ in range(2):
            stage.clock.advance(0.05)
            stage.desk.beat()
            await pilot.pause()
        await stage.press(pilot, "b")
        assert len(stage.placed) == 1


def test_a_key_that_waited_out_a_stall_is_refused_before_any_beat() -> None:
    gate = Gate(beating=True, period_ns=50 * MS)
    gate.beat(0)
    assert gate.refusal(60 * MS) == ""
    assert gate.refusal(400 * MS) == "The screen was not repainted for 350 ms. Press again once it moves."


def test_a_storm_of_sizes_counts_as_a_stall() -> None:
    gate = Gate()
    for time_ms in (0, 100, 200, 300):
        gate.resized(time_ms * MS)
    assert gate.refusal(2_000 * MS) == "The window is being resized. Press again once it rests."
    gate.beat(2_050 * MS)
    gate.beat(2_100 * MS)
    assert gate.refusal(2_100 * MS) == ""


def test_an_unknown_key_is_passed_on() -> None:
    hand = Hand(COMMANDS, Gate())
    assert hand.take(Stroke("q", "q"), (Context.LADDER, Context.GLOBAL), 10**12) == PassOn()
