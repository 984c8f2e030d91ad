"""The whole story of a key over a real socket and a real exchange: kept, locked up, used, covered, renewed, locked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.model.connection import LinkState
from connectors.model.order import OrderStatus
from connectors.model.vault import OpenedBy, VaultState
from connectors.worker import api
from connectors.worker.secrets import (
    ChangePassphrase,
    ConfirmRecovery,
    KeepKey,
    MakeRecovery,
    OpenVault,
    RecoveryMade,
    RenewDataKey,
)
from support.simulator import Simulator, running_simulator
from support.vaults import OTHER, PASSPHRASE
from worker.house import a_worker
from worker.owner import Owner, key_of, on_testnet, typed

pytestmark = pytest.mark.peers


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[Simulator]:
    with running_simulator(tmp_path / "venue", "--seed", "7") as running:
        yield running


def groups(made: RecoveryMade) -> tuple[bytearray, bytearray]:
    """The two groups that are asked back."""
    shown = made.text.split(b"-")
    return bytearray(shown[made.groups[0]]), bytearray(shown[made.groups[1]])


async def test_a_key_is_kept_locked_up_by_a_restart_used_and_covered(home: Path, venue: Simulator) -> None:
    async with a_worker(home) as house:
        owner = Owner(await house.join("socket"))
        locked = await owner.refused(KeepKey(on_testnet(venue), key_of(venue)))
        assert locked.kind is api.FailureKind.VAULT_LOCKED
        await owner.create()
        kept = await owner.keep(venue)
        assert [name for name, passed, _ in kept.steps if passed] == [
            "connect",
            "clock",
            "instruments",
            "account",
            "rights",
        ]
        assert kept.connection.key_tail == venue.api_key[-4:]
        account = kept.connection.account
        assert isinstance(await owner.link.request(api.GetBalances(account)), api.Balances)
        assert house.worker.must_live, "a worker with a real key in use lives on without clients"

    async with a_worker(home) as house:
        owner = Owner(await house.join("socket"))
        assert await owner.state() is VaultState.LOCKED
        row, state, reason = (await owner.listed())["main"]
        assert (row.keyed, row.key_tail, state) == (True, "", LinkState.OFF)
        assert "locked" in reason
        refused = await owner.refused(api.GetBalances(account))
        assert refused.kind is api.FailureKind.VAULT_LOCKED
        assert "tradedesk vault unlock" in refused.sentence
        wrong = await owner.refused(OpenVault(typed("not the passphrase")))
        assert wrong.kind is api.FailureKind.WRONG_PASSPHRASE
        await owner.open()

        desk = owner.desk(account)
        assert isinstance(await owner.link.request(api.GetBalances(account)), api.Balances)
        resting = desk.resting(await desk.low_price())
        placed = await owner.link.request(resting)
        assert isinstance(placed, api.OrderAccepted), placed
        await desk.order_when(resting.order_id, lambda order: order.status is OrderStatus.OPEN)

        assert await owner.link.request(api.CoverVault("test")) == api.Done()
        covered = await owner.refused(desk.market())
        assert covered.kind is api.FailureKind.VAULT_LOCKED
        assert covered.sentence.startswith("The desk is covered.")
        assert await owner.link.request(api.CancelOrders(account=account)) == api.Canceling(1)
        await owner.open()
        await desk.order_when(resting.order_id, lambda order: order.status is OrderStatus.CANCELED)


async def test_a_lost_passphrase_is_replaced_by_the_paper_and_the_key_renewed(home: Path, venue: Simulator) -> None:
    async with a_worker(home) as house:
        owner = Owner(await house.join("socket"))
        await owner.create()
        account = (await owner.keep(venue)).connection.account
        changed = await owner.hand(ChangePassphrase(typed(), bytearray(OTHER, "utf-8")))
        assert isinstance(changed, api.SlotKept), changed
        shown = await owner.hand(MakeRecovery(typed(OTHER)))
        assert isinstance(shown, RecoveryMade), shown
        paper = shown.text.decode()
        assert len((await owner.facts()).slots) == 1, "nothing is kept before it was typed back"
        mistyped = await owner.refused(ConfirmRecovery((bytearray(b"0000"), bytearray(b"0000"))))
        assert mistyped.kind is api.FailureKind.RECOVERY_KEY_MISTYPED
        assert isinstance(await owner.hand(ConfirmRecovery(groups(shown))), api.SlotKept)

        # The passphrase is lost: the paper opens the vault and sets a new one.
        assert await owner.link.request(api.LockVault()) == api.Done()
        await owner.open(paper, OpenedBy.RECOVERY)
        again = await owner.hand(ChangePassphrase(typed(paper, OpenedBy.RECOVERY), bytearray(PASSPHRASE, "utf-8")))
        assert isinstance(again, api.SlotKept), again

        new_paper = await owner.hand(RenewDataKey(typed()))
        assert isinstance(new_paper, RecoveryMade), new_paper
        assert await owner.hand(ConfirmRecovery(groups(new_paper))) == api.Done()
        assert await owner.link.request(api.LockVault()) == api.Done()
        assert not house.worker.must_live
        old = await owner.refused(OpenVault(typed(paper, OpenedBy.RECOVERY)))
        assert old.kind is api.FailureKind.WRONG_PASSPHRASE
        await owner.open(new_paper.text.decode(), OpenedBy.RECOVERY)
        assert isinstance(await owner.link.request(api.GetBalances(account)), api.Balances)
