"""The frames of the vault over a real socket: slots, wrong secrets, old copies, broken seals, what clients hear."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from connectors.model.vault import OpenedBy, VaultState
from connectors.worker import api
from connectors.worker.keys import frames
from connectors.worker.secrets import (
    AddKeyring,
    AddPassphrase,
    ChangePassphrase,
    ConfirmRecovery,
    CreateVault,
    MakeRecovery,
    OpenVault,
    RecoveryMade,
    RemoveSlot,
    RenewDataKey,
    SecretFrame,
)
from support.vaults import OTHER, PASSPHRASE
from worker.house import WorkerHouse, a_worker, until
from worker.owner import Owner, away, typed
from worker.peer_exchange import Ears

WRONG = "wrong horse battery staple"


def text(value: str) -> bytearray:
    return bytearray(value, "utf-8")


@pytest.fixture
async def house(home: Path) -> AsyncIterator[WorkerHouse]:
    async with a_worker(home, make_connector=away) as made:
        yield made


@pytest.fixture
async def owner(house: WorkerHouse) -> Owner:
    made = Owner(await house.join("socket"))
    await made.create()
    return made


async def test_a_vault_is_made_covered_opened_and_locked_over_a_socket(house: WorkerHouse) -> None:
    owner = Owner(await house.join("socket"))
    assert await owner.state() is VaultState.NONE
    weak = await owner.refused(CreateVault(text("short")))
    assert weak.kind is api.FailureKind.SECRET_REFUSED
    assert await owner.state() is VaultState.NONE
    await owner.create()
    assert await owner.state() is VaultState.OPEN
    assert await owner.link.request(api.CoverVault("test")) == api.Done()
    assert await owner.state() is VaultState.COVERED
    assert (await owner.open()).anchored
    assert await owner.state() is VaultState.OPEN
    assert await owner.link.request(api.LockVault()) == api.Done()
    assert await owner.state() is VaultState.LOCKED


async def test_a_second_vault_is_not_made_over_the_first(owner: Owner) -> None:
    again = await owner.refused(CreateVault(text(OTHER)))
    assert "already" in again.sentence
    await owner.link.request(api.LockVault())
    await owner.open()


async def test_after_three_wrong_secrets_the_next_is_not_looked_at_whoever_types_it(
    owner: Owner, house: WorkerHouse
) -> None:
    other = Owner(await house.join("socket"))
    ears = Ears(other.link)
    await other.link.request(api.Attach())
    await owner.link.request(api.LockVault())
    for _ in range(3):
        assert (await owner.refused(OpenVault(typed(WRONG)))).kind is api.FailureKind.WRONG_PASSPHRASE
    soon = await other.refused(OpenVault(typed()))
    assert soon.kind is api.FailureKind.THROTTLED
    assert "in 1 s" in soon.sentence
    waits = [event.vault.guess_wait_ms for event in ears.told if isinstance(event, api.VaultChanged)]
    assert 0 < waits[-1] <= 1_000
    await until(lambda: house.worker.keys.room.facts.guess_wait_ms == 0)
    await other.open()


async def test_a_wrong_authority_counts_as_a_guess_and_a_mistyped_paper_does_not(owner: Owner) -> None:
    for _ in range(3):
        slip = await owner.refused(OpenVault(typed("TDR1-0000", OpenedBy.RECOVERY)))
        assert slip.kind is api.FailureKind.RECOVERY_KEY_MISTYPED
    for _ in range(3):
        wrong = await owner.refused(ChangePassphrase(typed(WRONG), text(OTHER)))
        assert wrong.kind is api.FailureKind.WRONG_PASSPHRASE
    assert (await owner.refused(MakeRecovery(typed()))).kind is api.FailureKind.THROTTLED


async def test_slots_come_and_go_by_the_beginning_of_their_ids(owner: Owner) -> None:
    added = await owner.hand(AddPassphrase(typed(), text(OTHER), "second"))
    assert isinstance(added, api.SlotKept), added
    facts = await owner.facts()
    assert [slot.label for slot in facts.slots] == ["main", "second"]
    await owner.link.request(api.LockVault())
    assert (await owner.open(OTHER)).slot == added.slot
    unknown = await owner.refused(RemoveSlot(typed(), "zz"))
    assert unknown.kind is api.FailureKind.REFUSED
    assert await owner.hand(RemoveSlot(typed(), facts.slots[0].slot_id[:8])) == api.Done()
    last = await owner.refused(RemoveSlot(typed(OTHER), added.slot.slot_id))
    assert "last" in last.sentence
    assert [slot.label for slot in (await owner.facts()).slots] == ["second"]


async def test_both_clients_hear_of_every_change_of_the_vault(house: WorkerHouse) -> None:
    owner, other = Owner(await house.join("socket")), Owner(await house.join("socket"))
    heard = [Ears(owner.link), Ears(other.link)]
    for client in (owner, other):
        await client.link.request(api.Attach())
    await owner.create()
    await owner.hand(AddPassphrase(typed(), text(OTHER), "second"))
    await other.link.request(api.CoverVault("gone"))
    await other.open()
    await owner.link.request(api.LockVault())
    expected = [
        (VaultState.OPEN, 1, ""),
        (VaultState.OPEN, 2, ""),
        (VaultState.COVERED, 2, "gone"),
        (VaultState.OPEN, 2, ""),
        (VaultState.LOCKED, 2, ""),
    ]
    for ears in heard:
        await until(lambda ears=ears: len(ears.told) >= len(expected))  # type: ignore[misc]  # bound at once
        told = [event for event in ears.told if isinstance(event, api.VaultChanged)]
        assert [(event.vault.state, len(event.vault.slots), event.reason) for event in told] == expected


async def test_a_recovery_key_belongs_to_the_link_it_was_shown_on(owner: Owner, house: WorkerHouse) -> None:
    other = Owner(await house.join("socket"))
    shown = await owner.hand(MakeRecovery(typed()))
    assert isinstance(shown, RecoveryMade)
    parts = shown.text.split(b"-")
    groups = tuple(bytes(parts[number]) for number in shown.groups)

    def confirm() -> ConfirmRecovery:
        return ConfirmRecovery((bytearray(groups[0]), bytearray(groups[1])))

    assert "Make a new one" in (await other.refused(confirm())).sentence
    assert isinstance(await owner.hand(confirm()), api.SlotKept)
    assert "Make a new one" in (await owner.refused(confirm())).sentence
    full = await owner.refused(MakeRecovery(typed()))
    assert "already" in full.sentence


async def test_a_cover_forgets_a_recovery_key_that_was_not_typed_back(owner: Owner) -> None:
    shown = await owner.hand(MakeRecovery(typed()))
    assert isinstance(shown, RecoveryMade)
    parts = shown.text.split(b"-")
    await owner.link.request(api.CoverVault("test"))
    await owner.open()
    late = ConfirmRecovery((bytearray(parts[shown.groups[0]]), bytearray(parts[shown.groups[1]])))
    assert "Make a new one" in (await owner.refused(late)).sentence
    assert len((await owner.facts()).slots) == 1


async def test_the_data_key_is_renewed_and_a_second_passphrase_must_be_given_or_dropped(owner: Owner) -> None:
    added = await owner.hand(AddPassphrase(typed(), text(OTHER), "second"))
    assert isinstance(added, api.SlotKept)
    missing = await owner.refused(RenewDataKey(typed()))
    assert "'second' needs its passphrase" in missing.sentence
    assert await owner.hand(RenewDataKey(typed(), (text(OTHER),))) == api.Done()
    slots = {slot.label: slot.slot_id for slot in (await owner.facts()).slots}
    assert set(slots) == {"main", "second"}
    assert await owner.hand(RenewDataKey(typed(), drop=(slots["second"],))) == api.Done()
    assert [slot.label for slot in (await owner.facts()).slots] == ["main"]


@pytest.mark.parametrize("greet", [True, False])
async def test_every_buffer_of_a_frame_is_overwritten_whatever_becomes_of_it(
    house: WorkerHouse, monkeypatch: pytest.MonkeyPatch, greet: bool
) -> None:
    taken: list[SecretFrame] = []
    real = house.worker._answer  # noqa: SLF001  # the very frame that was decoded

    async def watched(session: object, frame: object) -> object:
        taken.append(frame)  # type: ignore[arg-type]  # nothing else is sent here
        return await real(session, frame)  # type: ignore[arg-type]  # handed on as it came

    link = await house.join("socket", greet=greet)
    await until(lambda: bool(house.worker._sessions))  # noqa: SLF001
    for session in house.worker._sessions:  # noqa: SLF001
        monkeypatch.setattr(session, "_answer", watched)
    for frame in (
        CreateVault(text(PASSPHRASE)),
        OpenVault(typed(WRONG)),
        ChangePassphrase(typed(), text(OTHER)),
        AddPassphrase(typed(WRONG), text(PASSPHRASE)),
        RenewDataKey(typed(OTHER), (text(PASSPHRASE),)),
        MakeRecovery(typed(OTHER)),
        ConfirmRecovery((text("ABCD"), text("EFGH"))),
    ):
        await link.hand(frame)
    buffers = [part for frame in taken for part in _buffers(frame)]
    assert len(buffers) == 11
    assert not any(any(buffer) for buffer in buffers)


def _buffers(value: object) -> list[bytearray]:
    if isinstance(value, bytearray):
        return [value]
    parts = value if isinstance(value, tuple) else [getattr(value, name) for name in getattr(value, "__slots__", ())]
    return [buffer for part in parts for buffer in _buffers(part)]


async def test_a_shown_recovery_key_is_overwritten_in_the_worker_once_it_was_written_out(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[RecoveryMade] = []
    real = RecoveryMade

    def watched(written: bytearray, groups: tuple[int, int]) -> RecoveryMade:
        made.append(real(written, groups))
        return made[-1]

    monkeypatch.setattr(frames, "RecoveryMade", watched)
    shown = await owner.hand(MakeRecovery(typed()))
    assert isinstance(shown, RecoveryMade)
    assert shown.text.startswith(b"TDR1-")
    assert not any(made[0].text)


async def test_a_locked_vault_makes_no_recovery_key_and_changes_no_slot(owner: Owner) -> None:
    await owner.link.request(api.LockVault())
    for frame in (MakeRecovery(typed()), AddKeyring(typed()), RemoveSlot(typed(), "00"), RenewDataKey(typed())):
        assert (await owner.refused(frame)).kind is api.FailureKind.VAULT_LOCKED
