"""A worker begins with what it would know had it lived on, though it reads little of the archive: wherever it ended."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.engine import effects as fx
from connectors.engine import inputs
from connectors.engine.reducer import step
from connectors.engine.state import Booked, State
from connectors.model.connection import Connection
from connectors.model.fill import Fill
from connectors.model.ids import Mode, OrderId
from connectors.model.order import Order, OrderStatus, ReportSource
from connectors.ports.archive import Batch
from connectors.worker import beginning
from connectors.worker.beginning import read_past
from engine.world import ACCOUNT, EPOCH, SECOND, D, Desk, fill, limit_buy, order_id, report
from storage.archive import Archive, open_archive
from support import kept
from support.killed import killed_at

moves = st.lists(
    st.tuples(st.sampled_from(("place", "open", "part", "rest", "end", "elsewhere", "settle")), st.integers(1, 6)),
    max_size=24,
)


class Written(Desk):
    """A desk whose every commit is in a real archive."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        archive.connections.add(Connection(ACCOUNT, "binance", "demo", Mode.SIM))
        archive.connections.set_epoch(ACCOUNT, EPOCH)
        self.told: list[Fill] = []
        super().__init__()

    def happen(self, *happened: inputs.Input) -> tuple[fx.Effect, ...]:
        done = super().happen(*happened)
        for effect in self.wanted(fx.Commit):
            self.archive.journal.append(effect.batch)
        return done

    def move(self, what: str, number: int) -> None:
        """Do one thing to one order, if it can be done."""
        self.wait(1)
        known = self.state.orders.get(order_id(number))
        if what == "settle":
            self.archive.journal.settle()
        elif what == "elsewhere":
            self.say(report(None, OrderStatus.OPEN, venue_id=f"x{number}", client_id=f"other{number}"))
        elif known is None:
            if what in {"place", "open"}:
                self.place(limit_buy(number))
        elif what in {"part", "rest"} and known.status not in {OrderStatus.FILLED, OrderStatus.CANCELED}:
            self._fill(known, number, D("0.002") if what == "part" else known.remaining or D(0))
        elif what in {"open", "end"}:
            status = OrderStatus.OPEN if what == "open" else OrderStatus.CANCELED
            self.say(report(known, status, venue_id=f"v{number}", filled=str(known.filled), source=ReportSource.STREAM))

    def _fill(self, order: Order, number: int, quantity: object) -> None:
        amount = min(D(str(quantity)), order.remaining or D(0))
        if not amount:
            return
        # Two by two they share a time, as the fills of one match do.
        made = fill(len(self.told), str(amount), venue_id=f"v{number}", time_ns=SECOND * (10 + len(self.told) // 2))
        self.told.append(made)
        filled = order.filled + amount
        status = OrderStatus.FILLED if filled == order.quantity else OrderStatus.PARTIALLY_FILLED
        self.say(report(order, status, venue_id=f"v{number}", filled=str(filled), fills=(made,)))


def begun(desk: Written) -> State:
    """The state of a worker that begins now."""
    state, _ = step(State(), read_past(desk.archive).started(desk.now))
    state, _ = step(state, desk.opened(EPOCH, EPOCH))
    return state


def _as_after_a_start(order: Order) -> Order:
    """What was being sent is UNKNOWN from then on, and says why."""
    if order.status is not OrderStatus.SUBMITTING:
        return order
    return replace(order, status=OrderStatus.UNKNOWN)


def _bare(order: Order) -> Order:
    return replace(order, evidence=(), reason="", next_check_ns=None, revision=0, updated_ns=0)


@pytest.fixture(autouse=True)
def little_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """So little that these short lives are longer."""
    for name, value in (("ORDERS_LOADED", 2), ("FILLS_AT_LEAST", 2), ("FILLS_AT_MOST", 3)):
        monkeypatch.setattr(beginning, name, value)
    monkeypatch.setattr(beginning, "FILLS_SPAN_NS", SECOND)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "tradedesk.db"
    open_archive(path).close()
    return path


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    tmp_path.chmod(0o700)
    opened = open_archive(tmp_path / "tradedesk.db")
    yield opened
    opened.close()


@given(moves)
def test_whenever_a_worker_ends_the_next_one_knows_what_it_knew(
    empty: Path, tmp_path_factory: pytest.TempPathFactory, made: list[tuple[str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("life")
    folder.chmod(0o700)
    archive = open_archive(Path(shutil.copy(empty, folder / "tradedesk.db")))
    desk = Written(archive)
    for what, number in made:
        desk.move(what, number)
        again = begun(desk)
        assert set(again.live) == set(desk.state.live)
        _compare(desk, again)
    archive.close()


def _compare(desk: Written, again: State) -> None:
    before = desk.state
    for one in before.live:
        assert _bare(again.orders[one]) == _bare(_as_after_a_start(before.orders[one]))
        assert again.booked.get(one, Booked()) == before.booked.get(one, Booked())
    assert dict(again.positions) == dict(before.positions)
    assert again.next_handle == max(before.next_handle, before.next_external)
    assert again.next_external >= before.next_external
    assert all(again.is_booked(ACCOUNT, each) for each in desk.told)
    assert not again.is_booked(ACCOUNT, fill(9_999, "0.001", time_ns=SECOND * 10_000))


def _part_filled(archive: Archive) -> Written:
    """Six orders that were filled, before them one that is filled in part, and one of another tool."""
    desk = Written(archive)
    for what, number in (("elsewhere", 1), ("place", 6), ("open", 6), ("part", 6)):
        desk.move(what, number)
    desk.say(report(None, OrderStatus.CANCELED, venue_id="x1", client_id="other1"))
    for number in range(1, 6):
        for what in ("place", "open", "rest"):
            desk.move(what, number)
    return desk


def test_a_fill_of_an_order_from_before_what_was_loaded_is_added_to_its_earlier_ones(archive: Archive) -> None:
    desk = _part_filled(archive)
    again = begun(desk)
    late = fill(77, "0.003", venue_id="v6", time_ns=SECOND * 50)
    again, _ = step(again, inputs.AssetsKnown(desk.state.assets, desk.now))
    again, _ = step(again, inputs.FillsAnswered(ACCOUNT, (late,), desk.now))
    assert again.orders[order_id(6)].filled == D("0.005")


def test_fills_that_were_left_in_the_archive_make_no_order_of_another_tool(archive: Archive) -> None:
    desk = _part_filled(archive)
    again, effects = step(begun(desk), inputs.FillsAnswered(ACCOUNT, desk.told, desk.now))
    assert effects == ()
    assert set(again.live) == {order_id(6)}


def test_of_fills_that_share_the_oldest_time_none_is_booked_twice(archive: Archive) -> None:
    desk = Written(archive)
    for number, quantity in ((1, "0.01"), (2, "0.01"), (3, "0.01"), (4, "0.01")):
        order = desk.open(number)
        made = fill(number, quantity, venue_id=f"v{number}", time_ns=SECOND)
        desk.told.append(made)
        desk.say(report(order, OrderStatus.FILLED, venue_id=f"v{number}", filled=quantity, fills=(made,)))
    again = begun(desk)
    assert len(again.fills) < len(desk.told)
    again, _ = step(again, inputs.AssetsKnown(desk.state.assets, desk.now))
    again, effects = step(again, inputs.FillsAnswered(ACCOUNT, desk.told, desk.now))
    assert effects == ()
    assert dict(again.positions) == dict(desk.state.positions)


def test_a_handle_of_another_tool_that_was_left_in_the_archive_is_not_given_again(archive: Archive) -> None:
    desk = _part_filled(archive)
    assert "e1" in {order.handle for order in archive.journal.orders()}
    again = begun(desk)
    assert "e1" not in {order.handle for order in again.orders.values()}
    other = report(None, OrderStatus.OPEN, venue_id="x2", client_id="other2")
    again, _ = step(again, inputs.Reported(ACCOUNT, other, desk.now))
    handles = {order.handle for order in again.orders.values()}
    assert len(handles) == len(again.orders)
    assert "e1" not in handles


def _steps(path: Path, act: Callable[[Archive], object]) -> Callable[[], None]:
    def run() -> None:
        archive = open_archive(path)
        act(archive)
        archive.close()

    return run


def test_a_checkpoint_cut_off_anywhere_is_made_up_by_the_tail(empty: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    source = Path(shutil.copy(empty, tmp_path / "source.db"))
    archive = open_archive(source)
    orders: dict[OrderId, Order] = {}
    for number in range(1, 9):
        for revision, status in enumerate((OrderStatus.SUBMITTING, OrderStatus.OPEN, OrderStatus.FILLED)):
            order = kept.order(number, status=status, revision=revision)
            if number < 7 or revision < 2:
                archive.journal.append(Batch(entries=(kept.entry(order),)))
                orders[order.order_id] = order
        if number == 3:
            archive.journal.settle()
    archive.close()
    cut, at = True, 0
    while cut:
        at += 1
        path = Path(shutil.copy(source, tmp_path / f"cut{at}.db"))
        cut = killed_at(_steps(path, lambda opened: opened.journal.settle()), at, only="nothing")
        again = open_archive(path)
        begins = again.journal.beginning(100)
        assert {order.order_id: order for order in begins.orders} == orders, at
        assert begins.next_handle == 9
        again.close()
    assert at > 4
