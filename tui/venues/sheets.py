"""What stands beside the list: the form, what is known of a connection, the question before one is deleted. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from connectors.model.connection import Connection
from connectors.model.ids import Mode
from connectors.model.vault import VaultState
from tui.format import times
from tui.format.clean import clean
from tui.styles.palette import Ink
from tui.venues import facts
from tui.venues.facts import Row
from tui.venues.fields import HIDDEN, KINDS, LAST_STEP, TEXTS, Field, masked
from tui.venues.form import Form
from tui.venues.verdict import Verdict, Word
from tui.widgets.line import DIM, PLAIN, Line, Run, Token, left, width_of, wrapped

_NAME = 9
_BOLD, _FOCUS, _BAD = Ink(bold=True), Ink(Token.INFO, bold=True), Ink(Token.DANGER, bold=True)
_NUMBERS = {Field.VENUE: "1", Field.MODE: "2", Field.LABEL: "3", Field.KIND: "4", Field.TEST: "5"}
_MODE_WORDS = {Mode.LIVE: "LIVE  real money"}
_KEPT = "keep its key"
_INDENT, _NOTE, _TICK = _NAME + 4, 4, 2
_WIDEST = 44
"""Cells a box for text takes at most."""


class Sheet(Protocol):
    """Lines for the pane beside the list."""

    def heading(self, width: int) -> Line:
        """The title row."""
        ...

    def lines(self, width: int) -> list[Line]:
        """All rows; the pane scrolls."""
        ...

    def seen(self) -> int:
        """The row that must be seen."""
        ...


@dataclass(frozen=True, slots=True)
class DetailSheet:
    """Everything that is known of the selected connection, and its newest test."""

    row: Row | None
    vault: VaultState
    now_ns: int
    verdict: Verdict | None = None
    testing: bool = False

    def heading(self, width: int) -> Line:  # noqa: ARG002  # cut later
        """Its label."""
        return [("DETAILS" if self.row is None else clean(self.row.connection.label), _BOLD)]

    def lines(self, width: int) -> list[Line]:
        """Facts, then the test."""
        if self.row is None:
            return [[(" a adds a connection.", DIM)]]
        lines = facts.detail_lines(self.row, self.vault, self.now_ns, width)
        if self.testing:
            return [*lines, [], [(" test       running, no order is sent …", DIM)]]
        if self.verdict is None:
            return [*lines, [], [(" test       t runs it, no order sent", DIM)]]
        said: Run = ("passed", PLAIN) if self.verdict.passed else ("did not pass", _BAD)
        return [*lines, [], [(" test       ", DIM), said], *self.verdict.lines(width)]

    def seen(self) -> int:
        """The first row."""
        return 0


@dataclass(frozen=True, slots=True)
class DeleteSheet:
    """What goes with a connection, and what stays."""

    connection: Connection
    working: int
    held: Sequence[str]
    """Positions that are not flat, in words."""

    def heading(self, width: int) -> Line:  # noqa: ARG002  # cut later
        """The question."""
        return [("DELETE ", _BAD), (f"{clean(self.connection.label)}?", _BOLD)]

    def lines(self, width: int) -> list[Line]:
        """Told before it is done."""
        label = clean(self.connection.label)
        lines = facts.named_lines("venue", facts.venue_words(self.connection), width)
        lines += facts.named_lines("mode", self.connection.mode.name, width, facts.mode_run(self.connection.mode)[1])
        goes = "the connection and its key" if self.connection.keyed else "the connection"
        lines += [[], *facts.named_lines("goes", goes, width)]
        lines += facts.named_lines("stays", "its orders, fills and audit rows, in the archive", width)
        if self.connection.keyed:
            lines += facts.named_lines("", "the key at the venue: revoke it there", width, Ink(Token.WARN))
        if self.working:
            told = f"{times.count(self.working, 'order')} stay working at the venue, and nobody here will see them"
            lines += [[], *facts.named_lines("!", told, width, _BAD)]
        if self.held:
            lines += facts.named_lines("!", f"still held: {', '.join(self.held)}", width, _BAD)
        told = f"Type  {label}  below and press enter to delete it. esc keeps it."
        return [*lines, [], *[[(f" {each}", _BOLD)] for each in wrapped(told, width - 2)]]

    def seen(self) -> int:
        """The first row."""
        return 0


@dataclass
class FormSheet:
    """The form as it is filled in.

    Attributes:
        form: The fields.
        filled: Hidden fields that hold something.
        notes: What is to be said at a field, such as that white space was trimmed.
        verdict: The newest test of what is filled in.
        testing: A test is under way.
        asked: The word that must be typed now.
    """

    form: Form
    filled: set[Field] = field(default_factory=set)
    notes: dict[Field, str] = field(default_factory=dict)
    verdict: Verdict | None = None
    testing: bool = False
    asked: Word | None = None
    _rows: dict[Field, int] = field(default_factory=dict)

    def heading(self, width: int) -> Line:
        """What is being done, and how far it is."""
        edited = self.form.edited
        title = "ADD A CONNECTION" if edited is None else f"EDIT {clean(edited.label)}"
        step = f"step {self.form.step} of {LAST_STEP}" if edited is None else ""
        return [(left(title, max(width - len(step) - 1, len(title))), _BOLD), (step, DIM)]

    def seen(self) -> int:
        """The row of the field under the hand; the last row once there is a test to read."""
        return self._rows.get(self.form.focus, 0) + (20 if self.form.focus is Field.TEST and self.verdict else 0)

    def row_of(self, place: Field) -> int | None:
        """Where a field was drawn last, counted from the first line; None: it was not."""
        return self._rows.get(place)

    def box_of(self, width: int) -> tuple[int, int]:
        """Column and cells of the boxes for text."""
        return _INDENT, min(max(width - _INDENT - _TICK - 2, 8), _WIDEST)

    def lines(self, width: int) -> list[Line]:
        """A row or more for each field, the test's findings at the end."""
        self._rows.clear()
        lines: list[Line] = []
        for place in self.form.shown():
            if place in {Field.HOSTS, Field.TEST, Field.ACCEPTED} and lines:
                lines.append([])
            self._rows[place] = len(lines)
            lines += self._field(place, width)
            note = self.notes.get(place)
            if note:
                indent = _INDENT if len(note) <= width - _INDENT else _NOTE
                inner = max(width - indent - 1, 8)
                lines += [[(" " * indent, DIM), (row, Ink(Token.WARN))] for row in wrapped(note, inner)]
        if self.verdict is not None:
            lines += self.verdict.lines(width)
        if self.asked is not None:
            lines += [[], *[[(f" {row}", _BOLD)] for row in wrapped(self.asked.why, max(width - 2, 8))]]
        return lines

    # --- one field --------------------------------------------------------------------------------------------------

    def _field(self, place: Field, width: int) -> list[Line]:
        focused = place is self.form.focus
        number = _NUMBERS.get(place, " ") if self.form.edited is None else " "
        ink = _FOCUS if focused else DIM
        head: list[Run] = [("▸" if focused else " ", _FOCUS), (f"{number} {left(place.value, _NAME)}", ink), (" ", DIM)]
        if place in TEXTS or place in HIDDEN:
            return [[*head, *self._box(place, width, focused=focused), *self._tick(place)]]
        if place is Field.TEST:
            return [[*head, self._test_words()]]
        texts, chosen = self._choices(place)
        if self.form.fixed(place):
            return [[*head, (texts[chosen], DIM)]]
        return _laid_out(head, texts, chosen, width)

    def _box(self, place: Field, width: int, *, focused: bool) -> Line:
        _column, room = self.box_of(width)
        edge = _FOCUS if focused else DIM
        if place in HIDDEN:
            # The field itself lies over this; what is drawn here is what is seen while it is not there.
            text = "••••••••••••" if place in self.filled else ""
        elif place is Field.KEY:
            text = masked(self.form.texts[place])
        else:
            text = clean(self.form.texts[place])
        if focused and place not in HIDDEN:
            text += "▏"
        shown = text if len(text) <= room else "…" + text[len(text) - room + 1 :]
        return [("[", edge), (left(shown, room), _BOLD if focused else PLAIN), ("]", edge)]

    def _tick(self, place: Field) -> list[Run]:
        given = place in self.filled if place in HIDDEN else bool(self.form.texts[place].strip())
        if given and not self.form.fits(place):
            return [(" ✗", Ink(Token.WARN, bold=True))]
        return [(" ✓", Ink(Token.BID))] if given else []

    def _test_words(self) -> Run:
        if not self.form.asks_key:
            return ("t on the list, once saved", DIM)
        if self.testing:
            return ("running, no order is sent …", DIM)
        if self.verdict is None:
            return ("t runs it, no order sent", DIM)
        if not self.verdict.passed:
            return ("did not pass", _BAD)
        return ("needs a word of yours", Ink(Token.WARN)) if self.verdict.needs else ("passed", PLAIN)

    def _choices(self, place: Field) -> tuple[list[str], int]:
        """The words of a field's choices, and which is chosen."""
        form = self.form
        match place:
            case Field.VENUE:
                names = [each.venue for each in form.venues] or [form.venue]
                product = form.products[0].value if form.products else ""
                return [f"{clean(name)} {product}" for name in names], max(
                    (at for at, name in enumerate(names) if name == form.venue), default=0
                )
            case Field.MODE:
                modes = form.modes if form.edited is None else (form.edited.mode,)
                return [_MODE_WORDS.get(mode, mode.name) for mode in modes], modes.index(form.mode)
            case Field.KIND if form.edited is not None:
                given = [kind for kind in KINDS if kind is not None]
                texts = [_KEPT if form.edited.keyed else "no key", *(facts.KIND_WORDS[kind] for kind in given)]
                return texts, 0 if not form.new_key or form.kind is None else 1 + given.index(form.kind)
            case Field.KIND:
                return [facts.KIND_WORDS[kind] for kind in KINDS], KINDS.index(form.kind)
            case Field.HOSTS:
                return ["the venue's own", "others"], int(form.own_hosts)
            case _:
                return ["as it is", "take it back"], int(form.forget_accepted)


def _laid_out(head: list[Run], texts: Sequence[str], chosen: int, width: int) -> list[Line]:
    """Choices beside each other, on as many rows as they need."""
    indent = width_of(head)
    lines: list[Line] = [list(head)]
    for at, text in enumerate(texts):
        word = f"({'•' if at == chosen else ' '}) {text}"
        used = width_of(lines[-1])
        if used > indent and used + len(word) + 1 > width:
            lines.append([(" " * indent, DIM)])
            used = indent
        ink = DIM if at != chosen else _BAD if text == _MODE_WORDS[Mode.LIVE] else _BOLD
        lines[-1] += [("  " if used > indent else "", DIM), (word, ink)]
    return lines
