"""What is known of one order: its evidence with the next check counted down, and the fills that made it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from connectors.model.fill import RecordedFill
from connectors.model.order import Evidence, EvidenceKind, Order, OrderStatus
from connectors.model.side import Side
from connectors.worker.api import OrderStory
from tui.format.clean import clean
from tui.format.numbers import NONE, exact, fixed, money, price
from tui.format.orders import amending_words, fees_words, sentence, slippage_bp, state_words
from tui.format.times import clock_ms, seconds_words
from tui.styles.palette import Ink
from tui.widgets.line import DIM, PLAIN, Line, Run, Token, text_of
from tui.widgets.pane import NANOS
from tui.widgets.table import LinesPane

_WORDS = {
    EvidenceKind.INTENT: "intent written",
    EvidenceKind.SENT: "request sent",
    EvidenceKind.ACK: "venue acknowledged",
    EvidenceKind.REFUSED: "venue refused",
    EvidenceKind.NO_ANSWER: "no answer",
    EvidenceKind.LOOKED_UP: "looked up",
    EvidenceKind.NOT_FOUND: "not found",
    EvidenceKind.STREAM: "venue's stream",
    EvidenceKind.CANCEL_SENT: "cancel sent",
    EvidenceKind.CANCEL_REFUSED: "cancel refused",
    EvidenceKind.RECOVERED: "recovered",
    EvidenceKind.LATE: "late",
    EvidenceKind.AMEND_SENT: "change sent",
    EvidenceKind.AMENDED: "changed",
    EvidenceKind.AMEND_REFUSED: "change refused",
    EvidenceKind.BY_HAND: "decided by hand",
}
_ALARMS = frozenset(
    {
        EvidenceKind.NO_ANSWER,
        EvidenceKind.REFUSED,
        EvidenceKind.LATE,
        EvidenceKind.CANCEL_REFUSED,
        EvidenceKind.AMEND_REFUSED,
        EvidenceKind.BY_HAND,
    }
)
_LEAST_DECIMALS = 3


class EvidencePane(LinesPane):
    """What happened around one order, oldest first; what must be done about it stands under it."""

    can_focus = True
    TICK_NS = NANOS
    _order: Order | None = None
    _decimals = 2
    _quote = ""

    def put_order(self, order: Order | None, price_decimals: int = 2, quote: str = "") -> None:
        """Show an order's evidence, or none."""
        if order is None or self._order is None or order.order_id != self._order.order_id:
            self._first = 0
        self._order, self._decimals, self._quote = order, price_decimals, quote
        self._show()

    @property
    def order(self) -> Order | None:
        """The order that is shown."""
        return self._order

    @property
    def text(self) -> str:
        """Everything that stands here, for the clipboard; no word of a venue in it is a control character."""
        return "\n".join(text_of(line).strip() for line in ([*self._title], *self._body))

    def body_lines(self, width: int, height: int) -> list[Line]:
        """The evidence; a count-down to the next check runs on."""
        self._show()
        unknown = self._order is not None and self._order.status is OrderStatus.UNKNOWN
        if unknown and not self._first and len(self._body) > height:
            # What must be done about it stands last: it is never the part that has no room.
            return list(self._body[-height:]) if height > 0 else []
        return super().body_lines(width, height)

    def _show(self) -> None:
        order = self._order
        if order is None:
            self.put([("EVIDENCE", DIM)], [])
            return
        unknown = order.status is OrderStatus.UNKNOWN
        title: list[Run] = [(f"EVIDENCE {order.handle}  {clean(sentence(order, self._decimals))}", Ink(bold=True))]
        if unknown:
            title.append((f"  counts at full size in risk{self._worth(order)}", Ink(Token.WARN)))
        title.append(("   c copies", DIM))
        lines = [evidence_line(each) for each in order.evidence]
        if order.amending is not None:
            words = amending_words(order, self._decimals)
            lines.append([(f" {clock_ms(order.amending.since_ns)}  waits for the venue: {words}", Ink(Token.WARN))])
        if order.reason:
            lines.append([(" " * 15 + clean(order.reason), PLAIN)])
        if order.next_check_ns is not None and order.working:
            wait = seconds_words(max(order.next_check_ns - self.now_ns, 0))
            lines.append([(f" {clock_ms(order.next_check_ns)}  will ask again in {wait}", Ink(Token.WARN))])
        if unknown:
            words = " This order may be live. Do not place it again.   r ask now   x cancel it anyway   "
            lines += [[], [(words, Ink(Token.WARN, bold=True)), (f":resolve {order.handle} decide by hand", DIM)]]
        self.put(title, lines)

    def _worth(self, order: Order) -> str:
        unit = order.price or order.trigger_price
        amount = order.quote_quantity if order.quantity is None else None if unit is None else unit * order.quantity
        return "" if amount is None else f": {money(amount)} {clean(self._quote)}".rstrip()


