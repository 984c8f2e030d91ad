"""What clients ask of the vault, by frame and by command; whatever a frame held is overwritten at the end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from connectors.errors import Refused, VaultLocked
from connectors.model.secret import SecretBytes
from connectors.model.vault import OpenedBy, VaultFacts, VaultState
from connectors.ports.vault import Given, KeyBinding
from connectors.worker import api
from connectors.worker.keys import keeping
from connectors.worker.keys.paper import Renewal
from connectors.worker.log import logger
from connectors.worker.secrets import (
    AddKeyring,
    AddPassphrase,
    AttachEmbedded,
    ChangePassphrase,
    ConfirmRecovery,
    CreateVault,
    KeepKey,
    LookAtSeal,
    MakeRecovery,
    OpenVault,
    RecoveryMade,
    RemoveSlot,
    RenewDataKey,
    Reseal,
    SecretFrame,
    TryKey,
    Typed,
    wipe,
)

if TYPE_CHECKING:
    from connectors.worker.session import Session
    from connectors.worker.worker import Worker

Result = api.Result | RecoveryMade
Taker = Callable[["Worker", "Session", Any], Awaitable[Result]]


async def take(worker: Worker, session: Session, frame: SecretFrame) -> Result:
    """Do what a frame asks for.

    Raises:
        TradedeskError: It could not be done; the sentence says why.
    """
    try:
        return await _TAKERS[type(frame)](worker, session, frame)
    finally:
        wipe(frame)


def given(typed: Typed) -> Given:
    """What was typed, as the vault takes it: the same buffer."""
    return Given(typed.by, SecretBytes(typed.secret))


def _held(typed: Typed) -> Given:
    """What was typed, in a buffer of its own that outlives the frame; whoever holds it closes it."""
    return Given(typed.by, SecretBytes(bytearray(typed.secret)))


async def _attach(worker: Worker, _session: Session, frame: AttachEmbedded) -> Result:
    await worker.roster.attach(frame)
    return api.Done()


async def _create(worker: Worker, _session: Session, frame: CreateVault) -> Result:
    passphrase = SecretBytes(frame.passphrase)
    opened = await worker.keys.room.open(None, lambda vault: vault.create(passphrase))
    logger().info("vault_made")
    return api.VaultOpened(opened.slot, opened.anchored)


async def _open(worker: Worker, _session: Session, frame: OpenVault) -> Result:
    opened = await worker.keys.open(given(frame.typed), accept_older=frame.accept_older)
    return api.VaultOpened(opened.slot, opened.anchored)


async def _try(worker: Worker, _session: Session, frame: TryKey) -> Result:
    return await keeping.try_key(worker, frame)


async def _keep(worker: Worker, _session: Session, frame: KeepKey) -> Result:
    return await keeping.keep_key(worker, frame)


async def _change_passphrase(worker: Worker, _session: Session, frame: ChangePassphrase) -> Result:
    keeping.require_open(worker)
    authority, new = given(frame.authority), SecretBytes(frame.passphrase)
    slot = await worker.keys.room.guarded(
        authority, lambda vault: vault.slots.change_passphrase(authority, new, frame.slot_id)
    )
    return api.SlotKept(slot)


async def _add_passphrase(worker: Worker, _session: Session, frame: AddPassphrase) -> Result:
    keeping.require_open(worker)
    authority, new = given(frame.authority), SecretBytes(frame.passphrase)
    slot = await worker.keys.room.guarded(
        authority, lambda vault: vault.slots.add_passphrase(authority, new, frame.label)
    )
    return api.SlotKept(slot)


async def _add_keyring(worker: Worker, _session: Session, frame: AddKeyring) -> Result:
    keeping.require_open(worker)
    authority = given(frame.authority)
    slot = await worker.keys.room.guarded(authority, lambda vault: vault.slots.add_keyring(authority, frame.label))
    return api.SlotKept(slot)


async def _remove_slot(worker: Worker, _session: Session, frame: RemoveSlot) -> Result:
    keeping.require_open(worker)
    authority = given(frame.authority)
    await worker.keys.room.guarded(authority, lambda vault: vault.slots.remove(authority, frame.slot_id))
    return api.Done()


async def _make_recovery(worker: Worker, session: Session, frame: MakeRecovery) -> Result:
    keeping.require_open(worker)
    authority = given(frame.authority)
    written = await worker.keys.room.guarded(authority, lambda vault: vault.slots.new_recovery_key(authority))
    _require_open_still(worker, written)
    return RecoveryMade(*worker.keys.papers.show(session, written, _held(frame.authority)))


def _require_open_still(worker: Worker, written: SecretBytes) -> None:
    """See that nobody has covered or locked the vault while a recovery key was made; else it is overwritten."""
    if worker.keys.state is not VaultState.OPEN:
        written.close()
        raise VaultLocked("The vault was covered or locked while the recovery key was made. None was made: try again.")


async def _renew(worker: Worker, session: Session, frame: RenewDataKey) -> Result:
    keeping.require_open(worker)
    stays = any(
        slot.by is OpenedBy.RECOVERY and not _is_named(slot.slot_id, frame.drop)
        for slot in worker.keys.room.facts.slots
    )
    authority = given(frame.authority)
    if not stays:
        others = [SecretBytes(passphrase) for passphrase in frame.passphrases]
        await worker.keys.room.guarded(authority, lambda vault: vault.renew(authority, others, None, frame.drop))
        return api.Done()
    written = await worker.keys.room.guarded(
        authority, lambda vault: vault.slots.new_recovery_key(authority, instead=True)
    )
    _require_open_still(worker, written)
    renewal = Renewal([SecretBytes(bytearray(passphrase)) for passphrase in frame.passphrases], frame.drop)
    return RecoveryMade(*worker.keys.papers.show(session, written, _held(frame.authority), renewal))


def _is_named(slot_id: str, names: tuple[str, ...]) -> bool:
    return any(name and slot_id.startswith(name.strip().lower()) for name in names)


async def _confirm_recovery(worker: Worker, session: Session, frame: ConfirmRecovery) -> Result:
    papers, room = worker.keys.papers, worker.keys.room
    waiting = papers.typed_back(session, frame.groups)
    keeping.require_open(worker)
    authority, written, renewal = waiting.authority, waiting.written, waiting.renewal
    try:
        if renewal is None:
            slot = await room.guarded(authority, lambda vault: vault.slots.add_recovery(authority, written))
            return api.SlotKept(slot)
        others, drop = renewal.passphrases, renewal.drop
        await room.guarded(authority, lambda vault: vault.renew(authority, others, written, drop))
        return api.Done()
    finally:
        papers.forget(session)


async def _look_at_seal(worker: Worker, session: Session, frame: LookAtSeal) -> Result:
    authority = given(frame.typed)
    seen = await worker.keys.room.guarded(authority, lambda vault: vault.look_at_seal(authority))
    worker.keys.seals[session] = seen
    kept = tuple(_told(binding) for binding in seen.kept)
    return api.SealDifference(seen.sealed, seen.broken, kept, seen.slots_dropped)


def _told(binding: KeyBinding) -> str:
    hosts = ", ".join(f"{role} {origin}" for role, origin in binding.origins)
    accepted = f"; accepted: {', '.join(binding.accepted)}" if binding.accepted else ""
    return f"{binding.label} ({binding.venue} {binding.mode}, {binding.kind}): {hosts}{accepted}"


async def _reseal(worker: Worker, session: Session, frame: Reseal) -> Result:
    seen = worker.keys.seals.pop(session, None)
    if seen is None:
        raise Refused("Nothing was looked at on this link yet. Look at the difference first: tradedesk vault reseal")
    opened = await worker.keys.reseal(given(frame.typed), seen)
    return api.VaultOpened(opened.slot, opened.anchored)


_TAKERS: dict[type, Taker] = {
    AttachEmbedded: _attach,
    CreateVault: _create,
    OpenVault: _open,
    TryKey: _try,
    KeepKey: _keep,
    ChangePassphrase: _change_passphrase,
    AddPassphrase: _add_passphrase,
    AddKeyring: _add_keyring,
    RemoveSlot: _remove_slot,
    MakeRecovery: _make_recovery,
    ConfirmRecovery: _confirm_recovery,
    RenewDataKey: _renew,
    LookAtSeal: _look_at_seal,
    Reseal: _reseal,
}


async def facts(worker: Worker, _command: api.GetVault) -> VaultFacts:
    """How far the vault is open, and who can open it."""
    return worker.keys.room.facts


async def cover(worker: Worker, command: api.CoverVault) -> api.Done:
    """Drop the data key and refuse what shows or risks money."""
    worker.keys.cover(command.reason)
    await worker.keys.covered()
    return api.Done()


async def lock(worker: Worker, _command: api.LockVault) -> api.Done:
    """Drop the data key and every signer."""
    await worker.keys.lock()
    return api.Done()
