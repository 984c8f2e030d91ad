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
from tui.widgets.line import DIM, PLAIN, Line, Run, Token, text_of, whole, width_of
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
_COPIES = "   c copies"


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
        title = [run for run in self._title if run[0] != _COPIES]
        return "\n".join(text_of(line).strip() for line in (title, *self._body))

    def body_lines(self, width: int, height: int) -> list[Line]:
        """The evidence; a count-down to the next check runs on."""
        self._show(width)
        unknown = self._order is not None and self._order.status is OrderStatus.UNKNOWN
        if unknown and not self._first and len(self._body) > height:
            # What must be done about it stands last: it is never the part that has no room.
            return [whole(line, width) for line in self._body[-height:]] if height > 0 else []
        return super().body_lines(width, height)

    def _show(self, width: int = 0) -> None:
        order = self._order
        if order is None:
            self.put([("EVIDENCE", DIM)], [])
            return
        unknown = order.status is OrderStatus.UNKNOWN
        title: list[Run] = [(f"EVIDENCE {order.handle}  {clean(sentence(order, self._decimals))}", Ink(bold=True))]
        if unknown:
            title.append((f"   counts in risk{self._worth(order)}", Ink(Token.WARN)))
        title.append((_COPIES, DIM))
        lines = [evidence_line(each) for each in order.evidence]
        first = order.evidence[0].kind if order.evidence else None
        if first is EvidenceKind.INTENT and order.client_order_ids:
            lines[0].append((f"   client id {clean(order.client_order_ids[0])}", DIM))
        if order.amending is not None:
            words = amending_words(order, self._decimals)
            lines.append([(f" {clock_ms(order.amending.since_ns)}  waits for the venue: {words}", Ink(Token.WARN))])
        if order.reason and not any(clean(order.reason) in clean(each.text) for each in order.evidence):
            lines.append([(" " * 15 + clean(order.reason), PLAIN)])
        if order.next_check_ns is not None and order.working:
            wait = seconds_words(max(order.next_check_ns - self.now_ns, 0))
            lines.append([(f" {clock_ms(order.next_check_ns)}  will ask again in {wait}", Ink(Token.WARN))])
        if unknown:
            lines += [[], *_what_to_do(order, width)]
        self.put(title, lines)

    def _worth(self, order: Order) -> str:
        unit = order.price or order.trigger_price
        amount = order.quote_quantity if order.quantity is None else None if unit is None else unit * order.quantity
        return "" if amount is None else f": {money(amount)} {clean(self._quote)}".rstrip()


def _what_to_do(order: Order, width: int) -> list[Line]:
    """What an UNKNOWN order asks of its owner; in two rows where one has not the room."""
    warning: Run = (" This order may be live. Do not place it again.", Ink(Token.WARN, bold=True))
    keys: Line = [("   r ask now", Ink(bold=True)), ("   x cancel it anyway", Ink(bold=True))]
    keys.append((f"   :resolve {order.handle} decide by hand (typed)", DIM))
    return [[warning, *keys]] if width >= width_of([warning, *keys]) else [[warning], keys]


def evidence_line(evidence: Evidence) -> Line:
    """Time, what kind of fact, and the venue's or the desk's words."""
    words, text = _WORDS[evidence.kind], clean(evidence.text)
    if text == words or text.startswith((f"{words} ", f"{words},", f"{words}:")):
        text = text[len(words) :].lstrip(" ,:")
    return [
        (f" {clock_ms(evidence.time_ns)}  ", DIM),
        (f"{words:<20} ", Ink(Token.WARN) if evidence.kind in _ALARMS else PLAIN),
        (text, PLAIN),
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
    """``average 61,800.00   fees 0.62 USDT   slippage -0.1 bp   to ack 6.8 ms   to first fill 12 ms``."""
    average = NONE if order.average_price is None else fixed(order.average_price, decimals)
    slip = slippage_bp(order) if story is None or story.slippage_bp is None else story.slippage_bp
    words = [f"average {average}", f"fees {fees_words(order.fees)}"]
    words.append(f"slippage {NONE if slip is None else f'{fixed(slip, 1)} bp'}")
    if story is not None:
        seen, ack, first = story.seen_slippage_bp, story.ack_ms, story.first_fill_ms
        words.append(f"from seen {NONE if seen is None else f'{fixed(seen, 1)} bp'}")
        words += [f"to ack {_ms(ack)}", f"to first fill {_ms(first)}"]
    return [(f" {words[0]}", PLAIN), *((f"   {word}", PLAIN) for word in words[1:])]


def _ms(value: Decimal | None) -> str:
    return NONE if value is None else f"{fixed(value, 1)} ms"


def fill_line(recorded: RecordedFill, order: Order | None, decimals: int) -> Line:
    """``14:01:12.402  BUY 0.020 @ 61,741.20   fee 1.23 USDT   maker   slip 0.2 bp   trade 8812044``.

    What a narrow pane leaves out stands last, each in a run of its own (`whole`).
    """
    fill = recorded.fill
    slip = None if order is None else slippage_bp(order, fill.price)
    role = "" if fill.maker is None else "maker" if fill.maker else "taker"
    fee = NONE if fill.fee is None else f"{exact(fill.fee.amount)} {clean(fill.fee.asset)}"
    slipped = "" if slip is None else f"slip {fixed(slip, 1)} bp"
    asides = [aside for aside in (role, slipped, f"trade {clean(fill.trade_id)}") if aside]
    return [
        (f" {clock_ms(fill.time_ns)}  ", DIM),
        (f"{fill.side.value:<5}", Ink(Token.BID if fill.side is Side.BUY else Token.ASK)),
        (f"{exact(fill.quantity, _LEAST_DECIMALS)} @ {price(fill.price, decimals)}", PLAIN),
        (f"   fee {fee}", PLAIN),
        *((f"   {aside}", PLAIN) for aside in (*(["provisional"] if fill.provisional else []), *asides)),
    ]
