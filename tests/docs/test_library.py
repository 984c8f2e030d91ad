"""The programs of docs/library.md run as they stand there, against an exchange of their own, over real sockets."""

from __future__ import annotations

import csv
import importlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from architecture.checkers.source import ROOT
from support.simulator import Simulator, running_simulator

PAGE = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"<!-- example: (\w+\.py) -->\n```python\n(.*?)```\n", PAGE, re.DOTALL))
MOST_LINES = 40

pytestmark = pytest.mark.peers


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running_simulator(tmp_path_factory.mktemp("library"), "--seed", "5") as found:
        yield found


def run(exchange: Simulator, folder: Path, name: str) -> str:
    """What a program printed; the simulator's line comes to it as through the pipe of the page."""
    (folder / name).write_text(EXAMPLES[name], encoding="utf-8")
    keys = ("rest", "stream", "ws_api", "api_key", "api_secret", "instance")
    done = subprocess.run(
        [sys.executable, "-W", "error", name],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"},
        input=json.dumps({key: getattr(exchange, key) for key in keys}) + "\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


def test_the_page_has_three_short_programs() -> None:
    assert list(EXAMPLES) == ["touch.py", "order.py", "record.py"]
    assert [name for name, text in EXAMPLES.items() if len(text.splitlines()) > MOST_LINES] == []
    assert PAGE.count("```python") == len(EXAMPLES)


def test_the_first_program_prints_a_touch_that_is_never_crossed(exchange: Simulator, tmp_path: Path) -> None:
    lines = [line.split() for line in run(exchange, tmp_path, "touch.py").splitlines()]
    assert len(lines) == 20
    assert all(Decimal(bid) < Decimal(ask) for _, _, bid, ask, _ in lines)
    ids = [int(update_id) for update_id, *_ in lines]
    assert ids == sorted(ids)


def test_the_second_program_places_an_order_and_cancels_it(exchange: Simulator, tmp_path: Path) -> None:
    said = run(exchange, tmp_path, "order.py").splitlines()
    kinds = [(source, text.partition("(")[0]) for source, _, text in (line.partition(": ") for line in said)]
    assert kinds[0] == ("stream", "AccountStreamUp")
    assert [kind for kind in kinds if kind[0] == "answer"] == [("answer", "OrderReport")] * 2
    states = [re.findall(r"status=<OrderStatus\.(\w+)", line) for line in said if line.startswith("answer")]
    assert states == [["OPEN"], ["CANCELED"]]
    assert kinds[2] in {("stream", "OrderReport"), ("stream", "BalanceUpdate")}


def test_the_third_program_writes_candles_and_trades(exchange: Simulator, tmp_path: Path) -> None:
    assert run(exchange, tmp_path, "record.py") == ""
    with (tmp_path / "candles.csv").open(newline="", encoding="utf-8") as file:
        candles = [[Decimal(field) for field in row] for row in csv.reader(file)]
    assert len(candles) == 1500
    assert {later[0] - one[0] for one, later in pairwise(candles)} == {60 * 10**9}
    assert all(low <= min(first, last) and max(first, last) <= high for _, first, high, low, last, _ in candles)
    trades = [json.loads(line) for line in (tmp_path / "trades.jsonl").read_text(encoding="utf-8").splitlines()]
    ids = [int(trade["Trade"]["trade_id"]) for trade in trades]
    assert ids == list(range(ids[0], ids[0] + 20))


def test_every_module_the_page_names_is_there() -> None:
    named = set(re.findall(r"`(connectors(?:\.\w+)+)`", PAGE))
    assert len(named) > 5
    assert {importlib.import_module(name).__name__ for name in named} == named


@pytest.mark.parametrize("name", EXAMPLES)
def test_programs_use_only_what_the_page_calls_stable(name: str) -> None:
    used = set(re.findall(r"from (connectors[\w.]*) import", EXAMPLES[name])) - {"connectors"}
    stable = ("connectors.registry", "connectors.ports", "connectors.model", "connectors.errors", "connectors.clock")
    assert [module for module in used if not module.startswith(stable)] == []
