"""A panic while it runs: steps by account with their times, and in green only what the venue itself has said."""

from __future__ import annotations

from collections.abc import Callable

from connectors.model.ids import OrderId
from connectors.worker.api import AccountPanic, PanicReport, PanicStep, StepState
from tui.commands.command import Context
from tui.format.clean import clean
from tui.messages import panics
from tui.modals.dialog import Dialog
from tui.styles.palette import Ink
from tui.widgets.line import DIM, Line, Token, left, wrapped

_STEP = 24
_STEP_NARROW = 12
_CELL = 34
_CELL_LEAST = 26
_NARROW = 100
_FRAME = 4
_LABEL = 12
_VERDICT = 26
_GOOD = Ink(Token.BID, bold=True)
_BAD = Ink(Token.DANGER, bold=True)
_STEPS = tuple(PanicStep)


class PanicDialog(Dialog):
    """The report, repainted as it grows; esc hides it and the work goes on.

    Args:
        report: How far the panic is.
        name_of: What the user calls an order.
    """

    context = Context.PANIC

    def __init__(self, report: PanicReport, name_of: Callable[[OrderId], str]) -> None:
        super().__init__("PANIC   cancel all → close by policy, capped → ask the venues again", [])
        self._report = report
        self._name_of = name_of
        self.first = 0
        """Number of the first account that has a column."""
        self.told = ""
        """What an export came to."""

    def show_report(self, report: PanicReport) -> None:
        """Take a newer report."""
        self._report = report
        if self.is_mounted:
            self.measure()

    def tell(self, sentence: str) -> None:
        """Say something in the last line."""
        self.told = sentence
        self.measure()

    def step(self, columns: int) -> None:
        """Let another account have the first column."""
        most = max(len(self._report.accounts) - self._columns(), 0)
        self.first = max(0, min(self.first + columns, most))
        self.measure()

    def measure(self) -> None:
        """Lay the report out for the window."""
        self.box.put(self.lines())
        super().measure()

    def _columns(self) -> int:
        room = self.app.size.width - _FRAME - (_STEP_NARROW if self.app.size.width < _NARROW else _STEP)
        return max(1, min(len(self._report.accounts), room // _CELL_LEAST))

    def lines(self) -> list[Line]:
        """Everything in the box."""
        report, width = self._report, self.app.size.width
        short = width < _NARROW
        name_width = _STEP_NARROW if short else _STEP
        columns = self._columns()
        cell_width = min(_CELL, (width - _FRAME - name_width) // columns)
        shown = report.accounts[self.first : self.first + columns]
        if not report.accounts:
            return [[("No connection with a key: nothing could be sent anywhere.", DIM)], [], *self._keys(short)]
        head: Line = [(left("step", name_width), DIM)]
        titles = [f"{clean(each.label)} ({each.mode.value.upper()})" for each in shown]
        head += [(left(title, cell_width), Ink(bold=True)) for title in titles]
        lines: list[Line] = [head]
        for step in _STEPS:
            lines += self._rows(step, shown, name_width, cell_width, short=short)
        hidden = len(report.accounts) - len(shown)
        lines.append([(f"{hidden} more: ← →", DIM)] if hidden else [])
        lines += [line for each in report.accounts for line in self._verdict(each, width - _FRAME)]
        return [*lines, [], *self._keys(short)]

    def _rows(
        self, step: PanicStep, shown: tuple[AccountPanic, ...], name_width: int, cell_width: int, *, short: bool
    ) -> list[Line]:
        row: Line = [(left(panics.step_name(step, short=short), name_width), DIM)]
        below: list[list[str]] = []
        for each in shown:
            found = next(one for one in each.steps if one.step is step)
            good = found.state is StepState.DONE and (step is not PanicStep.ASKED or each.proved_ns is not None)
            ink = _GOOD if good and step is PanicStep.ASKED else Ink()
            if found.state is StepState.RETRYING:
                ink = Ink(Token.WARN)
            row.append((left(panics.cell(found, self._report.started_ns), cell_width), ink))
            told = found.sentence if step is not PanicStep.ASKED or found.state is not StepState.DONE else ""
            below.append(wrapped(clean(told), cell_width - 3)[: 1 if short else 2] if told else [])
        lines = [row]
        for number in range(max((len(each) for each in below), default=0)):
            line: Line = [(" " * name_width, DIM)]
            for words in below:
                line.append((left(f"  {words[number]}" if number < len(words) else "", cell_width), DIM))
            lines.append(line)
        return lines

    def _verdict(self, account: AccountPanic, width: int) -> list[Line]:
        verdict = panics.verdict(account, account.left)
        ink = _GOOD if account.proved_ns is not None else _BAD
        words = panics.account_words(account, self._name_of)
        room = max(width - _LABEL - _VERDICT, 10)
        first, *more = wrapped(words, room) or [""]
        line: Line = [(left(clean(account.label), _LABEL), Ink()), (left(verdict, _VERDICT), ink), (first, DIM)]
        return [line, *([[(" " * (_LABEL + _VERDICT), DIM), (more[0], DIM)]] if more else [])]

    def _keys(self, short: bool) -> list[Line]:
        hide = "hide" if short else "hide (work goes on)"
        resume = "" if short else ":resume to trade again (typed)   "
        keys: Line = [("r", Ink(bold=True)), (" retry now   ", DIM), ("e", Ink(bold=True)), (" export   ", DIM)]
        keys += [(resume, DIM), ("esc", Ink(bold=True)), (f" {hide}", DIM)]
        return [keys, *([(row, Ink(bold=True))] for row in self._told_rows())]

    def _told_rows(self) -> list[str]:
        """What an export came to, whole: a path has no spaces to break at, and half of one leads nowhere."""
        room = max(self.app.size.width - _FRAME, 1)
        rows = wrapped(clean(self.told), room) if self.told else []
        return [row[at : at + room] for row in rows for at in range(0, max(len(row), 1), room)]
