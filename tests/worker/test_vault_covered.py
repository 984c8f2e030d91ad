"""A covered desk: every command but the listed ones is refused, fills are kept, and sleep covers before all else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import get_args
from uuid import UUID

import pytest

from chaos.peers import BTC
from connectors.clock import SystemClock
from connectors.errors import VaultLocked
from connectors.model.ids import AccountId
from connectors.model.instrument import Instrument
from connectors.model.risk import LimitName
from connectors.model.vault import VaultState
from connectors.worker import api
from connectors.worker.keys.covered import require_allowed
from connectors.worker.secrets import SecretFrame
from support.simulator import Simulator, running_simulator
from worker.house import WorkerHouse, a_worker, until
from worker.owner import Owner
from worker.peer_exchange import Ears, PeerExchange

REFUSED = {
    "CheckArchive", "GetArchive", "RetainAudit",
    "AddConnection", "EditConnection", "RemoveConnection", "TestConnection",
    "GetBalances", "GetFills", "GetOrders", "GetPositions", "PlaceOrder",
    "AddKeyring", "AddPassphrase", "ChangePassphrase", "ConfirmRecovery", "CreateVault", "KeepKey", "MakeRecovery",
    "RemoveSlot", "RenewDataKey", "TryKey",
    "AmendOrder", "PlaceList", "ResolveOrder", "GetStuck", "GetOrderHistory", "GetPositionHistory", "GetAssets",
    "GetTotals", "GetStatistics", "ShowOrder", "GetRisk", "SetLimit", "UnlockLoss",
    "SetPanicPolicy", "SetOnDisconnect", "GetPolicies",
}  # fmt: skip
ALLOWED = {
    "Hello", "Attach", "Shutdown",
    "OpenPane", "PacePane", "ClosePane", "Watch", "Unwatch",
    "GetInstruments", "GetTicker", "GetBook", "GetTrades", "GetCandles",
    "ListConnections", "GetVenues", "GetVault", "CoverVault", "LockVault",
    "CancelOrder", "CancelOrders", "Reconcile", "BackUp", "CheckAnchors", "SettleAudit",
    "AttachEmbedded", "LookAtSeal", "OpenVault", "Reseal",
    "PlanPanic", "StartPanic", "GetPanic", "CancelNamed", "Part",
}  # fmt: skip
COVERED = api.CoverVault("test")


class Sleeper(SystemClock):
    """The system's clock on a machine that can be put to sleep."""

    asleep_ns = 0

    def running_ns(self) -> int:
        return super().running_ns() + self.asleep_ns


@pytest.fixture
async def house(home: Path) -> AsyncIterator[WorkerHouse]:
    async with a_worker(home) as made:
        yield made


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[Simulator]:
    with running_simulator(tmp_path / "venue", "--seed", "7") as running:
        yield running


@pytest.mark.parametrize("kind", [*get_args(api.Command), *get_args(SecretFrame)], ids=lambda kind: kind.__name__)
def test_every_command_and_frame_was_thought_about(kind: type) -> None:
    if kind in {api.SetTrading, api.Reconcile}:
        return  # by what it says: see below
    command: object = object.__new__(kind)
    assert (kind.__name__ in ALLOWED) != (kind.__name__ in REFUSED), "add it here, on one side"
    if kind.__name__ in ALLOWED:
        require_allowed(command)
        return
    with pytest.raises(VaultLocked, match=r"^The desk is covered\."):
        require_allowed(command)


def test_an_account_may_be_compared_with_its_venue_and_nothing_of_it_is_told() -> None:
    require_allowed(api.Reconcile(AccountId(UUID(int=1))))
    for telling in (api.Reconcile(None), api.Reconcile(AccountId(UUID(int=1)), detailed=True)):
        with pytest.raises(VaultLocked):
            require_allowed(telling)


def test_new_orders_may_be_stopped_and_never_allowed_again() -> None:
    require_allowed(api.SetTrading(api.TradingState.HALTED))
    require_allowed(api.SetTrading(api.TradingState.REDUCING))
    with pytest.raises(VaultLocked):
        require_allowed(api.SetTrading(api.TradingState.ACTIVE))


async def test_every_client_is_refused_and_told_and_a_late_one_sees_no_money(house: WorkerHouse) -> None:
    owner, other = Owner(await house.join("socket")), Owner(await house.join("socket"))
    ears = Ears(other.link)
    await other.link.request(api.Attach())
    await owner.create()
    assert await owner.link.request(api.CoverVault("Locked after 30 min without a key.")) == api.Done()
    for asked in (api.GetOrders(), api.GetPositions(), api.GetFills(), api.SetTrading(api.TradingState.ACTIVE)):
        for client in (owner, other):
            refused = await client.refused(asked)
            assert refused.kind is api.FailureKind.VAULT_LOCKED
    assert await other.link.request(api.SetTrading(api.TradingState.HALTED)) == api.Done()
    eased = await other.refused(api.SetTrading(api.TradingState.REDUCING))
    assert eased.kind is api.FailureKind.VAULT_LOCKED, "more would pass than while it is halted"
    for risky in (api.GetRisk(), api.SetLimit(LimitName.ORDER_VALUE, None, off=True)):
        assert (await other.refused(risky)).kind is api.FailureKind.VAULT_LOCKED
    picture = await owner.link.request(api.Attach())
    assert isinstance(picture, api.Picture)
    assert picture.vault.state is VaultState.COVERED
    assert (picture.orders, picture.positions, picture.balances, picture.fills) == ((), (), (), ())
    assert picture.risk == ()
    seen = [(event.vault.state, event.reason) for event in ears.told if isinstance(event, api.VaultChanged)]
    assert seen == [(VaultState.OPEN, ""), (VaultState.COVERED, "Locked after 30 min without a key.")]


