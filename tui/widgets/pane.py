"""The pane every hand-drawn widget is: lines composed by pure code, and only changed lines painted.

Hot data live in plain attributes. ``put…`` keeps a fact and marks the pane stale; `LinePane.flush`, called by the
pulse, composes the lines anew and asks Textual to repaint those that differ; `LinePane.render_line` hands out what was
composed. Measured: one such pane costs a quarter of a DataTable, because a region is repainted and not the widget.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui.format.glyphs import ASCII_TABLE, GlyphSet, to_ascii
from tui.styles.palette import Palette
from tui.widgets.line import DIM, Ink, Line, Run, Token, fit

NANOS = 1_000_000_000
"""Nanoseconds in a second."""


class LinePane(Widget):
    """A pane of lines: a title row (if `heading` gives one) and a body.

    Subclasses answer `heading` and `body_lines`; nothing else of theirs touches Textual.

    Args:
        rule: Draw ``│`` in the first column, between this pane and the one on its left.
        name: As of `textual.widget.Widget`.
        id: As of `textual.widget.Widget`.
        classes: As of `textual.widget.Widget`.
    """

    DEFAULT_CSS = """
    LinePane { width: 1fr; height: 1fr; }
    """
    ASCII: dict[int, str] = ASCII_TABLE
    """How this pane's glyphs are spelled where the terminal has only ASCII."""
    HAS_TITLE = True
    EVERY = 1
    """Beats between two flushes while it has not the focus: 1 for what is traded on, more for what is glanced at."""
    TICK_NS = 0
    """How often the lines change with time alone, ns (an age that counts up); 0: never."""

    def __init__(
        self,
        *,
        rule: bool = False,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  # Textual's own word
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.rule = rule
        self.now_ns = 0
        """Wall time of the newest beat, ns; ages and counters on the pane are as of then."""
        self.rendered = 0
        """Rows handed to Textual since the pane was made (tests count work, not time)."""
        self._glyphs = GlyphSet.UNICODE
        self._lines: list[Line] = []
        self._composed_for = (-1, -1)
        self._finished: dict[int, tuple[Line, Line]] = {}
        """Of the newest composing: each body line as it was handed in, by its identity, and what became of it."""
        self._finished_for: tuple[int, bool, GlyphSet] | None = None
        self._titled: tuple[Line, int, bool, Line] | None = None
        self._stale = True
        self._palette: Palette | None = None
        self._strips: dict[int, tuple[Line, Palette, Strip]] = {}
        """Of each row: the line and the colours it was last made from, and what was made."""
        self._as_of_ns: int | None = None

    # --- for subclasses ---------------------------------------------------------------------------------------------

    def heading(self, width: int) -> Line:  # noqa: ARG002
        """The title row after its focus mark; ``width`` cells are free. Not asked where `HAS_TITLE` is False.

        As of `body_lines`, a line that was handed out is not changed afterwards.
        """
        return []

    def body_lines(self, width: int, height: int) -> list[Line]:  # noqa: ARG002
        """The body's lines, at most ``height``; each is cut or padded to ``width`` afterwards.

        A line that was handed out is not changed afterwards: the very same one is taken as it was finished before.
        """
        return []

    def lines_composed(self, changed: Sequence[int]) -> None:
        """Hear that lines were composed by a beat, and which of them differ from what is on the screen."""

    def line_painted(self, row: int) -> None:
        """Hear that one line was handed to Textual."""

    def touch_up(self) -> None:
        """Mark the pane stale: the next `flush` composes its lines again."""
        self._stale = True

    def doubt(self, as_of_ns: int | None) -> None:
        """Say that what is shown is as of then, wall time ns, and STALE; None: it can be believed again."""
        if as_of_ns != self._as_of_ns:
            self._as_of_ns = as_of_ns
            self.touch_up()

    @property
    def doubt_words(self) -> str:
        """``STALE 12 s`` while what is shown is old; else empty."""
        return "" if self._as_of_ns is None else f"STALE {max(self.now_ns - self._as_of_ns, 0) // NANOS} s"

    # --- for the desk -----------------------------------------------------------------------------------------------

    def use_glyphs(self, glyphs: GlyphSet) -> None:
        """Draw with Unicode or with ASCII from now on."""
        if glyphs is not self._glyphs:
            self._glyphs = glyphs
            self._repaint_all()

    @property
    def stale(self) -> bool:
        """Whether something was put since the last flush."""
        return self._stale

    def flush(self, now_ns: int | None = None) -> int:
        """Compose what is stale and repaint the rows that changed.

        Args:
            now_ns: Wall time of this beat, on the clock of the facts. Without it the pane's time stands still.

        Returns:
            How many rows were given to Textual for repainting.
        """
        if now_ns is not None:
            step = self.TICK_NS or (NANOS if self._as_of_ns is not None else 0)
            self._stale = self._stale or (step > 0 and now_ns // step != self.now_ns // step)
            self.now_ns = now_ns
        if not self._stale or not (size := self.size):
            return 0
        width, height = size
        before = self._lines
        if self._composed_for != (width, height):
            before = []
        self._compose_lines(width, height)
        changed = [row for row in range(height) if row >= len(before) or before[row] != self._lines[row]]
        self.lines_composed(changed)
        if changed:
            self.refresh(*(Region(0, row, width, 1) for row in changed))
        return len(changed)

    # --- Textual ----------------------------------------------------------------------------------------------------

    def render_lines(self, crop: Region) -> list[Strip]:
        """Hand out composed lines: all cells of them, as they are.

        Textual dresses each line of a widget in edges, padding, hatching: a tenth of a millisecond for nothing where a
        pane has none. What has some (a dialog's box) is left to it.
        """
        if any(self.styles.gutter):
            return super().render_lines(crop)
        background = self.background_colors[1]
        strips = [self.render_line(y) for y in crop.line_range]
        for each in self.get_line_filters():
            strips = [strip.apply_filter(each, background) for strip in strips]
        left, right = crop.column_span
        return strips if (left, right) == (0, self.size.width) else [strip.crop(left, right) for strip in strips]

    def render_line(self, y: int) -> Strip:
        """Hand out one composed line. Composes first when the size changed or nothing was composed yet."""
        width, height = self.size
        if self._composed_for != (width, height):
            self._compose_lines(width, height)
            self.lines_composed(range(height))
        self.line_painted(y)
        line = self._lines[y] if 0 <= y < len(self._lines) else fit([], width)
        palette = self._palette or self._mix()
        made = self._strips.get(y)
        if made is None or made[0] != line or made[1] is not palette:
            self.rendered += 1
            strip = Strip([Segment(text, palette.style(ink)) for text, ink in line], width)
            made = self._strips[y] = (line, palette, strip)
        return made[2]

    def notify_style_update(self) -> None:
        """Forget the styles of the theme before."""
        super().notify_style_update()
        self._palette = None

    def on_mount(self) -> None:
        """Follow changes of theme: colours of a pane come from the theme's variables, not from its style sheet."""
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self._repaint_all())

    def on_focus(self) -> None:
        """Show the focus at once."""
        self._repaint_all()

    def on_blur(self) -> None:
        """Show the loss of focus at once."""
        self._repaint_all()

    # --- inside -----------------------------------------------------------------------------------------------------

    def _repaint_all(self) -> None:
        self._palette = None
        self._composed_for = (-1, -1)
        self._stale = True
        self.refresh()

    def _mix(self) -> Palette:
        self._palette = Palette(self.app.get_css_variables(), self.rich_style)
        return self._palette

    def _compose_lines(self, width: int, height: int) -> None:
        inner = width - 1 if self.rule else width
        free = max(height - (1 if self.HAS_TITLE else 0), 0)
        body = self.body_lines(inner, free)[:free]
        # The body first: a title tells sums and jumps that composing the body finds out.
        lines = [self._title_line(inner)] if self.HAS_TITLE and height > 0 else []
        lines += [*body, *([] for _ in range(height - len(lines) - len(body)))]
        self._lines = self._finish(lines, width)
        self._composed_for = (width, height)
        self._stale = False

    def _finish(self, lines: list[Line], width: int) -> list[Line]:
        """Put the rule before each line, fit it and spell it; a line of the composing before is not gone over again."""
        known, wanted = self._finished, (width, self.rule, self._glyphs)
        if wanted != self._finished_for:
            known, self._finished_for = {}, wanted
        self._finished = {}
        edge: list[Run] = [("│", DIM)] if self.rule else []
        finished: list[Line] = []
        for line in lines:
            # The line itself is kept beside what became of it: so long no other has its identity.
            done = known.get(id(line)) or (line, self._spell(fit([*edge, *line], width)))
            self._finished[id(line)] = done
            finished.append(done[1])
        return finished

    def _title_line(self, width: int) -> Line:
        heading, focused = self._doubted_heading(width - 1), self.has_focus
        before = self._titled
        if before is not None and before[0] is heading and before[1:3] == (width, focused):
            return before[3]
        if focused:
            title: Line = [("▌", Ink(Token.INFO))]
            title += [(text, _focused(ink)) for text, ink in fit(heading, width - 1)]
        else:
            title = fit([(" " if not self.rule else "", DIM), *heading], width)
        self._titled = (heading, width, focused, title)
        return title

    def _doubted_heading(self, width: int) -> Line:
        """The title; while what is shown is old, that stands at its right end."""
        words = self.doubt_words
        if not words:
            return self.heading(width)
        room = max(width - len(words) - 1, 0)
        return [*fit(self.heading(room), room), (f" {words}", Ink(Token.WARN, bold=True))]

    def _spell(self, line: Line) -> Line:
        if self._glyphs is GlyphSet.UNICODE:
            return line
        return [(to_ascii(text, self.ASCII), ink) for text, ink in line]


def _focused(ink: Ink) -> Ink:
    """Reversed; what was dim is plain, so that the bar is of one piece."""
    return ink._replace(fore=Token.TEXT if ink.fore is Token.DIM else ink.fore, reverse=True)
