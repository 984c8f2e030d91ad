"""The frame of every screen: row 1 status, row 2 title, body, message line, and the row of keys or the typed line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Protocol, cast

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input
from textual.widgets.input import Selection

from tui.commands.command import Context
from tui.format import words
from tui.screens.repaint import RowCompositor
from tui.styles.palette import Ink
from tui.widgets.line import Line, Token, wrapped
from tui.widgets.pane import LinePane
from tui.widgets.rows import FooterKeys, MessageLine, MessageText
from tui.widgets.status import StatusBar
from tui.widgets.strips import banner_line
from tui.widgets.table import TitleRow

if TYPE_CHECKING:
    from tui.desk import Desk

LEAST_WIDTH, LEAST_HEIGHT = 80, 24
"""Below this nothing fits, and the screen says so."""


class TooSmall(LinePane):
    """Covers everything while the window is too small; panic and quit work on."""

    DEFAULT_CSS = (
        "TooSmall { layer: above; dock: top; width: 100%; height: 100%; display: none; background: $background; }"
    )
    HAS_TITLE = False

    _sentence = ""

    def put(self, sentence: str) -> None:
        """Say what is missing."""
        self._sentence = sentence
        self.touch_up()

    def body_lines(self, width: int, height: int) -> list[Line]:
        """The sentence, wrapped at words."""
        return [[(row, Ink())] for row in wrapped(self._sentence, width)][:height]


class LostRow(LinePane):
    """One reversed row across the screen while no worker answers for what is shown."""

    DEFAULT_CSS = "LostRow { height: 1; display: none; }"
    HAS_TITLE = False

    _wordings: tuple[str, ...] = ()

    def put(self, wordings: tuple[str, ...]) -> None:
        """Say it; nothing to say hides the row."""
        if wordings != self._wordings:
            self._wordings = wordings
            self.display = bool(wordings)
            self.touch_up()

    def body_lines(self, width: int, height: int) -> list[Line]:
        """The fullest wording that fits."""
        return [banner_line(self._wordings, width)] if height and self._wordings else []


class Typed(Input):
    """The command line and the other one-line questions; it takes the row of keys while it is open."""

    DEFAULT_CSS = """
    Typed { width: 1fr; height: 1; border: none; padding: 0; background: $surface; display: none; }
    Typed:focus { border: none; background: $surface; }
    """

    def __init__(self) -> None:
        super().__init__(compact=True, select_on_focus=False, id="typed")


class Prompt(LinePane):
    """What the typed line is for, before it: ``:``, ``/``, or a word."""

    DEFAULT_CSS = "Prompt { width: 3; height: 1; background: $surface; display: none; }"
    HAS_TITLE = False

    _sign = ""

    def put(self, sign: str) -> None:
        """Show a sign in as many cells as it needs; an empty one goes."""
        self._sign = sign
        self.display = bool(sign)
        self.styles.width = len(sign) + 2
        self.touch_up()

    def body_lines(self, width: int, height: int) -> list[Line]:  # noqa: ARG002  # as wide as its sign
        """The sign."""
        return [[(f" {self._sign}", Ink(Token.INFO, bold=True))]] if height else []


class TextHand(Protocol):
    """Text fields of a body that are not Textual's own."""

    @property
    def in_text(self) -> bool:
        """Whether the hand is in one of them."""
        ...

    def write(self, text: str) -> bool:
        """Take what was typed into the field under the hand; whether one took it."""
        ...

    def paste(self, text: str) -> bool:
        """Take what was pasted, likewise."""
        ...


