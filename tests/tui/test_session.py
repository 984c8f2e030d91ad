"""The link's life: attach, holes in the numbers, a worker or an exchange that dies, one that hangs."""

from __future__ import annotations

import asyncio

import pytest
from textual.pilot import Pilot

from connectors.errors import ArchiveFailed
from connectors.model.book import BookState
from connectors.model.connection import LinkState
from connectors.model.order import OrderStatus
from connectors.model.vault import OpenedBy, VaultFacts, VaultState
from connectors.worker import api
from connectors.worker.secrets import OpenVault, Typed
from support.clock import FakeClock
from support.desk_backstage import FakeBackstage
from support.desk_link import ACCOUNT, FakeLink
from support.desk_stage import Stage, make_stage
from tui.format import words
from tui.session import Session
from tui.store import Store
from tui.ticket import judge

SIZE = (120, 40)


async def test_the_desk_paints_before_anything_is_joined() -> None:
    stage = make_stage(joined=False)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.settle(pilot)
        assert "SIM simulated market" in stage.screen()
        assert "LADDER" in stage.screen()
        assert stage.line == "Joining the connector worker; then demo."


async def test_events_that_overtake_the_picture_are_kept_until_it_is_there(stage: Stage) -> None:
    order = stage.link.rest("61800.00")
    plain = stage.link.picture()

    original = stage.link.request

    async def request(command: api.Command) -> api.Result:
        if isinstance(command, api.Attach):
            stage.link.commands.append(command)
            stage.link.changed(order.order_id, OrderStatus.CANCELED)
            return plain
        return await original(command)

    stage.link.request = request  # type: ignore[method-assign]  # one answer is another
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        assert stage.desk.store.orders[order.order_id].status is OrderStatus.CANCELED


