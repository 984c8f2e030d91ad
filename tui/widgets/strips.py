"""The two strips under the market: what I hold and have, and what a key would send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from rich.cells import cell_len

from connectors.model.position import Position
from tui.format.clean import clean
from tui.format.numbers import exact, fixed, price, share, signed
from tui.styles.palette import Ink
from tui.widgets.line import DIM, PLAIN, Line, Token, left, width_of
from tui.widgets.pane import NANOS, LinePane
from tui.widgets.squeeze import Part, squeeze

_COMPACT, _WIDE = 100, 160
_LEAST_DECIMALS = 3
_WARN_PERCENT = 70
_BOLD_NS = NANOS
_OWN = Ink(Token.OWN, bold=True)
_WARN = Ink(Token.WARN, bold=True)
_DANGER = Ink(Token.DANGER, bold=True, reverse=True)


@dataclass(frozen=True, slots=True)
class StripFacts:
    """What the position strip says; amounts in quote currency. None: not known, written ``–``."""

    base: str = ""
    quote: str = ""
    price_decimals: int = 2
    position: Position | None = None
    mark: Decimal | None = None
    """Price the position is valued at."""
    day: Decimal | None = None
    """P&L of the day, realised and not."""
    free: Decimal | None = None
    locked: Decimal | None = None
    day_loss: Decimal | None = None
    day_limit: Decimal | None = None
    """The loss lock; None when there is none."""
    shut: bool = False
    """The loss lock."""
    position_limit: Decimal | None = None
    banner: tuple[str, ...] = ()
    """Instead of everything else, from the fullest wording to the shortest: something is gone."""


class PositionStrip(LinePane):
    """One rule across the screen with the position, the day and the free balance set into it."""

    EVERY = 2

    DEFAULT_CSS = "PositionStrip { height: 1; }"
    HAS_TITLE = False
    TICK_NS = NANOS // 4

    _facts = StripFacts()
    _changed_ns = -_BOLD_NS

    def put(self, facts: StripFacts) -> None:
        """Take what is so now. A changed quantity is bold for a second."""
        before, now = self._facts.position, facts.position
        if before is not None and now is not None and before.quantity != now.quantity:
            self._changed_ns = self.now_ns
        self._facts = facts
        self.touch_up()

    def body_lines(self, width: int, height: int) -> list[Line]:
        """One line."""
        bold = self.now_ns - self._changed_ns < _BOLD_NS
        return [position_line(self._facts, width, bold=bold)] if height else []


def position_line(facts: StripFacts, width: int, *, bold: bool = False) -> Line:
    """The position strip in ``width`` cells."""
    if facts.banner:
        return banner_line(facts.banner, width)
    groups = [_position_group(facts, width, bold=bold), _funds_group(facts, width), *_limit_groups(facts, width)]
    line: Line = []
    for group in groups:
        needed = 3 + width_of(group) + 1
        if line and width_of(line) + needed > width:
            break
        line += [("── ", DIM), *group, (" ", DIM)]
    rest = width - width_of(line)
    return [*line, ("─" * rest, DIM)] if rest > 0 else line


def banner_line(wordings: Sequence[str], width: int) -> Line:
    """A full row, reversed: something is gone."""
    return [(left(f" {fitting(wordings, width - 1)}", width), _DANGER)]


def fitting(wordings: Sequence[str], width: int) -> str:
    """The fullest wording that fits into ``width`` cells.

    Where none does, the shortest one's first and last sentence are kept: what happened, and what to do. Whatever is
    still too long ends at a word.
    """
    cleaned = [clean(wording) for wording in wordings]
    sentences = cleaned[-1].split(". ")
    if len(sentences) > 2:  # noqa: PLR2004  # there is something between them
        cleaned.append(f"{sentences[0]}. {sentences[-1]}")
    for wording in cleaned:
        if cell_len(wording) <= width:
            return wording
    kept = cleaned[-1]
    while " " in kept and cell_len(kept) + 2 > width:
        kept = kept.rpartition(" ")[0]
    return f"{kept} …"


def _position_group(facts: StripFacts, width: int, *, bold: bool) -> Line:
    position = facts.position
    day: Line = [] if facts.day is None else [("  " if width < _COMPACT else "   ", DIM), *_gain("day", facts.day)]
    if position is None or not position.quantity:
        return [("POS flat", PLAIN), *day]
    roomy, wide = width >= _COMPACT, width >= _WIDE
    sign = "+" if position.quantity > 0 else ""
    size = f"{sign}{exact(position.quantity, _LEAST_DECIMALS)}"
    entry = price(position.average_entry, facts.price_decimals)
    if position.average_entry is not None:
        entry = fixed(position.average_entry, facts.price_decimals)
    name = f" {clean(facts.base)}" if roomy else ""
    at = f"@ {entry}" if roomy else f"@{entry}"
    line: Line = [("POS ", PLAIN), (f"{size}{name} {at}", Ink(Token.OWN, bold=bold))]
    gap = "   " if roomy else "  "
    if wide and facts.mark is not None:
        line.append((f"{gap}value {fixed(abs(position.quantity * facts.mark), 2)}", PLAIN))
    if facts.mark is not None:
        line += [(gap, PLAIN), *_gain("uPnL", position.unrealised(facts.mark), bold=bold)]
    if wide:
        line += [(gap, PLAIN), *_gain("realised today", position.realised)]
    return [*line, *day]


def _gain(name: str, value: Decimal, *, bold: bool = False) -> Line:
    token = Token.BID if value > 0 else Token.ASK if value < 0 else Token.TEXT
    return [(f"{name} ", PLAIN), (signed(value), Ink(token, bold=bold))]


def _funds_group(facts: StripFacts, width: int) -> Line:
    free = "–" if facts.free is None else fixed(facts.free, 2)
    line: Line = [(f"FREE {free} {clean(facts.quote)}", PLAIN)]
    if width >= _WIDE and facts.locked is not None:
        line.append((f"  LOCKED {fixed(facts.locked, 2)}", PLAIN))
    return line


def _limit_groups(facts: StripFacts, width: int) -> list[Line]:
    groups: list[Line] = []
    wide = width >= _WIDE
    if facts.day_limit and facts.day_loss is not None:
        percent = facts.day_loss * 100 / facts.day_limit
        ink = PLAIN if percent < _WARN_PERCENT else _WARN if percent < 100 else _DANGER  # noqa: PLR2004  # per cent
        joint = " of " if wide else "/"
        loss = f"DAY LOSS {fixed(facts.day_loss, 0)}{joint}{fixed(facts.day_limit, 0)}"
        if facts.shut:
            loss, ink = f"LOCKED: day loss {fixed(facts.day_loss, 2)}", _DANGER
        groups.append([(loss if ink is PLAIN else f"! {loss}", ink)])
    if facts.position_limit and facts.position is not None and facts.mark is not None:
        value = abs(facts.position.quantity * facts.mark)
        if wide:
            groups.append([(f"POSITION {fixed(value, 0)} of {fixed(facts.position_limit, 0)}", PLAIN)])
        else:
            groups.append([(f"RISK {share(value, facts.position_limit)} of limit", PLAIN)])
    return groups


@dataclass(frozen=True, slots=True)
class SizeFacts:
    """What the size strip says."""

    slots: tuple[str, ...] = ()
    """Texts of slots 1, 2, …, such as ``0.010`` or ``$500``."""
    selected: int = 1
    cursor: str = ""
    """The cursor's price as painted."""
    preview: tuple[str, ...] = ()
    """What ``b`` would send, from the fullest wording to the shortest."""
    aside: tuple[str, ...] = ()
    """What ``s`` would do, or the queue; gives way first."""
    warn: bool = False
    """The preview is a reason why the key would be refused."""


