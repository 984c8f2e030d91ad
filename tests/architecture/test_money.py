"""Money is never a float."""

from __future__ import annotations

import pytest

from architecture.checkers.money import ROOMS, floats
from architecture.checkers.source import ROOT, Source, report, sources

ALLOWED: dict[str, frozenset[str]] = {}
"""Names, by file, that hold a float which is neither money nor named as a time; each line says what it is."""


def rooms() -> list[str]:
    """The rooms where prices and sizes live, and every module of the ticket."""
    paths = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "tui").rglob("*.py"))
    return [*ROOMS, *(path for path in paths if "ticket" in path)]


def test_no_float_stands_where_money_lives() -> None:
    findings = [
        finding for source in sources(*rooms()) for finding in floats(source, ALLOWED.get(source.path, frozenset()))
    ]
    assert not findings, report(findings)


def test_an_allowed_float_is_still_needed() -> None:
    unneeded = [path for path, names in ALLOWED.items() for source in sources(path) if not floats(source) and names]
    assert not unneeded, f"no float is left in {unneeded}"


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_the_lint_names_exists_and_has_code(room: str) -> None:
    assert list(sources(room)), f"{room} is gone: the lint looks at nothing"


@pytest.mark.parametrize(
    "text",
    [
        "price = 1.5",
        "price: float = 1",
        "price: 'float' = 1",
        "price: dict[str, float] = {}",
        "price: Decimal | float | None = None",
        "price = float(text)",
        "def cost(price: float): ...",
        "def cost(price: 'float | None'): ...",
        "def cost(price=0.1): ...",
        "def cost(*, price=0.1): ...",
        "def cost(*prices: float): ...",
        "def cost() -> float: ...",
        "async def cost() -> float: ...",
        "def retry_delay():\n    price = 1.5\n    return 2",
        "Decimal(0.1)",
        "Decimal('1') * 1.5",
        "place(price=1.5)",
        "if price > 0.5: ...",
        "price, size = 1.5, 2",
        "price = timeout = 1.5",
        "total += 0.5",
        "prices = map(float, texts)",
        "class Fee:\n    rate: float",
        "from json import loads\nloads(text)",
        "import json\njson.loads(text)",
        "import json as j\nj.load(file)",
        "import msgspec\nmsgspec.json.decode(data)",
        "from msgspec.json import Decoder\nDecoder()",
        "from sqlalchemy import Numeric\ncolumn = Column(Numeric)",
        "from sqlmodel import Float as F, Float\ncolumn = Column(Float)",
    ],
)
def test_a_float_that_could_be_money_is_named(text: str) -> None:
    assert floats(Source("x.py", text))


@pytest.mark.parametrize(
    "text",
    [
        "price = Decimal('1.5')",
        "retry_after_s = 1.5",
        "self.delay = float(text)",
        "def happens_within(seconds: float): ...",
        "READ_TIMEOUT: float = 10.0",
        "def wait(span_s: float = 1.0, *, timeout: float | None = 2.5): ...",
        "def retry_delay() -> float:\n    return 1.5",
        "await clock.sleep(0.05)",
        "connect(open_timeout=2.5)",
        "if waited_s > 0.25: ...",
        "if clock.elapsed_s() > 0.25: ...",
        "half = span_s * 0.5 + 1",
        "if isinstance(value, float): raise TypeError",
        "if isinstance(value, (int, float)): raise TypeError",
        "import json\njson.loads(text, parse_float=Decimal)",
        "import msgspec\nmsgspec.json.decode(data, type=Trade)",
        "from msgspec.json import Decoder\nDecoder(Trade)",
        "step = 15",
    ],
)
def test_decimals_and_spans_of_time_pass(text: str) -> None:
    assert floats(Source("x.py", text)) == []


def test_an_allowed_name_may_hold_a_float_and_others_still_may_not() -> None:
    source = Source("x.py", "share = 0.8\nprice = 0.8")
    assert [finding.line for finding in floats(source, frozenset({"share"}))] == [2]
