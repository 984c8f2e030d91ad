"""The processes behind a client: joined, shared, started once, ended with whoever started them."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from connectors.errors import ArchiveFailed, Refused, WorkerGone
from connectors.model.book import BookView
from connectors.model.connection import LinkState
from connectors.worker import api
from connectors.worker.link import LinkClient
from storage.paths import FilesTooOpen, Home
from tui.cli import started
from tui.cli.started import start_ahead
from tui.wiring import Backstage, connect_worker

pytestmark = pytest.mark.peers


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened


@pytest.fixture
def folders(home: Path) -> Home:
    return Home.below(home)


async def behind(stack: AsyncExitStack, backstage: Backstage) -> LinkClient:
    """Join, and leave at the end of the test."""
    stack.push_async_callback(backstage.close)
    link = await backstage.connect()
    stack.push_async_callback(link.close)
    return link


async def pid_of(link: LinkClient) -> int:
    answer = await link.request(api.Hello("test"))
    assert isinstance(answer, api.Welcome)
    return answer.worker_pid


async def demo(link: LinkClient) -> api.ConnectionList:
    """The connections, once the market of demo answers."""
    listed = await link.request(api.ListConnections())
    assert isinstance(listed, api.ConnectionList)
    instruments = await link.request(api.GetInstruments(listed.connections[0].account))
    assert isinstance(instruments, api.Instruments), instruments
    again = await link.request(api.ListConnections())
    assert isinstance(again, api.ConnectionList)
    return again


async def test_whoever_comes_second_joins_the_worker_of_the_first(folders: Home, stack: AsyncExitStack) -> None:
    first = await behind(stack, Backstage(folders, exchange=False))
    second = await behind(stack, Backstage(folders, exchange=False))
    assert await pid_of(first) == await pid_of(second)


async def test_two_desks_share_one_exchange_and_it_stays_when_the_second_leaves(
    folders: Home, stack: AsyncExitStack
) -> None:
    first, second = Backstage(folders), Backstage(folders)
    link = await behind(stack, first)
    await first.start_exchange(link)
    assert [status.state for status in (await demo(link)).statuses] == [LinkState.LIVE]
    other = await behind(stack, second)
    await second.start_exchange(other)
    await second.close()
    assert [connection.label for connection in (await demo(link)).connections] == ["demo"]


async def test_a_worker_with_open_panes_ends_when_it_is_asked_to(folders: Home, stack: AsyncExitStack) -> None:
    backstage = Backstage(folders)
    link = await behind(stack, backstage)
    await backstage.start_exchange(link)
    (connection,) = (await demo(link)).connections
    link.on_event = lambda _push: None
    for number, kind in enumerate((api.PaneKind.BOOK, api.PaneKind.TRADES, api.PaneKind.TICKER, api.PaneKind.TRADES)):
        assert await link.request(api.OpenPane(number, connection.account, "BTCUSDT", kind)) == api.Done()
    assert isinstance(await link.request(api.GetBook(connection.account, "BTCUSDT", 1)), BookView)
    worker = await pid_of(link)
    try:
        assert await link.request(api.Shutdown()) == api.Done()
        await asyncio.wait_for(link.closed(), 60)
    except TimeoutError:
        os.kill(worker, signal.SIGKILL)
        raise


async def test_what_was_started_ahead_is_waited_for_and_nothing_is_started_beside_it(
    folders: Home, stack: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders.prepare()
    ahead = start_ahead(folders, exchange=True, tape=None, seed=7)
    assert ahead is not None
    monkeypatch.setattr("tui.wiring.StartedWorker", None)
    monkeypatch.setattr("tui.exchange.launch", None)
    # Nobody has seen its lock yet: then it is the process itself that says it is coming.
    monkeypatch.setattr("tui.wiring.is_held", lambda _lock: False)
    backstage = Backstage(folders, started=ahead)
    link = await behind(stack, backstage)
    await backstage.start_exchange(link)
    assert (await demo(link)).connections
    assert start_ahead(folders, exchange=True, tape=None, seed=7) is None, "a worker listens"


async def test_what_was_started_ahead_and_never_used_ends_with_the_desk(folders: Home) -> None:
    folders.prepare()
    ahead = start_ahead(folders, exchange=True, tape=None, seed=7)
    assert ahead is not None
    assert ahead.exchange is not None
    await Backstage(folders, started=ahead).close()
    assert ahead.exchange.exit_code.result(20) == 0


async def test_a_tape_is_refused_where_another_exchange_runs(folders: Home, stack: AsyncExitStack) -> None:
    first = Backstage(folders)
    link = await behind(stack, first)
    await first.start_exchange(link)
    await demo(link)
    second = Backstage(folders, tape=Path("recording.gz"))
    other = await behind(stack, second)
    with pytest.raises(Refused, match="the tape was not started"):
        await second.start_exchange(other)


async def test_a_tape_that_is_not_there_is_refused_in_the_exchanges_own_words(
    folders: Home, stack: AsyncExitStack
) -> None:
    backstage = Backstage(folders, tape=Path("/no/such/recording.gz"))
    link = await behind(stack, backstage)
    with pytest.raises(Refused, match=r"recording\.gz"):
        await backstage.start_exchange(link)


async def test_an_exchange_outlives_the_worker_and_is_handed_to_the_next(folders: Home, stack: AsyncExitStack) -> None:
    backstage = Backstage(folders)
    link = await behind(stack, backstage)
    await backstage.start_exchange(link)
    before = (await demo(link)).connections
    os.kill(await pid_of(link), signal.SIGKILL)
    await link.closed()
    again = await backstage.connect()
    stack.push_async_callback(again.close)
    await backstage.start_exchange(again)
    assert [one.account for one in (await demo(again)).connections] == [one.account for one in before]


async def test_closing_before_the_exchange_was_asked_for_leaves_none(folders: Home, stack: AsyncExitStack) -> None:
    backstage = Backstage(folders)
    await behind(stack, backstage)
    await backstage.close()
    later = Backstage(folders, beside=False)
    link = await behind(stack, later)
    await later.start_exchange(link)
    assert (await demo(link)).connections, "the ledger was free"


async def test_an_exchange_that_died_is_told(folders: Home, stack: AsyncExitStack) -> None:
    backstage = Backstage(folders)
    link = await behind(stack, backstage)
    await backstage.start_exchange(link)
    process = backstage._exchange._process  # type: ignore[union-attr]  # noqa: SLF001  # who is killed
    assert process is not None
    process.kill()
    told = await asyncio.wait_for(backstage.exchange_gone(), 60)
    assert told == "The exchange ended by signal 9. Orders kept. r starts it."


async def test_a_worker_that_cannot_open_the_archive_says_so_through_whoever_started_it(folders: Home) -> None:
    folders.prepare()
    folders.database.write_bytes(b"no database" * 1_000)
    folders.database.chmod(0o600)
    with pytest.raises(ArchiveFailed, match="damaged or is no archive"):
        await connect_worker(folders)


async def test_a_file_open_to_others_keeps_its_kind_on_its_way_from_the_worker(folders: Home) -> None:
    folders.prepare()
    folders.database.touch(mode=0o644)
    folders.database.chmod(0o644)
    with pytest.raises(FilesTooOpen, match="chmod 600"):
        await connect_worker(folders)


async def test_a_worker_that_takes_too_long_is_a_sentence(folders: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRADEDESK_WORKER_START_TIMEOUT_S", "0.001")
    with pytest.raises(WorkerGone, match=r"did not answer within 0.001 s.*TRADEDESK_WORKER_START_TIMEOUT_S"):
        await connect_worker(folders)


def test_the_last_words_of_a_worker_are_found_behind_what_others_wrote(tmp_path: Path) -> None:
    err = tmp_path / "err"
    before = b'{"kind": "ArchiveFailed", "sentence": "Old.", "code": "", "text": ""}\n'
    err.write_bytes(before + b'{"kind": "ArchiveFailed", "sentence": "New.", "code": "c", "text": "t"}\nnoise\n[1]\n')
    told = started.told(err, len(before))
    assert isinstance(told, ArchiveFailed)
    assert str(told) == "New. [c t]"
    assert started.told(err, err.stat().st_size) is None


def test_the_exit_code_that_means_another_serves_is_the_workers_own() -> None:
    from connectors.worker.main import EXIT_ANOTHER_SERVES

    assert started.ANOTHER_SERVES == EXIT_ANOTHER_SERVES