class SizeStrip(LinePane):
    """Row H-2: size slots, the cursor, and what the order keys would send now."""

    EVERY = 2

    DEFAULT_CSS = "SizeStrip { height: 1; }"
    HAS_TITLE = False

    _facts = SizeFacts()

    def put(self, facts: SizeFacts) -> None:
        """Take what is so now."""
        self._facts = facts
        self.touch_up()

    def body_lines(self, width: int, height: int) -> list[Line]:
        """One line."""
        return [size_line(self._facts, width)] if height else []


def size_line(facts: SizeFacts, width: int) -> Line:
    """The size strip in ``width`` cells: only as many slots as leave room for the preview."""
    roomy = width >= _COMPACT
    room = max(width - _slots_width(facts, _FEWEST_SLOTS, roomy=roomy) - 3, 0)
    tails = [_tail(facts, (preview,), roomy=roomy) for preview in facts.preview or ("",)]
    # A shorter preview with the queue says more than a longer one without; only then does the queue give way.
    tail = next((line for line in tails if width_of(line) <= room), None)
    if tail is None:
        tail = _tail(facts, facts.preview[-1:] or ("",), roomy=roomy, room=room)
    free = width - width_of(tail) - 3
    most = next(
        (n for n in range(len(facts.slots), _FEWEST_SLOTS, -1) if _slots_width(facts, n, roomy=roomy) <= free), 0
    )
    return [*_slots(facts, max(most, _FEWEST_SLOTS), roomy=roomy), ("  ", PLAIN), *tail]


_FEWEST_SLOTS = 3
_ANY = 10_000


def _tail(facts: SizeFacts, preview: tuple[str, ...], *, roomy: bool, room: int = _ANY) -> Line:
    cursor = f"[{facts.cursor}]" if facts.cursor else ""
    parts = [
        Part((f"at {cursor}" if roomy and cursor else cursor,)),
        Part(preview, _WARN if facts.warn else PLAIN, rank=1),
        Part(facts.aside or ("",), DIM, rank=2),
    ]
    return squeeze(parts, room, gap="   " if roomy else "  ")


def _slots(facts: SizeFacts, count: int, *, roomy: bool) -> Line:
    line: Line = [(" SIZE ", DIM)]
    shown = [number for number in range(1, len(facts.slots) + 1) if number <= count or number == facts.selected]
    for position, number in enumerate(shown):
        gap = "" if position == 0 else "  " if roomy else " "
        text = clean(facts.slots[number - 1])
        if number == facts.selected:
            line.append((f"{gap}[{number}]{text}", _OWN))
        else:
            line.append((f"{gap}{number} {text}", PLAIN))
    return line


def _slots_width(facts: SizeFacts, count: int, *, roomy: bool) -> int:
    return width_of(_slots(facts, count, roomy=roomy))
