"""A dialog with fields that are typed into, one step after another: passphrases, recovery keys, words to agree with.

Text, fields and what was said stand in one frame. The desk's dispatcher reads the keys (`tui.commands.sheets`), and
writes what is typed into the field that has the focus.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen

from tui.commands.command import Context
from tui.format.clean import clean
from tui.messages.teller import Tone
from tui.styles.palette import Ink
from tui.widgets.line import DIM, PLAIN, Line, Token, left, wrapped
from tui.widgets.pane import LinePane
from tui.widgets.secret_input import TRIMMED, SecretInput, TypedField

if TYPE_CHECKING:
    from tui.desk import Desk

WIDTH = 78
"""Cells of the frame; a window of 80 has room for it."""
_INNER = WIDTH - 4
_NAME = 14
_SENTENCE = 1_000
_TONES = {Tone.PLAIN: PLAIN, Tone.GOOD: PLAIN, Tone.WARN: Ink(Token.WARN), Tone.DANGER: Ink(Token.DANGER, bold=True)}


@dataclass(frozen=True, slots=True)
class Step:
    """One page of a sheet: what stands above and below its fields, and what enter does."""

    enter: Callable[[], None]
    above: tuple[str, ...] = ()
    """Paragraphs; an empty one is a blank row."""
    fields: tuple[str, ...] = ()
    """Names of the fields that are shown, top to bottom."""
    below: tuple[str, ...] = ()
    keys: tuple[tuple[str, str], ...] = ()
    """(key, words) of the last row."""


class Words(LinePane):
    """Some rows of text, as high as they are many."""

    DEFAULT_CSS = "Words { height: auto; width: 1fr; }"
    HAS_TITLE = False

    def __init__(self, lines: Sequence[Line] = ()) -> None:
        super().__init__()
        self._rows = list(lines)

    def on_mount(self) -> None:
        """Take the room of the first rows."""
        self.put(self._rows)

    def put(self, lines: Sequence[Line]) -> None:
        """Show other rows."""
        self._rows = list(lines)
        self.styles.height = len(self._rows)
        self.display = bool(self._rows)
        self.touch_up()

    @property
    def rows(self) -> list[Line]:
        """What stands there."""
        return self._rows

    @property
    def text(self) -> str:
        """What stands there, for tests and for whoever reads it aloud."""
        return "\n".join("".join(run for run, _ink in line) for line in self._rows)

    def body_lines(self, width: int, height: int) -> list[Line]:  # noqa: ARG002  # rows are cut to width afterwards
        """The rows."""
        return self._rows[:height]


class Sheet(ModalScreen[None]):
    """A frame of words and fields over the body.

    Args:
        title: In its frame.
        fields: By the name that stands before each; all of them, whatever step shows them.
    """

    DEFAULT_CSS = f"""
    Sheet {{ align: center top; background: transparent; }}
    Sheet #sheet {{
        width: {WIDTH}; max-width: 100%; height: auto; max-height: 100%; margin-top: 2;
        border: round $foreground; border-title-color: $foreground; border-title-style: bold;
        background: $surface; padding: 0 1;
    }}
    Sheet .row {{ height: 1; width: 1fr; }}
    Sheet .row > Words {{ width: {_NAME}; }}
    """
    context: ClassVar[Context] = Context.SHEET
    AUTO_FOCUS = None
    secret = True
    """No picture of the screen is taken while it stands."""

    def __init__(self, title: str, fields: dict[str, TypedField]) -> None:
        super().__init__()
        self.title_words = title
        self.fields = fields
        self.busy = False
        """The worker is at it: keys wait."""
        self.said = ""
        """What went wrong, or what is being done."""
        self._tone = Tone.PLAIN
        self._step: Step | None = None
        self._names = {name: Words([[(left(name, _NAME), DIM)]]) for name in fields}
        self._rows = {name: Horizontal(self._names[name], field, classes="row") for name, field in fields.items()}
        self._above, self._saying, self._below, self._keys = Words(), Words(), Words(), Words()

    @property
    def desk(self) -> Desk:
        """The app, by its own type."""
        return cast("Desk", self.app)

    # --- Textual ----------------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """The frame alone."""
        yield self.frame()

    def frame(self) -> Vertical:
        """Words and fields in their frame."""
        frame = Vertical(self._above, *self._rows.values(), self._saying, self._below, self._keys, id="sheet")
        frame.border_title = self.title_words
        return frame

    def on_mount(self) -> None:
        """Begin with the first step."""
        self.go(self.first())

    def first(self) -> Step:
        """The step it begins with."""
        raise TypeError(f"{type(self).__name__} says nothing about how it begins")

    def flush(self, now_ns: int) -> None:
        """Repaint what changed."""
        for pane in self.panes():
            if pane.display:
                pane.flush(now_ns)

    def panes(self) -> tuple[LinePane, ...]:
        """Everything that is drawn."""
        return (self._above, *self.query(Words), *self.fields.values())

    # --- steps ------------------------------------------------------------------------------------------------------

    def go(self, step: Step, said: str = "", tone: Tone = Tone.PLAIN) -> None:
        """Show a step, with its fields empty and the first one ready."""
        self._step = step
        self.empty()
        for name, row in self._rows.items():
            row.display = name in step.fields
        self._above.put(paragraphs(step.above))
        self._below.put(paragraphs(("", *step.below) if step.below else ()))
        self._keys.put([[], _keys(step.keys)] if step.keys else [])
        self.say(said, tone)
        self.set_focus(self.fields[step.fields[0]] if step.fields else None)
        self.desk.rooms.settle()

    def call(self, name: str, shown: str) -> None:
        """Write something else before a field; its name stays what it is."""
        self._names[name].put([[(left(shown, _NAME), DIM)]])

    def say(self, said: str, tone: Tone = Tone.WARN) -> None:
        """Say something under the fields; an empty text clears it."""
        self.said, self._tone = said, tone
        mark = f"{tone.value} " if said and tone is Tone.DANGER else ""
        rows = wrapped(mark + clean(said, _SENTENCE, spaces=True), _INNER) if said else []
        self._saying.put([[], *[[(row, _TONES[tone])] for row in rows]] if rows else [])

    def empty(self) -> None:
        """Overwrite what stands in every field."""
        for field in self.fields.values():
            field.clear()

    def move(self, rows: int) -> None:
        """The field below or above."""
        shown = [self.fields[name] for name in self._step.fields] if self._step is not None else []
        if shown and not self.busy:
            at = shown.index(self.focused) if self.focused in shown else 0
            self.set_focus(shown[(at + rows) % len(shown)])

    # --- keys -------------------------------------------------------------------------------------------------------

    def enter(self) -> None:
        """The next field; in the last one, take what was typed."""
        if self.busy or self._step is None:
            return
        shown = [self.fields[name] for name in self._step.fields]
        if shown and self.focused is not shown[-1]:
            self.move(1)
            return
        self._step.enter()

    def other(self) -> None:
        """The other way to the same end, where there is one."""

    def escape(self) -> None:
        """Leave: nothing is done that was not done yet."""
        if not self.busy:
            self.close()

    def typed(self) -> None:
        """Something was typed or pasted: say what became of it, and nothing of what was wrong before."""
        field = self.focused
        if not isinstance(field, TypedField) or self.busy:
            return
        if field.trouble:
            self.say(field.trouble)
        elif isinstance(field, SecretInput) and field.trimmed:
            self.say(TRIMMED, Tone.PLAIN)
        elif self.said:
            self.say("")

    # --- the worker -------------------------------------------------------------------------------------------------

    def begin(self, words: str, work: Awaitable[None]) -> None:
        """Let the worker do something while keys wait and the loop lives on."""
        self.busy = True
        for field in self.fields.values():
            field.dead = True
        self.say(words, Tone.PLAIN)
        self.desk.spawn(self._worked(work))

    async def _worked(self, work: Awaitable[None]) -> None:
        try:
            await work
        finally:
            self.busy = False
            for field in self.fields.values():
                field.dead = False

    @property
    def open(self) -> bool:
        """Whether it still stands on the screen: a cover may have taken it away while the worker was at it."""
        return self.is_attached and self in self.desk.screen_stack

    def close(self) -> None:
        """Take it away; what stands in its fields is overwritten."""
        self.empty()
        if self.open and self.desk.screen is self:
            self.desk.pop_screen()
            self.desk.call_later(self.desk.rooms.settle)


def paragraphs(texts: Sequence[str]) -> list[Line]:
    """Wrap paragraphs to the frame; what the worker said is cleaned here."""
    return [
        [(row, PLAIN)] for text in texts for row in wrapped(clean(text, _SENTENCE, spaces=True) if text else "", _INNER)
    ]


def _keys(keys: Sequence[tuple[str, str]]) -> Line:
    line: Line = []
    for key, words in keys:
        line += [("   " if line else "", PLAIN), (key, Ink(Token.INFO, bold=True)), (f" {words}", DIM)]
    return line
