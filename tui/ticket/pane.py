"""The ticket as a pane: fields, what they resolve to, and the seven preview lines under a rule."""

from __future__ import annotations

from collections.abc import Callable

from connectors.model.order import OrderType, Side
from tui.format import numbers
from tui.styles.palette import Ink
from tui.ticket import prices, sizes
from tui.ticket.form import FIELDS, TEXT_FIELDS, TIFS, TYPE_WORDS, TYPES, Field, Form, NotYet
from tui.ticket.preview import Preview, preview
from tui.ticket.seen import Seen
from tui.ticket.ticket import TIMED, Ticket
from tui.widgets.line import DIM, PLAIN, Line, Run, Token, left
from tui.widgets.pane import LinePane

_NAME = 6
_BAD = Ink(Token.DANGER, bold=True)
_FOCUS = Ink(Token.INFO, bold=True)
_TYPED = 18
_MARK = 2
"""Cells of the ✓ or ✗ behind a field."""
_PREVIEW_NAME = 12
_TYPES_SHOWN = 4
"""Types that are shown at a time: those around the chosen one."""
_ROOMY = 43
"""Cells from which the choices of a field stand apart."""


class TicketPane(LinePane):
    """Draws a `Form`. Keys come from the desk's dispatcher.

    Args:
        form: The fields; two panes of two arrangements share them.
        seen: What is on the screen now; None while there is no instrument.
        id: As of `textual.widget.Widget`.
    """

    can_focus = True

    def __init__(self, form: Form, seen: Callable[[], Seen | None], *, id: str) -> None:  # noqa: A002
        super().__init__(rule=True, id=id)
        self.form = form
        self._seen = seen

    # --- keys -------------------------------------------------------------------------------------------------------

    def move(self, steps: int) -> None:
        """Go to another field; a field of a type that has none is passed over."""
        self.form.move(steps)
        while self._absent(self.form.focus) and self.form.focus is not FIELDS[-1]:
            self.form.move(1 if steps > 0 else -1)
        self.touch_up()

    def turn(self, steps: int) -> None:
        """Another choice; in a text field that breaks a filter, the nearest legal value below or above."""
        seen = self._seen()
        if self.form.focus in TEXT_FIELDS:
            if seen is not None:
                self.form.legal(seen.instrument, seen, upper=steps > 0)
        else:
            self.form.turn(steps)
        self.touch_up()

    def write(self, character: str) -> None:
        """Take a typed character."""
        self.form.write(character)
        self.touch_up()

    def erase(self, *, whole: bool = False) -> None:
        """Take a character away, or all."""
        self.form.erase(whole=whole)
        self.touch_up()

    def _absent(self, place: Field) -> bool:
        form = self.form
        return (
            (place is Field.PRICE and not form.has_price)
            or (place is Field.STOP and not form.has_stop)
            or (place is Field.TIF and form.order_type not in TIMED)
            or (place is Field.FLAGS and form.type is not OrderType.LIMIT)
        )

    # --- drawing ----------------------------------------------------------------------------------------------------

    def heading(self, width: int) -> Line:  # noqa: ARG002  # cut to its width later
        """The title; what opens it stands there while it is not focused."""
        changing = self.form.changing
        if changing is not None:
            return [(f"TICKET changes {changing.handle}", Ink(Token.OWN, bold=True))]
        return [("TICKET", Ink(bold=True)), ("" if self.has_focus else "   enter or gi to edit", DIM)]

    def body_lines(self, width: int, height: int) -> list[Line]:
        """Fields, a gap, the preview, the keys; the gap goes first when rows are few."""
        seen = self._seen()
        if seen is None:
            return [[(" No instrument yet.", DIM)]]
        try:
            ticket: Ticket | None = self.form.ticket(seen)
            problem = None
        except NotYet as missing:
            ticket, problem = None, missing
        ahead = None if ticket is None else preview(ticket, seen)
        lines = [self._field(place, seen, ahead, problem, width) for place in FIELDS]
        below = self._preview(ahead, problem, width)
        keys: Line = [("  ctrl+y", _FOCUS), (" send   ", DIM), ("esc", _FOCUS), (" close", DIM)]
        gap: list[Line] = [[]] if height >= len(lines) + len(below) + 2 else []
        return [*lines, *gap, *below, *gap, keys]

    def _field(self, place: Field, seen: Seen, ahead: Preview | None, problem: NotYet | None, width: int) -> Line:
        focused, roomy = self.has_focus and place is self.form.focus, width >= _ROOMY
        mark: Run = (("▸" if focused else " ") + left(place.value, _NAME), _FOCUS if focused else DIM)
        if self._absent(place):
            return [mark, ("–", DIM)]
        match place:
            case Field.TYPE:
                return [mark, *self._types(seen, roomy=roomy)]
            case Field.SIDE:
                return [mark, *_choices([side.value for side in Side], self.form.side.value)]
            case Field.TIF:
                return [mark, *_choices([each.value for each in TIFS], self.form.tif.value)]
            case Field.FLAGS:
                box = "[x]" if self.form.post_only else "[ ]"
                return [mark, (f"{box} post-only", PLAIN), (f"  reduce-only: {'not here' if roomy else 'no'}", DIM)]
            case _:
                return [mark, *self._text(place, seen, ahead, problem, width - _NAME - 1, focused=focused)]

    def _types(self, seen: Seen, *, roomy: bool) -> Line:
        """The venue's types plain, those it lacks dimmed; where cells are few a choice shares its brackets' places."""
        line: Line = []
        first = max(min(TYPES.index(self.form.type) - 1, len(TYPES) - _TYPES_SHOWN), 0)
        for kind in TYPES[first : first + _TYPES_SHOWN]:
            if not roomy and line:
                before, ink = line[-1]
                line[-1] = (before.removesuffix(" "), ink)
            word, there = TYPE_WORDS[kind], kind in seen.instrument.order_types
            if kind is self.form.type:
                line.append((f"[{word}]", Ink(bold=True) if there else _BAD))
            else:
                line.append((f" {word} ", PLAIN if there else DIM))
        if roomy and first + _TYPES_SHOWN < len(TYPES):
            line.append(("…", DIM))
        return line

    def _text(
        self, place: Field, seen: Seen, ahead: Preview | None, problem: NotYet | None, room: int, *, focused: bool
    ) -> Line:
        """What was typed, the number behind it and its mark; the gap between gives way before a word is cut."""
        typed, resolved = self.form.texts[place], self._resolved(place, seen)
        gap = min(_TYPED, room - len(resolved) - _MARK)
        shown = left(typed + ("▏" if focused else ""), max(gap, len(typed) + 1))
        line: Line = [(shown, Ink(bold=True) if focused else PLAIN), (resolved, DIM)]
        broken = {"quantity": Field.SIZE, "price": Field.PRICE, "trigger_price": Field.STOP}
        wrong = any(broken.get(breach.field) is place for breach in (ahead.broken if ahead is not None else ()))
        if wrong or (problem is not None and problem.place is place):
            line.append((" ✗", _BAD))
        elif typed:
            line.append((" ✓", Ink(Token.BID)))
        return line

    def _resolved(self, place: Field, seen: Seen) -> str:
        """The number behind what was typed, where that is not the number itself."""
        form, instrument = self.form, seen.instrument
        try:
            if place is Field.SIZE:
                price = form.price(seen) if form.has_price else form.stop(seen)
                quantity = form.quantity(seen, price)
                typed = sizes.read(form.texts[place])
                return (
                    instrument.base if typed.unit is sizes.Unit.BASE else f"{numbers.exact(quantity)} {instrument.base}"
                )
            value = form.price(seen) if place is Field.PRICE else form.stop(seen)
        except (NotYet, sizes.NotASize):
            return ""
        if value is None or not prices.follows(form.texts[place]):
            return instrument.quote
        return f"{numbers.price(value, instrument.price_decimals)} follows"

    def _preview(self, ahead: Preview | None, problem: NotYet | None, width: int) -> list[Line]:
        if ahead is None:
            names = ("notional", "fee", "slippage", "position", "free after", "stop loss")
            lines: list[Line] = [[(f" {left(name, _PREVIEW_NAME)}{numbers.NONE}", DIM)] for name in names]
            sentence = "" if problem is None else str(problem)
            return [*lines, *_check_lines(sentence, width, bad=True)]
        room = width - _PREVIEW_NAME - 1
        lines = [
            [(f" {left(name, _PREVIEW_NAME)}", DIM), (text if len(text) <= room else text.rpartition(" ")[0], PLAIN)]
            for name, text in ahead.lines[:-1]
        ]
        return [*lines, *_check_lines(ahead.lines[-1][1], width, bad=bool(ahead.refusal))]


def _choices(texts: list[str], chosen: str) -> Line:
    return [
        (f"[{text}]" if text == chosen else f" {text} ", Ink(bold=True) if text == chosen else PLAIN) for text in texts
    ]


def _check_lines(text: str, width: int, *, bad: bool) -> list[Line]:
    """The checks on two rows: a sentence is longer than a narrow ticket."""
    room = max(width - _PREVIEW_NAME - 4, 10)
    rows: list[str] = [""]
    for word in text.split(" "):
        if rows[-1] and len(rows[-1]) + 1 + len(word) > room:
            rows.append(word)
        else:
            rows[-1] = f"{rows[-1]} {word}".strip()
    ink, mark = (_BAD, "✗ ") if bad else (PLAIN, "")
    lines: list[Line] = [[(f" {left('checks', _PREVIEW_NAME)}", DIM), (f"{mark}{rows[0]}", ink)]]
    return lines + [[(" " * (_PREVIEW_NAME + 1), DIM), (row, ink)] for row in rows[1:4]]
