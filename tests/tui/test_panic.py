"""The panic chord and its report: from every pane, over every dialog, and what of it is believed."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.worker import api
from support import pane_facts, panic_facts
from support.desk_stage import Stage
from tui.messages import panics

SIZE = (120, 40)


async def test_the_panic_key_halts_at_once_and_tells_the_plan(stage: Stage) -> None:
    stage.link.rest("61800.00")
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "ctrl+g")
        assert stage.link.sent(api.SetTrading) == [api.SetTrading(api.TradingState.HALTED)]
        assert stage.line == "HALTED. ^g again: cancel 1 order, positions stay. esc: stay halted, send none."
        assert "HALTED by you" in stage.screen().splitlines()[0]
        await stage.press(pilot, "b")
        assert not stage.placed
        assert "Nothing was sent. :resume" in stage.line


async def test_the_plan_counts_what_would_be_closed_as_the_worker_says_it(stage: Stage) -> None:
    order = stage.link.rest("61800.00")
    stage.link.answers[api.PlanPanic] = panic_facts.plan([order], (pane_facts.BTC, Decimal("0.051")))
    async with stage.desk.run_test(size=(80, 24)) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "ctrl+g")
        assert stage.line == "HALTED. ^g again: cancel 1 order, close 1 position. esc: send none."


async def test_a_second_press_is_a_panic_whose_report_says_0_orders_only_once_the_venue_did(stage: Stage) -> None:
    stage.link.rest("61800.00")
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "ctrl+g", "ctrl+g")
        (asked,) = stage.link.sent(api.StartPanic)
        assert not asked.external
        assert "1 ORDER LEFT" in stage.shown()
        assert "0 ORDERS" not in stage.shown()
        begun = stage.desk.store.panic
        assert begun is not None
        stage.link.tell(api.PanicMoved(panic_facts.over(begun)))
        await stage.settle(pilot)
        assert "0 ORDERS, FLAT" in stage.shown()
        assert stage.line.startswith("PANIC done: 0 ORDERS, FLAT at ")
        await stage.press(pilot, "escape")
        assert "asked again" not in stage.shown()


async def test_a_second_press_within_150_ms_is_the_same_press(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "ctrl+g")
        await stage.press(pilot, "ctrl+g", apart_s=0.1)
        assert not stage.link.sent(api.StartPanic)


async def test_esc_after_the_first_press_stays_halted_and_sends_none(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "ctrl+g", "escape")
        assert not stage.link.sent(api.StartPanic)
        assert stage.desk.store.trading is api.TradingState.HALTED


async def test_orders_let_pass_by_another_client_leave_no_word_of_the_halt_and_no_plan_behind(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "ctrl+g", "escape")
        assert stage.line.startswith("HALTED by you")
        await stage.press(pilot, "ctrl+g")
        stage.link.tell(api.TradingChanged(api.TradingState.ACTIVE, "", 2))
        await stage.settle(pilot)
        assert "HALTED" not in stage.shown()
        assert "HALTED" not in stage.line
        stage.link.tell(api.TradingChanged(api.TradingState.HALTED, "by you", 3))
        await stage.settle(pilot)
        await stage.press(pilot, "ctrl+g")
        assert not stage.link.sent(api.StartPanic)


PLACES: tuple[tuple[str, ...], ...] = (
    ("colon",), ("question_mark",), ("w",), ("enter",), ("m",), ("g", "o"), ("g", "p"), ("g", "b"), ("g", "v"),
    ("g", "v", "a"),
)  # fmt: skip


@pytest.mark.parametrize("keys", PLACES, ids=" ".join)
async def test_the_panic_key_works_in_text_under_dialogs_and_after_a_prefix(
    stage: Stage, keys: tuple[str, ...]
) -> None:
    async with stage.desk.run_test(size=(80, 24)) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, *keys, "ctrl+g")
        assert stage.desk.store.trading is api.TradingState.HALTED
        await stage.press(pilot, "ctrl+g")
        assert len(stage.link.sent(api.StartPanic)) == 1
        assert "5 asked" in stage.shown()


async def test_pressing_on_while_it_runs_only_hurries_the_same_panic_on(stage: Stage) -> None:
    stage.link.rest("61800.00")
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "ctrl+g", "ctrl+g", "escape", "ctrl+g")
        assert "1 ORDER LEFT" in stage.shown()
        await stage.press(pilot, "r")
        assert len(stage.link.sent(api.SetTrading)) == 1
        assert len(stage.link.sent(api.StartPanic)) == 3


async def test_a_worker_that_does_not_take_it_is_told_and_asked_again(stage: Stage) -> None:
    stage.link.answers[api.StartPanic] = api.Failure(api.FailureKind.UNEXPECTED, "It failed (E-1234).")
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "ctrl+g", "ctrl+g")
        assert stage.line == "PANIC: It failed (E-1234). ^g tries again."
        del stage.link.answers[api.StartPanic]
        await stage.press(pilot, "ctrl+g")
        assert len(stage.link.sent(api.StartPanic)) == 2
        assert "5 asked again" in stage.shown()


async def test_the_report_is_kept_in_a_private_file_with_every_answer(stage: Stage, tmp_path: Path) -> None:
    stage.link.rest("61800.00")
    stage.desk.alarm.exports = tmp_path / "exports"
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "ctrl+g", "ctrl+g")
        begun = stage.desk.store.panic
        assert begun is not None
        stage.link.tell(api.PanicMoved(panic_facts.over(begun)))
        await stage.press(pilot, "e")
        (path,) = (tmp_path / "exports").iterdir()
        assert path.stat().st_mode & 0o777 == 0o600
        kept = json.loads(path.read_text())
        assert kept["accounts"][0]["steps"][-1]["proofs"][0]["request_id"] == "u-1"
        boxed = [row.split("│")[1].strip() for row in stage.shown().splitlines() if row.count("│") == 2]
        assert f"Exported to{path}" in "".join(boxed).replace("Exported to ", "Exported to"), (
            "whole, whatever its length"
        )
        assert stage.line == f"Exported to {path}"


async def test_accounts_without_room_for_a_column_still_have_their_verdict(stage: Stage) -> None:
    async with stage.desk.run_test(size=(80, 24)) as pilot:
        await stage.open(pilot)
        report = panic_facts.two_accounts(stage.clock.time_ns())
        stage.link.tell(api.PanicMoved(report))
        await stage.settle(pilot)
        stage.desk.alarm.show()
        await stage.settle(pilot)
        assert "0 ORDERS, FLAT" in stage.shown()
        assert "1 ORDER LEFT" in stage.shown()
        assert "k9: cancelling, attempt 2" in stage.shown()


def test_the_end_of_a_panic_is_said_whole_in_80_cells() -> None:
    report = panic_facts.two_accounts(pane_facts.T0)
    proved = [replace(each, proved_ns=pane_facts.T0, held=((pane_facts.BTC, Decimal(1)),)) for each in report.accounts]
    said = panics.ended_words(replace(report, accounts=tuple(proved), ended_ns=pane_facts.T0))
    assert said.startswith("PANIC done: 0 ORDERS, 2 positions kept at 14:03")
    assert len(f" ✓ {said}") <= 80
