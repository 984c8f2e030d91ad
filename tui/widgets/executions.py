"""How well orders were executed, a row for each day or instrument of each account: never of two accounts together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from connectors.model.ids import AccountId
from connectors.worker import api
from tui.format.clean import clean
from tui.format.numbers import NONE, exact, fixed, signed
from tui.format.words import NO_EXECUTIONS, NOT_COUNTED
from tui.widgets.line import DIM, PLAIN, Run
from tui.widgets.table import Column, TableList, TableRow

_PERCENT = Decimal(100)
_LARGE_MS = 100
_DIGITS = Decimal("0.00000001")


class ExecutionsTable(TableList):
    """Rows of `api.Statistics`; a dash stands where nothing was measured."""

    EMPTY = NO_EXECUTIONS
    BY_DAY = (
        Column("day", 10, left=True),
        Column("venue", 8, left=True),
        Column("orders", 6),
        Column("filled", 6, rank=6),
        Column("partly", 6, rank=8),
        Column("unfilled", 8, rank=8),
        Column("refused", 7, rank=7),
        Column("fill %", 6),
        Column("slip bp", 7),
        Column("ack p50", 9),
        Column("ack p99", 9),
        Column("fees", 14),
        Column("other fees", 20, rank=9),
        Column("volume", 18, rank=5),
    )
    BY_INSTRUMENT = (Column("instrument", 10, left=True), *BY_DAY[1:])
    COLUMNS = BY_DAY

    def put_statistics(
        self, rows: Sequence[api.StatisticsRow] | None, by: api.StatisticsBy, labels: Mapping[AccountId, str]
    ) -> None:
        """Take what was asked for; None: it is not known, which an empty list does not say."""
        self.EMPTY = NOT_COUNTED if rows is None else NO_EXECUTIONS
        self.COLUMNS = self.BY_DAY if by is api.StatisticsBy.DAY else self.BY_INSTRUMENT
        self.put_rows([_row(row, labels.get(row.account, "")) for row in rows or ()])


def _row(row: api.StatisticsRow, label: str) -> TableRow:
    cells: tuple[Run, ...] = (
        (clean(row.key.rpartition(":")[2]), PLAIN),
        (clean(label) or NONE, DIM),
        (str(row.orders), PLAIN),
        (str(row.filled), PLAIN),
        (str(row.partly), PLAIN),
        (str(row.unfilled), PLAIN),
        (str(row.refused), PLAIN),
        (NONE if row.fill_rate is None else fixed(row.fill_rate * _PERCENT, 1), PLAIN),
        (NONE if row.slippage_bp is None else signed(row.slippage_bp, 1), PLAIN),
        (_ms(row.ack_p50_ms), PLAIN),
        (_ms(row.ack_p99_ms), PLAIN),
        (_sums(row.fees[:1]) + ("…" if len(row.fees) > 1 else ""), PLAIN),
        (_sums(row.fees[1:]), PLAIN),
        (_sums(row.volume), PLAIN),
    )
    return TableRow((row.account, row.key), cells)


def _ms(value: Decimal | None) -> str:
    return NONE if value is None else f"{fixed(value, 1 if value < _LARGE_MS else 0)} ms"


def _sums(sums: tuple[tuple[str, Decimal], ...]) -> str:
    return ", ".join(f"{exact(amount.quantize(_DIGITS).normalize())} {clean(asset)}" for asset, amount in sums) or NONE