class DeskScreen(Screen[None]):
    """A screen of the desk. Subclasses compose a body and say which panes it has.

    Attributes:
        name_of: Its mode, such as ``orders``.
    """

    DEFAULT_CSS = (
        "DeskScreen { layers: base above; } DeskScreen > #body { height: 1fr; } DeskScreen > #asked { height: auto; }"
    )
    AUTO_FOCUS = None
    name_of: ClassVar[str]
    context: ClassVar[Context] = Context.GLOBAL
    """Where the hand is when no pane says otherwise."""
    secret = False
    """Whether a secret may be seen on it: no picture is taken then."""
    text: TextHand | None = None
    """Takes what is typed into its body, where that has fields of its own."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = RowCompositor()
        self.status = StatusBar()
        self.title_row: LinePane = TitleRow()
        self.lost = LostRow()
        self.message = MessageLine()
        self.keys = FooterKeys()
        self.prompt = Prompt()
        self.typed = Typed()
        self.too_small = TooSmall()

    @property
    def desk(self) -> Desk:
        """The app, by its own type."""
        return cast("Desk", self.app)

    # --- for subclasses ---------------------------------------------------------------------------------------------

    def compose_body(self) -> ComposeResult:
        """Compose what stands between title and message line."""
        yield from ()

    def body_panes(self) -> Iterator[LinePane]:
        """Panes of the body; only displayed ones are flushed."""
        yield from ()

    def take_facts(self) -> None:
        """Orders, positions or balances changed, or the screen has come up: draw what is so now."""

    def move_list(self, rows: int) -> None:
        """Move the selection of the screen's list, where it has one."""

    def step_back(self) -> bool:
        """One step back within the screen; whether there was one."""
        return False

    @property
    def line_words(self) -> str:
        """What its own fields would send, for the message line; empty while none is filled in."""
        return ""

    def refocus(self) -> None:
        """Put the focus back where it was before the typed line."""
        self.focus_next()

    def before_flush(self) -> None:
        """A beat: refresh what depends on time or on the market."""

    def context_of(self, focused: Widget | None) -> Context:  # noqa: ARG002  # screens with one list have one context
        """Which keys the focused pane has."""
        return self.context

    # --- frame ------------------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """The frame around `compose_body`. What is painted before the first beat is as of now."""
        for pane in (self.status, self.title_row, self.message):
            pane.now_ns = self.desk.clock.time_ns()
        yield self.status
        yield self.title_row
        with Vertical(id="body"):
            yield from self.compose_body()
        yield self.lost
        yield self.message
        yield self.keys
        with Horizontal(id="asked"):
            yield self.prompt
            yield self.typed
        yield self.too_small

    def panes(self) -> Iterator[LinePane]:
        """Every pane that is to be flushed."""
        yield self.status
        yield self.title_row
        for pane in self.body_panes():
            if pane.display:
                yield pane
        if self.lost.display:
            yield self.lost
        yield self.message
        yield self.keys
        if self.prompt.display:
            yield self.prompt
        if self.too_small.display:
            yield self.too_small

    def flushes(self, now_ns: int, beat: int = 0) -> Iterator[int]:
        """Compose and repaint what changed, in steps, each of them short; how many rows each repainted.

        Args:
            now_ns: Wall time.
            beat: Number of the beat: a pane that is looked at less is flushed at every so many of them (`EVERY`), the
                focused one at each. 0 flushes all.
        """
        self.before_flush()
        yield 0
        for pane in self.panes():
            if not beat % pane.EVERY or pane.has_focus:
                yield pane.flush(now_ns)

    def _on_timer_update(self) -> None:
        """Textual repaints here what was flushed. A key or an order that is on its way goes first; the timer stays."""
        if not self.desk.painter.stands_aside:
            super()._on_timer_update()

    def put_lost(self, wordings: tuple[str, ...]) -> None:
        """Take that no worker answers, from the fullest wording to the shortest; nothing while one does."""
        self.lost.put(wordings)

    def put_message(self, message: MessageText) -> None:
        """Take what the message line says."""
        if message != self.message.message:
            self.message.put(message)

    def on_screen_resume(self) -> None:
        """Come up: draw what is so now, and let the hand settle."""
        self.desk.rooms.arrived(self)

    def on_resize(self) -> None:
        """Follow the window; too small a one is covered by its sentence."""
        width, height = self.app.size
        small = width < LEAST_WIDTH or height < LEAST_HEIGHT
        self.too_small.display = small
        if small:
            desk = self.desk
            self.too_small.put(words.too_small(width, height, len(desk.store.working()), desk.floor.position_words))
        self.desk.rooms.resized()

    def on_descendant_focus(self) -> None:
        """Another pane has the focus: its keys stand in the footer, and order keys settle."""
        self.desk.rooms.settle()

    # --- the typed line ---------------------------------------------------------------------------------------------

    def open_typed(self, draft: str, hint: str, sign: str) -> None:
        """Put the typed line in place of the row of keys; a draft in it is marked, so that typing begins anew."""
        self.typed.value = draft
        self.typed.placeholder = hint
        # Typed behind a line that was refused, a new one would be neither of the two. An arrow or end keeps the draft.
        self.typed.selection = Selection(0, len(draft))
        self.prompt.put(sign)
        self.keys.display = False
        self.typed.display = True
        # Not `focus()`, which comes to it only later: the next key of a fast hand would still be an order key.
        self.set_focus(self.typed)

    def close_typed(self) -> str:
        """Put the row of keys back; what was typed."""
        text = self.typed.value
        self.typed.display = False
        self.prompt.put("")
        self.keys.display = True
        return text
