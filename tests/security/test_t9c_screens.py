"""T9c: whatever a venue writes, in every field that holds its text, is painted as text.

Markup would run an action of the desk, an escape sequence would run one of the terminal, and a mark of direction would
show another price than the one that is meant. Every screen is painted with such text and each painted piece looked at.
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from decimal import Decimal

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from textual.strip import Strip

from connectors.model.balance import Balance
from connectors.model.connection import LinkState
from connectors.model.evidence import Evidence, EvidenceKind
from connectors.model.fill import Fee
from connectors.model.ids import ClientOrderId, Epoch, InstrumentId, Product, TradeId, VenueOrderId
from connectors.model.order import OrderStatus
from connectors.worker import api
from support import pane_facts
from support.desk_stage import Stage, make_stage

FRAGMENTS = [
    "[@click=app.quit]",
    "[/]",
    "[b]",
    "[link=file:///etc/passwd]",
    "[on red]",
    "\x1b[2J",
    "\x1b]52;c;aGk=\x07",
    "\x1b]8;;http://evil\x1b\\",
    "\x9b31m",
    "\u202e",
    "\u2066",
    "\u200b",
    "\r\n",
    "\t",
    "\x00",
    "\x7f",
    "\ud800",
    "\u0301",
    "\u2028",
    "=1+1",
    "币",
    "BTC",
]
HOSTILE = st.lists(st.sampled_from(FRAGMENTS), min_size=3, max_size=8).map("".join)
SCREENS = (("g", "m"), ("g", "o"), ("g", "p"), ("g", "b"), ("g", "v"), ("g", "a"), ("?",))
HARMFUL = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def dress(stage: Stage, text: str) -> None:
    """Put the text wherever the picture has room for a venue's words."""
    link = stage.link
    evil = InstrumentId("binance", Product.SPOT, text)
    plain = link.instruments[1]
    named = replace(plain.economic, base=text, quote=text)
    link.instruments = (link.instruments[0], replace(plain, id=evil, economic=named))
    order = link.rest("61800.00")
    evidence = (*order.evidence, Evidence(order.created_ns, EvidenceKind.REFUSED, text))
    link.orders[order.order_id] = replace(
        order, client_order_ids=(ClientOrderId(text),), evidence=evidence, reason=text, handle="x3", epoch=Epoch(text)
    )
    other = link.rest("61700.00", number=4)
    link.orders[other.order_id] = replace(other, instrument=evil, venue_order_id=VenueOrderId(text))
    link.hold()
    first = link.fills[0]
    fill = replace(first.fill, fee=Fee(text, Decimal("3.15")), trade_id=TradeId(text), instrument=evil)
    link.fills.append(replace(first, fill=fill))
    link.balances = (link.balances[0], Balance(pane_facts.ACCOUNT, text, Decimal(1), Decimal(0), pane_facts.T0))


def tell(stage: Stage, text: str) -> None:
    """Say it in every event that has words."""
    link = stage.link
    now_ns = stage.clock.time_ns()
    link.tell(api.AlertRaised(api.Alert(now_ns, api.AlertLevel.DANGER, text)))
    link.tell(api.TradingChanged(api.TradingState.HALTED, text, now_ns))
    status = link.status(LinkState.RECONNECTING, reason=text, epoch=text)
    link.tell(api.ConnectionChanged(status, link.connection))
    order = next(iter(link.orders.values()))
    link.changed(order.order_id, OrderStatus.REJECTED, reason=text)


def painted(stage: Stage) -> list[Strip]:
    """Every line of the screen and of the dialog on it."""
    return [
        strip
        for screen in {stage.desk.screen, *stage.desk.screen_stack}
        for strip in screen._compositor.render_strips()  # noqa: SLF001  # what is on the screen, whole
    ]


def harm(strips: list[Strip]) -> list[str]:
    """What in the painted lines a terminal or the desk would obey."""
    found = []
    for strip in strips:
        for text, style, control in strip:
            found += [f"{text!r} has {letter!r}" for letter in text if unicodedata.category(letter) in HARMFUL]
            if control:
                found.append(f"{text!r} is a control")
            if style is not None and style.link:
                found.append(f"{text!r} links to {style.link}")
            if style is not None and any(name.startswith("@") for name in style.meta):
                found.append(f"{text!r} does {style.meta}")
    return found


@settings(
    max_examples=1, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.explicit, Phase.generate]
)  # no shrinking: slow
@given(text=HOSTILE)
@example("".join(FRAGMENTS))
async def test_what_a_venue_writes_is_painted_as_text_on_every_screen(text: str) -> None:
    stage = make_stage()
    dress(stage, text)
    async with stage.desk.run_test(size=(160, 45)) as pilot:
        await stage.open(pilot)
        tell(stage, text)
        await stage.settle(pilot)
        for keys in SCREENS:
            await stage.press(pilot, *keys)
            assert harm(painted(stage)) == [], keys
            await stage.press(pilot, "escape")
        assert stage.desk.is_running


def test_harm_is_seen() -> None:
    """The control: each kind of it is found in a painted line."""
    from rich.segment import Segment
    from rich.style import Style

    for segment in (
        Segment("a\x1b[2J"),
        Segment("a\u202e"),
        Segment("a", Style(link="http://evil")),
        Segment("a", Style.from_meta({"@click": "app.quit"})),
    ):
        assert harm([Strip([segment])])
    assert harm([Strip([Segment("[@click=app.quit] 币 ─ │ ▲")])]) == []
