"""The worker's event loop: what an order needs runs before everything else that is ready."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator

import pytest

from connectors.turns import Turns
from connectors.worker.archive_thread import ArchiveThread
from connectors.worker.order_loop import SOCKETS_A_ROUND, OrderFirstLoop

Run = Callable[[Awaitable[None]], None]


@pytest.fixture
def run() -> Iterator[Run]:
    async def whole(work: Awaitable[None]) -> None:
        await work

    with asyncio.Runner(loop_factory=OrderFirstLoop) as runner:
        yield lambda work: runner.run(whole(work))


async def _steps(name: str, seen: list[str], number: int = 5) -> None:
    for _ in range(number):
        await asyncio.sleep(0)
    seen.append(name)


def _others(seen: list[str], number: int = 10) -> None:
    for _ in range(number):
        asyncio.get_running_loop().call_soon(seen.append, "other")


def test_an_order_takes_all_its_steps_before_what_was_ready_before_it(run: Run) -> None:
    seen: list[str] = []

    async def work() -> None:
        _others(seen)
        with Turns.here().order():
            await _steps("order", seen)
        await asyncio.sleep(0)

    run(work())
    assert seen == ["order", *["other"] * 10]


def test_a_task_that_an_order_starts_goes_first_too(run: Run) -> None:
    seen: list[str] = []

    async def work() -> None:
        with Turns.here().order():
            _others(seen)
            await asyncio.create_task(_steps("send", seen))
        await asyncio.sleep(0)

    run(work())
    assert seen == ["send", *["other"] * 10]


def test_orders_go_in_the_order_in_which_they_came(run: Run) -> None:
    seen: list[str] = []

    async def work() -> None:
        with Turns.here().order():
            _others(seen, 1)
            await asyncio.gather(*(_steps(name, seen, 3) for name in ("one", "two", "three")))

    run(work())
    assert seen == ["one", "two", "three", "other"]


def test_what_an_order_left_behind_waits_like_everything_else_once_it_is_over(run: Run) -> None:
    seen: list[str] = []

    async def work() -> None:
        with Turns.here().order():
            left = asyncio.create_task(_steps("left behind", seen, 20))
            await asyncio.sleep(0)
        _others(seen, 1)
        await left

    run(work())
    assert seen == ["other", "left behind"]


def test_an_order_within_an_order_ends_without_ending_the_one_around_it(run: Run) -> None:
    seen: list[str] = []

    async def work() -> None:
        with Turns.here().order():
            with Turns.here().order():
                await asyncio.sleep(0)
            _others(seen, 1)
            await _steps("outer", seen)
        await asyncio.sleep(0)

    run(work())
    assert seen == ["outer", "other"]


def test_a_callback_of_an_order_that_was_canceled_is_not_called(run: Run) -> None:
    seen: list[str] = []

    async def work() -> None:
        with Turns.here().order():
            asyncio.get_running_loop().call_soon(seen.append, "canceled").cancel()
            await _steps("order", seen, 2)

    run(work())
    assert seen == ["order"]


def test_a_quick_answer_of_the_archive_is_waited_for_and_nothing_runs_meanwhile(run: Run) -> None:
    seen: list[str] = []

    async def work() -> None:
        archive = ArchiveThread()
        _others(seen)
        assert await archive.run(lambda: 7, patience_s=5) == 7
        assert seen == []
        archive.end()

    run(work())


def test_the_loop_runs_while_the_archive_takes_long_and_the_order_goes_first_afterwards(run: Run) -> None:
    seen: list[str] = []
    may_end = threading.Event()

    async def order(archive: ArchiveThread) -> None:
        with Turns.here().order():
            assert await archive.run(lambda: may_end.wait(5), patience_s=0.001)
            await _steps("order", seen)

    async def work() -> None:
        archive = ArchiveThread()
        sending = asyncio.create_task(order(archive))
        await asyncio.sleep(0)
        assert not sending.done(), "the loop runs although the archive has not answered"
        may_end.set()
        archive.end()
        _others(seen)
        await sending

    run(work())
    assert seen[0] == "order"


def test_what_the_archive_raises_is_raised_whether_it_is_waited_for_or_not(run: Run) -> None:
    def fail() -> None:
        raise OSError("full")

    async def work() -> None:
        archive = ArchiveThread()
        for patience_s in (0, 5):
            with pytest.raises(OSError, match="full"):
                await archive.run(fail, patience_s=patience_s)
        archive.end()

    run(work())


def test_a_question_that_nobody_waits_for_any_more_is_not_begun(run: Run) -> None:
    asked: list[str] = []
    may_end = threading.Event()

    async def work() -> None:
        archive = ArchiveThread()
        first = asyncio.create_task(archive.run(lambda: may_end.wait(5)))
        second = asyncio.create_task(archive.run(lambda: asked.append("second")))
        await asyncio.sleep(0)
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        may_end.set()
        assert await first
        archive.end()

    run(work())
    assert asked == []


class _Sockets:
    """Connected sockets, and which of them were read in which order."""

    def __init__(self, number: int) -> None:
        self.pairs = [socket.socketpair() for _ in range(number)]
        self.read: list[int] = []

    def speak(self) -> None:
        """Something comes on all of them."""
        for _, there in self.pairs:
            there.send(b"x")

    def hear(self, *, endless: frozenset[int] = frozenset()) -> None:
        """Read each when it is ready; the endless ones are never empty."""
        loop = asyncio.get_running_loop()
        for at, (here, _) in enumerate(self.pairs):
            loop.add_reader(here, self._read, at, at in endless)

    def close(self) -> None:
        loop = asyncio.get_running_loop()
        for here, there in self.pairs:
            loop.remove_reader(here)
            here.close()
            there.close()

    def _read(self, at: int, is_endless: bool) -> None:
        if not is_endless:
            self.pairs[at][0].recv(1)
        self.read.append(at)


def test_a_client_is_heard_before_venues_that_spoke_first(run: Run) -> None:
    async def work() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, OrderFirstLoop)
        sockets = _Sockets(30)
        sockets.hear()
        with loop.heard_first(sockets.pairs[29][0]):
            sockets.speak()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert sockets.read[0] == 29
            assert len(sockets.read) <= 2 * SOCKETS_A_ROUND
            # A client that speaks in the middle of a burst does not wait for its end.
            sockets.pairs[29][1].send(b"x")
            before = len(sockets.read)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert 29 in sockets.read[before : before + SOCKETS_A_ROUND + 1]
        for _ in range(31):
            await asyncio.sleep(0)
        assert sorted(sockets.read) == [*range(30), 29]
        sockets.close()

    run(work())


def test_no_socket_waits_for_ever_behind_those_that_never_fall_silent(run: Run) -> None:
    async def work() -> None:
        sockets = _Sockets(12)
        sockets.hear(endless=frozenset(range(11)))
        sockets.speak()
        for _ in range(12):
            await asyncio.sleep(0)
        assert 11 in sockets.read
        assert {*range(11)} <= {*sockets.read}
        sockets.close()

    run(work())