def evidence_line(evidence: Evidence) -> Line:
    """Time, what kind of fact, and the venue's or the desk's words."""
    words, text = _WORDS[evidence.kind], clean(evidence.text)
    return [
        (f" {clock_ms(evidence.time_ns)}  ", DIM),
        (f"{words:<20} ", Ink(Token.WARN) if evidence.kind in _ALARMS else PLAIN),
        ("" if text == words else text, PLAIN),
    ]


class StoryPane(LinesPane):
    """One order's fills, newest first, and how well it was executed."""

    can_focus = True

    def put_story(
        self, order: Order | None, fills: Sequence[RecordedFill], story: OrderStory | None, price_decimals: int = 2
    ) -> None:
        """Show them; ``story`` is None until the worker has told it."""
        if order is None:
            self.put([("FILLS", DIM)], [])
            return
        title = f"FILLS {order.handle}  {clean(sentence(order, price_decimals))}  {state_words(order)}"
        lines = [_story_line(order, story, price_decimals)]
        lines += [fill_line(each, order, price_decimals) for each in fills] or [[(" No fill yet.", DIM)]]
        self.put([(title, Ink(bold=True))], lines)


def _story_line(order: Order, story: OrderStory | None, decimals: int) -> Line:
    """``average 61,800.00   slippage -0.1 bp   to ack 6.8 ms   to fill 12 ms   fees 0.62 USDT``."""
    average = NONE if order.average_price is None else fixed(order.average_price, decimals)
    slip = slippage_bp(order) if story is None or story.slippage_bp is None else story.slippage_bp
    words = [f"average {average}", f"slippage {NONE if slip is None else f'{fixed(slip, 1)} bp'}"]
    if story is not None:
        seen, ack, first = story.seen_slippage_bp, story.ack_ms, story.first_fill_ms
        words.append(f"from seen {NONE if seen is None else f'{fixed(seen, 1)} bp'}")
        words += [f"to ack {_ms(ack)}", f"to first fill {_ms(first)}"]
    return [(f" {'   '.join([*words, f'fees {fees_words(order.fees)}'])}", PLAIN)]


def _ms(value: Decimal | None) -> str:
    return NONE if value is None else f"{fixed(value, 1)} ms"


def fill_line(recorded: RecordedFill, order: Order | None, decimals: int) -> Line:
    """``14:01:12.402  BUY 0.020 @ 61,741.20  maker  slip 0.2 bp  fee 1.23 USDT  trade 8812044``."""
    fill = recorded.fill
    slip = None if order is None else slippage_bp(order, fill.price)
    role = NONE if fill.maker is None else "maker" if fill.maker else "taker"
    fee = NONE if fill.fee is None else f"{exact(fill.fee.amount)} {clean(fill.fee.asset)}"
    words = f"   {role}   slip {NONE if slip is None else f'{fixed(slip, 1)} bp'}   fee {fee}"
    return [
        (f" {clock_ms(fill.time_ns)}  ", DIM),
        (f"{fill.side.value:<5}", Ink(Token.BID if fill.side is Side.BUY else Token.ASK)),
        (f"{exact(fill.quantity, _LEAST_DECIMALS)} @ {price(fill.price, decimals)}", PLAIN),
        (f"{words}{'   provisional' if fill.provisional else ''}   trade {clean(fill.trade_id)}", PLAIN),
    ]
