"""Every key's first stop: judged by the dispatcher, and what came of it done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events

from tui.commands.command import Context
from tui.commands.hand import Choose, Outcome, PassOn, Reply, Run, Stroke, Swallow
from tui.format import words
from tui.messages.teller import Tone

if TYPE_CHECKING:
    from tui.desk import Desk


class Keyboard:
    """Keys in, deeds out.

    Args:
        desk: The app.

    Attributes:
        last_ns: Monotonic time of the newest key.
        choices: What may follow the pending prefix, in words.
    """

    def __init__(self, desk: Desk) -> None:
        self.last_ns = desk.clock.monotonic_ns()
        self.choices = ""
        self._desk = desk

    def takes(self, event: events.Key) -> bool:
        """Judge a key; whether it goes no further."""
        desk = self._desk
        now_ns = desk.clock.monotonic_ns()
        self.last_ns = now_ns
        desk.teller.touched()
        self.choices = ""
        stroke = Stroke(event.key, event.character, desk.rooms.in_text)
        if desk.locker.covered and desk.locker.cover is None:
            return True
        outcome = desk.hand.take(stroke, desk.rooms.contexts(), now_ns)
        if desk.rooms.context() is Context.LADDER:
            desk.floor.note_key()
        if desk.hand.asker.open is None:
            desk.floor.set_ghost(None)
        taken = self._do(outcome, stroke)
        desk.show_line()
        desk.painter.key_taken()
        return taken

    def takes_paste(self, event: events.Paste) -> bool:
        """Judge pasted text; whether it goes no further. Only a text field may have it."""
        desk = self._desk
        if desk.rooms.field is not None:
            self.last_ns = desk.clock.monotonic_ns()
            desk.rooms.field.paste(event.text)
            self._typed()
            return True
        if not desk.rooms.in_text:
            desk.ask(None)
            desk.say(words.PASTE_IGNORED, Tone.WARN)
            return True
        return desk.dialogs.paste(event.text)

    def _typed(self) -> None:
        sheet = self._desk.dialogs.sheet
        if sheet is not None:
            sheet.typed()

    def _do(self, outcome: Outcome, stroke: Stroke) -> bool:
        match outcome:
            case Run(command):
                if not self._desk.locker.refuses(command):
                    command.run(self._desk)
            case Reply(answer):
                answer()
            case Swallow(sentence):
                if sentence:
                    self._desk.say(sentence, Tone.WARN)
            case Choose(sentence):
                self.choices = sentence
            case PassOn():
                return self._pass_on(stroke)
        return True

    def _pass_on(self, stroke: Stroke) -> bool:
        desk, character = self._desk, stroke.character
        field = desk.rooms.field
        if field is not None:
            # Nothing typed there goes on to Textual, whose event log prints every key it dispatches.
            if character is not None:
                field.write(character)
                self._typed()
            return True
        if stroke.in_text:
            return character is not None and character.isprintable() and desk.dialogs.write(character)
        if desk.hand.is_order_key(stroke.key):
            desk.say(f"{words.needs_pane(stroke.key)}. Nothing was sent.")
        return True
