"""A secret that is typed: taken byte by byte, shown to nobody, gone when it was handed over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import textual
from hypothesis import given
from hypothesis import strategies as st
from textual import constants, events
from textual.app import ComposeResult
from textual.pilot import Pilot
from textual.screen import Screen

from support.clock import FakeClock
from support.desk_stage import Stage
from tui.commands.command import Context
from tui.widgets.secret_input import CONTROL, SHOWN_NS, SecretInput, TypedField, WordInput

CANARY = "cAnary7Quarz"


class Form(Screen[None]):
    """A screen with fields, as the desk has them."""

    def __init__(self, *fields: TypedField) -> None:
        super().__init__()
        self.fields = fields

    def compose(self) -> ComposeResult:
        yield from self.fields

    def on_mount(self) -> None:
        self.set_focus(self.fields[0])


async def show(stage: Stage, pilot: Pilot[int], *fields: TypedField) -> None:
    await stage.open(pilot)
    await stage.desk.push_screen(Form(*fields))
    await pilot.pause()


def painted(field: TypedField) -> str:
    field.flush()
    return field.render_line(0).text


@pytest.fixture
def event_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """Textual's own event log, as ``TEXTUAL_LOG`` writes it."""
    path = tmp_path / "events.log"
    monkeypatch.setattr(constants, "LOG_FILE", str(path))
    return path.read_text


async def test_what_is_typed_is_taken_as_utf8_and_leaves_the_field_empty(stage: Stage) -> None:
    field = SecretInput(stage.clock)
    async with stage.desk.run_test() as pilot:
        await show(stage, pilot, field)
        await stage.type(pilot, "Kä§e 1")
        assert field.filled
        assert field.take() == bytearray("Kä§e 1", "utf-8")
        assert field.take() == bytearray()


async def test_nothing_of_a_secret_is_in_messages_log_clipboard_selection_or_picture(
    stage: Stage, event_log: Callable[[], str]
) -> None:
    field = SecretInput(stage.clock)
    async with stage.desk.run_test() as pilot:
        await show(stage, pilot, field)
        textual.log.debug("the log is written")
        await stage.type(pilot, CANARY[:6])
        stage.desk.post_message(events.Paste(CANARY[6:]))
        await pilot.pause()
        await stage.press(pilot, "ctrl+a", "ctrl+c", "ctrl+x", "home", "shift+end", "ctrl+k")
        picture = stage.desk.export_screenshot()
        assert stage.desk.clipboard == ""
        assert stage.desk.screen.get_selected_text() is None
        assert stage.desk.screen.selections == {}
        assert CANARY not in repr(field) + str(field) + repr(vars(field)) + repr(field.tree)
        assert field.take() == bytearray(CANARY, "ascii")
    log = event_log()
    assert "the log is written" in log
    for part in (CANARY, CANARY[6:], "character=", "'Q'", "upper_q"):
        assert part not in log
    assert not any(letter in picture.replace("&#160;", " ").split("[••••")[0][-1:] for letter in CANARY)
    assert CANARY not in picture


async def test_the_mark_is_as_wide_for_one_character_as_for_sixty(stage: Stage) -> None:
    field = SecretInput(stage.clock)
    async with stage.desk.run_test() as pilot:
        await show(stage, pilot, field)
        empty = painted(field)
        await stage.type(pilot, "x")
        one = painted(field)
        field.paste("y" * 59)
        assert painted(field) == one != empty


async def test_a_paste_is_trimmed_and_says_so(stage: Stage) -> None:
    field = SecretInput(stage.clock)
    async with stage.desk.run_test() as pilot:
        await show(stage, pilot, field)
        stage.desk.post_message(events.Paste(f" \t{CANARY}\r\n"))
        await pilot.pause()
        assert (field.trimmed, field.take(), field.trimmed) == (True, bytearray(CANARY, "ascii"), False)
        field.paste(CANARY)
        assert (field.trimmed, field.take()) == (False, bytearray(CANARY, "ascii"))


@pytest.mark.parametrize("text", ["two\nlines", "\x1b[31m", "nul\x00", "half \ud800"])
async def test_control_characters_are_refused_whole(stage: Stage, text: str) -> None:
    field = SecretInput(stage.clock)
    async with stage.desk.run_test() as pilot:
        await show(stage, pilot, field)
        field.paste(text)
        assert field.trouble == CONTROL
        assert not field.filled
        await stage.type(pilot, "a")
        assert field.trouble == ""