async def test_who_attached_while_covered_is_shown_everything_once_it_is_open(house: WorkerHouse) -> None:
    owner, late = Owner(await house.join("socket")), Owner(await house.join("socket"))
    await owner.create()
    await owner.link.request(COVERED)
    pushes: list[object] = []
    late.link.on_event = pushes.append
    blank = await late.link.request(api.Attach())
    assert isinstance(blank, api.Picture)
    await owner.open()
    await until(lambda: any(isinstance(push, api.Picture) for push in pushes))
    (whole,) = [push for push in pushes if isinstance(push, api.Picture)]
    assert whole.vault.state is VaultState.OPEN


@pytest.mark.peers
async def test_a_fill_that_arrives_while_covered_is_journalled_and_the_key_goes_on_signing(
    house: WorkerHouse, venue: Simulator
) -> None:
    owner = Owner(await house.join("socket"))
    await owner.create()
    account = (await owner.keep(venue)).connection.account
    live = house.worker.roster.get(account)
    await until(lambda: live.follower is not None and live.follower.ready)
    await owner.link.request(COVERED)
    peer = PeerExchange(venue)
    await peer.signed("POST", "order", symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.001")
    await until(lambda: len(house.worker.fills) > 0)
    await house.worker.keeper.flush()
    kept = await house.worker.keeper.ask(lambda archive: archive.fills.fills(account=account))
    assert kept[0].fill.instrument == BTC
    covered = await owner.link.request(api.Attach())
    assert isinstance(covered, api.Picture)
    assert (covered.orders, covered.positions, covered.balances, covered.fills) == ((), (), (), ())
    assert await owner.link.request(api.Reconcile(account)) == api.Done()
    await owner.open()
    whole = await owner.link.request(api.Attach())
    assert isinstance(whole, api.Picture)
    assert all((whole.orders, whole.positions, whole.balances, whole.fills))


async def test_a_machine_that_slept_is_covered_before_anything_else_is_said_or_done(home: Path) -> None:
    clock = Sleeper()
    async with a_worker(home, clock) as house:
        owner, other = Owner(await house.join("socket")), Owner(await house.join("socket"))
        await owner.create()
        ears = Ears(other.link)
        await other.link.request(api.Attach())
        clock.asleep_ns += 4_000_000_000
        assert isinstance(await owner.link.request(api.GetOrders()), api.Orders)
        clock.asleep_ns += 60_000_000_000
        house.worker.executor.warn(api.AlertLevel.INFO, "Something else happened.")
        refused = await owner.refused(api.GetOrders())
        assert refused.kind is api.FailureKind.VAULT_LOCKED
        await until(lambda: len(ears.told) == 2)
        covered, after = ears.told
        assert isinstance(covered, api.VaultChanged)
        assert (covered.vault.state, covered.reason) == (
            VaultState.COVERED,
            "The machine was asleep, so the desk was covered.",
        )
        assert isinstance(after, api.AlertRaised)
        await owner.open()
        assert isinstance(await owner.link.request(api.GetOrders()), api.Orders)


@pytest.mark.peers
async def test_an_order_that_waited_through_a_sleep_is_not_sent(home: Path, venue: Simulator) -> None:
    clock = Sleeper()
    async with a_worker(home, clock) as house:
        owner = Owner(await house.join("socket"))
        await owner.create()
        account = (await owner.keep(venue)).connection.account
        live = house.worker.roster.get(account)
        await until(lambda: live.follower is not None and live.follower.ready)
        market = await live.market()
        held, waits = asyncio.Event(), asyncio.Event()
        real = market.instrument

        async def slow(symbol: str) -> Instrument:
            waits.set()
            await held.wait()
            return await real(symbol)

        market.instrument = slow  # type: ignore[method-assign]  # the one await before the order
        placing = asyncio.ensure_future(owner.link.request(owner.desk(account).market()))
        await waits.wait()
        clock.asleep_ns += 60_000_000_000
        held.set()
        refused = await placing
        assert isinstance(refused, api.Failure)
        assert refused.kind is api.FailureKind.VAULT_LOCKED
        assert not house.worker.executor.state.orders


async def test_a_sleep_is_noticed_within_a_second_where_nothing_is_asked(home: Path) -> None:
    clock = Sleeper()
    async with a_worker(home, clock) as house:
        await Owner(await house.join("socket")).create()
        clock.asleep_ns += 60_000_000_000
        await until(lambda: house.worker.keys.state is VaultState.COVERED)


async def test_a_vault_that_is_not_open_is_not_covered(house: WorkerHouse) -> None:
    owner = Owner(await house.join("socket"))
    assert await owner.link.request(COVERED) == api.Done()
    assert await owner.state() is VaultState.NONE
    await owner.create()
    await owner.link.request(api.LockVault())
    await owner.link.request(COVERED)
    assert await owner.state() is VaultState.LOCKED