async def test_a_hole_in_the_numbers_asks_for_the_whole_picture_again(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.link.rest("61800.00")
        stage.link.number += 5
        stage.link.tell(api.BalancesChanged(()))
        await stage.until(pilot, lambda: len(stage.link.sent(api.Attach)) == 2)
        await stage.until(pilot, lambda: len(stage.desk.store.working()) == 1)
        assert stage.desk.store.number == stage.link.number


async def test_a_worker_that_is_gone_is_said_in_the_exact_words_and_r_brings_it_back(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        old, stage.backstage.link = stage.link, FakeLink(stage.clock)
        old.die()
        await stage.until(pilot, lambda: stage.desk.session.condition.sentence != "")
        await stage.settle(pilot)
        assert words.WORKER_GONE in stage.screen()
        await stage.press(pilot, "b")
        assert not old.sent(api.PlaceOrder)
        assert stage.line == f"{words.WORKER_GONE} Nothing was sent."
        await stage.press(pilot, "r")
        stage.link = stage.backstage.link
        await stage.until(pilot, lambda: stage.desk.session.joined)
        assert stage.line == "The connector worker is back."
        assert len(stage.link.sent(api.Attach)) == 1
        assert {pane.kind for pane in stage.link.panes.values()} == {
            api.PaneKind.BOOK,
            api.PaneKind.TRADES,
            api.PaneKind.CANDLES,
            api.PaneKind.TICKER,
        }


async def test_a_worker_that_cannot_start_is_said_with_its_own_sentence(stage: Stage) -> None:
    stage.backstage.trouble = ArchiveFailed("The archive is damaged. Move it away and start again.")
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.until(pilot, lambda: stage.desk.session.condition.sentence != "")
        await stage.settle(pilot)
        assert "The archive is damaged. Move it away and start again. r tries again." in stage.screen()


async def test_a_dead_exchange_is_said_and_r_starts_it_again(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.backstage.exchange_dies("The embedded exchange ended by signal 9.")
        await stage.until(pilot, lambda: stage.desk.session.condition.exchange_gone != "")
        await stage.settle(pilot)
        assert "The embedded exchange ended by signal 9. r starts it again." in stage.screen()
        await stage.press(pilot, "b")
        assert not stage.placed
        for key in ("f3", "f4", "f5"):
            await stage.press(pilot, key)
            await stage.until(pilot, lambda: "ended by signal 9. r starts it again." in stage.screen())
        await stage.press(pilot, "r")
        await stage.until(pilot, lambda: stage.backstage.exchanges == 2)
        await stage.until(pilot, lambda: stage.desk.session.condition.exchange_gone == "")
        assert stage.line == "The simulated market is back."


async def test_a_worker_that_is_gone_after_the_exchange_was_started_again_is_said_and_waits_for_r(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.backstage.exchange_dies("The embedded exchange ended by signal 9.")
        await stage.until(pilot, lambda: stage.desk.session.condition.exchange_gone != "")
        await stage.press(pilot, "r")
        await stage.until(pilot, lambda: stage.desk.session.condition.exchange_gone == "")
        await stage.until(pilot, lambda: len(stage.link.sent(api.Attach)) == 2)
        old, stage.backstage.link = stage.link, FakeLink(stage.clock)
        old.die()
        await stage.until(pilot, lambda: stage.desk.session.condition.sentence != "")
        await stage.settle(pilot)
        assert words.WORKER_GONE in stage.screen()
        assert not stage.backstage.link.sent(api.Attach)


async def test_a_worker_that_hangs_is_noticed_and_no_order_leaves(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.link.mute = True
        await stage.clock.run(5)
        await stage.settle(pilot)
        assert "The connector worker does not answer." in stage.screen()
        await stage.press(pilot, "b")
        assert not stage.placed


@pytest.mark.parametrize("silent", [False, True], ids=["gone", "silent"])
async def test_without_a_worker_everything_that_shows_the_market_is_stale_and_its_book_too(
    stage: Stage, silent: bool
) -> None:
    async with stage.desk.run_test(size=(190, 54)) as pilot:
        await stage.open(pilot)
        assert "STALE" not in stage.screen()
        await _lose(stage, pilot, silent=silent)
        floor, newest = stage.desk.floor, stage.desk.market.newest
        for pane in (floor.ladder, floor.ticker_row, floor.chart, floor.tape, floor.depth, floor.watchlist):
            assert "STALE" in "".join(text for text, _ in pane._lines[0]), pane  # noqa: SLF001  # as composed
        assert "LIVE ✓" not in stage.screen()
        assert newest is not None
        assert newest.state is BookState.STALE
        assert stage.desk.store.books[newest.instrument].state is BookState.STALE
        seen = stage.desk.seen(quiet=True)
        assert seen is not None
        assert "price keys are off. Nothing was sent." in judge.book_refusal(seen, cursor=True)
        stage.book()
        await stage.settle(pilot)
        assert "LIVE ✓" not in stage.screen()


async def test_a_worker_that_answers_again_is_believed_again(stage: Stage) -> None:
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await _lose(stage, pilot, silent=False)
        await stage.press(pilot, "r")
        await stage.until(pilot, lambda: stage.desk.session.joined)
        stage.book()
        await stage.settle(pilot)
        assert "STALE" not in stage.screen()
        assert "LIVE ✓" in stage.screen()


@pytest.mark.parametrize("width", [80, 160])
@pytest.mark.parametrize("key", ["f2", "f3", "f4", "f5", "f6"])
async def test_that_the_worker_is_gone_stands_on_every_screen_with_what_to_do(
    stage: Stage, key: str, width: int
) -> None:
    async with stage.desk.run_test(size=(width, 24)) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, key)
        await _lose(stage, pilot, silent=False)
        short = "The connector worker stopped. r restarts it and reconciles."
        assert (words.WORKER_GONE if width == 160 else short) in stage.screen()
        await stage.press(pilot, "r")
        await stage.until(pilot, lambda: stage.desk.session.joined)
        await stage.settle(pilot)
        assert "The connector worker stopped." not in stage.screen()


async def test_without_a_worker_nothing_is_claimed_of_venues_and_vault(stage: Stage) -> None:
    stage.link.vault = VaultFacts(VaultState.OPEN)
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        await stage.press(pilot, "f6")
        assert "● connected" in stage.screen()
        await _lose(stage, pilot, silent=False)
        shown = stage.screen()
        assert "○ ?" in shown
        assert "vault: nothing is known" in shown
        assert "connected" not in shown
        assert "unlocked" not in shown


async def _lose(stage: Stage, pilot: Pilot[int], *, silent: bool) -> None:
    """The worker is killed, or hangs."""
    if silent:
        stage.link.mute = True
        await stage.clock.run(5)
    else:
        old, stage.backstage.link = stage.link, FakeLink(stage.clock)
        old.die()
        stage.link = stage.backstage.link
    await stage.until(pilot, lambda: stage.desk.session.condition.lost)
    await stage.settle(pilot)


async def test_a_connection_that_is_gone_is_said_with_since_when_and_what_the_lists_show(stage: Stage) -> None:
    async with stage.desk.run_test(size=(160, 45)) as pilot:
        await stage.open(pilot)
        status = stage.link.status(
            LinkState.RECONNECTING,
            reason="no answer",
            next_try_ns=stage.clock.time_ns() + 4_000_000_000,
            attempt=3,
        )
        stage.link.tell(api.ConnectionChanged(status, stage.link.connection))
        await stage.settle(pilot)
        assert (
            "demo is gone since 14:03:28 (no answer). Trying again in 4 s, 3rd time. "
            "Orders shown are as of 14:03:28: 0 working."
        ) in stage.screen()


async def test_an_unknown_label_is_said() -> None:
    stage = make_stage(wanted="main")
    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.until(pilot, lambda: stage.desk.market.trouble != "")
        await stage.settle(pilot)
        assert "No connection is called main. tradedesk venues list shows them." in stage.screen()


async def test_a_fault_of_the_desk_is_a_message_with_a_code_and_not_its_end(stage: Stage) -> None:
    async def broken() -> None:
        raise ZeroDivisionError("inside")

    async with stage.desk.run_test(size=SIZE) as pilot:
        await stage.open(pilot)
        stage.desk.spawn(broken())
        await stage.until(pilot, lambda: "Something in the desk failed (E-" in stage.line)
        assert stage.desk.is_running


async def test_without_a_worker_nothing_was_sent_and_nothing_else_is_said() -> None:
    session = Session(FakeBackstage(FakeLink(FakeClock())), Store(), FakeClock())
    answer = await session.ask(api.GetAssets(ACCOUNT))
    assert isinstance(answer, api.Failure)
    assert answer.kind is api.FailureKind.UNAVAILABLE
    assert answer.sentence == "The connector worker is not there yet. Nothing was sent."


async def test_a_handed_secret_is_overwritten_whatever_comes_of_it() -> None:
    store, link = Store(), FakeLink(FakeClock())
    session = Session(FakeBackstage(link), store, FakeClock())
    early = OpenVault(Typed(OpenedBy.PASSPHRASE, bytearray(b"canary")))
    answer = await session.hand(early)
    assert isinstance(answer, api.Failure)
    assert answer.sentence == "The connector worker is not there yet. Nothing was sent."
    assert not any(early.typed.secret)
    there = asyncio.Event()
    session.on_picture = there.set
    running = asyncio.create_task(session.run())
    await there.wait()
    sent = OpenVault(Typed(OpenedBy.PASSPHRASE, bytearray(b"canary")))
    assert await session.hand(sent) == api.Done()
    link.die()
    late = OpenVault(Typed(OpenedBy.PASSPHRASE, bytearray(b"canary")))
    gone = await session.hand(late)
    assert isinstance(gone, api.Failure)
    assert not any(sent.typed.secret)
    assert not any(late.typed.secret)
    running.cancel()


async def test_the_store_keeps_what_the_worker_says_of_the_vault() -> None:
    store = Store()
    locked = VaultFacts(VaultState.LOCKED)
    store.apply(api.Numbered(1, api.VaultChanged(locked)))
    assert store.vault == locked
    store.take(FakeLink(FakeClock()).picture())
    assert store.vault.state is VaultState.NONE