async def test_a_pem_file_may_be_pasted_where_lines_are_allowed(stage: Stage) -> None:
    field = SecretInput(stage.clock, lines=True)
    async with stage.desk.run_test() as pilot:
        await show(stage, pilot, field)
        field.paste("-----BEGIN-----\r\nMIIE\r-----END-----\n\n")
        assert field.take() == bytearray(b"-----BEGIN-----\nMIIE\n-----END-----")


async def test_more_than_it_may_hold_is_refused_whole(stage: Stage) -> None:
    field = SecretInput(stage.clock, most=8)
    async with stage.desk.run_test() as pilot:
        await show(stage, pilot, field)
        field.paste("1234567")
        field.paste("89")
        assert "longer than 8 bytes" in field.trouble
        assert field.take() == bytearray(b"1234567")


async def test_keys_erase_a_character_and_empty_the_field(stage: Stage) -> None:
    field = SecretInput(stage.clock)
    async with stage.desk.run_test() as pilot:
        await show(stage, pilot, field)
        assert stage.desk.rooms.contexts()[0] is Context.FIELD
        await stage.type(pilot, "aß€🙂")
        await stage.press(pilot, "backspace")
        assert field.take() == bytearray("aß€", "utf-8")
        await stage.type(pilot, "abc")
        await stage.press(pilot, "ctrl+u")
        assert not field.filled


async def test_it_is_shown_for_five_seconds_only_where_its_owner_allows(stage: Stage) -> None:
    shut, open_ = SecretInput(stage.clock), SecretInput(stage.clock, may_reveal=True)
    async with stage.desk.run_test() as pilot:
        await show(stage, pilot, shut, open_)
        await stage.type(pilot, CANARY)
        await stage.press(pilot, "ctrl+r")
        assert CANARY not in painted(shut)
        assert stage.line == "What is typed here is never shown."
        stage.desk.screen.set_focus(open_)
        await stage.type(pilot, CANARY)
        await stage.press(pilot, "ctrl+r")
        assert CANARY in painted(open_)
        stage.clock.advance(SHOWN_NS / 1e9 + 0.1)
        assert CANARY not in painted(open_)
        await stage.press(pilot, "ctrl+r")
        assert CANARY in painted(open_)
        await stage.press(pilot, "ctrl+r")
        assert CANARY not in painted(open_)
        await stage.press(pilot, "ctrl+r")
        stage.desk.screen.set_focus(shut)
        await pilot.pause()
        assert CANARY not in painted(open_)


async def test_what_it_held_is_overwritten_when_it_goes(stage: Stage) -> None:
    field = SecretInput(stage.clock)
    async with stage.desk.run_test() as pilot:
        await show(stage, pilot, field)
        await stage.type(pilot, CANARY)
        held = field._held.buffer  # noqa: SLF001  # the buffer itself is what is looked at
        assert CANARY.encode() in held
        await stage.desk.pop_screen()
        await pilot.pause()
        assert not any(held)
        field.write("x")
        assert not field.filled


async def test_a_dead_field_takes_nothing(stage: Stage) -> None:
    field = SecretInput(stage.clock)
    async with stage.desk.run_test() as pilot:
        await show(stage, pilot, field)
        await stage.type(pilot, "ab")
        field.dead = True
        await stage.press(pilot, "c", "backspace")
        field.paste("d")
        field.dead = False
        assert field.take() == bytearray(b"ab")


async def test_an_order_key_typed_into_it_is_text(stage: Stage) -> None:
    field = SecretInput(stage.clock)
    async with stage.desk.run_test() as pilot:
        await show(stage, pilot, field)
        await stage.press(pilot, "m", "b", "x", "colon")
        assert field.take() == bytearray(b"mbx:")
        assert stage.placed == []


async def test_a_word_can_be_read_while_it_is_typed(stage: Stage) -> None:
    field = WordInput()
    async with stage.desk.run_test() as pilot:
        await show(stage, pilot, field)
        await stage.type(pilot, "LIVE")
        assert field.text == "LIVE"
        assert "LIVE" in painted(field)
        field.put("main")
        assert field.text == "main"


@given(st.lists(st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=1), max_size=20))
def test_erasing_takes_back_exactly_the_character_before(letters: list[str]) -> None:
    field = SecretInput(FakeClock())
    for letter in letters:
        field.write(letter)
    for left in range(len(letters), 0, -1):
        held = bytes(field._held.buffer[: field._length])  # noqa: SLF001  # looked at without emptying it
        assert held.decode() == "".join(letters[:left])
        field.erase()
    assert not field.filled
